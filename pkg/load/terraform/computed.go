package terraform

import (
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
)

// attributes says by name how an attribute that a plan does not know is worked
// out.
type attributes map[string]func(*resource) string

// computed gives the attributes of a type that other resources refer to and
// that mean something here. One that it does not have is unknown
// (https://registry.terraform.io/providers/hashicorp/aws/latest/docs).
func computed(mode, kind string) attributes {
	if mode == data {
		return found(kind)
	}
	switch kind {
	case "aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key", "aws_kms_replica_external_key":
		return attributes{"arn": (*resource).keyARN, "key_id": (*resource).keyID, "id": (*resource).keyID}
	case "aws_kms_key_policy": // its id is that of the key
		return attributes{"id": (*resource).namedKey, "key_id": (*resource).namedKey}
	case "aws_kms_alias":
		return attributes{
			"arn": (*resource).aliasARN, "name": (*resource).aliasName, "id": (*resource).aliasName,
			"target_key_id": (*resource).target, "target_key_arn": (*resource).targetARN,
		}
	case "aws_iam_role":
		return attributes{"arn": (*resource).roleARN, "name": (*resource).roleName, "id": (*resource).roleName}
	case "aws_iam_policy":
		return attributes{"arn": (*resource).policyARN, "id": (*resource).policyARN, "name": (*resource).roleName}
	case "aws_s3_bucket":
		return attributes{"arn": (*resource).bucketARN, "bucket": (*resource).bucketName, "id": (*resource).bucketName}
	case "aws_s3_bucket_policy", "aws_s3_bucket_server_side_encryption_configuration":
		return attributes{"bucket": (*resource).bucketName, "id": (*resource).bucketName}
	case "aws_organizations_policy", "aws_organizations_account", "aws_organizations_organizational_unit", "aws_vpc_endpoint":
		return attributes{"id": (*resource).ownID}
	case "aws_sagemaker_domain":
		return attributes{"id": (*resource).domainID, "arn": (*resource).domainARN}
	}
	return nil
}

// found is computed for data sources, which look up what has a name: where that
// is made by the plan itself, what it looks up is known as far as the resource is.
func found(kind string) attributes {
	switch kind {
	case "aws_kms_key":
		return attributes{"arn": (*resource).lookedUpKeyARN, "id": (*resource).lookedUpKeyID, "key_id": (*resource).namedKey}
	case "aws_kms_alias":
		arn := func(r *resource) string { return r.ofAlias((*resource).aliasARN) }
		target := func(r *resource) string { return r.ofAlias((*resource).targetARN) }
		id := func(r *resource) string { return idOfKey(target(r)) }
		return attributes{"arn": arn, "id": arn, "target_key_arn": target, "target_key_id": id}
	case "aws_iam_role":
		return attributes{"arn": (*resource).lookedUpRole, "name": (*resource).lookedUpName, "id": (*resource).lookedUpName}
	case "aws_s3_bucket":
		return attributes{"arn": (*resource).bucketARN, "bucket": (*resource).bucketName, "id": (*resource).bucketName}
	}
	return nil
}

func (r *resource) roleName() string  { return r.ownName("name") }
func (r *resource) roleARN() string   { return r.iamARN("role") }
func (r *resource) policyARN() string { return r.iamARN("policy") }
func (r *resource) aliasARN() string  { return r.arn("kms", r.aliasName()) }
func (r *resource) domainARN() string { return r.arn("sagemaker", "domain/"+r.domainID()) }

// namedKey is the key that a resource or data source names, as it is written.
func (r *resource) namedKey() string { return r.attributes().get("key_id").plain(aKey()) }

// target is the key of an alias as the alias names it, by ARN or id.
func (r *resource) target() string { return r.attributes().get("target_key_id").plain(aKey()) }

// targetARN is the ARN of the key of an alias: what KMS makes of either name.
func (r *resource) targetARN() string { return r.arnOfKey(r.target()) }

// arnOfKey is the ARN of a key that is named by its ARN, its id or an alias of
// the plan; "" where nothing tells which key that is.
func (r *resource) arnOfKey(named string) string {
	switch {
	case strings.HasPrefix(named, "arn:") && !strings.Contains(named, ":alias/"):
		return named
	case strings.Contains(named, "alias/"):
		if alias := r.aliasNamed(named); alias != nil {
			return alias.targetARN()
		}
		return ""
	}
	if key := r.keyNamed(named); key != nil {
		return key.keyARN()
	}
	if named == "" || iam.HasStandIn(named) {
		return ""
	}
	return "arn:" + r.partition() + ":kms:" + r.region() + ":" + r.account() + ":key/" + named
}

// aliasNamed gives the alias of the plan with a name or ARN, in the account and
// Region of the resource that asks.
func (r *resource) aliasNamed(name string) *resource {
	for _, other := range r.in.directory.aliases()[name] {
		if name == other.aliasARN() || name == other.aliasName() && other.account() == r.account() && other.region() == r.region() {
			return other
		}
	}
	return nil
}

func (r *resource) lookedUpKeyARN() string { return r.arnOfKey(r.namedKey()) }
func (r *resource) lookedUpKeyID() string  { return idOfKey(r.lookedUpKeyARN()) }

// ofAlias asks the alias of the plan that a data source looks up.
func (r *resource) ofAlias(what func(*resource) string) string {
	if alias := r.aliasNamed(r.attributes().get("name").plain(meaning{attribute: "name", kinds: []string{"aws_kms_alias"}})); alias != nil {
		return what(alias)
	}
	return ""
}

// lookedUpName is the name that a data source looks up.
func (r *resource) lookedUpName() string { return r.attributes().get("name").plain(aRoleName()) }

// lookedUpRole is the ARN of the role of the plan that a data source looks up.
// That of any other role may have a path.
func (r *resource) lookedUpRole() string {
	for _, role := range r.in.directory.roles()[r.account()+" "+r.lookedUpName()] {
		return role.roleARN()
	}
	return ""
}
