package fetch

import (
	"slices"
)

// Operation is one call that fetch can make. The calls, the dry run, the policy
// in docs/fetch-policy.json and the guard that refuses any other call all come
// from the one table below.
type Operation struct {
	Service string // as endpoints and manifests name it: "kms"
	Name    string // as the API names it: "GetKeyPolicy"
	// Permission is what the caller needs, "" for nothing.
	Permission string
	// Resources are what the permission is needed for; "*" where the action
	// knows no resources
	// (https://docs.aws.amazon.com/service-authorization/latest/reference/).
	Resources []string
	Yields    string // what a reader gets: a file, or names for further calls
	When      string // the option that asks for it, "" for always
}

// ID is the operation as people write it: "kms:GetKeyPolicy".
func (o Operation) ID() string { return o.Service + ":" + o.Name }

// Operations gives the whole table, sorted by service and name.
func Operations() []Operation {
	every := []string{"*"}
	keys := []string{"arn:aws:kms:*:*:key/*"}
	roles := []string{"arn:aws:iam::*:role/*"}
	managed := []string{"arn:aws:iam::*:policy/*"} // AWS's own too
	buckets := []string{"arn:aws:s3:::*"}
	profiles := []string{"arn:aws:sagemaker:*:*:user-profile/*"}
	domains := []string{"arn:aws:sagemaker:*:*:domain/*"}
	apps := []string{"arn:aws:sagemaker:*:*:app/*"}
	spaces := []string{"arn:aws:sagemaker:*:*:space/*"}
	points := []string{"arn:aws:s3:*:*:accesspoint/*"}
	jobs := []string{"arn:aws:sagemaker:*:*:automl-job/*"}
	return []Operation{
		{"ec2", "DescribeRouteTables", "ec2:DescribeRouteTables", every, "ec2/route-tables.json, for VpcOnly domains", ""},
		{"ec2", "DescribeVpcEndpoints", "ec2:DescribeVpcEndpoints", every, "ec2/vpc-endpoints.json, for VpcOnly domains", ""},
		{"ec2", "DescribeVpcs", "ec2:DescribeVpcs", every, "whose a VPC is", ""},
		{"iam", "GetAccountAuthorizationDetails", "iam:GetAccountAuthorizationDetails", every, "iam/account-authorization-details.json", "--all-roles"},
		{"iam", "GetPolicy", "iam:GetPolicy", managed, "the default version of a managed policy", ""},
		{"iam", "GetPolicyVersion", "iam:GetPolicyVersion", managed, "managed policies in iam/roles-read.json", ""},
		{"iam", "GetRole", "iam:GetRole", roles, "iam/roles-read.json", ""},
		{"iam", "GetRolePolicy", "iam:GetRolePolicy", roles, "inline policies in iam/roles-read.json", ""},
		{"iam", "ListAttachedRolePolicies", "iam:ListAttachedRolePolicies", roles, "attached policies in iam/roles-read.json", ""},
		{"iam", "ListRolePolicies", "iam:ListRolePolicies", roles, "the names of inline policies", ""},
		{"kms", "DescribeKey", "kms:DescribeKey", keys, "kms/keys/<key>/key.json", ""},
		{"kms", "GetKeyPolicy", "kms:GetKeyPolicy", keys, "kms/keys/<key>/policy.json", ""},
		{"kms", "GetKeyRotationStatus", "kms:GetKeyRotationStatus", keys, "kms/keys/<key>/rotation.json", ""},
		{"kms", "ListAliases", "kms:ListAliases", every, "kms/aliases.json", ""},
		{"kms", "ListGrants", "kms:ListGrants", keys, "kms/keys/<key>/grants.json", ""},
		{"kms", "ListKeys", "kms:ListKeys", every, "kms/keys.json", ""},
		{"kms", "ListResourceTags", "kms:ListResourceTags", keys, "kms/keys/<key>/tags.json", ""},
		{"organizations", "DescribeOrganization", "organizations:DescribeOrganization", every, "organization/organization.json", ""},
		{"organizations", "DescribePolicy", "organizations:DescribePolicy", every, "organization/policies/<id>.json", ""},
		{"organizations", "ListAccounts", "organizations:ListAccounts", every, "the accounts", "--organization"},
		{"organizations", "ListAccountsForParent", "organizations:ListAccountsForParent", every, "the accounts of a unit", "--ou"},
		{"organizations", "ListOrganizationalUnitsForParent", "organizations:ListOrganizationalUnitsForParent", every, "the units below a unit", "--ou"},
		{"organizations", "ListParents", "organizations:ListParents", every, "the way from the root down to the account", ""},
		{"organizations", "ListPoliciesForTarget", "organizations:ListPoliciesForTarget", every, "organization/targets.json", ""},
		{"s3", "GetBucketEncryption", "s3:GetEncryptionConfiguration", buckets, "s3/<bucket>/encryption.json", ""},
		{"s3", "GetBucketLocation", "s3:GetBucketLocation", buckets, "s3/<bucket>/location.json", ""},
		{"s3", "GetBucketPolicy", "s3:GetBucketPolicy", buckets, "s3/<bucket>/policy.json", ""},
		{"s3", "GetBucketTagging", "s3:GetBucketTagging", buckets, "s3/<bucket>/tags.json", ""},
		{"s3", "GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock", buckets, "s3/<bucket>/public-access-block.json", ""},
		{"s3", "ListBuckets", "s3:ListAllMyBuckets", every, "whose a bucket is", "--organization"},
		{"s3control", "GetAccessPoint", "s3:GetAccessPoint", every, "s3control/access-points/<name>/access-point.json, where a setting names an access point", ""},
		{"s3control", "GetAccessPointPolicy", "s3:GetAccessPointPolicy", points, "s3control/access-points/<name>/policy.json", ""},
		{"s3control", "GetPublicAccessBlock", "s3:GetAccountPublicAccessBlock", every, "<account>/s3control/public-access-block.json", ""},
		{"s3control", "ListAccessPoints", "s3:ListAccessPoints", every, "the access point of an alias", ""},
		{"sagemaker", "DescribeApp", "sagemaker:DescribeApp", apps, "sagemaker/apps/<domain>/<profile>/<name>.json, for apps of Canvas", ""},
		{"sagemaker", "DescribeAutoMLJobV2", "sagemaker:DescribeAutoMLJobV2", jobs, "sagemaker/auto-ml-jobs/<name>.json", "--jobs"},
		{"sagemaker", "DescribeDomain", "sagemaker:DescribeDomain", domains, "sagemaker/domains/<id>.json", ""},
		{"sagemaker", "DescribeSpace", "sagemaker:DescribeSpace", spaces, "sagemaker/spaces/<domain>/<name>.json, where an app of Canvas runs in it", ""},
		{"sagemaker", "DescribeUserProfile", "sagemaker:DescribeUserProfile", profiles, "sagemaker/user-profiles/<domain>/<name>.json", ""},
		{"sagemaker", "ListApps", "sagemaker:ListApps", every, "the names of apps", ""},
		{"sagemaker", "ListAutoMLJobs", "sagemaker:ListAutoMLJobs", every, "the names of AutoML jobs", "--jobs"},
		{"sagemaker", "ListDomains", "sagemaker:ListDomains", every, "the ids of domains", ""},
		{"sagemaker", "ListUserProfiles", "sagemaker:ListUserProfiles", every, "the names of user profiles", ""},
		{"sts", "GetCallerIdentity", "", nil, "the account", ""},
	}
}

// Find gives a row of the table.
func Find(service, name string) Operation {
	for _, o := range Operations() {
		if o.Service == service && o.Name == name {
			return o
		}
	}
	return Operation{Service: service, Name: name, Permission: service + ":" + name}
}

// Planned gives the operations that a run with these options may make.
func (o Options) Planned() []Operation {
	return slices.DeleteFunc(Operations(), func(op Operation) bool {
		switch op.When {
		case "--all-roles":
			return !o.AllRoles
		case "--jobs":
			return o.Jobs == JobsNone
		case "--organization":
			return o.Organization == nil
		case "--ou":
			return o.Organization == nil || len(o.Organization.Units)+len(o.Organization.Exclude) == 0
		}
		return false
	})
}
