package awscli

import (
	"strings"

	"github.com/canvaslint/canvaslint/pkg/layout"
)

// Command gives the command that saves what an operation of AWS says of a
// resource, to the place where a check looks for it: "aws kms get-key-policy
// ... > 111122223333/eu-central-1/kms/keys/KEY/policy.json". Operation is the
// API's name for it, resource an ARN, or the id of a target or policy of AWS
// Organizations; in says the account and the Region of a bucket, whose ARN does
// not. It is "" where no single command saves it.
func Command(operation, resource string, in layout.Place) string {
	if strings.ContainsAny(resource, "‹{*?' ") {
		return "" // no name of a resource, or one that only a deployment gives
	}
	arn := strings.SplitN(resource, ":", 6)
	if len(arn) < 6 {
		arn = make([]string, 6)
	}
	switch {
	case arn[2] == "kms":
		return keyCommand(operation, resource, layout.Place{Account: arn[4], Region: arn[3], Key: strings.TrimPrefix(arn[5], "key/")})
	case arn[2] == "s3":
		in.Bucket = arn[5]
		return bucketCommand(operation, in)
	case arn[2] == "iam" && accountForm.MatchString(arn[4]):
		return "aws iam get-account-authorization-details --filter Role LocalManagedPolicy AWSManagedPolicy --output json > " + arn[4] + "/iam/account-authorization-details.json"
	case operation == "DescribePolicy":
		return "aws organizations describe-policy --policy-id " + resource + " --output json > organization/policies/" + layout.Escape(resource) + ".json"
	case (operation == "ListPoliciesForTarget" || operation == "ListParents") && accountForm.MatchString(resource):
		return "canvaslint export --account " + resource + " | bash"
	}
	return ""
}

// keyCommand is Command for a key.
func keyCommand(operation, arn string, in layout.Place) string {
	call, ok := map[string][2]string{
		"GetKeyPolicy":         {"get-key-policy --policy-name default", "policy"},
		"DescribeKey":          {"describe-key", "key"},
		"ListGrants":           {"list-grants", "grants"},
		"GetKeyRotationStatus": {"get-key-rotation-status", "rotation"},
		"ListResourceTags":     {"list-resource-tags", "tags"},
	}[operation]
	if !ok || !isPlace(in) {
		return ""
	}
	return "aws kms " + call[0] + " --key-id " + arn + " --region " + in.Region + " --output json > " +
		in.Account + "/" + in.Region + "/kms/keys/" + layout.Escape(in.Key) + "/" + call[1] + ".json"
}

// bucketCommand is Command for a bucket.
func bucketCommand(operation string, in layout.Place) string {
	call, ok := map[string][2]string{
		"GetBucketPolicy":      {"get-bucket-policy", "policy"},
		"GetBucketEncryption":  {"get-bucket-encryption", "encryption"},
		"GetBucketLocation":    {"get-bucket-location", "location"},
		"GetBucketTagging":     {"get-bucket-tagging", "tags"},
		"GetPublicAccessBlock": {"get-public-access-block", "public-access-block"},
	}[operation]
	if !ok || !isPlace(in) || !bucketForm.MatchString(in.Bucket) {
		return ""
	}
	return "aws s3api " + call[0] + " --bucket " + in.Bucket + " --output json > " +
		in.Account + "/" + in.Region + "/s3/" + in.Bucket + "/" + call[1] + ".json"
}

// isPlace reports whether a place says a real account and Region.
func isPlace(in layout.Place) bool {
	return accountForm.MatchString(in.Account) && layout.IsRegion(in.Region) && !strings.Contains(in.Region, "‹")
}
