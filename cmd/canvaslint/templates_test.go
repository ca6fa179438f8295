package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

// The same account with the same mistake gives the same findings, whether the
// AWS CLI, a template in YAML or CDK tells it, each at its own place.
func TestTemplatesSayTheSame(t *testing.T) {
	archive, err := txtar.ParseFile(filepath.Join("..", "..", "testdata", "cloudformation", "account.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	// A mistake takes a text of the account away and puts another one in: in the
	// export, in YAML, in CDK's JSON.
	type edit struct{ old, new string }
	same := func(old, replacement string) [3]edit {
		return [3]edit{{old, replacement}, {old, replacement}, {old, replacement}}
	}
	cases := []struct {
		name  string
		edits [3]edit
		rules string // the rules that object
		lines [3]string
	}{
		{name: "nothing but advice", rules: "role-relies-on-iam"},
		{
			"the role lacks kms:GenerateDataKey on the app key",
			[3]edit{
				{`["kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey"]`, `["kms:Decrypt", "kms:DescribeKey"]`},
				{`[kms:Decrypt, kms:GenerateDataKey, kms:DescribeKey]`, `[kms:Decrypt, kms:DescribeKey]`},
				{`["kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey"]`, `["kms:Decrypt", "kms:DescribeKey"]`},
			},
			"role-cannot-use-app-key",
			[3]string{`"KmsKeyId": "0a000000`, `KmsKeyId: !Select`, `"KmsKeyId": {"Fn::Select"`},
		},
		{
			"the key is disabled",
			[3]edit{{`"KeyState": "Enabled"`, `"KeyState": "Disabled"`}, {"Enabled: true", "Enabled: false"}, {`"Enabled": true`, `"Enabled": false`}},
			"domain-key-unusable",
			[3]string{`"KmsKeyId": "0a000000`, `KmsKeyId: !Select`, `"KmsKeyId": {"Fn::Select"`},
		},
		{
			"the bucket policy demands the other key",
			[3]edit{
				{`key-id\": \"arn:aws:kms:eu-central-1:111122223333:key/0b000000-0000-4000-8000-000000000002`, `key-id\": \"arn:aws:kms:eu-central-1:111122223333:key/0a000000-0000-4000-8000-000000000001`},
				{`kms-key-id: !GetAtt StorageKey.Arn`, `kms-key-id: !GetAtt AppKey.Arn`},
				{`kms-key-id": {"Fn::GetAtt": ["StorageKey"`, `kms-key-id": {"Fn::GetAtt": ["AppKey"`},
			},
			"bucket-requires-other-key",
			[3]string{`\"Sid\": \"OwnKey\"`, `Sid: OwnKey`, `"Sid": "OwnKey"`},
		},
		{
			"the bucket encrypts with the other key",
			[3]edit{
				{`"KMSMasterKeyID": "arn:aws:kms:eu-central-1:111122223333:key/0b000000-0000-4000-8000-000000000002"`, `"KMSMasterKeyID": "arn:aws:kms:eu-central-1:111122223333:key/0a000000-0000-4000-8000-000000000001"`},
				{`KMSMasterKeyID: !GetAtt StorageKey.Arn`, `KMSMasterKeyID: !GetAtt AppKey.Arn`},
				{`"KMSMasterKeyID": {"Fn::GetAtt": ["StorageKey", "Arn"]}`, `"KMSMasterKeyID": {"Fn::GetAtt": ["AppKey", "Arn"]}`},
			},
			"bucket-default-key-differs",
			[3]string{`"KMSMasterKeyID"`, `KMSMasterKeyID`, `"KMSMasterKeyID"`},
		},
		{
			"a placeholder in a policy",
			[3]edit{{`role/Canvas"}, "Action": "kms:CreateGrant"`, `role/<ROLE>"}, "Action": "kms:CreateGrant"`}, {`Action: kms:CreateGrant`, `Action: "kms:<ACTION>"`}, {`"Action": "kms:CreateGrant"`, `"Action": "kms:<ACTION>"`}},
			"policy-placeholder role-cannot-start-app",
			[3]string{`<ROLE>`, `<ACTION>`, `<ACTION>`},
		},
		{"the boundary stops KMS", same(`["s3:*", "kms:*"]`, `["s3:*"]`), "role-cannot-use-app-key role-cannot-use-storage-key", [3]string{`"KmsKeyId": "0a000000`, `KmsKeyId: !Select`, `"KmsKeyId": {"Fn::Select"`}},
		{
			"the bucket policy of the role lacks s3:DeleteObject",
			[3]edit{{`"s3:DeleteObject", `, ""}, {"s3:DeleteObject, ", ""}, {`"s3:DeleteObject", `, ""}},
			"role-bucket-access-missing",
			[3]string{`"DomainId": "d-1"`, "Domain:", `"Domain":`},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var told [3][]string
			for i, form := range []string{"export", "yaml", "cdk"} {
				folder := t.TempDir()
				edited := unpack(t, archive, form, folder, c.edits[i].old, c.edits[i].new)
				if !edited {
					t.Fatalf("%s: nothing to edit", form)
				}
				args := []string{folder}
				if form != "export" {
					args = append(args, "--parameters", filepath.Join(folder, "parameters.yaml"))
				}
				report := checkJSON(t, args...)
				told[i] = essentials(report)
				if problems := report.Problems; len(problems) > 0 {
					t.Errorf("%s: problems: %v", form, problems)
				}
				if first := report.Findings; c.lines[i] != "" && (len(first) == 0 || !strings.Contains(first[0].Snippet[0].Text, c.lines[i])) {
					t.Errorf("%s: the first finding stands elsewhere: %+v", form, first)
				}
			}
			if diff := cmp.Diff(told[0], told[1]); diff != "" && c.name != "a placeholder in a policy" {
				t.Errorf("YAML (-export +template):\n%s", diff)
			}
			if diff := cmp.Diff(told[1], told[2]); diff != "" {
				t.Errorf("CDK (-YAML +JSON):\n%s", diff)
			}
			for _, rule := range strings.Fields(c.rules) {
				if !slices.ContainsFunc(told[1], func(line string) bool { return strings.Contains(line, " "+rule+" ") }) {
					t.Errorf("the rule %s does not object: %q", rule, told[1])
				}
			}
		})
	}
}

// unpack writes the files of one form, edited, and the parameters.
func unpack(t *testing.T, archive *txtar.Archive, form, folder, old, replacement string) bool {
	t.Helper()
	edited := old == ""
	for _, file := range archive.Files {
		if file.Name != "parameters.yaml" && !strings.HasPrefix(file.Name, form+"/") {
			continue
		}
		name := filepath.Join(folder, filepath.FromSlash(strings.TrimPrefix(file.Name, form+"/")))
		text := string(file.Data)
		if old != "" && !edited && strings.Contains(text, old) {
			text, edited = strings.Replace(text, old, replacement, 1), true
		}
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return edited
}

// essentials are the findings and the readiness, with the names that AWS gives
// in place of those that a template has.
func essentials(report *finding.Report) []string {
	names := strings.NewReplacer("{AppKey}", "0a000000-0000-4000-8000-000000000001", "{StorageKey}", "0b000000-0000-4000-8000-000000000002", "{Domain}", "d-1")
	var lines []string
	for _, f := range report.Findings {
		var causes []string
		for _, cause := range f.Causes {
			causes = append(causes, cause.Action+" "+cause.Layer+" "+cause.Cause)
		}
		lines = append(lines, names.Replace(fmt.Sprintf("%s %s %s %v %v", f.Severity, f.Rule, f.Message, f.Profiles, causes)))
	}
	for _, row := range report.Readiness {
		lines = append(lines, names.Replace(fmt.Sprintf("%s %s %s %s", row.Profile, row.Purpose, row.Key, row.Verdict)))
	}
	slices.Sort(lines)
	return lines
}
