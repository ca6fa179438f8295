package canvas_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/finding"
)

const (
	managedID     = "0d000000-0000-4000-8000-000000000004"
	managedFolder = "111122223333/eu-central-1/kms/keys/" + managedID + "/"
	managedARN    = "arn:aws:kms:eu-central-1:111122223333:key/" + managedID
)

// managedPolicy is the policy that AWS gives the key of a service.
func managedPolicy(service string) string {
	return keyPolicy(fmt.Sprintf(`{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:DescribeKey"],
  "Resource": "*", "Condition": {"StringEquals": {"kms:CallerAccount": "111122223333", "kms:ViaService": "%s.eu-central-1.amazonaws.com"}}}`, service))
}

// verdicts gives what a purpose comes to with a key value, and the decisions on it.
func verdicts(facts *canvas.Facts, purpose finding.Purpose) string {
	var lines []string
	for _, row := range facts.Readiness() {
		if row.Purpose == purpose {
			lines = append(lines, string(row.Verdict))
		}
	}
	slices.Sort(lines)
	lines = slices.Compact(lines)
	for _, need := range facts.Needs {
		for _, a := range need.Actions {
			if need.Purpose == purpose && a.Name == "kms:Decrypt" && a.Result != access.Allowed {
				lines = append(lines, strings.Join(a.Missing, "; "))
				break
			}
		}
	}
	return strings.Join(lines, " - ")
}

// TestAWSManagedKeys names AWS managed keys as storage and as app key, by every
// spelling, with and without what tells whose they are.
func TestAWSManagedKeys(t *testing.T) {
	const settings = `{"DomainArn": "arn:aws:sagemaker:eu-central-1:111122223333:domain/d-1", "DomainId": "d-1", "Status": "InService", "AppNetworkAccessType": "PublicInternetOnly", "VpcId": "vpc-1",
 "KmsKeyId": %q, "DefaultUserSettings": {"ExecutionRole": "arn:aws:iam::111122223333:role/Canvas", "CanvasAppSettings": {"WorkspaceSettings": {"S3KmsKeyId": %q}}}}`
	const ours = "arn:aws:kms:eu-central-1:111122223333:key/0a000000-0000-4000-8000-000000000001"
	const list = "111122223333/eu-central-1/kms/aliases.json"
	aliases := func(name string) string {
		return fmt.Sprintf(`{"Aliases": [{"AliasName": %q, "AliasArn": "arn:aws:kms:eu-central-1:111122223333:%s", "TargetKeyId": %q}], "Truncated": false}`, name, name, managedID)
	}
	metadata := fmt.Sprintf(`{"KeyMetadata": {"Arn": %q, "KeyId": %q, "KeyState": "Enabled", "KeyManager": "AWS", "KeySpec": "SYMMETRIC_DEFAULT", "KeyUsage": "ENCRYPT_DECRYPT", "Origin": "AWS_KMS"}}`, managedARN, managedID)
	described := func(alias, service string) map[string]string {
		files := map[string]string{managedFolder + "key.json": metadata, list: aliases(alias)}
		if service != "" {
			files[managedFolder+"policy.json"] = managedPolicy(service)
		}
		return files
	}
	none := map[string]string{list: ""}
	cases := []struct {
		name, value  string
		files        map[string]string
		storage, app string
	}{
		{"of S3", "alias/aws/s3", none, "ready", "unknown - the policy of the AWS managed key alias/aws/s3 (list-aliases, get-key-policy)"},
		{"of S3, with its policy", "alias/aws/s3", described("alias/aws/s3", "s3"), "ready", "not ready - "},
		{"of S3, by ARN", managedARN, described("alias/aws/s3", ""), "ready", "unknown - the key policy of " + managedARN},
		{"of EBS", "alias/aws/ebs", none, "unknown - the policy of the AWS managed key alias/aws/ebs (list-aliases, get-key-policy)", "ready"},
		{"of EBS, with its policy", "alias/aws/ebs", described("alias/aws/ebs", "ec2"), "not ready - ", "unknown - "},
		{"of EBS, by ARN and policy", managedARN, described("alias/aws/ebs", "ec2"), "not ready - ", "unknown - "},
		{"of EFS", "alias/aws/elasticfilesystem", none, "unknown - the policy of the AWS managed key alias/aws/elasticfilesystem (list-aliases, get-key-policy)", "ready"},
		{"of no one knows whom", "alias/aws/sagemakr", none, "unknown - ", "unknown - "},
		{"that the list lacks", "alias/aws/sagemakr", map[string]string{list: aliases("alias/aws/s3")}, "not ready", "not ready"},
		{"that the list lacks, and AWS makes later", "alias/aws/s3", map[string]string{list: aliases("alias/aws/ebs")}, "ready", "unknown - "},
		{"of another account", "arn:aws:kms:eu-central-1:444455556666:alias/aws/s3", none, "not ready - ", "not ready - "},
		{"of another account's EBS", "arn:aws:kms:eu-central-1:444455556666:alias/aws/ebs", none, "not ready - ", "not ready - "},
		{"of the same account, by alias ARN", "arn:aws:kms:eu-central-1:111122223333:alias/aws/s3", none, "ready", "unknown - "},
	}
	for _, c := range cases {
		for _, purpose := range []finding.Purpose{finding.Storage, finding.App} {
			files := map[string]string{}
			for name, text := range c.files {
				files[name] = text
			}
			want := c.storage
			files["111122223333/eu-central-1/sagemaker/domains/d-1.json"] = fmt.Sprintf(settings, ours, c.value)
			if purpose == finding.App {
				want = c.app
				files["111122223333/eu-central-1/sagemaker/domains/d-1.json"] = fmt.Sprintf(settings, c.value, ours)
			}
			if got := verdicts(facts(t, "", files), purpose); !strings.HasPrefix(got, want) || want == "ready" && got != want {
				t.Errorf("%s as %s key: got %q, want %q", c.name, purpose, got, want)
			}
		}
	}
}
