package diff

import (
	"fmt"
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
	// known of them, and callers that of all but the policies of principals.
	policies       map[string]*snapshot.Policy
	rests, callers map[string]uint64
	// prints are those of all statements of all policies, and statements the same
	// by what they are.
	prints     map[*iam.Statement]uint64
	statements map[uint64]bool
	// global is the print of what has a say in every decision.
	global uint64
}

func newSurvey(s *snapshot.Snapshot) survey {
	v := survey{
		principals: map[string]uint64{}, resources: map[string]uint64{}, statements: map[uint64]bool{}, prints: map[*iam.Statement]uint64{},
		policies: map[string]*snapshot.Policy{}, rests: map[string]uint64{}, callers: map[string]uint64{},
	}
	for _, policy := range s.Policies {
		for _, statement := range policy.Policy().Statements {
			v.prints[statement] = printOf(statement.Node)
			v.statements[v.prints[statement]] = true
		}
	}
	for _, role := range s.Roles {
		v.callers[role.ARN] = callerprint(role)
		v.principals[role.ARN] = roleprint(s, role) + v.callers[role.ARN]
		if role.Trust != nil {
			v.resources[role.ARN], v.policies[role.ARN] = policyprint(role.Trust), role.Trust
			v.name(role.Trust)
		}
	}
	aliases := aliasprints(s)
	for _, key := range s.Keys {
		if key.ARN != "" {
			v.rests[key.ARN], v.policies[key.ARN] = keyprint(key)+aliases[aliasOf(key.Account, key.Region, key.ID)], key.Policy
			v.resources[key.ARN] = v.rests[key.ARN] + policyprint(key.Policy)
			v.name(key.Policy)
		}
	}
	for _, bucket := range s.Buckets {
		v.name(bucket.Policy)
		for _, arn := range []string{bucket.ARN, bucket.ARN + "/*"} {
			v.rests[arn], v.policies[arn] = bucketprint(s, bucket), bucket.Policy
			v.resources[arn] = v.rests[arn] + policyprint(bucket.Policy)
		}
	}
	v.sessions(s)
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
		for _, attachment := range org.Attachments {
			v.global += hash("attached "+attachment.Policy+" to "+attachment.Target) + guardprint(attachment.Guards)
		}
	}
	return v
}

// sessions gives the sessions that policies name the prints of their roles.
func (v survey) sessions(s *snapshot.Snapshot) {
	for name := range v.principals {
		arn, _ := iam.ParseARN(name)
		if form, role, _ := iam.ParsePrincipalARN(arn); form == iam.SessionForm {
			if known := s.RoleNamed(arn.Account, role); known != nil {
				v.principals[name], v.callers[name] = v.principals[known.ARN], v.callers[known.ARN]
			}
		}
	}
}

// printed gives the print of a statement.
func (v survey) printed(s *iam.Statement) uint64 {
	if known, ok := v.prints[s]; ok {
		return known
	}
	return printOf(s.Node) // of a policy that has no file
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

// perhapsprint covers policies that may be in force in the place of the one that is
// known.
func perhapsprint(policies []*snapshot.Policy) uint64 {
	sum := uint64(0)
	for _, policy := range policies {
		sum += hash("perhaps") + policyprint(policy)
	}
	return sum
}

func guardprint(guards iam.Guards) uint64 {
	sum := uint64(0)
	for _, guard := range guards {
		sum += hash(fmt.Sprint("when ", guard.Choice.Question, guard.Choice.Cases, guard.Cases))
	}
	return sum
}

// callerprint covers what decisions read of a role beside its policies.
func callerprint(role *snapshot.Role) uint64 {
	sum := hash(fmt.Sprint("role ", role.ID, role.Tags, role.TagsKnown, role.PoliciesKnown, role.Listed, role.Unread))
	for _, boundary := range role.Boundaries {
		sum += guardprint(boundary.Guards)
	}
	return sum
}

// aliasOf is what an alias says of its key.
func aliasOf(account, region, id string) string { return account + " " + region + " " + id }

// aliasprints are the prints of the aliases of each key.
func aliasprints(s *snapshot.Snapshot) map[string]uint64 {
	prints := map[string]uint64{}
	for _, alias := range s.Aliases {
		prints[aliasOf(alias.Account, alias.Region, alias.Target)] += hash("alias " + alias.Name)
	}
	return prints
}

// bucketprint covers what decisions read of a bucket beside its policy.
func bucketprint(s *snapshot.Snapshot, b *snapshot.Bucket) uint64 {
	public := false // S3 may take it for that, and block it
	for _, policy := range append([]*snapshot.Policy{b.Policy}, b.Perhaps...) {
		public = public || policy != nil && len(policy.Policy().Open()) > 0
	}
	blocks := fmt.Sprint(b.Restricts.State, b.Restricts.Value)
	if of := s.PublicBlocks[b.Account]; of != nil {
		blocks += fmt.Sprint(of.State, of.Value)
	}
	return printOf(b.Node) + hash(fmt.Sprint("bucket ", b.Account, b.Region, b.PolicyState, public, blocks)) + perhapsprint(b.Perhaps)
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
	sum := printOf(key.Node) + perhapsprint(key.Perhaps)
	for _, grant := range key.Grants {
		sum += printOf(grant.Node) + guardprint(grant.Guards)
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
