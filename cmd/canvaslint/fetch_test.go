package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"github.com/canvaslint/canvaslint/pkg/live"
)

// TestReadOnly lists every operation of AWS that the program can call at all:
// the linker leaves out methods that nothing can call. It keeps all exported
// methods of the whole program where one is looked up by its name, as text/template
// does; then this list is a thousand longer. CANVASLINT_RELEASE names a binary to
// look at in place of one that is built here.
func TestReadOnly(t *testing.T) {
	binary := os.Getenv("CANVASLINT_RELEASE")
	if binary == "" {
		binary = buildRelease(t)
	}
	// A stripped binary has no symbols, but Go's own table has the name of every
	// function, inlined ones too.
	code, err := os.ReadFile(binary)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, match := range regexp.MustCompile(`aws-sdk-go-v2/service/([a-z0-9]+)\.\(\*Client\)\.([A-Z]\w*)`).FindAllStringSubmatch(string(code), -1) {
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

// buildRelease builds the program as .goreleaser.yaml does, for this system. It
// leaves -trimpath out: that changes names of source files alone, and would
// compile everything again.
func buildRelease(t *testing.T) string {
	t.Helper()
	var release struct {
		Builds []struct {
			Main, Ldflags string
			Flags, Env    []string
		}
	}
	text, err := os.ReadFile(filepath.Join("..", "..", ".goreleaser.yaml"))
	if err == nil {
		err = yaml.Unmarshal(text, &release)
	}
	if err != nil {
		t.Fatal(err)
	}
	if len(release.Builds) != 1 || release.Builds[0].Main != "./cmd/canvaslint" {
		t.Fatalf("releases are built otherwise than this test knows: %+v", release.Builds)
	}
	build := release.Builds[0]
	flags := slices.DeleteFunc(build.Flags, func(flag string) bool { return flag == "-trimpath" })
	ldflags := regexp.MustCompile(`{{[^}]*}}`).ReplaceAllString(build.Ldflags, "test")
	binary := filepath.Join(t.TempDir(), "canvaslint")
	command := exec.Command("go", slices.Concat([]string{"build", "-o", binary, "-ldflags", ldflags}, flags, []string{"."})...)
	command.Env = append(os.Environ(), build.Env...)
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return binary
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
		"not read (access-denied): iam:GetRole of role/x, NoCredentials; pass credentials of that account with --profile or --role-arn",
		"not read (access-denied): kms:ListGrants of key/1, AccessDeniedException, request r-1, and of 1 more; allow kms:ListGrants",
		`not read (unreadable): sagemaker:DescribeUserProfile of a\x1b[31m\nb, HTTP 502`,
		"not read (throttled): sts:AssumeRole of the default credentials, Throttling",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
