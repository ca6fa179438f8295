package terraform_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/rules"
	"github.com/canvaslint/canvaslint/policies"
)

const (
	appKey     = "111122223333/eu-central-1/kms/keys/0a000000-0000-4000-8000-000000000001/"
	storageKey = "111122223333/eu-central-1/kms/keys/0b000000-0000-4000-8000-000000000002/"
	setKey     = "111122223333/eu-central-1/kms/keys/0c000000-0000-4000-8000-000000000003/"
	bucket     = "111122223333/eu-central-1/s3/sagemaker-eu-central-1-111122223333/"
	domain     = "111122223333/eu-central-1/sagemaker/domains/d-1.json"
	account    = "111122223333/iam/account-authorization-details.json"
)

// bucketPolicy demands another key than the one that Canvas encrypts with.
const bucketPolicy = `{"Version": "2012-10-17", "Statement": [
  {"Sid": "OurKey", "Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::sagemaker-eu-central-1-111122223333/*",
   "Condition": {"StringNotEquals": {"s3:x-amz-server-side-encryption-aws-kms-key-id": "arn:aws:kms:eu-central-1:111122223333:key/0c000000-0000-4000-8000-000000000003"}}}
]}`

// Two managed policies: what the role is given, and what it is limited to.
const (
	extra = `{"Version": "2012-10-17", "Statement": [{"Sid": "Extra", "Effect": "Allow", "Action": "kms:*", "Resource": "*"}]}`
	limit = `{"Version": "2012-10-17", "Statement": [{"Sid": "Limit", "Effect": "Allow", "Action": "s3:*", "Resource": "*"}, {"Sid": "Not", "Effect": "Deny", "Action": "kms:GenerateDataKey", "Resource": "*"}]}`
)

// quoted is a text as a JSON string.
func quoted(text string) string {
	data, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return string(data)
}

// edit is a change of a file: the first old becomes new after the text after. A
// file that is missing is made of new.
type edit struct{ file, after, old, new string }

// mistakes are the same mistakes made in every form of the account, with the
// text that each finding stands at.
var mistakes = []struct {
	name  string
	edits []edit
}{
	{name: "nothing is wrong"},
	{
		name: "the role may not make data keys",
		edits: []edit{
			{appKey + "policy.json", "", `"kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey"`, `"kms:Decrypt", "kms:DescribeKey"`},
			{"plan.json", `"address": "data.aws_iam_policy_document.app",`, "\"kms:DescribeKey\",\n                \"kms:GenerateDataKey\"", `"kms:DescribeKey"`},
			{"state.json", `"address": "aws_kms_key.app",`, `\"kms:DescribeKey\",\n        \"kms:GenerateDataKey\"`, `\"kms:DescribeKey\"`},
			{"terraform.tfstate", `"name": "app",`, `\"kms:DescribeKey\",\n        \"kms:GenerateDataKey\"`, `\"kms:DescribeKey\"`},
		},
	},
	{
		name: "the app key is off",
		edits: []edit{
			{appKey + "key.json", "", `"Enabled"`, `"Disabled"`},
			{"plan.json", "\n      \"address\": \"aws_kms_key.app\",", `"is_enabled": true`, `"is_enabled": false`},
			{"state.json", `"address": "aws_kms_key.app",`, `"is_enabled": true`, `"is_enabled": false`},
			{"terraform.tfstate", `"name": "app",`, `"is_enabled": true`, `"is_enabled": false`},
		},
	},
	{
		name: "a placeholder is left in a policy",
		edits: []edit{
			{storageKey + "policy.json", "", `role/Canvas`, `role/<ROLE>`},
			{"plan.json", `"address": "data.aws_iam_policy_document.storage",`, "\"identifiers\": [\n                    null", `"identifiers": ["arn:aws:iam::111122223333:role/<ROLE>"`},
			{"state.json", `this[\"storage\"]",`, `role/Canvas`, `role/<ROLE>`},
			{"terraform.tfstate", `"module.keys"`, `role/Canvas`, `role/<ROLE>`},
		},
	},
	{
		name: "the boundary knows no KMS",
		edits: []edit{
			{account, "", "\"AttachedManagedPolicies\": []}\n], \"Policies\": []}", `"AttachedManagedPolicies": [{"PolicyName": "Extra", "PolicyArn": "arn:aws:iam::111122223333:policy/Extra"}],
   "PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": "arn:aws:iam::111122223333:policy/Limit"}}
], "Policies": [
  {"PolicyName": "Extra", "Arn": "arn:aws:iam::111122223333:policy/Extra", "PolicyVersionList": [{"IsDefaultVersion": true, "Document": ` + extra + `}]},
  {"PolicyName": "Limit", "Arn": "arn:aws:iam::111122223333:policy/Limit", "PolicyVersionList": [{"IsDefaultVersion": true, "Document": ` + limit + `}]}]}`},
			{"plan.json", "\n      \"address\": \"aws_iam_role.canvas\",", `"permissions_boundary": null`, `"permissions_boundary": "arn:aws:iam::111122223333:policy/Limit"`},
			{"plan.json", `"resource_changes": [`, ``, `
{"address": "aws_iam_policy.extra", "mode": "managed", "type": "aws_iam_policy", "name": "extra",
 "change": {"actions": ["create"], "before": null, "after": {"name": "Extra", "path": "/", "policy": ` + quoted(extra) + `}, "after_unknown": {"arn": true}}},
{"address": "aws_iam_policy.limit", "mode": "managed", "type": "aws_iam_policy", "name": "limit",
 "change": {"actions": ["create"], "before": null, "after": {"name": "Limit", "path": "/", "policy": ` + quoted(limit) + `}, "after_unknown": {"arn": true}}},
{"address": "aws_iam_role_policy_attachment.extra", "mode": "managed", "type": "aws_iam_role_policy_attachment", "name": "extra",
 "change": {"actions": ["create"], "before": null, "after": {"role": "Canvas"}, "after_unknown": {"policy_arn": true}}},`},
			{"plan.json", `"configuration": {`, `"resources": [`, `"resources": [
{"address": "aws_iam_role_policy_attachment.extra", "mode": "managed", "type": "aws_iam_role_policy_attachment", "name": "extra", "provider_config_key": "aws",
 "expressions": {"role": {"constant_value": "Canvas"}, "policy_arn": {"references": ["aws_iam_policy.extra.arn", "aws_iam_policy.extra"]}}},`},
			{"state.json", `"address": "aws_iam_role.canvas",`, `"permissions_boundary": null`, `"permissions_boundary": "arn:aws:iam::111122223333:policy/Limit"`},
			{"state.json", `"resources": [`, ``, `
{"address": "aws_iam_policy.extra", "mode": "managed", "type": "aws_iam_policy", "name": "extra", "values": {"arn": "arn:aws:iam::111122223333:policy/Extra", "name": "Extra", "policy": ` + quoted(extra) + `}},
{"address": "aws_iam_policy.limit", "mode": "managed", "type": "aws_iam_policy", "name": "limit", "values": {"arn": "arn:aws:iam::111122223333:policy/Limit", "name": "Limit", "policy": ` + quoted(limit) + `}},
{"address": "aws_iam_role_policy_attachment.extra", "mode": "managed", "type": "aws_iam_role_policy_attachment", "name": "extra", "values": {"role": "Canvas", "policy_arn": "arn:aws:iam::111122223333:policy/Extra"}},`},
			{"terraform.tfstate", `"name": "canvas",`, `"permissions_boundary": null`, `"permissions_boundary": "arn:aws:iam::111122223333:policy/Limit"`},
			{"terraform.tfstate", `"resources": [`, ``, `
{"mode": "managed", "type": "aws_iam_policy", "name": "extra", "instances": [{"attributes": {"arn": "arn:aws:iam::111122223333:policy/Extra", "name": "Extra", "policy": ` + quoted(extra) + `}}]},
{"mode": "managed", "type": "aws_iam_policy", "name": "limit", "instances": [{"attributes": {"arn": "arn:aws:iam::111122223333:policy/Limit", "name": "Limit", "policy": ` + quoted(limit) + `}}]},
{"mode": "managed", "type": "aws_iam_role_policy_attachment", "name": "extra", "instances": [{"attributes": {"role": "Canvas", "policy_arn": "arn:aws:iam::111122223333:policy/Extra"}}]},`},
		},
	},
	{
		name: "the bucket takes another key than Canvas has",
		edits: []edit{
			{bucket + "policy.json", "", "", bucketPolicy},
			{"plan.json", `"resource_changes": [`, ``, `
{"address": "aws_s3_bucket_policy.canvas", "mode": "managed", "type": "aws_s3_bucket_policy", "name": "canvas",
 "change": {"actions": ["update"], "before": {}, "after": {"bucket": "sagemaker-eu-central-1-111122223333", "policy": ` + quoted(bucketPolicy) + `}, "after_unknown": {}}},`},
			{"state.json", `"resources": [`, ``, `
{"address": "aws_s3_bucket_policy.canvas", "mode": "managed", "type": "aws_s3_bucket_policy", "name": "canvas",
 "values": {"bucket": "sagemaker-eu-central-1-111122223333", "policy": ` + quoted(bucketPolicy) + `}},`},
			{"terraform.tfstate", `"resources": [`, ``, `
{"mode": "managed", "type": "aws_s3_bucket_policy", "name": "canvas",
 "instances": [{"attributes": {"bucket": "sagemaker-eu-central-1-111122223333", "policy": ` + quoted(bucketPolicy) + `}}]},`},
		},
	},
}

func base(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	archive, err := policies.FS.ReadFile("lib/base.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range txtar.Parse(archive).Files {
		if name := file.Name; name != "manifest.json" && !strings.HasSuffix(name, "/keys.json") && !strings.HasSuffix(name, "/aliases.json") && !strings.HasSuffix(name, "/grants.json") {
			files[name] = string(file.Data)
		}
	}
	for _, name := range []string{"plan.json", "state.json", "terraform.tfstate"} {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(text)
	}
	return files
}

func (e edit) make(t *testing.T, files map[string]string) {
	t.Helper()
	text, ok := files[e.file]
	if !ok {
		files[e.file] = e.new
		return
	}
	head, rest, found := strings.Cut(text, e.after)
	if !found || !strings.Contains(rest, e.old) {
		t.Fatalf("%s: nothing to edit: %q after %q", e.file, e.old, e.after)
	}
	files[e.file] = head + e.after + strings.Replace(rest, e.old, e.new, 1)
}

var update = flag.Bool("update", false, "rewrite testdata/account.want")

// The same mistake gives the same findings in every form, each at the text that
// is to be edited.
func TestSameFindings(t *testing.T) {
	set, err := rules.Load(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for _, m := range mistakes {
		files := base(t)
		for _, e := range m.edits {
			e.make(t, files)
		}
		var cli []string
		for _, form := range []string{"cli", "plan.json", "state.json", "terraform.tfstate"} {
			findings, problems := check(t, set, files, form)
			fmt.Fprintf(&got, "-- %s: %s --\n", m.name, form)
			for _, problem := range problems {
				fmt.Fprintf(&got, "problem %s\n", problem)
			}
			var told []string
			for _, f := range findings {
				message := named(f.Message)
				told = append(told, string(f.Severity)+" "+f.Rule+" "+message)
				fmt.Fprintf(&got, "%s %s: %s\n    at %s\n", f.Severity, f.Rule, message, textAt(files, f))
				for _, cause := range f.Causes {
					fmt.Fprintf(&got, "    %s %s %s at %s\n", cause.Action, cause.Layer, cause.Cause, textOfPlace(files, cause.Place))
				}
			}
			slices.Sort(told)
			if form == "cli" {
				cli = told
			} else if !slices.Equal(cli, told) {
				t.Errorf("%s: %s gives\n%s\nthe export gives\n%s", m.name, form, strings.Join(told, "\n"), strings.Join(cli, "\n"))
			}
		}
	}
	golden := filepath.Join("testdata", "account.want")
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("the findings are not those of %s; go test -update rewrites it:\n%s", golden, got.String())
	}
}

// check loads one form of the account and runs all rules over it.
func check(t *testing.T, set *rules.Set, files map[string]string, form string) ([]finding.Finding, []string) {
	t.Helper()
	folder := t.TempDir()
	for name, text := range files {
		if isTerraform := !strings.Contains(name, "/"); (form != "cli") != isTerraform || isTerraform && name != form {
			continue
		}
		file := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	display := func(name string) string {
		below, err := filepath.Rel(folder, name)
		if err != nil {
			t.Fatal(err)
		}
		return filepath.ToSlash(below)
	}
	loaded, err := load.Load([]string{folder}, load.Options{Display: display})
	if err != nil {
		t.Fatal(err)
	}
	settings := config.Config{}.Defaults()
	facts := canvas.Work(loaded.Snapshot, settings)
	findings, err := set.Evaluate(context.Background(), loaded.Snapshot, facts, settings, func(string) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	slices.SortStableFunc(findings, func(a, b finding.Finding) int { return strings.Compare(a.Rule+a.Message, b.Rule+b.Message) })
	var problems []string
	for _, problem := range append(loaded.Problems, facts.Problems...) {
		problems = append(problems, problem.String())
	}
	return findings, problems
}

// named puts the names that the account has in place of those that are known
// only after apply.
func named(text string) string {
	return strings.NewReplacer(
		"{aws_kms_key.app}", "0a000000-0000-4000-8000-000000000001",
		"{module.keys.aws_kms_key.this[storage]}", "0b000000-0000-4000-8000-000000000002",
		"{aws_kms_key.datasets}", "0c000000-0000-4000-8000-000000000003",
		"{aws_sagemaker_domain.studio}", "d-1",
	).Replace(text)
}

func textAt(files map[string]string, f finding.Finding) string { return textOfPlace(files, f.Place) }

// textOfPlace is the text at a place, with its position.
func textOfPlace(files map[string]string, p finding.Place) string {
	if p.Start.IsZero() {
		return "?"
	}
	lines := strings.Split(files[p.File], "\n")
	if p.Start.Line > len(lines) {
		return "outside of " + p.File
	}
	line := []rune(lines[p.Start.Line-1])
	from, to := p.Start.Column-1, len(line)
	if p.End.Line == p.Start.Line {
		to = p.End.Column - 1
	}
	text := string(line[from:min(to, from+90)])
	return fmt.Sprintf("%s:%s %s", p.File, p.Start, text)
}
