package diff

import (
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
)

// route is how a call reaches a resource: through a service, or directly.
type route struct{ service string }

func (r route) name() string {
	if r.service == "" {
		return "direct"
	}
	service, _, _ := strings.Cut(r.service, ".")
	return service
}

// routesOf lists how KMS can be called for Canvas; other services are called directly
// (https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service).
func routesOf(action, resource string) []route {
	arn, _ := iam.ParseARN(resource)
	if !strings.HasPrefix(action, "kms:") || arn.Region == "" {
		return []route{{}}
	}
	routes := []route{{}}
	for _, service := range []string{"s3", "sagemaker", "ec2", "elasticfilesystem"} {
		routes = append(routes, route{service + "." + arn.Region + ".amazonaws.com"})
	}
	return routes
}

// actionsOn lists the actions that are compared on a resource: those that Canvas
// needs, those on data, and those that change who has access.
func actionsOn(resource string) []string {
	arn, _ := iam.ParseARN(resource)
	switch {
	case arn.Service == "kms":
		return []string{
			"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyPair", "kms:GenerateDataKeyPairWithoutPlaintext",
			"kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:CreateGrant", "kms:DescribeKey",
			"kms:PutKeyPolicy", "kms:RevokeGrant", "kms:RetireGrant", "kms:ListGrants", "kms:GetKeyPolicy",
			"kms:DisableKey", "kms:EnableKey", "kms:ScheduleKeyDeletion", "kms:CancelKeyDeletion", "kms:UpdateAlias", "kms:ReplicateKey",
		}
	case arn.Service == "iam":
		return []string{"sts:AssumeRole"}
	case strings.HasSuffix(resource, "/*"):
		return []string{
			"s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:GetObjectVersion", "s3:DeleteObjectVersion", "s3:GetObjectTagging",
			"s3:PutObjectTagging", "s3:PutObjectAcl", "s3:AbortMultipartUpload",
		}
	}
	return []string{
		"s3:ListBucket", "s3:ListBucketVersions", "s3:GetBucketLocation", "s3:GetBucketPolicy", "s3:PutBucketPolicy",
		"s3:DeleteBucketPolicy", "s3:PutEncryptionConfiguration", "s3:PutBucketAcl",
	}
}
