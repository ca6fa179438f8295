package load

import (
	"fmt"
	"strings"
	"testing"
)

// TestPartition looks for the partition of what a plan or a template makes
// where neither tells the Region: the one that its ARNs have, else aws.
func TestPartition(t *testing.T) {
	plan := func(known string) string {
		return `{"format_version": "1.2", "planned_values": {"root_module": {"resources": [` + known + `
			{"address": "aws_s3_bucket.b", "mode": "managed", "type": "aws_s3_bucket", "name": "b", "values": {"bucket": "data"}},
			{"address": "aws_s3_bucket_policy.b", "mode": "managed", "type": "aws_s3_bucket_policy", "name": "b", "values": {"bucket": "data", "policy": "{\"Statement\": []}"}},
			{"address": "aws_kms_key.k", "mode": "managed", "type": "aws_kms_key", "name": "k", "values": {}}
		]}}}`
	}
	template := func(policy string) string {
		return `{"Resources": {
			"Key": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "` + policy + `"}, "Action": "kms:*", "Resource": "*"}]}}},
			"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "data"}}}}`
	}
	const role = `{"address": "aws_iam_role.r", "mode": "managed", "type": "aws_iam_role", "name": "r", "values": {"arn": "arn:aws-cn:iam::111122223333:role/r", "name": "r", "assume_role_policy": "{\"Statement\": []}"}},`
	cases := []struct{ name, file, want string }{
		{"a plan without any ARN", plan(""), "arn:aws:s3:::data arn:aws:kms:‹Region›:‹AccountId›:key/{aws_kms_key.k}"},
		{"a plan with an ARN of another partition", plan(role), "arn:aws-cn:s3:::data arn:aws-cn:kms:‹Region›:111122223333:key/{aws_kms_key.k}"},
		{"a template", template("arn:aws:iam::111122223333:root"), "arn:aws:s3:::data arn:aws:kms:‹Region›:‹AccountId›:key/{Key}"},
		{"a template of another partition", template("arn:aws-us-gov:iam::111122223333:root"), "arn:aws-us-gov:s3:::data arn:aws-us-gov:kms:‹Region›:‹AccountId›:key/{Key}"},
		{"a domain in a folder", `{"DomainId": "d-1", "DefaultUserSettings": {}}`, "aws-cn"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			result, _ := loadFiles(t, "-- 111122223333/cn-north-1/f.json --\n"+c.file, Options{})
			var got []string
			for _, bucket := range result.Snapshot.Buckets {
				got = append(got, bucket.ARN)
			}
			for _, key := range result.Snapshot.Keys {
				got = append(got, key.ARN)
			}
			for _, domain := range result.Snapshot.Domains {
				got = append(got, domain.Partition)
			}
			if text := strings.Join(got, " "); text != c.want {
				t.Errorf("got %s, want %s, %s", text, c.want, fmt.Sprint(result.Problems))
			}
		})
	}
}
