package load

import (
	"slices"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/load/document"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// doubt is a document of which it is not known what it belongs to, or whether it
// will be there: it may be that of every role, key or bucket of its account whose
// name it can be.
type doubt struct {
	document.Document
	perhaps layout.Perhaps
}

// settleDoubts attaches what documents in doubt hold to all that they may belong
// to, where it then depends on their question. It comes after everything that is
// known for sure.
func (b *builder) settleDoubts() {
	for _, d := range b.doubts {
		b.from(d.Document)
		choice := &iam.Choice{Question: d.perhaps.Question, Cases: 2}
		switch {
		case d.Kind == document.Role:
			b.doubtRole(d, d.Node.Get("Role"), choice)
		case d.Kind == document.Account:
			for item := range d.Node.Get("RoleDetailList").Items() {
				b.doubtRole(d, item, choice)
			}
		case d.Kind == document.Grants:
			b.doubtGrants(d, choice)
		case d.Place.Key != "":
			b.doubtKeyPolicy(d, choice)
		case d.Place.Bucket != "":
			b.doubtBucketPolicy(d, choice)
		}
	}
}

// mayBe reports whether the document can be about what has a name in an account.
func (d *doubt) mayBe(given, name, givenAccount, account string) bool {
	return iam.Same(given, name) != iam.Never && iam.Same(givenAccount, account) != iam.Never && !slices.Contains(d.perhaps.NotOf, name)
}

// doubtRole gives policies to every role that they may be added to.
func (b *builder) doubtRole(d doubt, node source.Node, choice *iam.Choice) {
	var inline []*snapshot.Policy
	for item := range node.Get("RolePolicyList").Items() {
		if policy := b.policy(item.Get("PolicyDocument"), iam.IdentityPolicy, item.Get("PolicyName").Text(), ""); policy != nil {
			policy.Guards = choice.In(1)
			inline = append(inline, policy)
		}
	}
	for _, role := range b.snapshot.Roles {
		if !d.mayBe(node.Get("RoleName").Text(), role.Name, iam.AccountOf(node.Get("Arn").Text()), role.Account) {
			continue
		}
		for _, policy := range inline { // would take the place of one of its name
			for _, known := range role.Inline {
				if known.Name == policy.Name {
					limit(known, choice.In(0))
				}
			}
		}
		role.Inline = append(role.Inline, inline...)
		for item := range node.Get("AttachedManagedPolicies").Items() {
			role.Attached = append(role.Attached, snapshot.Attachment{ARN: item.Get("PolicyArn").Text(), Node: item, Guards: choice.In(1)})
		}
	}
}

// limit lets all versions of a policy be in force only where the guards hold too.
func limit(policy *snapshot.Policy, guards iam.Guards) {
	for _, version := range append([]*snapshot.Policy{policy}, policy.Others...) {
		version.Guards = version.Guards.And(guards)
	}
}

// keysOf gives the keys that the document may be about.
func (b *builder) keysOf(d doubt) []*snapshot.Key {
	var keys []*snapshot.Key
	for _, key := range b.snapshot.Keys {
		sameRegion := d.Place.Region == "" || iam.Same(d.Place.Region, key.Region) != iam.Never
		if sameRegion && key.Manager.Value != "AWS" && d.mayBe(d.Place.Key, key.ID, d.Place.Account, key.Account) {
			keys = append(keys, key)
		}
	}
	return keys
}

// doubtKeyPolicy takes a policy that may stand in the place of those of keys.
func (b *builder) doubtKeyPolicy(d doubt, choice *iam.Choice) {
	policy := b.policy(d.Node.Get("Policy"), iam.KeyPolicy, "key policy of "+d.Of, "")
	if policy == nil {
		return
	}
	policy.Guards = choice.In(1)
	for _, key := range b.keysOf(d) {
		if key.Policy != nil { // else it is missing anyway
			limit(key.Policy, choice.In(0))
			key.Perhaps = append(key.Perhaps, policy)
		}
	}
}

// doubtBucketPolicy is doubtKeyPolicy for buckets, which can be without a policy.
func (b *builder) doubtBucketPolicy(d doubt, choice *iam.Choice) {
	policy := b.policy(d.Node.Get("Policy"), iam.BucketPolicy, "bucket policy of "+d.Of, "")
	if policy == nil {
		return
	}
	policy.Guards = choice.In(1)
	for _, bucket := range b.snapshot.Buckets {
		if !d.mayBe(d.Place.Bucket, bucket.Name, d.Place.Account, bucket.Account) {
			continue
		}
		if bucket.Policy != nil {
			limit(bucket.Policy, choice.In(0))
		}
		bucket.Perhaps = append(bucket.Perhaps, policy)
	}
}

// doubtGrants takes grants that may be of keys.
func (b *builder) doubtGrants(d doubt, choice *iam.Choice) {
	for grant := range d.Node.Get("Grants").Items() {
		for _, key := range b.keysOf(d) {
			key.Grants = append(key.Grants, snapshot.Grant{Node: grant, Guards: choice.In(1)})
		}
	}
}
