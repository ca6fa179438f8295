package main

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/pkg/live"
)

// TestReadOnly lists every operation of AWS that can be called at all: the
// linker leaves out methods that nothing can call. pkg/live alone imports the
// SDK, and the floor plan keeps it so; it is built apart, because html/template
// makes the linker keep all exported methods of the whole program.
func TestReadOnly(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "canvaslint")
	if out, err := exec.Command("go", "build", "-o", binary, "./testdata/readonly").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	symbols, err := exec.Command("go", "tool", "nm", binary).Output()
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, match := range regexp.MustCompile(`aws-sdk-go-v2/service/([a-z0-9]+)\.\(\*Client\)\.([A-Z]\w*)`).FindAllStringSubmatch(string(symbols), -1) {
		if match[2] != "Options" {
			found[match[1]+":"+match[2]] = true
		}
	}
	// The SDK itself makes these to get credentials. They give no data of an
	// account and change nothing in it; s3:CreateSession, which the SDK has for
	// directory buckets, is refused by the guard of pkg/live.
	want := []string{
		"s3:CreateSession", "signin:CreateOAuth2Token", "sso:GetRoleCredentials", "ssooidc:CreateToken",
		"sts:AssumeRole", "sts:AssumeRoleWithWebIdentity",
	}
	for _, o := range live.Operations() {
		want = append(want, o.ID())
	}
	slices.Sort(want)
	var got []string
	for id := range found {
		got = append(got, id)
	}
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("operations that the program can call (-table +program):\n%s", diff)
	}
}

// TestGaps: one line for each call, reason and code; what AWS says is not there
// is no gap, and no name of somebody else's reaches the terminal as it is.
func TestGaps(t *testing.T) {
	denied := live.Missing{Service: "kms", Operation: "ListGrants", Resource: "key/1", Reason: live.AccessDenied, Code: "AccessDeniedException", RequestID: "r-1", Permission: "kms:ListGrants"}
	second := denied
	second.Resource, second.RequestID = "key/2", "r-2"
	got := gaps([]live.Missing{
		denied, second,
		{Service: "s3", Operation: "GetBucketPolicy", Resource: "b", Reason: live.NotFound, Code: "NoSuchBucketPolicy"},
		{Service: "sagemaker", Operation: "DescribeUserProfile", Resource: "a\x1b[31m\nb", Reason: live.Unreadable, Code: "HTTP 502"},
		{Service: "iam", Operation: "GetRole", Resource: "role/x", Reason: live.AccessDenied, Code: "NoCredentials", Permission: "iam:GetRole"},
		{Service: "sts", Operation: "AssumeRole", Reason: live.Throttled, Code: "Throttling"},
	})
	want := []string{
		"not read (access-denied): iam:GetRole of role/x, NoCredentials; give credentials of its account with --profile or --role-arn",
		"not read (access-denied): kms:ListGrants of key/1, AccessDeniedException, request r-1, and of 1 more; allow kms:ListGrants",
		`not read (unreadable): sagemaker:DescribeUserProfile of a\x1b[31m\nb, HTTP 502`,
		"not read (throttled): sts:AssumeRole of the default credentials, Throttling",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
