package iam

import "slices"

// Admits gives the accounts whose principals the Allow statements of a resource's
// policy name for an action; open where these may be anyone's.
func (p *Policy) Admits(action string) (accounts []string, open bool) {
	if len(p.Statements) == 0 && len(p.Faults) > 0 {
		return nil, true // it could not be read
	}
	for _, s := range p.Statements {
		if s.Effect == Deny || !s.MayBeAbout(action) {
			continue
		}
		if len(s.Principals) == 0 {
			open = true
		}
		for i := range s.Principals {
			p := &s.Principals[i]
			switch p.Form {
			case AccountForm, RoleForm, SessionForm, UserForm, FederatedUserForm:
				open = open || p.Symbolic || HasStandIn(p.Account)
				if !slices.Contains(accounts, p.Account) {
					accounts = append(accounts, p.Account)
				}
			case ServiceForm, ProviderForm:
				open = open || p.Symbolic
			default:
				open = true
			}
		}
	}
	return accounts, open
}

// MayBeAbout reports whether a statement is about an action, or may be.
func (s *Statement) MayBeAbout(action string) bool {
	return len(s.Actions) == 0 || slices.ContainsFunc(s.Actions, func(p Pattern) bool {
		return p.Symbolic || p.HasStandIn() || p.Matches(action)
	})
}
