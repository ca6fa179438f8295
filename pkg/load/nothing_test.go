package load

import (
	"fmt"
	"strings"
	"testing"
)

// TestNothingSaid loads what says that a bucket or key has none of something.
func TestNothingSaid(t *testing.T) {
	const place = "111122223333/eu-central-1/"
	const keyID = "0a000000-0000-4000-8000-000000000001"
	result, _ := loadFiles(t, strings.Join([]string{
		"-- " + place + "s3/data/policy.json --", "An error occurred (NoSuchBucketPolicy) when calling the GetBucketPolicy operation: The bucket policy does not exist",
		"-- " + place + "s3/data/encryption.json --", "An error occurred (ServerSideEncryptionConfigurationNotFoundError) when calling the GetBucketEncryption operation: none",
		"-- " + place + "s3/data/tags.json --", "An error occurred (NoSuchTagSet) when calling the GetBucketTagging operation: The TagSet does not exist",
		"-- " + place + "kms/keys/" + keyID + "/tags.json --", `{"Tags": []}`, "",
	}, "\n"), Options{})
	if len(result.Problems) > 0 || len(result.Snapshot.Buckets) != 1 || len(result.Snapshot.Keys) != 1 {
		t.Fatalf("problems %v, %d buckets, %d keys", result.Problems, len(result.Snapshot.Buckets), len(result.Snapshot.Keys))
	}
	bucket, key := result.Snapshot.Buckets[0], result.Snapshot.Keys[0]
	if got := fmt.Sprint(bucket.PolicyState, "; ", bucket.EncryptionState, "; ", bucket.TagsKnown, "; ", key.TagsKnown, len(key.Tags)); got != "unset; given; true; true 0" {
		t.Errorf("policy, encryption and tags of the bucket, tags of the key: %s", got)
	}
}
