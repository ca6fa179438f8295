package fetch

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestGaps: one line for each call, reason and code; what AWS says is missing
// is no gap, and no name of someone else's reaches the terminal as it is.
func TestGaps(t *testing.T) {
	denied := Missing{Service: "kms", Operation: "ListGrants", Resource: "key/1", Reason: AccessDenied, Code: "AccessDeniedException", RequestID: "r-1", Permission: "kms:ListGrants"}
	second := denied
	second.Resource, second.RequestID = "key/2", "r-2"
	got := gaps([]Missing{
		denied, second,
		{Service: "s3", Operation: "GetBucketPolicy", Resource: "b", Reason: NotFound, Code: "NoSuchBucketPolicy"},
		{Service: "sagemaker", Operation: "DescribeUserProfile", Resource: "a\x1b[31m\nb", Reason: Unreadable, Code: "HTTP 502"},
		{Service: "iam", Operation: "GetRole", Resource: "role/x", Reason: AccessDenied, Code: "NoCredentials", Permission: "iam:GetRole"},
		{Service: "sts", Operation: "AssumeRole", Reason: Throttled, Code: "Throttling"},
	})
	want := []string{
		"not read (access-denied): iam:GetRole of role/x, NoCredentials; pass credentials of that account with --profile or --role-arn",
		"not read (access-denied): kms:ListGrants of key/1, AccessDeniedException, request r-1, and of 1 more; allow kms:ListGrants",
		`not read (unreadable): sagemaker:DescribeUserProfile of a\x1b[31m\nb, HTTP 502`,
		"not read (throttled): sts:AssumeRole of the default credentials, Throttling",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
