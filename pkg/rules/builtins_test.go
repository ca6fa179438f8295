package rules

import (
	"encoding/json"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

func TestMatches(t *testing.T) {
	for _, test := range []struct {
		pattern, text string
		want          any
	}{
		{"kms:*", "kms:Decrypt", true},
		{"KMS:decrypt", "kms:Decrypt", true},
		{"kms:Decrypt", "kms:DecryptAll", false},
		{"kms:?ecrypt", "kms:Decrypt", true},
		{"*", "kms:Decrypt", true},
		{"arn:aws:s3:::b/*", "arn:aws:s3:::b/Canvas/x", true},
		{"arn:aws:s3:::B/*", "arn:aws:s3:::b/x", false},
		{"arn:aws:iam::*:role/x", "arn:aws:iam::111122223333:role/x", true},
		{"alias/canvas-*", "alias/Canvas-app", false},
		{"alias/canvas-*", "alias/not-canvas-app", false},
		{"", "", true},
		{"kms:*", iam.Unknown("Action"), nil},
		{iam.Identity("AppKey"), "x", nil},
	} {
		got, err := matches(t.Context(), []*ast.Term{ast.StringTerm(test.pattern), ast.StringTerm(test.text)})
		if err != nil || got != test.want {
			t.Errorf("matches(%q, %q) is %v, %v, want %v", test.pattern, test.text, got, err, test.want)
		}
	}
}

// The worker of the user's rules has no snapshot: the names that go with the job
// give the same answers.
func TestResolveKey(t *testing.T) {
	const account, region = "111122223333", "eu-central-1"
	const key = "arn:aws:kms:eu-central-1:111122223333:key/0a000000-0000-4000-8000-000000000001"
	s := &snapshot.Snapshot{
		Keys:     []*snapshot.Key{{ARN: key, ID: key[len(key)-36:], Account: account, Region: region, Manager: snapshot.Setting{State: snapshot.Given, Value: "CUSTOMER"}}},
		Aliases:  []*snapshot.Alias{{Name: "alias/app", ARN: "arn:aws:kms:eu-central-1:111122223333:alias/app", Account: account, Region: region, Target: key[len(key)-36:]}},
		Complete: map[string]bool{account + "/" + region + "/kms/keys": true, account + "/" + region + "/kms/aliases": true},
		Missing:  []snapshot.Missing{{Service: "kms", Reason: "not-found", Resource: "arn:aws:kms:us-east-1:111122223333:key/0c000000-0000-4000-8000-000000000003"}},
	}
	text, err := json.Marshal(keyNamesOf(s))
	if err != nil {
		t.Fatal(err)
	}
	var names keyNames
	if err := json.Unmarshal(text, &names); err != nil {
		t.Fatal(err)
	}
	for value, want := range map[string]resolved{
		key:               {snapshot.KeyARN, "found", key, account, region, false},
		key[len(key)-36:]: {snapshot.KeyID, "found", key, account, region, false},
		"alias/app":       {snapshot.AliasName, "found", key, account, region, false},
		"arn:aws:kms:eu-central-1:111122223333:alias/app": {snapshot.AliasARN, "found", key, account, region, false},
		"alias/gone":                           {snapshot.AliasName, "not found", "", account, region, false},
		"0c000000-0000-4000-8000-000000000003": {snapshot.KeyID, "not found", "arn:aws:kms:eu-central-1:111122223333:key/0c000000-0000-4000-8000-000000000003", account, region, false},
		"arn:aws:kms:us-east-1:111122223333:key/0c000000-0000-4000-8000-000000000003": {snapshot.KeyARN, "not found", "arn:aws:kms:us-east-1:111122223333:key/0c000000-0000-4000-8000-000000000003", account, "us-east-1", false},
		"arn:aws:kms:us-east-1:111122223333:key/0d000000-0000-4000-8000-000000000004": {snapshot.KeyARN, "unknown", "arn:aws:kms:us-east-1:111122223333:key/0d000000-0000-4000-8000-000000000004", account, "us-east-1", false},
		"not a key": {snapshot.Malformed, "malformed", "", account, region, false},
	} {
		for where, keys := range map[string]*snapshot.Snapshot{"snapshot": s, "job": names.snapshot()} {
			if got := resolveKey(keys, value, account, region); got != want {
				t.Errorf("%s of the %s: %+v, want %+v", value, where, got, want)
			}
		}
	}
}
