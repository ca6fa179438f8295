package live

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/canvaslint/canvaslint/pkg/fetch"
)

// allRoles reads every role and its policies in one list. Where that is not
// allowed, the roles that settings name are read one by one anyway.
func (f *fetcher) allRoles(ctx context.Context, a *account) {
	about := subject{a.id + "/iam/account-authorization-details.json", a.id}
	if f.Resume && f.out.has(about.file) {
		f.whole(a.id + "/iam/roles")
		return
	}
	type item struct{ role, policy object }
	items, whole := pages(ctx, f, fetch.Find("iam", "GetAccountAuthorizationDetails"), about, func(ctx context.Context, marker *string) (page[item], error) {
		out, err := a.iam.GetAccountAuthorizationDetails(ctx, &iam.GetAccountAuthorizationDetailsInput{
			Marker: marker, MaxItems: aws.Int32(1000),
			Filter: []types.EntityType{types.EntityTypeRole, types.EntityTypeLocalManagedPolicy, types.EntityTypeAWSManagedPolicy},
		})
		if err != nil {
			return page[item]{}, err
		}
		answer := page[item]{next: out.Marker, more: out.IsTruncated}
		for _, role := range out.RoleDetailList {
			answer.items = append(answer.items, item{role: roleDetail(plain(role))})
		}
		for _, policy := range out.Policies {
			answer.items = append(answer.items, item{policy: policyDetail(plain(policy))})
		}
		return answer, nil
	})
	if !whole {
		return
	}
	roles, policies := map[string]object{}, map[string]object{}
	for _, i := range items {
		if i.role != nil {
			roles[text(i.role, "Arn")] = i.role
		} else {
			policies[text(i.policy, "Arn")] = i.policy
		}
	}
	f.save(about.file, object{"RoleDetailList": inOrder(roles), "Policies": inOrder(policies)})
	f.out.remove(a.id + "/iam/roles-read.json") // of a run that was refused the list
	f.whole(a.id + "/iam/roles")
}

func text(members object, name string) string {
	value, _ := members[name].(string)
	return value
}

// inOrder gives objects sorted by the names they are filed under.
func inOrder[V any](byName map[string]V) []V {
	list := make([]V, 0, len(byName))
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		list = append(list, byName[name])
	}
	return list
}

// roleDetail makes a role of the SDK into what the AWS CLI prints: documents as
// objects. RoleLastUsed is left out: it is no part of what a role may do, and
// the very fetch that assumes a role changes it.
func roleDetail(role object) object {
	delete(role, "RoleLastUsed")
	decode(role, "AssumeRolePolicyDocument")
	for _, policy := range members(role, "RolePolicyList") {
		decode(policy, "PolicyDocument")
	}
	for _, profile := range members(role, "InstanceProfileList") {
		for _, holder := range members(profile, "Roles") {
			delete(holder, "RoleLastUsed")
			decode(holder, "AssumeRolePolicyDocument")
		}
	}
	order(role, "RolePolicyList", "PolicyName")
	order(role, "AttachedManagedPolicies", "PolicyArn")
	order(role, "Tags", "Key")
	return role
}

func policyDetail(policy object) object {
	for _, version := range members(policy, "PolicyVersionList") {
		decode(version, "Document")
	}
	order(policy, "PolicyVersionList", "VersionId")
	order(policy, "Tags", "Key")
	return policy
}

// members gives the objects of a list.
func members(parent object, name string) []object {
	list, _ := parent[name].([]any)
	var objects []object
	for _, item := range list {
		if o, ok := item.(object); ok {
			objects = append(objects, o)
		}
	}
	return objects
}

// order sorts the objects of a list by a member.
func order(parent object, name, by string) {
	list, _ := parent[name].([]any)
	slices.SortStableFunc(list, func(a, b any) int {
		one, _ := a.(object)
		two, _ := b.(object)
		return strings.Compare(text(one, by), text(two, by))
	})
}

// roleBook gathers the roles of an account that are read one by one, in the
// shape of GetAccountAuthorizationDetails. It is written now and then, so that
// a run that breaks off loses little.
type roleBook struct {
	file string

	mutex    sync.Mutex
	roles    map[string]object // by ARN
	policies map[string]object
	asked    map[string]bool // managed policies
	news     int             // roles and policies since it was written
}

// bookEvery is how many roles may be read before the book is written again: it
// is written whole, so that more often would cost time with the square of roles.
const bookEvery = 200

// book gives the roles of an account, with what an earlier run left.
func (f *fetcher) book(id string) (*roleBook, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if b := f.roles[id]; b != nil {
		return b, nil
	}
	b := &roleBook{file: id + "/iam/roles-read.json", roles: map[string]object{}, policies: map[string]object{}, asked: map[string]bool{}}
	f.roles[id] = b
	if !f.Resume {
		return b, nil
	}
	data, err := f.out.read(b.file)
	if err != nil || data == nil {
		return b, err
	}
	var old struct{ RoleDetailList, Policies []map[string]json.RawMessage }
	if err := json.Unmarshal(data, &old); err != nil {
		return b, nil // what is no whole file is read again
	}
	refile(b.roles, old.RoleDetailList)
	refile(b.policies, old.Policies)
	return b, nil
}

// refile files what a file held. Members stay as they were written.
func refile(into map[string]object, from []map[string]json.RawMessage) {
	for _, raw := range from {
		o := object{}
		for name, value := range raw {
			o[name] = value
			switch text, list := "", []any(nil); {
			case json.Unmarshal(value, &text) == nil:
				o[name] = text
			case json.Unmarshal(value, &list) == nil && name != "PolicyVersionList" && name != "RolePolicyList":
				o[name] = list
			}
		}
		into[text(o, "Arn")] = o
	}
}

// wholeRole reports whether everything of a role was read.
func wholeRole(role object) bool {
	switch policies := role["RolePolicyList"].(type) {
	case json.RawMessage:
		var list []map[string]json.RawMessage
		if json.Unmarshal(policies, &list) != nil || slices.ContainsFunc(list, func(p map[string]json.RawMessage) bool { return p["PolicyDocument"] == nil }) {
			return false
		}
	case []any:
		if slices.ContainsFunc(policies, func(p any) bool { return p.(object)["PolicyDocument"] == nil }) {
			return false
		}
	default:
		return false
	}
	_, attached := role["AttachedManagedPolicies"].([]any)
	return attached
}

// flush writes the books that have news.
func (f *fetcher) flush() {
	f.mutex.Lock()
	books := slices.Collect(maps.Values(f.roles))
	f.mutex.Unlock()
	for _, b := range books {
		f.writeBook(b, 1)
	}
}

// writeBook writes a book that has at least so much news.
func (f *fetcher) writeBook(b *roleBook, least int) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.news < least {
		return
	}
	b.news = 0
	f.save(b.file, object{"RoleDetailList": inOrder(b.roles), "Policies": inOrder(b.policies)})
}

// role reads a role with its policies, and the managed policies that are
// attached to it or bound it.
func (f *fetcher) role(ctx context.Context, a *account, arn string) {
	f.atOnce <- struct{}{}
	defer func() { <-f.atOnce }()
	b, err := f.book(a.id)
	if err != nil {
		f.fail(err)
		return
	}
	b.mutex.Lock()
	role := b.roles[arn]
	b.mutex.Unlock()
	if role == nil || !wholeRole(role) {
		if role = f.readRole(ctx, a, arn, b.file); role == nil {
			return
		}
		b.mutex.Lock()
		b.roles[text(role, "Arn")] = role
		b.news++
		b.mutex.Unlock()
	}
	for _, attached := range members(role, "AttachedManagedPolicies") {
		f.managed(ctx, a, b, text(attached, "PolicyArn"))
	}
	f.managed(ctx, a, b, boundaryOf(role))
	f.writeBook(b, bookEvery)
}

func boundaryOf(role object) string {
	switch boundary := role["PermissionsBoundary"].(type) {
	case object:
		return text(boundary, "PermissionsBoundaryArn")
	case json.RawMessage:
		var b struct{ PermissionsBoundaryArn string }
		_ = json.Unmarshal(boundary, &b)
		return b.PermissionsBoundaryArn
	}
	return ""
}

// readRole gives a role in the shape of GetAccountAuthorizationDetails, nil
// where it could not be read. A policy that could not be read stands there by
// its name alone, and a list that could not be read is missing: either way
// the role is known to be more than what is written of it.
func (f *fetcher) readRole(ctx context.Context, a *account, arn, file string) object {
	about := subject{file, arn}
	name := arn[strings.LastIndex(arn, "/")+1:]
	out, ok := ask(ctx, f, fetch.Find("iam", "GetRole"), about, func(ctx context.Context) (*iam.GetRoleOutput, error) {
		return a.iam.GetRole(ctx, &iam.GetRoleInput{RoleName: &name})
	})
	if !ok {
		return nil
	}
	if out.Role == nil || aws.ToString(out.Role.Arn) == "" {
		f.refuse(fetch.Find("iam", "GetRole"), about, fetch.Unreadable, string(unusableAnswer))
		return nil
	}
	if aws.ToString(out.Role.Arn) != arn {
		f.refuse(fetch.Find("iam", "GetRole"), about, fetch.NotFound, "OtherPath") // a role of that name has another ARN
	}
	role := plain(out.Role)
	if role["Tags"] == nil {
		role["Tags"] = []any{} // GetRole gives a role's tags: there are none
	}
	inline, whole := f.inline(ctx, a, name, about)
	if whole {
		role["RolePolicyList"] = inline
	}
	attached, whole := pages(ctx, f, fetch.Find("iam", "ListAttachedRolePolicies"), about, func(ctx context.Context, marker *string) (page[types.AttachedPolicy], error) {
		out, err := a.iam.ListAttachedRolePolicies(ctx, &iam.ListAttachedRolePoliciesInput{RoleName: &name, Marker: marker})
		if err != nil {
			return page[types.AttachedPolicy]{}, err
		}
		return page[types.AttachedPolicy]{out.AttachedPolicies, out.Marker, out.IsTruncated}, nil
	})
	if whole {
		role["AttachedManagedPolicies"] = listed(attached)
	}
	if f.broken(ctx) {
		return nil
	}
	return roleDetail(role)
}

func (f *fetcher) inline(ctx context.Context, a *account, role string, about subject) ([]any, bool) {
	names, whole := pages(ctx, f, fetch.Find("iam", "ListRolePolicies"), about, func(ctx context.Context, marker *string) (page[string], error) {
		out, err := a.iam.ListRolePolicies(ctx, &iam.ListRolePoliciesInput{RoleName: &role, Marker: marker})
		if err != nil {
			return page[string]{}, err
		}
		return page[string]{out.PolicyNames, out.Marker, out.IsTruncated}, nil
	})
	policies := []any{}
	for _, name := range names {
		policy := object{"PolicyName": name}
		out, ok := ask(ctx, f, fetch.Find("iam", "GetRolePolicy"), about, func(ctx context.Context) (*iam.GetRolePolicyOutput, error) {
			return a.iam.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: &role, PolicyName: &name})
		})
		if ok {
			policy["PolicyDocument"] = aws.ToString(out.PolicyDocument)
		}
		policies = append(policies, policy)
	}
	return policies, whole
}

// managed reads the default version of a managed policy, once for all roles.
func (f *fetcher) managed(ctx context.Context, a *account, b *roleBook, arn string) {
	b.mutex.Lock()
	known := arn == "" || b.asked[arn] || b.policies[arn] != nil
	b.asked[arn] = true
	b.mutex.Unlock()
	if known {
		return
	}
	about := subject{b.file, arn}
	found, ok := ask(ctx, f, fetch.Find("iam", "GetPolicy"), about, func(ctx context.Context) (*iam.GetPolicyOutput, error) {
		return a.iam.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: &arn})
	})
	if !ok {
		return
	}
	if found.Policy == nil || aws.ToString(found.Policy.DefaultVersionId) == "" {
		f.refuse(fetch.Find("iam", "GetPolicy"), about, fetch.Unreadable, string(unusableAnswer))
		return
	}
	version, ok := ask(ctx, f, fetch.Find("iam", "GetPolicyVersion"), about, func(ctx context.Context) (*iam.GetPolicyVersionOutput, error) {
		return a.iam.GetPolicyVersion(ctx, &iam.GetPolicyVersionInput{PolicyArn: &arn, VersionId: found.Policy.DefaultVersionId})
	})
	if !ok {
		return
	}
	policy := plain(found.Policy)
	policy["PolicyVersionList"] = []any{plain(version.PolicyVersion)}
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.policies[arn] = policyDetail(policy)
	b.news++
}

// fail ends the run with an error of ours.
func (f *fetcher) fail(err error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.err == nil {
		f.err = fmt.Errorf("go on with the folder: %w", err)
	}
}
