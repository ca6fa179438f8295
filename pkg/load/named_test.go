package load

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestOwnerByFileName has loose answers beside a domain and one key: a document
// whose file names another bucket or key is not given to the neighbor.
func TestOwnerByFileName(t *testing.T) {
	const (
		domain = "-- describe-domain.json --\n" + `{"DomainArn": "arn:aws:sagemaker:eu-central-1:111122223333:domain/d-1", "DomainId": "d-1", "DefaultUserSettings": {}}` + "\n"
		key    = "-- describe-key.json --\n" + `{"KeyMetadata": {"Arn": "arn:aws:kms:eu-central-1:111122223333:key/` + testKey + `", "KeyState": "Enabled"}}` + "\n"
		canvas = "sagemaker-eu-central-1-111122223333"
	)
	other := "0b" + testKey[2:]
	encryption := `{"ServerSideEncryptionConfiguration": {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}}`
	policy := `{"Policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"kms:Decrypt\", \"Resource\": \"*\"}]}"}`
	for _, c := range []struct{ file, text, want string }{
		{"get-bucket-encryption.json", encryption, "bucket " + canvas},
		{"get-bucket-encryption-" + canvas + ".json", encryption, "bucket " + canvas},
		{"get-bucket-encryption-acme-data.json", encryption, "bucket acme-data"},
		{"GetBucketEncryption_acme.data.json", encryption, "bucket acme.data"},
		{"s3.GetBucketEncryption_1.json", encryption, "bucket " + canvas},
		{"get-bucket-encryption-001.json", encryption, "bucket " + canvas},
		{"get-bucket-location-acme-data.json", `{"LocationConstraint": "eu-central-1"}`, "bucket acme-data"},
		{"get-bucket-tagging-acme-data.json", `{"TagSet": [{"Key": "a", "Value": "b"}]}`, "bucket acme-data"},
		{"get-key-policy.json", policy, "key " + testKey},
		{"get-key-policy-" + testKey + ".json", policy, "key " + testKey},
		{"get-key-policy-" + other + ".json", policy, "key " + other},
		{"rotation-" + other + ".json", `{"KeyRotationEnabled": true}`, "key " + other},
	} {
		result, _ := loadFiles(t, domain+key+"-- "+c.file+" --\n"+c.text+"\n", Options{})
		var owners []string
		for _, in := range result.Inputs {
			if strings.HasSuffix(in.Span.File.Name, c.file) {
				_, name, _ := strings.Cut(in.Owner, ":::")
				if _, id, ok := strings.Cut(in.Owner, ":key/"); ok {
					owners = append(owners, "key "+id)
				} else {
					owners = append(owners, "bucket "+name)
				}
			}
		}
		if got := fmt.Sprint(owners); !slices.Equal(owners, []string{c.want}) {
			t.Errorf("%s: %s, want %s; %v", c.file, got, c.want, result.Problems)
		}
	}
}
