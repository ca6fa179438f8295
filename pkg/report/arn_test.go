package report

import (
	"testing"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

func TestShorten(t *testing.T) {
	const key = "key/1234abcd-12ab-34cd-56ef-1234567890ab"
	at := home{"111122223333", "eu-central-1"}
	tests := []struct {
		name, text, want string
		at               home
	}{
		{"key", "arn:aws:kms:eu-central-1:111122223333:" + key, "key/1234abcd…", at},
		{"multi-Region key", "arn:aws:kms:eu-central-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab", "key/mrk-1234abcd…", at},
		{"other account", "may arn:aws:kms:eu-central-1:444455556666:" + key + ".", "may key/1234abcd… of account 444455556666.", at},
		{"other Region", "arn:aws:kms:us-east-1:111122223333:alias/a, b", "alias/a in us-east-1, b", at},
		{"other both", "arn:aws-cn:kms:cn-north-1:444455556666:" + key, "key/1234abcd… of account 444455556666 in cn-north-1", at},
		{"role", "(arn:aws:iam::111122223333:role/service-role/Jane)", "(role/service-role/Jane)", at},
		{"role elsewhere", "arn:aws:iam::444455556666:role/Jane", "role/Jane of account 444455556666", at},
		{"policy of AWS", "arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::aws:policy/ReadOnlyAccess", at},
		{"root", "arn:aws:iam::111122223333:root", "arn:aws:iam::111122223333:root", at},
		{"bucket", "arn:aws:s3:::acme/*", "arn:aws:s3:::acme/*", at},
		{"quoted value", `key "arn:aws:kms:eu-central-1:111122223333:` + key + `" is one`,
			`key "arn:aws:kms:eu-central-1:111122223333:` + key + `" is one`, at},
		{"placeholder", "<arn:aws:iam::111122223333:role/Jane>", "<arn:aws:iam::111122223333:role/Jane>", at},
		{"wildcard", "arn:aws:kms:*:111122223333:key/*", "arn:aws:kms:*:111122223333:key/*", at},
		{"no key id", "arn:aws:kms:eu-central-1:111122223333:key/111aa2bb-333c-4d44-5555!",
			"key/111aa2bb-333c-4d44-5555!", at},
		{"no home", "arn:aws:kms:eu-central-1:111122223333:" + key, "arn:aws:kms:eu-central-1:111122223333:" + key, home{}},
		{"identity", "arn:aws:kms:eu-central-1:111122223333:key/{AppKey}", "key/{AppKey}", at},
		{"stand-ins", "arn:aws:kms:‹Region›:‹AccountId›:key/{AppKey}: x", "key/{AppKey}: x", home{"‹AccountId›", "‹Region›"}},
		{"stand-ins elsewhere", "arn:aws:iam::‹AccountId›:role/‹Name›", "role/‹Name› of account ‹AccountId›", at},
		{"doubled braces", "arn:aws:kms:eu-central-1:111122223333:key/{{id}}", "arn:aws:kms:eu-central-1:111122223333:key/{{id}}", at},
		{"cut short", "arn:aws:kms", "arn:aws:kms", at},
		{"nothing behind", "arn:", "arn:", at},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			keys := shortKeysOf(&finding.Report{Findings: []finding.Finding{{Message: test.text}}})
			if got := keys.shorten(test.text, test.at); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// TestShortenLookalikes writes keys in full that begin alike.
func TestShortenLookalikes(t *testing.T) {
	const one = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	const two = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ac"
	keys := shortKeysOf(&finding.Report{
		Findings:  []finding.Finding{{Message: one}},
		Readiness: []finding.Readiness{{Key: two}},
	})
	got := keys.shorten(one, home{"111122223333", "eu-central-1"})
	if want := "key/1234abcd-12ab-34cd-56ef-1234567890ab"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
