package live

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/canvaslint/canvaslint/pkg/fetch"
	"github.com/canvaslint/canvaslint/pkg/layout"
)

// unitPattern is the form of ids of organizational units and roots
// (https://docs.aws.amazon.com/organizations/latest/APIReference/API_OrganizationalUnit.html).
var unitPattern = regexp.MustCompile(`^(ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}|r-[0-9a-z]{4,32})$`)

// rolePattern is the name of a role, with its path
// (https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html).
var rolePattern = regexp.MustCompile(`^([\x21-\x7e]+/)?[\w+=,.@-]{1,64}$`)

// checkOrganization finds options that do not go together.
func (o *options) checkOrganization() error {
	if o.Parallel == 0 {
		o.Parallel = fetch.DefaultParallel
	}
	of := o.Organization
	switch {
	case o.Parallel < 1:
		return fmt.Errorf("accounts at a time are at least 1, not %d", o.Parallel)
	case of == nil:
		return nil
	case !rolePattern.MatchString(of.RoleName) || strings.HasPrefix(of.RoleName, "arn:"):
		return fmt.Errorf("name the role to assume in each account with --role-name; %q is no role's name", oneLine(of.RoleName))
	case len(o.Roles) > 0:
		return errors.New("roles by ARN are for single accounts: in an organization name the role that all accounts have, with --role-name")
	case len(o.Profiles) > 1:
		return errors.New("an organization is entered from one profile")
	}
	for _, id := range of.Units {
		if !unitPattern.MatchString(id) {
			return fmt.Errorf("%q is no organizational unit: its id looks like ou-abcd-11111111", oneLine(id))
		}
	}
	for _, id := range of.Exclude {
		if !unitPattern.MatchString(id) && !layout.IsAccount(id) {
			return fmt.Errorf("%q is neither an account id nor an organizational unit: they look like 111122223333 and ou-abcd-11111111", oneLine(id))
		}
	}
	return nil
}

// enterable gives the way into an account: the login itself where it is that one's,
// else the role.
func (o *options) enterable(base login, of *account, id string) login {
	if of.id == id {
		return base
	}
	return o.assuming(base, "arn:"+of.partition+":iam::"+id+":role/"+o.Organization.RoleName)
}

// assuming is the login that a role gives which is assumed from another one.
func (o *options) assuming(base login, role string) login {
	return login{name: role, role: role, config: guarded(o.assume(base.source, role)), regions: base.regions}
}

// leading is the login that AWS Organizations is asked as.
func (o *options) leading(ctx context.Context, base login) (login, error) {
	name := o.Organization.Login
	if strings.HasPrefix(name, "arn:") {
		return o.assuming(base, name), nil
	}
	config, err := o.configure(ctx, name)
	if err != nil {
		return login{}, err
	}
	if config.Region == "" {
		config.Region = base.regions[0]
	}
	return login{name: name, config: guarded(config), source: config, regions: base.regions}, nil
}

// discover lists the accounts that are to be read, by their ids; false where a list
// could not be read to its end.
func (f *fetcher) discover(ctx context.Context, lead *account) (map[string]types.Account, bool) {
	found := map[string]types.Account{}
	units := f.Organization.Units
	if len(units) == 0 && !f.listAll(ctx, lead, found) {
		return nil, false
	}
	for _, unit := range units {
		if !f.listBelow(ctx, lead, unit, found) {
			return nil, false
		}
	}
	for _, id := range f.Organization.Exclude {
		out := map[string]types.Account{id: {}}
		if !layout.IsAccount(id) && !f.listBelow(ctx, lead, id, out) {
			return nil, false
		}
		for id := range out {
			delete(found, id)
		}
	}
	return found, true
}

func (f *fetcher) listAll(ctx context.Context, lead *account, into map[string]types.Account) bool {
	return f.list(ctx, "ListAccounts", "organization", into, func(ctx context.Context, token *string) (page[types.Account], error) {
		out, err := lead.organizations.ListAccounts(ctx, &organizations.ListAccountsInput{NextToken: token})
		if err != nil {
			return page[types.Account]{}, err
		}
		return page[types.Account]{items: out.Accounts, next: out.NextToken}, nil
	})
}

// listBelow lists the accounts of a unit and of the units below it.
func (f *fetcher) listBelow(ctx context.Context, lead *account, unit string, into map[string]types.Account) bool {
	whole := f.list(ctx, "ListAccountsForParent", unit, into, func(ctx context.Context, token *string) (page[types.Account], error) {
		out, err := lead.organizations.ListAccountsForParent(ctx, &organizations.ListAccountsForParentInput{ParentId: &unit, NextToken: token})
		if err != nil {
			return page[types.Account]{}, err
		}
		return page[types.Account]{items: out.Accounts, next: out.NextToken}, nil
	})
	if !whole {
		return false
	}
	below, whole := pages(ctx, f, fetch.Find("organizations", "ListOrganizationalUnitsForParent"), subject{resource: unit}, func(ctx context.Context, token *string) (page[types.OrganizationalUnit], error) {
		out, err := lead.organizations.ListOrganizationalUnitsForParent(ctx, &organizations.ListOrganizationalUnitsForParentInput{ParentId: &unit, NextToken: token})
		if err != nil {
			return page[types.OrganizationalUnit]{}, err
		}
		return page[types.OrganizationalUnit]{items: out.OrganizationalUnits, next: out.NextToken}, nil
	})
	for _, child := range below {
		whole = whole && f.listBelow(ctx, lead, aws.ToString(child.Id), into)
	}
	return whole
}

func (f *fetcher) list(ctx context.Context, operation, of string, into map[string]types.Account, call func(context.Context, *string) (page[types.Account], error)) bool {
	op := fetch.Find("organizations", operation)
	accounts, whole := pages(ctx, f, op, subject{resource: of}, call)
	for _, a := range accounts {
		if !layout.IsAccount(aws.ToString(a.Id)) {
			f.refuse(op, subject{resource: of}, fetch.Unreadable, string(unusableAnswer))
			return false
		}
		into[*a.Id] = a
	}
	return whole
}

// isOpen reports whether an account can be entered. A suspended one refuses every
// call (https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_account_state.html).
func isOpen(a types.Account) bool {
	return !slices.Contains([]string{"SUSPENDED", "CLOSED", "PENDING_ACTIVATION"}, string(a.State)) && a.Status != types.AccountStatusSuspended
}

// listBuckets gives the names of an account's buckets: whose a bucket is, no name
// tells, and to ask thousands of accounts for one would take thousands of calls.
func (f *fetcher) listBuckets(ctx context.Context, a *account) []string {
	api := a.in(a.regions[0]).s3
	buckets, _ := pages(ctx, f, fetch.Find("s3", "ListBuckets"), subject{a.id + "/s3", a.id}, func(ctx context.Context, token *string) (page[s3types.Bucket], error) {
		out, err := api.ListBuckets(ctx, &s3.ListBucketsInput{ContinuationToken: token, MaxBuckets: aws.Int32(1000)})
		if err != nil {
			return page[s3types.Bucket]{}, err
		}
		return page[s3types.Bucket]{items: out.Buckets, next: out.ContinuationToken}, nil
	})
	var names []string
	for _, bucket := range buckets {
		names = append(names, aws.ToString(bucket.Name))
	}
	return names
}
