package canvas

import (
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// missingPrincipals finds roles, and sessions of roles, that the account does
// not have, and the ids that stand for a deleted role or user
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids).
func (w *worker) missingPrincipals(policy *snapshot.Policy) {
	for _, s := range policy.Policy().Statements {
		for _, list := range [...][]iam.Principal{s.Principals, s.NotPrincipals} {
			for i := range list {
				// Of what a person is still to fill in, policy-placeholder speaks.
				if p := &list[i]; w.isMissing(p) && len(iam.Placeholders(p.Node)) == 0 {
					w.facts.Faults = append(w.facts.Faults, &Fault{Kind: FaultPrincipal, Node: p.Node, Policy: policy, Statement: s, Text: p.Value, Roles: w.namesakes(p)})
				}
			}
		}
	}
}

func (w *worker) isMissing(p *iam.Principal) bool {
	if p.HasStandIn() {
		return false // a role that is still to be made, or any
	}
	switch p.Form {
	case iam.UniqueIDForm:
		gone := strings.HasPrefix(p.Value, "AROA") || strings.HasPrefix(p.Value, "AIDA")
		return gone && !slices.ContainsFunc(w.snapshot.Roles, func(r *snapshot.Role) bool { return r.ID == p.Value })
	case iam.RoleForm:
		return w.snapshot.IsComplete(p.Account, "", "iam/roles") && w.snapshot.Role(p.Value) == nil
	case iam.SessionForm: // it leaves out the role's path
		return w.snapshot.IsComplete(p.Account, "", "iam/roles") && len(w.namesakes(p)) == 0
	}
	return false
}

// namesakes lists the roles of a principal's account with its name, whatever
// their paths.
func (w *worker) namesakes(p *iam.Principal) []string {
	var arns []string
	for _, role := range w.snapshot.Roles {
		if p.Name != "" && role.Account == p.Account && role.Name == p.Name {
			arns = append(arns, role.ARN)
		}
	}
	return arns
}
