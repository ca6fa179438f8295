package terraform

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// attribute is the text of an attribute that other resources refer to: known, or
// one of the computed ones, made of what is known and a stand-in. "" for any
// other, and for one that leads back to itself.
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
	text := ""
	if work := computed(r.mode, r.kind)[name]; work != nil {
		text = work(r)
	}
	r.worked[name] = text
	return text
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
	if r.kind == "aws_s3_bucket" && r.mode == managed {
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

// providersAccount is that of the role which the provider assumes, or the only
// one that it allows, else the one that aws_caller_identity gave, else the one of
// all ARNs of the input, else its home.
func (r *resource) providersAccount() string {
	in := r.in
	if account := in.configuredAccount(r); account != "" {
		return account
	}
	callers := func(same bool) []string {
		return in.distinct(func(other *resource) string {
			if other.kind != "aws_caller_identity" || same && other.provider != r.provider {
				return ""
			}
			return other.given("account_id")
		})
	}
	if found := callers(true); len(found) == 1 {
		return found[0]
	}
	if in.hasOwnCredentials(r.provider) {
		return iam.Unknown("account id of the provider " + r.provider)
	}
	arns := in.distinct(func(other *resource) string {
		arn, _ := iam.ParseARN(other.given("arn"))
		if other.mode != managed || !layout.IsAccount(arn.Account) {
			return ""
		}
		return arn.Account
	})
	for _, found := range [][]string{callers(false), arns} {
		if len(found) == 1 {
			return found[0]
		}
	}
	return cmp.Or(in.home.Account, iam.Unknown("AccountId"))
}

// configuredAccount is the account that the configuration of a provider names,
// "" where it names none, or several.
func (in *input) configuredAccount(r *resource) string {
	config := in.providerOf(r).Get("expressions")
	for _, block := range []string{"assume_role", "assume_role_with_web_identity"} {
		for role := range config.Get(block).Items() {
			if arn, ok := iam.ParseARN(in.scope("").constant(role.Get("role_arn")).Text()); ok && layout.IsAccount(arn.Account) {
				return arn.Account
			}
		}
	}
	allowed := in.scope("").constant(config.Get("allowed_account_ids"))
	for id := range allowed.Each() {
		if layout.IsAccount(id.Text()) && (allowed.Is(source.String) || allowed.Len() == 1) {
			return id.Text()
		}
	}
	return ""
}

// hasOwnCredentials reports whether a provider with an alias says how it gets
// into an account, other than the provider without one does: nothing tells that
// it is the same account
// (https://registry.terraform.io/providers/hashicorp/aws/latest/docs#authentication-and-configuration).
func (in *input) hasOwnCredentials(provider string) bool {
	name, _, isAlias := strings.Cut(provider, ".")
	if !isAlias {
		return false
	}
	providers := in.root.Path("configuration", "provider_config")
	own, plain := providers.Get(provider).Get("expressions"), providers.Get(name).Get("expressions")
	return slices.ContainsFunc([]string{
		"assume_role", "assume_role_with_web_identity", "profile", "access_key", "shared_config_files", "shared_credentials_files", "allowed_account_ids",
	}, func(way string) bool { return own.Get(way).Exists() && own.Get(way).Raw() != plain.Get(way).Raw() })
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
	return cmp.Or(in.home.Region, iam.Unknown("Region"))
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
