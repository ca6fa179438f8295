package diff

import (
	"hash/fnv"
	"maps"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// survey is who and what a snapshot has, each with a print of all that a
// decision reads of it. Equal prints on both sides give equal decisions.
type survey struct {
	principals, resources map[string]uint64
	// policies are those of the resources, rests the prints of all else that is
	// known of them.
	policies map[string]*snapshot.Policy
	rests    map[string]uint64
	// statements are the prints of all statements of all policies.
	statements map[uint64]bool
	// global is the print of what has a say in every decision.
	global uint64
}

func newSurvey(s *snapshot.Snapshot) survey {
	v := survey{
		principals: map[string]uint64{}, resources: map[string]uint64{}, statements: map[uint64]bool{},
		policies: map[string]*snapshot.Policy{}, rests: map[string]uint64{},
	}
	for _, policy := range s.Policies {
		for _, statement := range policy.Policy().Statements {
			v.statements[printOf(statement.Node)] = true
		}
	}
	for _, role := range s.Roles {
		v.principals[role.ARN] = roleprint(s, role)
		if role.Trust != nil {
			v.resources[role.ARN] = policyprint(role.Trust)
			v.name(role.Trust)
		}
	}
	for _, key := range s.Keys {
		if key.ARN != "" {
			v.rests[key.ARN], v.policies[key.ARN] = keyprint(key), key.Policy
			v.resources[key.ARN] = v.rests[key.ARN] + policyprint(key.Policy)
			v.name(key.Policy)
		}
	}
	for _, bucket := range s.Buckets {
		v.name(bucket.Policy)
		for _, arn := range []string{bucket.ARN, bucket.ARN + "/*"} {
			v.rests[arn], v.policies[arn] = printOf(bucket.Node), bucket.Policy
			v.resources[arn] = v.rests[arn] + policyprint(bucket.Policy)
		}
	}
	for _, endpoint := range s.Endpoints {
		v.global += printOf(endpoint.Node)
	}
	if org := s.Organization; org != nil {
		v.global += printOf(org.Node)
		for _, policy := range org.Policies {
			if policy.Policy != nil {
				v.global += policyprint(policy.Policy)
			}
		}
		for _, target := range org.Targets {
			v.global += printOf(target.Node)
		}
	}
	return v
}

// name notes the principals that a resource's policy names.
func (v survey) name(policy *snapshot.Policy) {
	if policy == nil {
		return
	}
	for _, statement := range policy.Policy().Statements {
		for _, list := range [][]iam.Principal{statement.Principals, statement.NotPrincipals} {
			for i := range list {
				if text := nameOf(&list[i]); text != "" {
					if _, known := v.principals[text]; !known {
						v.principals[text] = 0
					}
				}
			}
		}
		if len(statement.NotPrincipals) > 0 {
			v.principals["*"] = 0
		}
	}
}

// nameOf gives the principal as a question names it, "" for one that no request has.
func nameOf(p *iam.Principal) string {
	switch p.Form {
	case iam.EveryoneForm:
		return "*"
	case iam.AccountForm:
		if strings.HasPrefix(p.Value, "arn:") {
			return p.Value
		}
		return "arn:aws:iam::" + p.Account + ":root"
	case iam.UserForm, iam.RoleForm, iam.SessionForm, iam.ServiceForm:
		return p.Value
	}
	return ""
}

// policyprint covers a policy with the versions that may be in force in its place.
func policyprint(policy *snapshot.Policy) uint64 {
	if policy == nil {
		return 0
	}
	sum := printOf(policy.Node)
	for _, other := range policy.Others {
		sum += printOf(other.Node)
	}
	return sum
}

// roleprint covers the policies that bind a role.
func roleprint(s *snapshot.Snapshot, role *snapshot.Role) uint64 {
	sum := printOf(role.Node)
	for _, policy := range role.Inline {
		sum += policyprint(policy)
	}
	for _, attachment := range slices.Concat(role.Attached, role.Boundaries) {
		if policy := s.Managed[attachment.ARN]; policy != nil {
			sum += policyprint(policy)
		}
	}
	return sum
}

func keyprint(key *snapshot.Key) uint64 {
	sum := printOf(key.Node)
	for _, grant := range key.Grants {
		sum += printOf(grant.Node)
	}
	for _, name := range slices.Sorted(maps.Keys(key.Tags)) {
		sum += hash("tag " + name + "=" + key.Tags[name])
	}
	return sum
}

// printOf is a print of a value, the same however it is laid out.
func printOf(n source.Node) uint64 { return hash(source.JSONText(n)) }

func hash(text string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(text)) // a hash takes everything
	return h.Sum64()
}

// union gives the names of both maps, sorted.
func union(a, b map[string]uint64) []string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return slices.Sorted(maps.Keys(all))
}
