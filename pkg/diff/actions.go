package diff

import (
	"maps"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/reference"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// actions are those that are compared, by the kind of resource.
type actions struct{ key, object, bucket []string }

// on gives the actions on a resource.
func (a *actions) on(resource string) []string {
	arn, _ := iam.ParseARN(resource)
	switch {
	case arn.Service == "kms":
		return a.key
	case arn.Service == "iam":
		return []string{"sts:AssumeRole"}
	case strings.HasSuffix(resource, "/*"):
		return a.object
	}
	return a.bucket
}

// compared lists the actions that Canvas needs, those on data, those that change
// who has access, and every other one of KMS and S3 that a statement of any of the
// snapshots speaks of by its name or a part of it.
func compared(snapshots ...*snapshot.Snapshot) actions {
	a := actions{
		key: []string{
			"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyPair", "kms:GenerateDataKeyPairWithoutPlaintext",
			"kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:CreateGrant", "kms:DescribeKey",
			"kms:PutKeyPolicy", "kms:RevokeGrant", "kms:RetireGrant", "kms:ListGrants", "kms:GetKeyPolicy",
			"kms:DisableKey", "kms:EnableKey", "kms:ScheduleKeyDeletion", "kms:CancelKeyDeletion", "kms:UpdateAlias", "kms:ReplicateKey",
		},
		object: []string{
			"s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:GetObjectVersion", "s3:DeleteObjectVersion", "s3:GetObjectTagging",
			"s3:PutObjectTagging", "s3:PutObjectAcl", "s3:AbortMultipartUpload",
		},
		bucket: []string{
			"s3:ListBucket", "s3:ListBucketVersions", "s3:GetBucketLocation", "s3:GetBucketPolicy", "s3:PutBucketPolicy",
			"s3:DeleteBucketPolicy", "s3:PutEncryptionConfiguration", "s3:PutBucketAcl",
		},
	}
	patterns := map[string]iam.Pattern{}
	for _, s := range snapshots {
		for _, policy := range s.Policies {
			for _, statement := range policy.Policy().Statements {
				for _, pattern := range slices.Concat(statement.Actions, statement.NotActions) {
					patterns[pattern.Text] = pattern
				}
			}
		}
	}
	for _, every := range []string{"*", "kms:*", "s3:*"} {
		delete(patterns, every)
	}
	vocabulary := new(reference.Vocabulary)
	add := func(list *[]string, service, kind string) {
		for _, action := range vocabulary.Full(service).Actions {
			name := service + ":" + action.Name
			if slices.Contains(action.Resources, kind) && !slices.Contains(*list, name) && isNamed(patterns, name) {
				*list = append(*list, name)
			}
		}
	}
	add(&a.key, "kms", "key")
	add(&a.object, "s3", "object")
	add(&a.bucket, "s3", "bucket")
	return a
}

func isNamed(patterns map[string]iam.Pattern, action string) bool {
	for pattern := range maps.Values(patterns) {
		if pattern.Matches(action) {
			return true
		}
	}
	return false
}
