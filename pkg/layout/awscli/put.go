package awscli

import "strings"

// Kind is what a command changes.
type Kind string

// The kinds of documents that commands put in place.
const (
	KeyPolicy        Kind = "key policy"
	BucketPolicy     Kind = "bucket policy"
	PointPolicy      Kind = "access point policy"
	BucketEncryption Kind = "bucket encryption"
	InlinePolicy     Kind = "inline policy"
	ManagedPolicy    Kind = "managed policy"
	TrustPolicy      Kind = "trust policy"
	DomainSettings   Kind = "domain settings"
	ProfileSettings  Kind = "profile settings"
)

// Put gives the command that puts a document in place. Owner is the ARN of the
// key, bucket, access point, role or managed policy; for settings "DOMAIN" or "DOMAIN/PROFILE",
// and region says where the domain is. Name is that of an inline policy.
func Put(kind Kind, owner, name, region, file string) string {
	from := "file://" + file
	last := owner[strings.LastIndexAny(owner, "/:")+1:]
	switch kind {
	case KeyPolicy:
		return "aws kms put-key-policy --key-id " + owner + " --policy-name default --policy " + from + " --region " + strings.Split(owner+":::", ":")[3]
	case BucketPolicy:
		return "aws s3api put-bucket-policy --bucket " + last + " --policy " + from
	case PointPolicy:
		arn := strings.Split(owner+":::::", ":")
		return "aws s3control put-access-point-policy --account-id " + arn[4] + " --name " + last + " --policy " + from + " --region " + arn[3]
	case BucketEncryption:
		return "aws s3api put-bucket-encryption --bucket " + last + " --server-side-encryption-configuration " + from
	case InlinePolicy:
		return "aws iam put-role-policy --role-name " + last + " --policy-name " + name + " --policy-document " + from
	case ManagedPolicy:
		return "aws iam create-policy-version --policy-arn " + owner + " --set-as-default --policy-document " + from
	case TrustPolicy:
		return "aws iam update-assume-role-policy --role-name " + last + " --policy-document " + from
	case DomainSettings:
		return "aws sagemaker update-domain --domain-id " + owner + " --default-user-settings " + from + " --region " + region
	case ProfileSettings:
		domain, profile, _ := strings.Cut(owner, "/")
		return "aws sagemaker update-user-profile --domain-id " + domain + " --user-profile-name " + profile + " --user-settings " + from + " --region " + region
	}
	return ""
}
