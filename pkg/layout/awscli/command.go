package awscli

import (
	"path"
	"regexp"
	"strings"
	"sync"

	"github.com/canvaslint/canvaslint/pkg/layout"
)

// The forms of names in a command, which come out of documents: none has a
// character that a shell takes for more than itself.
var (
	keyForm = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^[A-Za-z0-9-]+$`)
	})
	policyForm = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^p-[A-Za-z0-9_]+$`)
	})
)

// Command gives the command that saves what an operation of AWS says of a
// resource, to the place below the folder where a check looks for it: "mkdir -p
// ... && aws kms get-key-policy ... > 111122223333/eu-central-1/kms/keys/KEY/policy.json".
// Operation is the API's name for it, resource an ARN, or the id of a target or
// policy of AWS Organizations; in says the account and the Region of what has an
// ARN that does not. It is "" where no single command saves it.
func Command(operation, resource string, in layout.Place, folder string) string {
	arn := strings.SplitN(resource, ":", 6)
	if len(arn) < 6 {
		arn = make([]string, 6)
	}
	command, file := "", ""
	switch {
	case arn[2] == "kms":
		command, file = keyCommand(operation, layout.Place{Account: arn[4], Region: arn[3], Key: strings.TrimPrefix(arn[5], "key/")})
	case arn[2] == "s3" && strings.HasPrefix(arn[5], "accesspoint/"):
		command, file = pointCommand(operation, layout.Place{Account: arn[4], Region: arn[3], Point: strings.TrimPrefix(arn[5], "accesspoint/")})
	case arn[2] == "s3":
		in.Bucket = arn[5]
		command, file = bucketCommand(operation, in)
	case arn[2] == "iam":
		command, file = iamCommand(arn[4], in)
	case operation == "ListAliases" && isPlace(in):
		command, file = "aws kms list-aliases --region "+in.Region, in.Account+"/"+in.Region+"/kms/aliases.json"
	case operation == "DescribeVpcEndpoints" && isPlace(in):
		command, file = "aws ec2 describe-vpc-endpoints --region "+in.Region, in.Account+"/"+in.Region+"/ec2/vpc-endpoints.json"
	case operation == "DescribePolicy" && policyForm().MatchString(resource):
		command, file = "aws organizations describe-policy --policy-id "+resource, "organization/policies/"+resource+".json"
	case (operation == "ListPoliciesForTarget" || operation == "ListParents") && accountForm().MatchString(resource):
		return "canvaslint export --account " + resource + " | bash"
	}
	if command == "" {
		return ""
	}
	if folderForm().MatchString(folder) {
		file = path.Join(folder, file)
	}
	text := "mkdir -p " + path.Dir(file) + " && " + command + " --output json > " + file
	if arn[2] == "s3" {
		text += " 2>&1" // the error NoSuchBucketPolicy and the like are answers
	}
	return text
}

// keyCommand is Command for a key. It names the key by its id, since its policy
// is given to credentials of its own account alone
// (https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html).
func keyCommand(operation string, in layout.Place) (command, file string) {
	call, ok := map[string][2]string{
		"GetKeyPolicy":         {"get-key-policy --policy-name default", "policy"},
		"DescribeKey":          {"describe-key", "key"},
		"ListGrants":           {"list-grants", "grants"},
		"GetKeyRotationStatus": {"get-key-rotation-status", "rotation"},
		"ListResourceTags":     {"list-resource-tags", "tags"},
	}[operation]
	if !ok || !isPlace(in) || !keyForm().MatchString(in.Key) {
		return "", ""
	}
	return "aws kms " + call[0] + " --key-id " + in.Key + " --region " + in.Region,
		in.Account + "/" + in.Region + "/kms/keys/" + in.Key + "/" + call[1] + ".json"
}

// bucketCommand is Command for a bucket.
func bucketCommand(operation string, in layout.Place) (command, file string) {
	call, ok := map[string][2]string{
		"GetBucketPolicy":      {"get-bucket-policy", "policy"},
		"GetBucketEncryption":  {"get-bucket-encryption", "encryption"},
		"GetBucketLocation":    {"get-bucket-location", "location"},
		"GetBucketTagging":     {"get-bucket-tagging", "tags"},
		"GetPublicAccessBlock": {"get-public-access-block", "public-access-block"},
	}[operation]
	if !ok || !isPlace(in) || !bucketForm().MatchString(in.Bucket) {
		return "", ""
	}
	return "aws s3api " + call[0] + " --bucket " + in.Bucket,
		in.Account + "/" + in.Region + "/s3/" + in.Bucket + "/" + call[1] + ".json"
}

// pointCommand is Command for an S3 access point.
func pointCommand(operation string, in layout.Place) (command, file string) {
	call, ok := map[string][2]string{
		"GetAccessPoint":       {"get-access-point", "access-point"},
		"GetAccessPointPolicy": {"get-access-point-policy", "policy"},
	}[operation]
	if !ok || !isPlace(in) || !bucketForm().MatchString(in.Point) {
		return "", ""
	}
	return "aws s3control " + call[0] + " --account-id " + in.Account + " --name " + in.Point + " --region " + in.Region,
		layout.PointFolder(in.Account, in.Region, in.Point) + call[1] + ".json"
}

// iamCommand is Command for a role or a managed policy; one of AWS's own is in
// the answer of each account that uses it.
func iamCommand(account string, in layout.Place) (command, file string) {
	if account == "aws" {
		account = in.Account
	}
	if !accountForm().MatchString(account) {
		return "", ""
	}
	return "aws iam get-account-authorization-details --filter Role LocalManagedPolicy AWSManagedPolicy", account + "/iam/account-authorization-details.json"
}

// isPlace reports whether a place says a real account and Region.
func isPlace(in layout.Place) bool {
	return accountForm().MatchString(in.Account) && layout.IsRegion(in.Region) && !strings.Contains(in.Region, "‹")
}
