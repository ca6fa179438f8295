package access

import (
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// action tells whether the statement is about the request's action. Actions
// are compared without regard to case
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html).
func (e *evaluation) action(s *iam.Statement) truth {
	switch {
	case len(s.Actions) == 0:
		return e.anyAction(s.NotActions, maybe).not()
	case len(s.NotActions) == 0:
		return e.anyAction(s.Actions, refused(s))
	}
	// Both are there, and the statement is in doubt: it is about what either is.
	return max(e.anyAction(s.Actions, refused(s)), e.anyAction(s.NotActions, maybe).not())
}

// refused is what a text counts for that AWS refuses where it stands: in an
// Allow it matches nothing, and of anything else it is not known that it does not.
func refused(s *iam.Statement) truth {
	if s.Effect == iam.Allow {
		return no
	}
	return maybe
}

func (e *evaluation) anyAction(patterns []iam.Pattern, refused truth) truth {
	t := no
	for i := range patterns {
		p := &patterns[i]
		switch {
		case p.Symbolic:
			t = maybe
		case p.Malformed:
			t = max(t, refused)
		case p.HasStandIn():
			t = max(t, e.fits(p, e.request.Action))
		case p.Matches(e.request.Action):
			return yes
		}
	}
	return t
}

// resource tells whether the statement is about the request's resource.
func (e *evaluation) resource(s *iam.Statement) truth {
	switch {
	case e.over != nil:
		return e.ofSet(s)
	case len(s.Resources) == 0:
		return e.noResource(s.NotResources)
	case len(s.NotResources) == 0:
		return e.anyResource(s.Resources, refused(s))
	}
	return max(e.anyResource(s.Resources, refused(s)), e.noResource(s.NotResources)) // as for actions
}

// noResource is a NotResource. Where a variable in it has no value, the
// statement is about no resource at all
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-no-value).
func (e *evaluation) noResource(patterns []iam.Pattern) truth {
	t := yes
	for i := range patterns {
		p := &patterns[i]
		if p.Symbolic || p.Malformed {
			t = min(t, maybe)
			continue
		}
		glob, ok, exact := p.Resolve(e.variable)
		if ok && exact && e.awaits(p) {
			t = min(t, e.fits(p, e.request.Resource).not())
			continue
		}
		switch {
		case !ok || exact && glob.Matches(source.Spelled(e.request.Resource)):
			return no
		case !exact:
			t = min(t, maybe) // it may match, or have no value
		}
	}
	return t
}

func (e *evaluation) anyResource(patterns []iam.Pattern, refused truth) truth {
	t, spelled := no, source.Spelled(e.request.Resource)
	for i := range patterns {
		p := &patterns[i]
		matches := p.Matches(spelled)
		switch {
		case p.Malformed:
			t = max(t, refused)
		case matches && p.IsPlain():
			return yes
		case p.Symbolic:
			t = max(t, maybe)
		case e.awaits(p):
			t = max(t, e.fits(p, e.request.Resource))
		case len(p.Variables()) > 0:
			t = max(t, e.resolved(p, spelled))
		case matches:
			return yes
		}
	}
	return t
}

// body tells whether all but the principal of the statement fits the request.
func (e *evaluation) body(s *iam.Statement) truth {
	if s.WithoutEffect {
		return no
	}
	t := e.action(s)
	if t == no {
		return no
	}
	if t = min(t, e.resource(s)); t == no {
		return no
	}
	for i := range s.Conditions {
		if t = min(t, e.condition(&s.Conditions[i])); t == no {
			return no
		}
	}
	if s.Uncertain != "" {
		return min(t, maybe)
	}
	return t
}

// grade says how narrowly a principal element names the caller. What else must
// allow, and which caps count, is a function of it
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-single-account.html).
type grade uint8

const (
	everyone    grade = iota
	everyoneARN       // everyone, with a condition on aws:PrincipalArn
	account           // delegates to the account's administrators
	role              // the role of the session, or the user of a federated session
	exact             // the user, the session, the service
	grades
)

// graded holds how sure it is that the caller is named, by grade.
type graded [grades]truth

func (g *graded) add(at grade, t truth) { g[at] = max(g[at], t) }

func (g graded) any() truth {
	t := no
	for _, v := range g {
		t = max(t, v)
	}
	return t
}

// principal tells how a statement names the caller.
func (e *evaluation) principal(s *iam.Statement) graded {
	var g graded
	if len(s.NotPrincipals) > 0 {
		g.add(exact, e.exempt(s).not())
	}
	caller := &e.request.Principal
	if others, roles, ok := s.MayName(caller.RoleARN, caller.Account, caller.Name); ok && !e.standIns.caller {
		for _, p := range others {
			e.grade(&g, s, p)
		}
		for _, p := range roles {
			e.grade(&g, s, p)
		}
	} else {
		for i := range s.Principals {
			e.grade(&g, s, &s.Principals[i])
		}
	}
	unread := len(s.Principals)+len(s.NotPrincipals) == 0 && s.Uncertain != ""
	if unread || s.PrincipalDoubt != "" {
		g.add(exact, maybe)
	}
	return g
}

// grade adds how one principal of a statement names the caller.
func (e *evaluation) grade(g *graded, s *iam.Statement, p *iam.Principal) {
	at, t := e.names(p)
	if at == everyone && t != no && limitsPrincipal(s) {
		at = everyoneARN
	}
	g.add(at, t)
}

// limitsPrincipal looks for a positive condition on aws:PrincipalArn: with it,
// a statement for everyone names that principal.
func limitsPrincipal(s *iam.Statement) bool {
	for i := range s.Conditions {
		c := &s.Conditions[i]
		if len(c.Key) != len("aws:PrincipalArn") || c.Name.String() != "aws:principalarn" || c.Op.Negated || c.Op.IfExists || c.Op.Set != iam.Single {
			continue
		}
		switch c.Op.Test {
		case iam.String, iam.StringLike, iam.ArnLike:
			return true
		}
	}
	return false
}

// names compares one principal of a statement with the caller.
func (e *evaluation) names(p *iam.Principal) (grade, truth) {
	caller := &e.request.Principal
	if p.Symbolic {
		return exact, maybe
	}
	switch p.Form {
	case iam.EveryoneForm:
		return everyone, yes
	case iam.AccountForm:
		if caller.Account == "" || caller.Kind == Federated {
			return account, no
		}
		if p.Account == caller.Account {
			return account, yes
		}
		return account, e.same(p, p.Account, caller.Account)
	case iam.UserForm:
		return e.namesUser(p)
	case iam.RoleForm:
		if !p.HasStandIn() && !e.standIns.caller {
			return role, truthOf(isRole(p, caller))
		}
		return role, e.isRole(p, caller)
	case iam.SessionForm:
		return exact, e.isSession(p, caller)
	case iam.FederatedUserForm:
		if caller.Kind != FederatedUser {
			return exact, no
		}
		return exact, e.same(p, p.Value, caller.ARN)
	case iam.UniqueIDForm:
		return uniqueIDGrade(caller), truthOf(caller.UniqueID != "" && caller.UniqueID == p.Value)
	case iam.ServiceForm:
		return exact, e.namesService(p, caller, Service)
	case iam.ProviderForm:
		return exact, e.namesService(p, caller, Federated)
	case iam.AwaitedForm:
		return e.namesAwaited(p)
	case iam.CanonicalUserForm:
		// It stands for an account, and which one is not in any document.
		return account, min(truthOf(caller.Account != ""), maybe)
	}
	return everyone, no
}

func uniqueIDGrade(caller *Principal) grade {
	if caller.Kind == User {
		return exact
	}
	return role
}

// namesUser knows that a federated user's session also is its user's: as such
// it is bound by boundary and session policy
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-single-account.html).
func (e *evaluation) namesUser(p *iam.Principal) (grade, truth) {
	caller := &e.request.Principal
	switch {
	case caller.Kind == User && e.has(e.policies.Session) == yes:
		return role, e.same(p, p.Value, caller.ARN)
	case caller.Kind == FederatedUser && caller.UserARN != "":
		return role, e.same(p, p.Value, caller.UserARN)
	case caller.Kind == FederatedUser:
		return role, min(e.same(p, p.Account, caller.Account), maybe)
	case caller.Kind == User && e.has(e.policies.Session) == maybe:
		return exact, min(e.same(p, p.Value, caller.ARN), maybe)
	case caller.Kind == User:
		return exact, e.same(p, p.Value, caller.ARN)
	}
	return exact, no
}

// isRole compares a role's ARN. A session's ARN leaves out the role's path;
// where the role's own ARN is known the path counts
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html).
func isRole(p *iam.Principal, caller *Principal) bool {
	switch {
	case caller.Kind != Role && caller.Kind != Session:
		return false
	case caller.RoleARN != "":
		return p.Value == caller.RoleARN
	}
	return p.Account == caller.Account && p.Name == caller.Name
}

// isRole is the same where either side holds stand-ins.
func (e *evaluation) isRole(p *iam.Principal, caller *Principal) truth {
	switch {
	case caller.Kind != Role && caller.Kind != Session:
		return no
	case caller.RoleARN != "":
		return e.same(p, p.Value, caller.RoleARN)
	}
	return e.sameRole(p, caller)
}

func (e *evaluation) sameRole(p *iam.Principal, caller *Principal) truth {
	return min(e.same(p, p.Account, caller.Account), e.same(p, p.Name, caller.Name))
}

func (e *evaluation) isSession(p *iam.Principal, caller *Principal) truth {
	switch {
	case caller.Kind == Session:
		return e.same(p, p.Value, caller.ARN)
	case caller.isSession():
		return min(e.sameRole(p, caller), maybe)
	}
	return no
}

func (e *evaluation) namesService(p *iam.Principal, caller *Principal, kind PrincipalKind) truth {
	switch {
	case caller.Kind != kind:
		return no
	case p.Value == "*":
		return maybe // no page says what a lone * of this type means
	}
	return e.same(p, p.Value, caller.ARN)
}

// exempt tells whether a NotPrincipal leaves the caller out of a Deny: it must
// list the caller's account and the caller; for a session the role and the
// session (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html).
// Of a list that lacks the account or the role the page says that it depends
// on the service.
func (e *evaluation) exempt(s *iam.Statement) truth {
	caller := &e.request.Principal
	var itself, ofRole, ofAccount truth
	for i := range s.NotPrincipals {
		at, t := e.names(&s.NotPrincipals[i])
		switch at {
		case everyone:
			if t == yes {
				return yes
			}
		case account:
			ofAccount = max(ofAccount, t)
		case role:
			ofRole = max(ofRole, t)
		case exact:
			itself = max(itself, t)
		}
	}
	bounded := min(e.has(e.policies.Boundary), truthOf(caller.hasPolicies()))
	if bounded == yes {
		return no // a Deny with NotPrincipal always hits a principal with a boundary, says the same page
	}
	return min(e.listed(itself, ofRole, ofAccount), bounded.not())
}

// listed tells whether a NotPrincipal lists the caller, and all around it.
func (e *evaluation) listed(itself, ofRole, ofAccount truth) truth {
	caller := &e.request.Principal
	switch {
	case caller.Kind == RootUser:
		return ofAccount
	case caller.Kind == Service || caller.Kind == Federated || caller.Kind == Anonymous:
		return itself
	case caller.isSession():
		if itself == no {
			return no
		}
		return completely(itself, min(ofRole, ofAccount))
	case caller.Kind == Role || caller.Kind == User && e.has(e.policies.Session) == yes:
		itself = ofRole
	}
	return completely(itself, ofAccount)
}

// completely is yes where the caller and all around it are listed, and maybe
// where only the caller is.
func completely(itself, rest truth) truth {
	if rest == yes {
		return itself
	}
	return min(itself, maybe)
}
