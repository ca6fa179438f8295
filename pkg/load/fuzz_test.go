package load

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// FuzzLoad loads any bytes under names that matter: no panic, and every problem
// inside of its file.
func FuzzLoad(f *testing.F) {
	for _, seed := range []string{
		`{"DomainId":"d-1","DomainArn":"arn:aws:sagemaker:eu-central-1:111122223333:domain/d-1","DefaultUserSettings":{"ExecutionRole":"x"}}`,
		`{"Policy":"{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"kms:*\",\"Resource\":\"*\"}]}"}`,
		`{"RoleDetailList":[{"Arn":"arn:aws:iam::111122223333:role/a","RoleName":"a","AssumeRolePolicyDocument":"%7B%7D","RolePolicyList":[{"PolicyDocument":[]}]}],"IsTruncated":true}`,
		`{"Keys":[{"KeyArn":"arn:aws:kms:eu-central-1:111122223333:key/0a000000-0000-4000-8000-000000000001"}],"Truncated":true}`,
		`{"Grants":[{"KeyId":"x"}]}`, `{"version":1,"complete":["a"],"missing":[{}]}`, `{"Targets":[{"Path":["r"],"Policies":["p"]}]}`,
		`{"ServerSideEncryptionConfiguration":{"Rules":[]}}`, "Version: 2012-10-17\nStatement: {Effect: Allow, Action: '*'}\n", `{"LocationConstraint":null}`,
		`{"format_version":"1.2","planned_values":{},"resource_changes":[{"address":"aws_kms_key.k","mode":"managed","type":"aws_kms_key","name":"k","change":{"actions":["create"],"after":{},"after_unknown":{"policy":true}}}],"configuration":{"root_module":{"resources":[{"mode":"managed","type":"aws_kms_key","name":"k","expressions":{"policy":{"references":["local.p"]}}}]}}}`,
		`{"version":4,"terraform_version":"1","resources":[{"mode":"managed","type":"aws_s3_bucket","name":"b","instances":[{"attributes":{"bucket":"b"}}]}]}`,
		`{"Policy":{"PolicySummary":{"Id":"p-1","Type":"SERVICE_CONTROL_POLICY"},"Content":"{}"}}`, `{"TagSet":[]}`, `{"Effect":"Allow","Action":1}`,
		`{"status_code":200,"data":{"Grants":[{"GrantId":"g","GranteePrincipal":"p","KeyId":"k"}],"Truncated":true}}`, `[{"aliasName":"a","aliasArn":"b"}]`,
		`{"configurationItems":[{"resourceType":"AWS::KMS::Key","configuration":"{\"arn\":\"arn:aws:kms:eu-central-1:111122223333:key/k\"}","supplementaryConfiguration":{"Policy":"\"{}\"","Tags":[{}]},"tags":{"a":1}}]}`,
		`{"Results":["{\"resourceType\":\"AWS::S3::Bucket\",\"configuration\":{},\"supplementaryConfiguration\":{\"BucketPolicy\":{\"policyText\":1},\"ServerSideEncryptionConfiguration\":{\"rules\":[1]}},\"tags\":[1]}"]}`,
		`{"invokingEvent":"{\"configurationItem\":{\"resourceType\":\"AWS::IAM::Role\",\"configuration\":{\"roleName\":1}}}"}`,
		`{"rows":[{"arn":"arn:aws:iam::1:role/a","inline_policies":[1],"attached_policy_arns":{},"policy":null},{"akas":["arn:aws:s3:::b"],"policy":"x"}]}`,
		`{"arn":"arn:aws:iam::1:role/a","name":[],"permissionBoundary":1}`, `[{"PolicyName":"a","PolicyDocument":"%7B"}]`, `["{}","[]",1]`,
		`{"Parameters":{"P":{"Type":"String"}},"Conditions":{"C":{"Fn::Equals":[{"Ref":"P"},"x"]}},"Resources":{"K":{"Type":"AWS::KMS::Key","Condition":"C"},"D":{"Type":"AWS::SageMaker::Domain","Properties":{"KmsKeyId":{"Ref":"K"},"DefaultUserSettings":{"ExecutionRole":{"Ref":"P"}}}}}}`,
	} {
		f.Add([]byte(seed), uint8(0))
		f.Add([]byte(seed), uint8(6))
	}
	names := []string{"x.json", "111122223333/eu-central-1/kms/keys/0a000000-0000-4000-8000-000000000001/policy.json", "s3/b/policy.json", "s3/b/encryption.json", "x.yaml",
		"aws/aws/accounts/111122223333/iam/role/a/metadata.json", "aws/aws/accounts/111122223333/iam/role/a/inline-policies.json", "aws/aws/accounts/111122223333/s3/b/encryption.json",
		"aws/aws/accounts/111122223333/kms/eu-central-1/key/k/tags.json", "aws/aws/accounts/aws/iam/policy/p/current-policy.json"}
	f.Fuzz(func(t *testing.T, data []byte, which uint8) {
		folder := t.TempDir()
		file := filepath.Join(folder, filepath.FromSlash(names[int(which)%len(names)]))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, data, 0o644); err != nil {
			t.Fatal(err)
		}
		result, err := Load([]string{folder}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, problem := range result.Problems {
			if !inFile(problem.Span) {
				t.Errorf("outside of the file: %s", problem)
			}
		}
		if result.Files == 0 && len(result.Problems) == 0 && len(result.Ignored) == 0 {
			t.Error("passed in silence")
		}
	})
}

func inFile(span source.Span) bool {
	return span.IsZero() || span.Start >= 0 && span.Start <= span.End && span.End <= len(span.File.Text)
}
