package iam

// fewPrincipals are gone through sooner than they are looked up.
const fewPrincipals = 16

// roleIndex finds roles among many principals of a statement: of thousands that a
// policy names a caller is one.
type roleIndex struct {
	byARN, byName map[string][]*Principal
	others        []*Principal // that are no roles, or of which it is not certain which
}

func newRoleIndex(list []Principal) *roleIndex {
	if len(list) <= fewPrincipals {
		return nil
	}
	x := &roleIndex{byARN: map[string][]*Principal{}, byName: map[string][]*Principal{}}
	for i := range list {
		p := &list[i]
		if p.Form != RoleForm || p.Symbolic || p.HasStandIn() {
			x.others = append(x.others, p)
			continue
		}
		x.byARN[p.Value] = append(x.byARN[p.Value], p)
		x.byName[p.Account+"/"+p.Name] = append(x.byName[p.Account+"/"+p.Name], p)
	}
	return x
}

// MayName gives the Principals of a statement but for roles other than the one that has
// an ARN, or where that is "" an account and a name; false where they are so few that all
// may as well be gone through. Two lists, so that none is made.
func (s *Statement) MayName(arn, account, name string) (others, roles []*Principal, ok bool) {
	switch {
	case s.roles == nil:
		return nil, nil, false
	case arn != "":
		return s.roles.others, s.roles.byARN[arn], true
	}
	return s.roles.others, s.roles.byName[account+"/"+name], true
}
