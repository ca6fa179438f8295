package ruletest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Every change of a statement, with its line in cases.txtar and the whole file
// that it makes; policies in strings and in YAML are changed where they stand.
func TestMutants(t *testing.T) {
	const archive = `words
-- good-x/key/policy.json --
{"Policy": "{\"Statement\": {\"Effect\": \"Allow\", \"Action\": \"kms:Decrypt\"}}"}
-- good-x/role.yaml --
Statement:
  - Sid: One
    Effect: Deny
    Principal: "*"
    NotAction: [kms:Decrypt, kms:Encrypt]
    Condition:
      Bool: {a: true}
      Null: {b: "true"}
-- good-x/.canvaslint.yaml --
guide: current
-- good-x/broken.json --
{"Statement": [
-- good-x/want --
`
	cases, err := Parse(archive, "")
	if err != nil {
		t.Fatal(err)
	}
	type mutant struct {
		Line       int
		Path, What string
		Text       string
	}
	var got []mutant
	for _, m := range cases[0].mutants() {
		got = append(got, mutant{m.Line, m.Path, m.What, strings.TrimSpace(m.changed.Files[m.Path])})
	}
	one := func(statement string) string { return `{"Statement": [` + statement + `]}` }
	const key, role = "key/policy.json", "role.yaml"
	want := []mutant{
		{3, key, "drop the statement", `{"Policy": "{\"Statement\": []}"}`},
		{3, key, "flip the effect from Allow to Deny", `{"Policy": "{\"Statement\": {\"Effect\": \"Deny\", \"Action\": \"kms:Decrypt\"}}"}`},
		{3, key, "widen the actions to kms:*", `{"Policy": "{\"Statement\": {\"Effect\": \"Allow\", \"Action\": \"kms:*\"}}"}`},
		{6, role, "drop the statement (statement One)", one("")},
		{7, role, "flip the effect from Deny to Allow (statement One)", one(`{"Sid": "One", "Effect": "Allow", "Principal": "*", "NotAction": ["kms:Decrypt", "kms:Encrypt"], "Condition": {"Bool": {"a": true}, "Null": {"b": "true"}}}`)},
		{9, role, "drop the action kms:Decrypt (statement One)", one(`{"Sid": "One", "Effect": "Deny", "Principal": "*", "NotAction": ["kms:Encrypt"], "Condition": {"Bool": {"a": true}, "Null": {"b": "true"}}}`)},
		{9, role, "drop the action kms:Encrypt (statement One)", one(`{"Sid": "One", "Effect": "Deny", "Principal": "*", "NotAction": ["kms:Decrypt"], "Condition": {"Bool": {"a": true}, "Null": {"b": "true"}}}`)},
		{11, role, "remove the condition (statement One)", one(`{"Sid": "One", "Effect": "Deny", "Principal": "*", "NotAction": ["kms:Decrypt", "kms:Encrypt"]}`)},
		{11, role, "remove the condition Bool a (statement One)", one(`{"Sid": "One", "Effect": "Deny", "Principal": "*", "NotAction": ["kms:Decrypt", "kms:Encrypt"], "Condition": {"Bool": {}, "Null": {"b": "true"}}}`)},
		{12, role, "remove the condition Null b (statement One)", one(`{"Sid": "One", "Effect": "Deny", "Principal": "*", "NotAction": ["kms:Decrypt", "kms:Encrypt"], "Condition": {"Bool": {"a": true}, "Null": {}}}`)},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A case may not write beside its folder.
func TestParseRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"-- bad-x/../y --\n":                   `read the cases: line 1: the file "bad-x/../y" lies outside of its case`,
		"-- bad-x/a --\n\n-- ugly-x/b --\nx\n": `read the cases: line 3: the file "ugly-x/b" is in no folder that begins with bad or good`,
	} {
		if _, err := Parse(text, ""); err == nil || err.Error() != want {
			t.Errorf("%q: the error is %v, want %s", text, err, want)
		}
	}
}
