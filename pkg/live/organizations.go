package live

import (
	"context"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/canvaslint/canvaslint/pkg/fetch"
	"github.com/canvaslint/canvaslint/pkg/layout"
)

// target is an item of targets.json.
type target struct {
	TargetID string   `json:"TargetId"`
	Type     string   // ROOT, ORGANIZATIONAL_UNIT or ACCOUNT
	Path     []string // from the root down to the target
	Policies []string
}

const organizationFile, targetsFile = "organization/organization.json", "organization/targets.json"

// guardrails are an organization's policies with what they are attached to, each
// asked for once for all accounts of a run.
type guardrails struct {
	// lead is the login that AWS Organizations is asked as, nil where each of the
	// run's accounts may be the one that is allowed to.
	lead     *account
	whole    memo[*organizations.DescribeOrganizationOutput]
	parents  memo[types.Parent]
	attached memo[[]string]
	policies memo[*organizations.DescribePolicyOutput]
}

// askers are the logins that may be allowed to read the organization's policies.
func (f *fetcher) askers() []*account {
	if f.guardrails.lead != nil {
		return []*account{f.guardrails.lead}
	}
	return f.accounts
}

// organization reads the organization and the policies that bind the accounts
// of the run, on their ways from the root down. Every member may read the
// first; the rest is for the management account and those it delegates to
// (https://docs.aws.amazon.com/organizations/latest/userguide/orgs_delegate_policies.html).
func (f *fetcher) organization(ctx context.Context) {
	about := subject{organizationFile, "organization"}
	op := fetch.Find("organizations", "DescribeOrganization")
	var org *types.Organization
	var failure error
	for _, a := range f.askers() {
		out, err := f.guardrails.whole.of(a.id, func() (*organizations.DescribeOrganizationOutput, error) {
			return attempt(ctx, f, op, func(ctx context.Context) (*organizations.DescribeOrganizationOutput, error) {
				return a.organizations.DescribeOrganization(ctx, &organizations.DescribeOrganizationInput{})
			})
		})
		if err == nil && out.Organization != nil {
			org = out.Organization
			f.save(organizationFile, plain(out))
			break
		}
		if failure = err; err == nil {
			failure = unusableAnswer
		}
	}
	switch {
	case org != nil:
		f.targets(ctx, aws.ToString(org.MasterAccountId))
	case failure != nil:
		f.miss(ctx, op, about, failure)
	}
}

// targets reads the ways of the accounts and what is attached along them.
func (f *fetcher) targets(ctx context.Context, management string) {
	ways := map[string][]types.Parent{} // by account: from the account up
	var asker *account
	for _, id := range f.boundAccounts(management) {
		way, by, err := f.way(ctx, id, asker)
		if err != nil {
			f.miss(ctx, fetch.Find("organizations", "ListParents"), subject{targetsFile, id}, err)
			continue
		}
		ways[id], asker = way, by
	}
	targets := map[string]*target{}
	for id, way := range ways {
		path := []string{}
		for _, parent := range slices.Backward(way) {
			path = append(path, aws.ToString(parent.Id))
			targets[aws.ToString(parent.Id)] = &target{TargetID: aws.ToString(parent.Id), Type: string(parent.Type), Path: slices.Clone(path)}
		}
		targets[id] = &target{TargetID: id, Type: "ACCOUNT", Path: append(path, id)}
	}
	if len(targets) == 0 {
		return
	}
	policies := map[string]bool{}
	readable := []*target{}
	for _, t := range inOrder(targets) {
		if !f.attached(ctx, asker, t) {
			continue // its policies are unknown, which is what a target that is missing means
		}
		readable = append(readable, t)
		for _, id := range t.Policies {
			policies[id] = true
		}
	}
	for _, id := range slices.Sorted(maps.Keys(policies)) {
		f.spawn(func() { f.controlPolicy(ctx, asker, id) })
	}
	if len(readable) > 0 && !f.broken(ctx) {
		f.save(targetsFile, object{"Targets": readable})
	}
}

// boundAccounts are the accounts whose callers, keys and buckets are in play,
// the management account apart, which its policies do not bind.
func (f *fetcher) boundAccounts(management string) []string {
	ids := map[string]bool{}
	for _, a := range f.accounts {
		ids[a.id] = true
	}
	for _, key := range f.snapshot.Keys {
		ids[key.Account] = true
	}
	for _, bucket := range f.snapshot.Buckets {
		ids[bucket.Account] = layout.IsAccount(bucket.Account)
	}
	delete(ids, management)
	maps.DeleteFunc(ids, func(id string, bound bool) bool { return !bound || !layout.IsAccount(id) })
	return slices.Sorted(maps.Keys(ids))
}

// way gives what is above an account, up to the root, and which login may ask.
func (f *fetcher) way(ctx context.Context, id string, asker *account) ([]types.Parent, *account, error) {
	candidates := f.askers()
	if asker != nil {
		candidates = []*account{asker}
	}
	var failure error
	for _, a := range candidates {
		way, err := f.climb(ctx, a, id)
		if err == nil {
			return way, a, nil
		}
		failure = err
		if classify("organizations", err).reason != fetch.AccessDenied {
			break
		}
	}
	return nil, nil, failure
}

func (f *fetcher) climb(ctx context.Context, a *account, child string) ([]types.Parent, error) {
	const deepest = 10 // a root and five units at most (https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html)
	var way []types.Parent
	for range deepest {
		parent, err := f.guardrails.parents.of(a.id+" "+child, func() (types.Parent, error) { return f.parent(ctx, a, child) })
		if err != nil {
			return nil, err
		}
		way = append(way, parent)
		if parent.Type == types.ParentTypeRoot {
			return way, nil
		}
		child = *parent.Id
	}
	return nil, tooManyPages
}

func (f *fetcher) parent(ctx context.Context, a *account, child string) (types.Parent, error) {
	out, err := attempt(ctx, f, fetch.Find("organizations", "ListParents"), func(ctx context.Context) (*organizations.ListParentsOutput, error) {
		return a.organizations.ListParents(ctx, &organizations.ListParentsInput{ChildId: &child})
	})
	if err != nil {
		return types.Parent{}, err
	}
	if len(out.Parents) != 1 || aws.ToString(out.Parents[0].Id) == "" {
		return types.Parent{}, unusableAnswer
	}
	return out.Parents[0], nil
}

// attached fills in the policies of both kinds at a target.
func (f *fetcher) attached(ctx context.Context, a *account, t *target) bool {
	var err error
	t.Policies, err = f.guardrails.attached.of(t.TargetID, func() ([]string, error) { return f.policiesOf(ctx, a, t.TargetID) })
	if err != nil {
		f.miss(ctx, fetch.Find("organizations", "ListPoliciesForTarget"), subject{targetsFile, t.TargetID}, err)
	}
	return err == nil
}

func (f *fetcher) policiesOf(ctx context.Context, a *account, target string) ([]string, error) {
	ids := []string{}
	for _, kind := range []types.PolicyType{types.PolicyTypeServiceControlPolicy, types.PolicyTypeResourceControlPolicy} {
		found, err := collect(ctx, f, fetch.Find("organizations", "ListPoliciesForTarget"), func(ctx context.Context, token *string) (page[types.PolicySummary], error) {
			out, err := a.organizations.ListPoliciesForTarget(ctx, &organizations.ListPoliciesForTargetInput{TargetId: &target, Filter: kind, NextToken: token})
			if err != nil {
				return page[types.PolicySummary]{}, err
			}
			return page[types.PolicySummary]{items: out.Policies, next: out.NextToken}, nil
		})
		if err != nil {
			return nil, err
		}
		for _, policy := range found {
			ids = append(ids, aws.ToString(policy.Id))
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

func (f *fetcher) controlPolicy(ctx context.Context, a *account, id string) {
	op := fetch.Find("organizations", "DescribePolicy")
	name, ok := fileName(id)
	if !ok {
		f.refuse(op, subject{"organization/policies", oneLine(id)}, fetch.Unreadable, string(unusableName))
		return
	}
	about := subject{"organization/policies/" + name + ".json", id}
	if f.Resume && f.out.has(about.file) {
		return
	}
	policy, err := f.guardrails.policies.of(id, func() (*organizations.DescribePolicyOutput, error) {
		return attempt(ctx, f, op, func(ctx context.Context) (*organizations.DescribePolicyOutput, error) {
			return a.organizations.DescribePolicy(ctx, &organizations.DescribePolicyInput{PolicyId: &id})
		})
	})
	if err != nil {
		f.miss(ctx, op, about, err)
		return
	}
	f.save(about.file, plain(policy))
}
