package diff

import (
	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/iam"
)

// audience is whom statements of a resource's policy mean, or may, and with which
// actions.
type audience struct {
	everyone set
	accounts map[string]set
	names    map[string]set // as caller.names has them
}

func newAudience(size int) *audience {
	return &audience{everyone: newSet(size), accounts: map[string]set{}, names: map[string]set{}}
}

// add takes in whom a statement means.
func (a *audience) add(s *iam.Statement, actions set) {
	if len(s.Principals) == 0 || len(s.NotPrincipals) > 0 || s.PrincipalDoubt != "" {
		a.everyone.add(actions)
		return
	}
	for i := range s.Principals {
		a.addPrincipal(&s.Principals[i], actions)
	}
}

func (a *audience) addPrincipal(p *iam.Principal, actions set) {
	switch {
	case p.Symbolic || p.HasStandIn():
		a.everyone.add(actions)
		return
	case p.Form == iam.ServiceForm && p.Value == "*":
		a.everyone.add(actions) // no page says what it means
		return
	}
	switch p.Form {
	case iam.UnknownForm:
	case iam.AccountForm:
		into(a.accounts, p.Account, actions)
	case iam.RoleForm, iam.SessionForm:
		into(a.names, roleName(p.Account, p.Name), actions)
	case iam.UserForm, iam.FederatedUserForm, iam.UniqueIDForm, iam.ServiceForm, iam.ProviderForm:
		into(a.names, p.Value, actions)
	default:
		a.everyone.add(actions)
	}
}

// addGrant takes in the grantee of a grant.
func (a *audience) addGrant(g *access.Grant, actions set) {
	p, err := access.ParsePrincipal(g.Grantee)
	switch {
	case err != nil || g.Unclear != "" || iam.HasStandIn(g.Grantee):
		a.everyone.add(actions)
	case p.Kind == access.Role || p.Kind == access.Session:
		into(a.names, roleName(p.Account, p.Name), actions)
	case p.Kind == access.RootUser:
		into(a.accounts, p.Account, actions)
		into(a.names, p.ARN, actions)
	default:
		into(a.names, g.Grantee, actions)
	}
}

func into(m map[string]set, name string, actions set) {
	if m[name] == nil {
		m[name] = make(set, len(actions))
	}
	m[name].add(actions)
}

// roleName is common to a role and its sessions.
func roleName(account, name string) string { return account + "/" + name }

// directly adds what a caller is meant with other than by the account.
func (a *audience) directly(c *caller, found set) {
	found.add(a.everyone)
	for _, name := range c.names {
		found.add(a.names[name])
	}
}

// atAll adds what a caller is meant with in any way.
func (a *audience) atAll(c *caller, found set) {
	a.directly(c, found)
	found.add(a.accounts[c.account])
}

// isOpen reports whether it is not a matter of names and accounts alone.
func (a *audience) isOpen() bool { return !a.everyone.isEmpty() }
