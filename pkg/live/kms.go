package live

import (
	"cmp"
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/fetch"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// keyLists reads the lists of all keys and aliases of a Region: they alone can
// prove that a key is missing.
func (f *fetcher) keyLists(ctx context.Context, a *account, region string) {
	f.spawn(func() { f.keyList(ctx, a, region) })
	api := a.in(region).kms
	list := a.id + "/" + region + "/kms/aliases"
	about := subject{list + ".json", a.id + "/" + region}
	if f.Resume && f.out.has(about.file) {
		f.whole(list)
		return
	}
	aliases, whole := pages(ctx, f, fetch.Find("kms", "ListAliases"), about, func(ctx context.Context, marker *string) (page[types.AliasListEntry], error) {
		out, err := api.ListAliases(ctx, &kms.ListAliasesInput{Marker: marker})
		if err != nil {
			return page[types.AliasListEntry]{}, err
		}
		return page[types.AliasListEntry]{out.Aliases, out.NextMarker, out.Truncated}, nil
	})
	if whole {
		sorted(aliases, func(e types.AliasListEntry) *string { return e.AliasName })
		f.save(about.file, object{"Aliases": listed(aliases)})
		f.whole(list)
	}
}

func (f *fetcher) keyList(ctx context.Context, a *account, region string) {
	api := a.in(region).kms
	list := a.id + "/" + region + "/kms/keys"
	about := subject{list + ".json", a.id + "/" + region}
	if f.Resume && f.out.has(about.file) {
		f.whole(list)
		return
	}
	keys, whole := pages(ctx, f, fetch.Find("kms", "ListKeys"), about, func(ctx context.Context, marker *string) (page[types.KeyListEntry], error) {
		out, err := api.ListKeys(ctx, &kms.ListKeysInput{Marker: marker})
		if err != nil {
			return page[types.KeyListEntry]{}, err
		}
		return page[types.KeyListEntry]{out.Keys, out.NextMarker, out.Truncated}, nil
	})
	if whole {
		sorted(keys, func(e types.KeyListEntry) *string { return e.KeyArn })
		f.save(about.file, object{"Keys": listed(keys)})
		f.whole(list)
	}
}

// sorted puts items into the order of a name, so that a list does not depend on
// how the service orders it.
func sorted[Item any](items []Item, name func(Item) *string) {
	slices.SortStableFunc(items, func(a, b Item) int { return cmp.Compare(aws.ToString(name(a)), aws.ToString(name(b))) })
}

// listed gives items as the AWS CLI prints a list: never null.
func listed[Item any](items []Item) []any {
	list := make([]any, 0, len(items))
	for _, item := range items {
		list = append(list, plain(item))
	}
	return list
}

// key describes a key that a setting names, in the account and Region where AWS
// resolves the name.
func (f *fetcher) key(ctx context.Context, want canvas.WantedKey) {
	name := snapshot.ParseKeyName(want.Text)
	owner, region, id := want.Account, want.Region, name.ID
	if name.Account != "" {
		owner, region = name.Account, name.Region
	}
	arn := "arn:" + layout.PartitionOf(region) + ":kms:" + region + ":" + owner + ":key/" + id
	if name.Form == snapshot.AliasName || name.Form == snapshot.AliasARN {
		arn = "arn:" + layout.PartitionOf(region) + ":kms:" + region + ":" + owner + ":" + id
	}
	escaped, ok := fileName(id)
	about := subject{owner + "/" + region + "/kms/keys/" + escaped + "/key.json", arn}
	op := fetch.Find("kms", "DescribeKey")
	caller := f.caller(owner, want.Account)
	switch {
	case f.Resume && f.out.has(about.file):
		return
	case !ok:
		f.refuse(op, about, fetch.Unreadable, string(unusableName))
		return
	case caller == nil:
		f.refuse(op, about, fetch.AccessDenied, "NoCredentials")
		return
	}
	// An id and an alias mean the caller's own account.
	asked := want.Text
	if caller.id == owner {
		asked = arn
	}
	output, ok := ask(ctx, f, op, about, func(ctx context.Context) (*kms.DescribeKeyOutput, error) {
		return caller.in(region).kms.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: &asked})
	})
	if !ok {
		return
	}
	// The answer says whose key it is, and what its id is behind an alias.
	found := snapshot.Malformed
	if output.KeyMetadata != nil {
		name = snapshot.ParseKeyName(aws.ToString(output.KeyMetadata.Arn))
		found = name.Form
	}
	if found != snapshot.KeyARN || !layout.IsAccount(name.Account) || !layout.IsRegion(name.Region) {
		f.refuse(op, about, fetch.Unreadable, string(unusableAnswer))
		return
	}
	f.save(name.Account+"/"+name.Region+"/kms/keys/"+layout.Escape(name.ID)+"/key.json", plain(output))
}

// caller gives the login that asks about what an account owns: its own, else
// the one of the account where the name stood.
func (f *fetcher) caller(owner, asker string) *account {
	if a := f.account(owner); a != nil {
		return a
	}
	return f.account(asker)
}

// keyFacts reads what depends on a key that was described. Keys that AWS manages
// have a policy and nothing else that matters here.
func (f *fetcher) keyFacts(ctx context.Context, key *snapshot.Key) {
	folder := key.Account + "/" + key.Region + "/kms/keys/" + layout.Escape(key.ID) + "/"
	a := f.account(key.Account)
	if a == nil {
		// GetKeyPolicy, ListResourceTags and GetKeyRotationStatus do not work
		// across accounts (https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html).
		f.refuse(fetch.Find("kms", "GetKeyPolicy"), subject{folder + "policy.json", key.ARN}, fetch.AccessDenied, "OtherAccount")
		f.refuse(fetch.Find("kms", "ListGrants"), subject{folder + "grants.json", key.ARN}, fetch.AccessDenied, "OtherAccount")
		return
	}
	api := a.in(key.Region).kms
	f.spawn(func() {
		askInto(ctx, f, fetch.Find("kms", "GetKeyPolicy"), subject{folder + "policy.json", key.ARN}, func(ctx context.Context) (*kms.GetKeyPolicyOutput, error) {
			return api.GetKeyPolicy(ctx, &kms.GetKeyPolicyInput{KeyId: &key.ARN, PolicyName: aws.String("default")})
		}, nil)
	})
	if key.Manager.Value == "AWS" {
		return
	}
	f.spawn(func() { f.grants(ctx, api, key.ARN, folder) })
	f.spawn(func() { f.tags(ctx, api, key.ARN, folder) })
	if rotates(key) {
		f.spawn(func() {
			askInto(ctx, f, fetch.Find("kms", "GetKeyRotationStatus"), subject{folder + "rotation.json", key.ARN}, func(ctx context.Context) (*kms.GetKeyRotationStatusOutput, error) {
				return api.GetKeyRotationStatus(ctx, &kms.GetKeyRotationStatusInput{KeyId: &key.ARN})
			}, nil)
		})
	}
}

// rotates reports whether AWS has a rotation status of a key: it has none of
// asymmetric, HMAC and imported keys, nor in states in which the key is not made
// (https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html).
func rotates(key *snapshot.Key) bool {
	imported := key.Origin.IsGiven() && key.Origin.Value != "AWS_KMS"
	asymmetric := key.Spec.IsGiven() && key.Spec.Value != "SYMMETRIC_DEFAULT"
	return !imported && !asymmetric && !slices.Contains([]string{"PendingImport", "Creating", "Unavailable"}, key.Status.Value)
}

func (f *fetcher) grants(ctx context.Context, api *kms.Client, arn, folder string) {
	about := subject{folder + "grants.json", arn}
	if f.Resume && f.out.has(about.file) {
		return
	}
	grants, whole := pages(ctx, f, fetch.Find("kms", "ListGrants"), about, func(ctx context.Context, marker *string) (page[types.GrantListEntry], error) {
		out, err := api.ListGrants(ctx, &kms.ListGrantsInput{KeyId: &arn, Marker: marker})
		if err != nil {
			return page[types.GrantListEntry]{}, err
		}
		return page[types.GrantListEntry]{out.Grants, out.NextMarker, out.Truncated}, nil
	})
	if whole {
		sorted(grants, func(e types.GrantListEntry) *string { return e.GrantId })
		f.save(about.file, object{"Grants": listed(grants)})
	}
}

func (f *fetcher) tags(ctx context.Context, api *kms.Client, arn, folder string) {
	about := subject{folder + "tags.json", arn}
	if f.Resume && f.out.has(about.file) {
		return
	}
	tags, whole := pages(ctx, f, fetch.Find("kms", "ListResourceTags"), about, func(ctx context.Context, marker *string) (page[types.Tag], error) {
		out, err := api.ListResourceTags(ctx, &kms.ListResourceTagsInput{KeyId: &arn, Marker: marker})
		if err != nil {
			return page[types.Tag]{}, err
		}
		return page[types.Tag]{out.Tags, out.NextMarker, out.Truncated}, nil
	})
	if whole {
		sorted(tags, func(t types.Tag) *string { return t.TagKey })
		f.save(about.file, object{"Tags": listed(tags), "Truncated": false})
	}
}
