package terraform_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/load/terraform"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// made are the resources of the plan that the references lead to: nothing of
// them is known but what the configuration says.
const made = `
aws_kms_key.k {}
aws_kms_external_key.e {}
aws_kms_replica_key.r {}
aws_kms_alias.a {"name": "alias/a"} target_key_id=aws_kms_key.k.key_id
aws_kms_alias.b {"name": "alias/b"} target_key_id=aws_kms_key.k.arn
aws_kms_alias.c {"name": "alias/c", "target_key_id": "0a000000-0000-4000-8000-000000000001"}
aws_kms_alias.d {"name": "alias/d"} target_key_id=aws_kms_alias.a.target_key_id
aws_iam_role.r {"name": "Canvas"}
aws_iam_role.p {"name": "Canvas", "path": "/team/"}
aws_s3_bucket.b {"bucket": "acme"}
aws_sagemaker_domain.d {}
aws_sqs_queue.q {}
data.aws_kms_alias.a {"name": "alias/a"}
data.aws_kms_alias.b {} name=aws_kms_alias.b.name
data.aws_kms_alias.x {"name": "alias/elsewhere"}
data.aws_kms_key.a {"key_id": "alias/a"}
data.aws_kms_key.k {} key_id=aws_kms_key.k.key_id
data.aws_kms_key.x {"key_id": "alias/elsewhere"}
data.aws_iam_role.r {} name=aws_iam_role.r.name
data.aws_iam_role.x {"name": "Elsewhere"}
data.aws_s3_bucket.b {"bucket": "acme"}
`

// planOf makes a plan of the resources above and of more lines like them.
func planOf(t *testing.T, more string) source.Node {
	t.Helper()
	var changes, blocks []string
	for line := range strings.Lines(strings.TrimSpace(made) + "\n" + more) {
		address, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		after, expressions, _ := strings.Cut(rest, "} ")
		after = strings.TrimSuffix(after, "}") + "}"
		parts := strings.Split(strings.TrimPrefix(address, "data."), ".")
		mode := "managed"
		if strings.HasPrefix(address, "data.") {
			mode = "data"
		}
		head := fmt.Sprintf(`"address": %q, "mode": %q, "type": %q, "name": %q`, address, mode, parts[0], parts[1])
		unknown := []string{`"arn": true`, `"id": true`}
		var set []string
		for _, pair := range strings.Fields(expressions) {
			name, reference, _ := strings.Cut(pair, "=")
			unknown = append(unknown, fmt.Sprintf("%q: true", name))
			set = append(set, fmt.Sprintf(`%q: {"references": [%q]}`, name, reference))
		}
		changes = append(changes, fmt.Sprintf(`{%s, "change": {"actions": ["create"], "after": %s, "after_unknown": {%s}}}`, head, after, strings.Join(unknown, ", ")))
		blocks = append(blocks, fmt.Sprintf(`{%s, "provider_config_key": "aws", "expressions": {%s}}`, head, strings.Join(set, ", ")))
	}
	text := fmt.Sprintf(`{"format_version": "1.2", "planned_values": {}, "resource_changes": [%s], "configuration": {"provider_config": {"aws": {"expressions": {"region": {"constant_value": "eu-central-1"}}}}, "root_module": {"resources": [%s]}}}`,
		strings.Join(changes, ", "), strings.Join(blocks, ", "))
	trees, problems := source.Parse("plan.json", []byte(text), source.JSON)
	if len(problems) > 0 {
		t.Fatal(text, problems)
	}
	return trees[0].Root()
}

func TestComputedAttributes(t *testing.T) {
	homes := map[string]layout.Home{"plan.json": {Account: "111122223333"}}
	key := "arn:aws:kms:eu-central-1:111122223333:key/"
	const unknown = "unknown"
	for reference, want := range map[string]string{
		"aws_kms_key.k.arn": key + "{aws_kms_key.k}", "aws_kms_key.k.key_id": "{aws_kms_key.k}", "aws_kms_key.k.id": "{aws_kms_key.k}", "aws_kms_key.k": key + "{aws_kms_key.k}",
		"aws_kms_external_key.e.arn": key + "{aws_kms_external_key.e}", "aws_kms_replica_key.r.arn": key + "{aws_kms_replica_key.r}",
		"aws_kms_alias.a.target_key_arn": key + "{aws_kms_key.k}", "aws_kms_alias.a.target_key_id": "{aws_kms_key.k}",
		"aws_kms_alias.b.target_key_arn": key + "{aws_kms_key.k}", "aws_kms_alias.d.target_key_arn": key + "{aws_kms_key.k}",
		"aws_kms_alias.c.target_key_arn": key + "0a000000-0000-4000-8000-000000000001", "aws_kms_alias.c.target_key_id": "0a000000-0000-4000-8000-000000000001",
		"aws_kms_alias.a.arn": "arn:aws:kms:eu-central-1:111122223333:alias/a", "aws_kms_alias.a.name": "alias/a", "aws_kms_alias.a.id": "alias/a",
		"data.aws_kms_alias.a.target_key_arn": key + "{aws_kms_key.k}", "data.aws_kms_alias.a.target_key_id": "{aws_kms_key.k}", "data.aws_kms_alias.a.arn": "arn:aws:kms:eu-central-1:111122223333:alias/a",
		"data.aws_kms_alias.b.target_key_arn": key + "{aws_kms_key.k}", "data.aws_kms_key.a.arn": key + "{aws_kms_key.k}", "data.aws_kms_key.k.arn": key + "{aws_kms_key.k}", "data.aws_kms_key.k.id": "{aws_kms_key.k}",
		// What the plan does not make, and what has no meaning here, is not guessed.
		"data.aws_kms_alias.x.target_key_arn": unknown, "data.aws_kms_alias.x.arn": unknown, "data.aws_kms_key.x.arn": unknown, "aws_kms_key.k.rotation_period": unknown,
		"aws_kms_alias.a.name_prefix": unknown, "aws_sqs_queue.q.arn": unknown, "local.key": unknown, "aws_iam_role.r.unique_id": unknown,
	} {
		documents, _ := terraform.Translate([]source.Node{planOf(t, "aws_sagemaker_domain.x {} kms_key_id="+reference)}, homes)
		if got := found(documents, "aws_sagemaker_domain.x", "KmsKeyId"); got != want && (want != unknown || !strings.HasPrefix(got, "‹")) {
			t.Errorf("kms_key_id = %s: got %q, want %q", reference, got, want)
		}
	}
	for reference, want := range map[string]string{
		"aws_iam_role.r.arn": "arn:aws:iam::111122223333:role/Canvas", "aws_iam_role.p.arn": "arn:aws:iam::111122223333:role/team/Canvas",
		"data.aws_iam_role.r.arn": "arn:aws:iam::111122223333:role/Canvas", "data.aws_iam_role.x.arn": unknown, "aws_iam_role.r.role_last_used": unknown,
	} {
		documents, _ := terraform.Translate([]source.Node{planOf(t, "aws_kms_grant.x {} grantee_principal="+reference+" key_id=aws_kms_key.k.key_id")}, homes)
		if got := found(documents, "aws_kms_grant.x", "Grants/0/GranteePrincipal"); got != want && (want != unknown || !strings.HasPrefix(got, "‹")) {
			t.Errorf("grantee_principal = %s: got %q, want %q", reference, got, want)
		}
	}
}

// found gives the text at a path of what a resource was translated to.
func found(documents []layout.Document, of, path string) string {
	for _, d := range documents {
		if at := d.Root.Find(path); d.Of == of && at.Exists() {
			return at.Text()
		}
	}
	return ""
}
