package load

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
)

const (
	doubted = `{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Deny\", \"Principal\": \"*\", \"Action\": \"*\", \"Resource\": \"*\"}]}`
	trust   = `{\"Version\": \"2012-10-17\", \"Statement\": []}`
	// planFrame is a plan with a role, a key and a bucket, and one block more:
	// its change, in either list, and its configuration.
	planFrame = `{"format_version": "1.2", "planned_values": {}, "resource_changes": [
		{"address": "aws_iam_role.r", "mode": "managed", "type": "aws_iam_role", "name": "r", "change": {"actions": ["create"], "after": {"name": "Canvas", "assume_role_policy": "` + trust + `"}, "after_unknown": {"arn": true}}},
		{"address": "aws_kms_key.k", "mode": "managed", "type": "aws_kms_key", "name": "k", "change": {"actions": ["create"], "after": {}, "after_unknown": {"arn": true, "key_id": true}}},
		{"address": "aws_s3_bucket.b", "mode": "managed", "type": "aws_s3_bucket", "name": "b", "change": {"actions": ["create"], "after": {"bucket": "acme"}, "after_unknown": {"arn": true}}}
		%s], %s "configuration": {"root_module": {"resources": [%s]}}}`
	templateFrame = "Parameters: {P: {Type: String}}\nResources:\n  R: {Type: AWS::IAM::Role, Properties: {RoleName: Canvas, AssumeRolePolicyDocument: {Statement: []}}}\n  Own: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Statement: []}}}\n" +
		"  B: {Type: AWS::S3::Bucket, Properties: {BucketName: acme}}\n  X: {Type: %s, Properties: {%s}}\n"
)

// block makes a plan with a block whose attribute is known only after apply, or
// whose whole change is deferred; its target is then a value, or a resource by its
// address.
func block(kind, attribute, target, rest string, deferred bool) string {
	after, unknown, set := rest, fmt.Sprintf("%q: true", attribute), fmt.Sprintf(`%q: {"references": ["data.external.x.result"]}`, attribute)
	switch {
	case deferred && strings.HasPrefix(target, "aws_"): // the identity of another resource
		set = fmt.Sprintf(`%q: {"references": ["%s.%s", %q]}`, attribute, target, attribute, target)
	case deferred:
		after, unknown, set = strings.TrimPrefix(fmt.Sprintf("%s, %q: %s", rest, attribute, target), ", "), "", ""
	}
	change := fmt.Sprintf(`{"address": "%s.x", "mode": "managed", "type": %q, "name": "x", "change": {"actions": ["create"], "after": {%s}, "after_unknown": {%s}}}`, kind, kind, after, unknown)
	configured := fmt.Sprintf(`{"address": "%s.x", "mode": "managed", "type": %q, "name": "x", "expressions": {%s}}`, kind, kind, set)
	if deferred {
		return fmt.Sprintf(planFrame, "", `"complete": false, "deferred_changes": [{"reason": "resource_config_unknown", "resource_change": `+change+`}],`, configured)
	}
	return fmt.Sprintf(planFrame, ", "+change, "", configured)
}

// A block whose target is not known depends on a question wherever it may belong,
// and what it would replace depends on it too.
func TestDoubts(t *testing.T) {
	policy := `"policy": "` + doubted + `"`
	for _, b := range []struct{ kind, attribute, target, rest string }{
		{"aws_iam_role_policy", "role", `"Canvas"`, `"name": "p", ` + policy},
		{"aws_iam_role_policy_attachment", "role", `"Canvas"`, `"policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess"`},
		{"aws_iam_policy_attachment", "roles", `["Canvas"]`, `"name": "a", "policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess"`},
		{"aws_kms_key_policy", "key_id", `aws_kms_key.k`, policy},
		{"aws_s3_bucket_policy", "bucket", `"acme"`, policy},
		{"aws_kms_grant", "key_id", `aws_kms_key.k`, `"operations": ["Decrypt"], "grantee_principal": "arn:aws:iam::111122223333:role/Canvas"`},
	} {
		for _, deferred := range []bool{false, true} {
			checkDoubt(t, "plan.json", block(b.kind, b.attribute, b.target, b.rest, deferred), "whether "+b.kind+".x")
		}
	}
	const document = "PolicyDocument: {Statement: [{Effect: Deny, Action: '*', Resource: '*'}]}"
	for kind, properties := range map[string]string{
		"AWS::IAM::Policy": "PolicyName: p, Roles: [!Ref P], " + document, "AWS::IAM::RolePolicy": "PolicyName: p, RoleName: !Ref P, " + document,
		"AWS::IAM::ManagedPolicy": "Roles: [!Sub '${P}'], " + document, "AWS::S3::BucketPolicy": "Bucket: !Ref P, " + document,
	} {
		checkDoubt(t, "t.yaml", fmt.Sprintf(templateFrame, kind, properties), "whether "+kind+" X")
	}
}

func checkDoubt(t *testing.T, name, text, question string) {
	t.Helper()
	result, err := Load([]string{"."}, Options{Files: filesystem.Of(fstest.MapFS{name: {Data: []byte(text)}})})
	if err != nil || len(result.Problems) > 0 {
		t.Fatal(text, err, result.Problems)
	}
	var all []iam.Guards
	for _, role := range result.Snapshot.Roles {
		for _, policy := range role.Inline {
			all = append(all, policy.Guards)
		}
		for _, attached := range role.Attached {
			all = append(all, attached.Guards)
		}
		if strings.HasPrefix(role.Name, "{") && len(role.Inline)+len(role.Attached) > 0 {
			t.Errorf("%s: the stack's own role %s is no candidate", text, role.Name)
		}
	}
	for _, key := range result.Snapshot.Keys {
		for _, policy := range key.Perhaps {
			all = append(all, policy.Guards, key.Policy.Guards)
		}
		for _, grant := range key.Grants {
			all = append(all, grant.Guards)
		}
	}
	for _, bucket := range result.Snapshot.Buckets {
		for _, policy := range bucket.Perhaps {
			all = append(all, policy.Guards)
		}
	}
	isAsked := func(g iam.Guards) bool { return len(g) == 1 && strings.HasPrefix(g[0].Choice.Question, question) }
	if len(all) == 0 || !slices.ContainsFunc(all, isAsked) || slices.ContainsFunc(all, func(g iam.Guards) bool { return !isAsked(g) }) {
		t.Errorf("%s\nguards: %v, want all to ask %q", text, all, question)
	}
}

// What a plan leaves open as a whole, and what it defers that policies are about,
// are problems; what it forgets is there, and what it destroys is not.
func TestUnsettledPlans(t *testing.T) {
	role := func(action string) string {
		return fmt.Sprintf(`, {"address": "aws_iam_role_policy.x", "mode": "managed", "type": "aws_iam_role_policy", "name": "x", "change": {"actions": [%q], "before": {"name": "p", "role": "Canvas", "policy": %s}, "after": null}}`, action, `"`+doubted+`"`)
	}
	bucket := `{"reason": "instance_count_unknown", "resource_change": {"address": "%s.x", "mode": "managed", "type": "%s", "name": "x", "change": {"actions": ["create"], "after": {}, "after_unknown": {}}}}`
	for _, c := range []struct {
		name, changes, members, problem string
		inline                          int
	}{
		{"forgotten", role("forget"), "", "", 1},
		{"destroyed", role("delete"), "", "", 0},
		{"errored", "", `"errored": true,`, "the plan failed", 0},
		{"with -target", "", `"complete": false,`, "the plan is not complete", 0},
		{"complete", "", `"complete": true, "errored": false,`, "", 0},
		{"a deferred bucket", "", `"complete": false, "deferred_changes": [` + fmt.Sprintf(bucket, "aws_s3_bucket", "aws_s3_bucket") + `],`, "the plan defers aws_s3_bucket.x", 0},
		{"a deferred instance", "", `"complete": false, "deferred_changes": [` + fmt.Sprintf(bucket, "aws_instance", "aws_instance") + `],`, "", 0},
	} {
		text := fmt.Sprintf(planFrame, c.changes, c.members, "")
		result, err := Load([]string{"."}, Options{Files: filesystem.Of(fstest.MapFS{"plan.json": {Data: []byte(text)}})})
		if err != nil {
			t.Fatal(err)
		}
		problem := ""
		for _, p := range result.Problems {
			problem += p.Message
		}
		if (c.problem == "") != (problem == "") || !strings.Contains(problem, c.problem) {
			t.Errorf("%s: problems %q, want %q", c.name, problem, c.problem)
		}
		if got := len(result.Snapshot.Roles[0].Inline); got != c.inline {
			t.Errorf("%s: the role has %d inline policies, want %d", c.name, got, c.inline)
		}
	}
}
