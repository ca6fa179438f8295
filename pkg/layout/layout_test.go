package layout

import (
	"slices"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for path, want := range map[string]Place{
		"out/111122223333/eu-central-1/kms/keys/0a1b/policy.json":             {Account: "111122223333", Region: "eu-central-1", Key: "0a1b", Document: "policy"},
		"111122223333/us-gov-west-1/s3/acme-data/encryption.json":             {Account: "111122223333", Region: "us-gov-west-1", Bucket: "acme-data", Document: "encryption"},
		"111122223333/eu-central-1/sagemaker/user-profiles/d-1/al%2Fice.json": {Account: "111122223333", Region: "eu-central-1", Domain: "d-1", Document: "al%2Fice"},
		"111122223333/iam/roles-read.json":                                    {Account: "111122223333", Document: "roles-read"},
		"policy.json":                                                         {Document: "policy"},
		"1111222233334/kms/policy.json":                                       {Document: "policy"},
		"aws/accounts/111122223333/kms/eu-west-1/key/0a1b/metadata.json":      {Account: "111122223333", Region: "eu-west-1", Key: "0a1b", Document: "metadata"},
		"data/s3/2006-03-01/examples-1.json":                                  {Document: "examples-1"},
		"data/s3/acme/get-bucket-policy.json":                                 {Bucket: "acme", Document: "get-bucket-policy"},
		"111122223333/s3/acme/website.json":                                   {Account: "111122223333", Bucket: "acme", Document: "website"},
		"keys/policy.json":                                                    {Key: "", Document: "policy"},
	} {
		if got := Parse(path); got != want {
			t.Errorf("%s: %+v, want %+v", path, got, want)
		}
	}
}

func TestStandIns(t *testing.T) {
	got := []any{
		Parse("‹AccountId›/‹Region›/s3/{Bucket}/policy.json"), IsAccount("‹AccountId›"), IsRegion("‹Region›"), IsAccount("‹Region›"), IsRegion("‹AccountId›"),
		PartitionOf("‹Region›"), PartitionOf("eu-west-1"),
	}
	want := []any{
		Place{Account: "‹AccountId›", Region: "‹Region›", Bucket: "{Bucket}", Document: "policy"}, true, true, false, false, "aws", "aws",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestEscape(t *testing.T) {
	for name, want := range map[string]string{
		"alice": "alice", "a/b": "a%2Fb", "..": "%2E.", ".hidden": "%2Ehidden", "a b%": "a%20b%25", "ü": "%C3%BC", "": "", "user@example.com": "user@example.com",
	} {
		got := Escape(name)
		if got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
		if back := Unescape(got); back != name {
			t.Errorf("%q does not come back: %q", name, back)
		}
		if strings.ContainsAny(got, "/\\") || got == "." || got == ".." {
			t.Errorf("%q escapes its folder as %q", name, got)
		}
	}
	if got := Unescape("100%"); got != "100%" {
		t.Errorf("a lone percent sign became %q", got)
	}
}
