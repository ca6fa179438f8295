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

	"github.com/canvaslint/canvaslint/pkg/fetch"
)

// TestReadOnly lists every operation of AWS that the program can call at all, which
// are those of its two tables:
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
	for _, o := range slices.Concat(fetch.Operations(), fetch.TransferOperations()) {
		if o.Service != "ec2" { // pkg/live calls it without a client of the SDK; the guard holds it to the table
			want = append(want, o.ID())
		}
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
	type build struct {
		Main, Ldflags string
		Flags, Env    []string
	}
	var release struct{ Builds []build }
	text, err := os.ReadFile(filepath.Join("..", "..", ".goreleaser.yaml"))
	if err == nil {
		err = yaml.Unmarshal(text, &release)
	}
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(release.Builds, func(b build) bool { return b.Main == "./cmd/canvaslint-fetch" })
	if at < 0 {
		t.Fatalf("releases are built otherwise than this test knows: %+v", release.Builds)
	}
	how := release.Builds[at]
	flags := slices.DeleteFunc(how.Flags, func(flag string) bool { return flag == "-trimpath" })
	ldflags := regexp.MustCompile(`{{[^}]*}}`).ReplaceAllString(how.Ldflags, "test")
	binary := filepath.Join(t.TempDir(), "canvaslint-fetch")
	command := exec.Command("go", slices.Concat([]string{"build", "-o", binary, "-ldflags", ldflags}, flags, []string{"."})...)
	command.Env = append(os.Environ(), how.Env...)
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return binary
}
