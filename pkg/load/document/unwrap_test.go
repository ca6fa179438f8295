package document

import (
	"fmt"
	"strings"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
)

// outline lists what a file was read as: kinds with their places, problems,
// and what was ignored.
func outline(c Content) string {
	var b strings.Builder
	for _, doc := range c.Documents {
		start, _ := doc.Node.Span().Positions()
		fmt.Fprintf(&b, "%s %s", doc.Kind, start)
		if doc.Partial {
			b.WriteString(" in part")
		}
		b.WriteString("\n")
	}
	for _, f := range c.Formatted {
		start, _ := f.Root.Span().Positions()
		fmt.Fprintf(&b, "%s %s\n", f.Kind, start)
	}
	for _, problem := range c.Problems {
		fmt.Fprintf(&b, "problem %s\n", problem)
	}
	for _, ignored := range c.Ignored {
		fmt.Fprintf(&b, "ignored %s: %s\n", ignored.File, ignored.Reason)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func TestUnwrap(t *testing.T) {
	const (
		statement = `{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}`
		policy    = `{"Version": "2012-10-17", "Statement": [` + statement + `]}`
		metadata  = `{"KeyId": "0a000000-0000-4000-8000-000000000001", "Arn": "arn:aws:kms:eu-central-1:111122223333:key/0a000000-0000-4000-8000-000000000001", "KeyState": "Enabled"}`
		role      = `{"RoleName": "Canvas", "Arn": "arn:aws:iam::111122223333:role/Canvas", "AssumeRolePolicyDocument": "%7B%22Statement%22%3A%5B%5D%7D"}`
		detail    = `{"RoleName": "Canvas", "Arn": "arn:aws:iam::111122223333:role/Canvas", "RolePolicyList": [], "AttachedManagedPolicies": []}`
		grant     = `{"GrantId": "g", "GranteePrincipal": "arn:aws:iam::111122223333:role/Canvas", "KeyId": "k"}`
		alias     = `{"AliasName": "alias/a", "AliasArn": "arn:aws:kms:eu-central-1:111122223333:alias/a"}`
		rule      = `{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}`
	)
	quote := func(text string) string { return `"` + strings.ReplaceAll(text, `"`, `\"`) + `"` }
	cases := []struct{ name, file, text, want string }{
		{"recorder's envelope", "a.json", `{"status_code": 200, "data": {"KeyMetadata": ` + metadata + `, "ResponseMetadata": {}}}`, "key 1:30"},
		{"recorded error", "a.json", `{"status_code": 400, "data": {"Error": {"Code": "AccessDeniedException"}, "ResponseMetadata": {}}}`, "ignored a.json: the call failed with AccessDeniedException: the file holds no document; fix the cause and save the answer again"},
		{"ResponseMetadata", "a.json", `{"LocationConstraint": "eu-central-1", "ResponseMetadata": {}}`, "bucket-location 1:1"},
		{"key", "a.json", metadata, "key 1:1"},
		{"role", "a.json", role, "role 1:1"},
		{"role with its policies", "a.json", detail, "account-details 1:1 in part"},
		{"roles of the account", "a.json", "[" + detail + "]", "account-details 1:1 in part"},
		{"list of roles", "a.json", `{"Roles": [` + role + ", " + role + `]}`, "role 1:12\nrole 1:146"},
		{"grants", "a.json", "[" + grant + "]", "grants 1:1 in part"},
		{"access control list of a bucket", "a.json", `{"Owner": {"ID": "x"}, "Grants": [{"Grantee": {"ID": "x", "Type": "CanonicalUser"}, "Permission": "FULL_CONTROL"}]}`, "ignored a.json: the answer of get-bucket-acl, which is not needed"},
		{"one grant", "a.json", grant, "grants 1:1 in part"},
		{"aliases", "a.json", "[" + alias + "]", "aliases 1:1 in part"},
		{"encryption", "a.json", `{"Rules": [` + rule + `]}`, "bucket-encryption 1:1"},
		{"rules of the encryption", "a.json", "[" + rule + "]", "bucket-encryption 1:1"},
		{"rules of something else", "a.json", `{"Rules": [{"Id": "x"}]}`, "ignored a.json: not a document that canvaslint knows"},
		{"attached policies", "a.json", `[{"PolicyName": "P", "PolicyArn": "arn:aws:iam::aws:policy/P"}]`, "attached-policies 1:1 in part"},
		{"statements", "a.json", "[" + statement + "]", "policy 1:1"},
		{"policies", "a.json", "[" + policy + ", " + policy + "]", "policy 1:2\npolicy 1:107"},
		{"policy in a string", "a.json", quote(policy), "policy 1:2"},
		{"policy in a string, YAML", "a.yaml", quote(policy), "policy 1:2"},
		{"policy as text", "policy", policy, "policy 1:1"},
		{"get-policy", "a.json", `{"Policy": {"PolicyName": "P", "Arn": "arn:aws:iam::111122223333:policy/P", "DefaultVersionId": "v2"}}`, "managed-policy-description 1:1"},
		{"policy version", "a.json", `{"Document": ` + policy + `, "VersionId": "v1", "IsDefaultVersion": true}`, "managed-policy 1:1"},
		{"inline policies", "a.json", `[{"PolicyName": "P", "PolicyDocument": ` + policy + `}]`, "role-policy 1:2"},
		{"dataset of managed policies", "a.json", `{"arn": "arn:aws:iam::aws:policy/P", "document": ` + policy + `}`, "account-details 1:1 in part"},
		{"policy under document", "a.json", `{"document": ` + policy + `, "name": "P"}`, "policy 1:14"},
		{"camelCase", "a.json", `{"keyMetadata": {"arn": "arn:aws:kms:eu-central-1:111122223333:key/k", "keyState": "Enabled"}}`, "key 1:1"},
		{"snake_case", "a.json", `{"domain_id": "d-1", "domain_arn": "x", "default_user_settings": {"execution_role": "y"}}`, "domain 1:1"},
		{"camelCase, a part", "a.json", `[{"aliasName": "alias/a", "aliasArn": "arn:aws:kms:eu-central-1:111122223333:alias/a"}]`, "aliases 1:2 in part"},
		{"words that others use", "a.json", `[{"keys": [{"kty": "RSA"}]}, {"role": {"id": 1}}, {"policy": "always"}, {"tags": []}, {"grants": []}]`, "ignored a.json: not a document that canvaslint knows"},
		{"NDJSON", "a.ndjson", `{"KeyMetadata": ` + metadata + "}\n" + `{"Role": ` + role + "}\n", "key 1:1\nrole 2:1"},
		{"policies in a row", "a.json", policy + "\n" + policy + "\n", "policy 1:1\npolicy 2:1\nproblem a.json:2:1: another document starts here: AWS accepts one document per file. Each was read separately; put each into its own file"},
		{"yaml-stream", "a.yaml", "- Aliases:\n  - AliasArn: arn:aws:kms:eu-central-1:111122223333:alias/a\n    AliasName: alias/a\n  Truncated: true\n- Aliases: []\n", "aliases 1:3\naliases 5:3"},
		{"answers of AWS Config", "a.json", `{"configurationItems": [{"resourceType": "AWS::KMS::Key", "configuration": {}}]}`, "aws-config-item 1:25"},
		{"event of a rule", "a.json", `{"invokingEvent": "{\"configurationItem\": {\"resourceType\": \"AWS::KMS::Key\", \"configuration\": {}}}"}`, "aws-config-item 1:44"},
		{"notification of AWS Config", "a.json", `{"TopicArn": "t", "Message": "{\"configurationItem\": {\"resourceType\": \"AWS::KMS::Key\", \"configuration\": {}}}"}`, "aws-config-item 1:55"},
		{"in part", "a.json", "[" + policy + `, {"a": 1}, {"b": 2}]`, "policy 1:2\nignored a.json: in part: 2 of the documents in it, the first at 1:107, are not documents that canvaslint knows"},
		{"lists without settings", "a.json", `[{"Domains": [{"DomainId": "d-1"}]}, {"UserProfiles": []}]`, "domain-list 1:2\nuser-profile-list 1:38"},
		{"row of a table", "a.json", `{"columns": [], "rows": [{"arn": "arn:aws:kms:eu-central-1:111122223333:key/k", "policy": "{}"}]}`, "steampipe-row 1:26"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := outline(readText(filesystem.File{Path: c.file, Name: c.file, Data: []byte(c.text)})); got != c.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, c.want)
			}
		})
	}
}
