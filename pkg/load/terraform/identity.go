package terraform

import (
	"maps"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// attribute is the text of an attribute that other resources refer to, as far
// as it has a meaning: known, or made of what is known and a stand-in. "" for
// any other, and for one that leads back to itself.
func (r *resource) attribute(name string) string {
	if text := r.given(name); text != "" {
		return text
	}
	if text, ok := r.worked[name]; ok {
		return text
	}
	if r.worked == nil {
		r.worked = map[string]string{}
	}
	r.worked[name] = ""
	text := r.workOut(name)
	r.worked[name] = text
	return text
}

func (r *resource) workOut(name string) string {
	switch {
	case isKey(r):
		return map[string]string{"arn": r.keyARN(), "key_id": r.keyID(), "id": r.keyID()}[name]
	case r.kind == "aws_kms_key_policy": // its id is that of the key
		return map[string]string{"id": r.attributes().get("key_id").plain(aKey()), "key_id": r.attributes().get("key_id").plain(aKey())}[name]
	case r.kind == "aws_kms_alias":
		switch name {
		case "target_key_arn", "target_key_id":
			return r.attributes().get("target_key_id").plain(aKey())
		case "name", "id":
			return r.aliasName()
		case "arn":
			return r.arn("kms", r.aliasName())
		}
	case r.kind == "aws_iam_role":
		return map[string]string{"arn": r.iamARN("role"), "name": r.ownName("name"), "id": r.ownName("name")}[name]
	case r.kind == "aws_iam_policy":
		return map[string]string{"arn": r.iamARN("policy"), "id": r.iamARN("policy"), "name": r.ownName("name")}[name]
	case r.kind == "aws_s3_bucket":
		return map[string]string{"arn": r.bucketARN(), "bucket": r.bucketName(), "id": r.bucketName()}[name]
	case r.kind == "aws_s3_bucket_policy", r.kind == "aws_s3_bucket_server_side_encryption_configuration":
		return map[string]string{"bucket": r.bucketName(), "id": r.bucketName()}[name]
	case r.kind == "aws_sagemaker_domain":
		return map[string]string{"id": r.domainID(), "arn": r.arn("sagemaker", "domain/"+r.domainID())}[name]
	}
	return ""
}

func isKey(r *resource) bool {
	switch r.kind {
	case "aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key", "aws_kms_replica_external_key":
		return r.mode == managed
	}
	return false
}

// ownName is a name that is known, else the identity of the resource: Terraform
// makes up the rest of a name from a prefix.
func (r *resource) ownName(attribute string) string {
	if name := r.given(attribute); name != "" {
		return name
	}
	return iam.Identity(r.title())
}

func (r *resource) keyID() string {
	if id := r.given("key_id"); id != "" {
		return id
	}
	if _, id, ok := strings.Cut(r.given("arn"), ":key/"); ok {
		return id
	}
	return r.ownName("id")
}

func (r *resource) keyARN() string {
	if arn := r.given("arn"); arn != "" {
		return arn
	}
	return r.arn("kms", "key/"+r.keyID())
}

func (r *resource) aliasName() string {
	if name := r.ownName("name"); strings.HasPrefix(name, "alias/") {
		return name
	}
	return "alias/" + iam.Identity(r.title())
}

func (r *resource) domainID() string { return r.ownName("id") }

// bucketName is the bucket's name, of the bucket or of what belongs to one.
func (r *resource) bucketName() string {
	if r.kind == "aws_s3_bucket" {
		return r.ownName("bucket")
	}
	return bucketOf(r.attributes().get("bucket").plain(aBucket()))
}

// bucketOf takes the name out of a bucket's ARN.
func bucketOf(text string) string {
	if arn, ok := iam.ParseARN(text); ok && arn.Service == "s3" {
		return arn.Resource
	}
	return text
}

func (r *resource) bucketARN() string {
	return "arn:" + r.partition() + ":s3:::" + r.bucketName()
}

// iamARN makes the ARN of a role or policy of its path and name
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html).
func (r *resource) iamARN(kind string) string {
	if arn := r.given("arn"); arn != "" {
		return arn
	}
	path := "/"
	if c := r.attributes().get("path"); c.isGiven() {
		path = c.value.Text()
	} else if c.isUnknown() {
		path += c.standIn() + "/"
	}
	return "arn:" + r.partition() + ":iam::" + r.account() + ":" + kind + path + r.ownName("name")
}

func (r *resource) arn(service, rest string) string {
	if arn := r.given("arn"); arn != "" {
		return arn
	}
	return "arn:" + r.partition() + ":" + service + ":" + r.region() + ":" + r.account() + ":" + rest
}

func (r *resource) place() layout.Place {
	return layout.Place{Account: r.account(), Region: r.region(), Partition: r.partition()}
}

// account is the account that a resource is in: that of its own ARN, else the
// one of its provider.
func (r *resource) account() string {
	if arn, ok := iam.ParseARN(r.given("arn")); ok && layout.IsAccount(arn.Account) {
		return arn.Account
	}
	return r.in.remember("account "+r.provider, r.providersAccount)
}

// remember works a text out once.
func (in *input) remember(what string, work func() string) string {
	if in.known == nil {
		in.known = map[string]string{}
	}
	text, ok := in.known[what]
	if !ok {
		text = work()
		in.known[what] = text
	}
	return text
}

// providersAccount is that of the role which the provider assumes, else the one
// that aws_caller_identity gave, else the one of all ARNs of the input.
func (r *resource) providersAccount() string {
	in := r.in
	for role := range in.providerOf(r).Path("expressions", "assume_role").Items() {
		if arn, ok := iam.ParseARN(in.scope("").constant(role.Get("role_arn")).Text()); ok && layout.IsAccount(arn.Account) {
			return arn.Account
		}
	}
	callers := func(same bool) []string {
		return in.distinct(func(other *resource) string {
			if other.kind != "aws_caller_identity" || same && other.provider != r.provider {
				return ""
			}
			return other.given("account_id")
		})
	}
	arns := in.distinct(func(other *resource) string {
		arn, _ := iam.ParseARN(other.given("arn"))
		if other.mode != managed || !layout.IsAccount(arn.Account) {
			return ""
		}
		return arn.Account
	})
	for _, found := range [][]string{callers(true), callers(false), arns} {
		if len(found) == 1 {
			return found[0]
		}
	}
	return iam.Unknown("AccountId")
}

// region is the Region of a resource: the one that it names, that of its own
// ARN, else the one of its provider.
func (r *resource) region() string {
	if region := r.given("region"); layout.IsRegion(region) {
		return region
	}
	if arn, ok := iam.ParseARN(r.given("arn")); ok && layout.IsRegion(arn.Region) {
		return arn.Region
	}
	return r.in.remember("region "+r.provider, r.providersRegion)
}

// providersRegion is the one that the provider or aws_region gives, else the
// one of all ARNs of the input.
func (r *resource) providersRegion() string {
	in := r.in
	if region := in.scope("").constant(in.providerOf(r).Path("expressions", "region")).Text(); layout.IsRegion(region) {
		return region
	}
	data := func(same bool) []string {
		return in.distinct(func(other *resource) string {
			if other.kind != "aws_region" || same && other.provider != r.provider {
				return ""
			}
			if region := other.given("region"); region != "" {
				return region
			}
			return other.given("name")
		})
	}
	if found := data(true); len(found) == 1 {
		return found[0]
	}
	if strings.Contains(r.provider, ".") { // an alias: another Region than the rest has
		return iam.Unknown("Region of the provider " + r.provider)
	}
	arns := in.distinct(func(other *resource) string {
		arn, _ := iam.ParseARN(other.given("arn"))
		if other.mode != managed || !layout.IsRegion(arn.Region) {
			return ""
		}
		return arn.Region
	})
	for _, found := range [][]string{data(false), arns} {
		if len(found) == 1 {
			return found[0]
		}
	}
	return iam.Unknown("Region")
}

// partition is that of the Region where it is known, else the one that
// aws_partition or the ARNs of the input give, else aws.
func (r *resource) partition() string {
	if region := r.region(); !iam.HasStandIn(region) {
		return layout.PartitionOf(region)
	}
	return r.in.remember("partition", func() string {
		found := r.in.distinct(func(other *resource) string {
			if other.kind == "aws_partition" {
				return other.given("partition")
			}
			arn, _ := iam.ParseARN(other.given("arn"))
			return arn.Partition
		})
		if len(found) == 1 {
			return found[0]
		}
		return "aws"
	})
}

// providerOf gives the configuration of a resource's provider.
func (in *input) providerOf(r *resource) source.Node {
	return in.root.Path("configuration", "provider_config").Get(r.provider)
}

// distinct lists the different texts that the resources give, without "".
func (in *input) distinct(of func(*resource) string) []string {
	found := map[string]bool{}
	for _, r := range in.resources {
		if text := of(r); text != "" {
			found[text] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}
