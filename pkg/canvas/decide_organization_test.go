package canvas_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/load"
)

// answerIn decides whether a role of account 111122223333 may put an object
// into its bucket, which its own policy allows, over the files of an export.
func answerIn(t *testing.T, files map[string]string) access.Decision {
	t.Helper()
	folder := t.TempDir()
	all := map[string]string{
		"111122223333/iam/account-authorization-details.json": `{"RoleDetailList": [{"RoleName": "Canvas", "Arn": "arn:aws:iam::111122223333:role/Canvas", "AssumeRolePolicyDocument": {"Statement": []}, "RolePolicyList": [{"PolicyName": "Own", "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}}], "AttachedManagedPolicies": [], "Tags": []}], "Policies": []}`,
		"111122223333/eu-central-1/s3/data/location.json":     `{"LocationConstraint": "eu-central-1"}`,
	}
	for name, text := range files {
		all[name] = text
	}
	for name, text := range all {
		file := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	loaded, err := load.Load([]string{folder}, load.Options{})
	if err != nil {
		t.Fatal(err)
	}
	request, policies, err := canvas.Ask(loaded.Snapshot, config.Config{}, canvas.Question{Principal: "arn:aws:iam::111122223333:role/Canvas", Action: "s3:PutObject", Resource: "arn:aws:s3:::data/k"})
	if err != nil {
		t.Fatal(err)
	}
	return access.Explain(request, policies)
}

// guardrailFormat writes a policy of the organization and what it is attached
// to, "" for nothing that says so.
type guardrailFormat struct {
	name  string
	files func(kind, document, target string) map[string]string
}

func guardrailFormats() []guardrailFormat {
	const organization = `{"Organization": {"Id": "o-1234567890", "MasterAccountId": "999999999999"}}`
	describe := func(kind, document string) string {
		return `{"Policy": {"PolicySummary": {"Id": "p-guard", "Name": "Guard", "Type": "` + kind + `"}, "Content": ` + fmt.Sprintf("%q", document) + `}}`
	}
	plan := func(resources ...string) map[string]string {
		return map[string]string{"plan.json": `{"format_version": "1.2", "terraform_version": "1.9.8", "planned_values": {"root_module": {"resources": [` + strings.Join(resources, ", ") + `]}}}`}
	}
	return []guardrailFormat{
		{"list-targets-for-policy", func(kind, document, target string) map[string]string {
			files := map[string]string{"organization/organization.json": organization, "organization/policies/p-guard.json": describe(kind, document)}
			if target != "" {
				files["organization/p-guard-targets.json"] = `{"Targets": [{"TargetId": "` + target + `"}]}`
			}
			return files
		}},
		{"iam-collect", func(kind, document, target string) map[string]string {
			folder := map[string]string{"SERVICE_CONTROL_POLICY": "scps", "RESOURCE_CONTROL_POLICY": "rcps"}[kind]
			files := map[string]string{"aws/aws/organizations/o-1/" + folder + "/p-guard/policy.json": document, "aws/aws/organizations/o-1/" + folder + "/p-guard/metadata.json": `{"name": "Guard"}`}
			if target != "" {
				full := `"arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess"`
				guard := `"arn:aws:organizations::999999999999:policy/o-1/x/p-guard"`
				of := func(account string) string {
					scps, rcps := full, ""
					switch {
					case account == target && kind == "SERVICE_CONTROL_POLICY":
						scps += ", " + guard
					case account == target:
						rcps = guard
					}
					return `"` + account + `": {"ou": "r-abcd", "scps": [` + scps + `], "rcps": [` + rcps + `]}`
				}
				files["aws/aws/organizations/o-1/accounts.json"] = `{` + of("111122223333") + `, ` + of("444455556666") + `}`
				files["aws/aws/organizations/o-1/ous.json"] = `{"r-abcd": {"scps": [` + full + `], "rcps": []}}`
			}
			return files
		}},
		{"Terraform", func(kind, document, target string) map[string]string {
			policy := `{"address": "aws_organizations_policy.g", "mode": "managed", "type": "aws_organizations_policy", "name": "g", "values": {"id": "p-guard", "name": "Guard", "type": "` + kind + `", "content": ` + fmt.Sprintf("%q", document) + `}}`
			if target == "" {
				return plan(policy)
			}
			return plan(policy, `{"address": "aws_organizations_policy_attachment.g", "mode": "managed", "type": "aws_organizations_policy_attachment", "name": "g", "values": {"policy_id": "p-guard", "target_id": "`+target+`"}}`)
		}},
		{"CloudFormation", func(kind, document, target string) map[string]string {
			targets := ""
			if target != "" {
				targets = `, "TargetIds": ["` + target + `"]`
			}
			return map[string]string{"template.json": `{"Resources": {"Guard": {"Type": "AWS::Organizations::Policy", "Properties": {"Name": "Guard", "Type": "` + kind + `", "Content": ` + document + targets + `}}}}`}
		}},
	}
}

// TestGuardrails has SCPs and RCPs in every format that carries them: what is
// attached to the account binds it, what is attached to another does not, and
// what no one knows the target of may.
func TestGuardrails(t *testing.T) {
	deny := map[string]string{
		"SERVICE_CONTROL_POLICY":  `{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "ACTION", "Resource": "*"}]}`,
		"RESOURCE_CONTROL_POLICY": `{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "ACTION", "Resource": "*"}]}`,
	}
	for _, format := range guardrailFormats() {
		for kind, document := range deny {
			for _, c := range []struct {
				target, action string
				want           access.Result
			}{
				{"111122223333", "s3:PutObject", access.ExplicitlyDenied},
				{"111122223333", "s3:GetObject", access.Allowed},
				{"444455556666", "s3:PutObject", access.Allowed},
				{"", "s3:PutObject", access.Unknown},
				{"", "s3:GetObject", access.Allowed},
			} {
				t.Run(format.name+"/"+kind+"/"+c.target+"/"+c.action, func(t *testing.T) {
					d := answerIn(t, format.files(kind, strings.ReplaceAll(document, "ACTION", c.action), c.target))
					if d.Result != c.want {
						t.Errorf("got %s, want %s: %+v", d.Result, c.want, d.Reasons)
					}
					if c.want == access.Unknown && !slices.ContainsFunc(d.Missing, func(text string) bool { return strings.Contains(text, "Guard") || strings.Contains(text, "p-guard") }) {
						t.Errorf("nothing names the policy: %q", d.Missing)
					}
				})
			}
		}
	}
}

// TestLevels has the levels of an organization as the AWS CLI prints them: one
// without a service control policy denies, and one that was not exported is
// unknown.
func TestLevels(t *testing.T) {
	const full = `{"Policies": [{"Id": "p-FullAWSAccess", "Type": "SERVICE_CONTROL_POLICY", "AwsManaged": true}]}`
	whole := map[string]string{
		"organization/list-roots.json":                                `{"Roots": [{"Id": "r-abcd", "PolicyTypes": [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}]}]}`,
		"organization/list-parents-111122223333.json":                 `{"Parents": [{"Id": "ou-abcd-11111111", "Type": "ORGANIZATIONAL_UNIT"}]}`,
		"organization/list-parents-ou-abcd-11111111.json":             `{"Parents": [{"Id": "r-abcd", "Type": "ROOT"}]}`,
		"organization/list-policies-for-target-r-abcd.json":           full,
		"organization/list-policies-for-target-ou-abcd-11111111.json": full,
		"organization/list-policies-for-target-111122223333.json":     full,
	}
	for _, c := range []struct {
		name string
		with map[string]string // "" takes a file away
		want access.Result
	}{
		{"every level allows", nil, access.Allowed},
		{"a level without a policy", map[string]string{"organization/list-policies-for-target-ou-abcd-11111111.json": `{"Policies": []}`}, access.ImplicitlyDenied},
		{"a level that was not exported", map[string]string{"organization/list-policies-for-target-ou-abcd-11111111.json": ""}, access.Unknown},
		{"what is above is not known", map[string]string{"organization/list-parents-ou-abcd-11111111.json": ""}, access.Unknown},
		{"service control policies are off", map[string]string{"organization/list-roots.json": `{"Roots": [{"Id": "r-abcd", "PolicyTypes": []}]}`, "organization/list-policies-for-target-ou-abcd-11111111.json": `{"Policies": []}`}, access.Allowed},
		{"units instead of parents", map[string]string{
			"organization/list-parents-ou-abcd-11111111.json":                         "",
			"organization/list-organizational-units-for-parent-r-abcd.json":           `{"OrganizationalUnits": [{"Id": "ou-abcd-11111111"}]}`,
			"organization/list-parents-111122223333.json":                             "",
			"organization/list-children-ou-abcd-11111111.json":                        `{"Children": [{"Id": "111122223333", "Type": "ACCOUNT"}]}`,
			"organization/list-policies-for-target--filter-RCP-ou-abcd-11111111.json": `{"Policies": []}`,
		}, access.Allowed},
		{"a policy that was not described", map[string]string{"organization/list-policies-for-target-111122223333.json": `{"Policies": [{"Id": "p-FullAWSAccess", "Type": "SERVICE_CONTROL_POLICY"}, {"Id": "p-other", "Type": "SERVICE_CONTROL_POLICY"}]}`}, access.Unknown},
		{"of the management account", map[string]string{"organization/organization.json": `{"Organization": {"Id": "o-1", "MasterAccountId": "111122223333"}}`, "organization/list-policies-for-target-ou-abcd-11111111.json": `{"Policies": []}`}, access.Allowed},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := map[string]string{}
			for name, text := range whole {
				files[name] = text
			}
			for name, text := range c.with {
				if files[name] = text; text == "" {
					delete(files, name)
				}
			}
			if d := answerIn(t, files); d.Result != c.want {
				t.Errorf("got %s, want %s: %+v", d.Result, c.want, d.Reasons)
			}
		})
	}
}

// TestDemanded has an export that was to hold the organization's policies, as fetch
// --organization makes it: what it lacks is unknown. An export of one account alone
// counts them as none.
func TestDemanded(t *testing.T) {
	const denied = `{"file":"organization/targets.json","service":"organizations","operation":"ListParents","resource":"111122223333","reason":"access-denied","code":"AccessDeniedException","requestId":"r","permission":"organizations:ListParents"}`
	manifest := func(scope, missing string) string {
		return `{"version":1,"status":"partial","scope":{` + scope + `},"complete":[],"missing":[` + missing + `]}`
	}
	const demands = `"organization":{"roleName":"audit"}`
	const organization = `{"Organization": {"Id": "o-1", "MasterAccountId": "999988887777"}}`
	for _, c := range []struct {
		name  string
		files map[string]string
		want  access.Result
	}{
		{"of one account", map[string]string{"manifest.json": manifest("", denied)}, access.Allowed},
		{"of one account, in an organization", map[string]string{"manifest.json": manifest("", denied), "organization/organization.json": organization}, access.Allowed},
		{"demanded, and refused", map[string]string{"manifest.json": manifest(demands, denied), "organization/organization.json": organization}, access.Unknown},
		{"demanded, and nothing read at all", map[string]string{"manifest.json": manifest(demands, "")}, access.Unknown},
		{"the management account", map[string]string{"manifest.json": manifest(demands, denied), "organization/organization.json": strings.ReplaceAll(organization, "999988887777", "111122223333")}, access.Allowed},
		{"demanded, and read", map[string]string{
			"manifest.json": manifest(demands, ""), "organization/organization.json": organization,
			"organization/targets.json": `{"Targets":[{"TargetId":"r-abcd","Type":"ROOT","Path":["r-abcd"],"Policies":["p-FullAWSAccess"]},{"TargetId":"111122223333","Type":"ACCOUNT","Path":["r-abcd","111122223333"],"Policies":["p-FullAWSAccess"]}]}`,
		}, access.Allowed},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := answerIn(t, c.files)
			if d.Result != c.want {
				t.Errorf("got %s, want %s: %+v %q", d.Result, c.want, d.Reasons, d.Missing)
			}
			if c.want == access.Unknown && !slices.ContainsFunc(d.Missing, func(text string) bool {
				return strings.Contains(text, "the organization policies of account 111122223333")
			}) {
				t.Errorf("nothing names the organization: %q", d.Missing)
			}
		})
	}
}
