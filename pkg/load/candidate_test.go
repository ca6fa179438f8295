package load

import (
	"regexp"
	"strings"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/source"
)

var (
	newName = regexp.MustCompile(`name the file ([^,]+), or`)
	entry   = regexp.MustCompile(`\[\{file: "([^"]+)", owner: "([^"]+)"\}\]`)
)

// TestCandidates loads a document that is of one of several resources: the
// problem lists them, and both ways to settle it that it gives do settle it.
func TestCandidates(t *testing.T) {
	const (
		domain = "-- d.json --\n" + `{"DomainId": "d-1", "DomainArn": "arn:aws:sagemaker:eu-central-1:111122223333:domain/d-1", "DefaultUserSettings": {"CanvasAppSettings": {"WorkspaceSettings": {"S3ArtifactPath": "s3://acme-canvas/x"}}}}` + "\n"
		ka, kb = "arn:aws:kms:eu-central-1:111122223333:key/0a000000-0000-4000-8000-000000000001", "arn:aws:kms:eu-central-1:111122223333:key/0b000000-0000-4000-8000-000000000002"
		role   = "arn:aws:iam::111122223333:role/"
	)
	key := func(file, arn string) string {
		return "-- " + file + " --\n" + `{"KeyMetadata": {"Arn": "` + arn + `", "KeyId": "` + arn[len(arn)-36:] + `"}}` + "\n"
	}
	named := func(folder string, names ...string) string {
		text := ""
		for _, name := range names {
			text += "-- " + folder + name + ".role.json --\n" + `{"Role": {"RoleName": "` + name + `", "Arn": "` + role + name + `"}}` + "\n"
		}
		return text
	}
	policy := func(action, principal, resource string) string {
		return `{"Statement": [{"Effect": "Allow"` + principal + `, "Action": "` + action + `"` + resource + `}]}`
	}
	keyPolicy := `{"Policy": "` + strings.ReplaceAll(policy("kms:*", `, "Principal": {"AWS": "111122223333"}`, `, "Resource": "*"`), `"`, `\"`) + `"}`
	identity := policy("kms:Decrypt", "", `, "Resource": "*"`)
	const multi = "arn:aws:kms:eu-central-1:111122223333:key/mrk-0a000000000040008000000000000001"
	replica := strings.Replace(multi, "eu-central-1", "eu-west-1", 1)
	mrk := func(file, arn string) string {
		return "-- " + file + " --\n" + `{"KeyMetadata": {"Arn": "` + arn + `"}}` + "\n"
	}
	cases := []struct{ name, others, file, text, want string }{
		{"a key policy beside two keys", key("a.json", ka) + key("b.json", kb), "policy.json", keyPolicy,
			"it may belong to " + ka + ", " + kb + "; if it belongs to 0a000000-0000-4000-8000-000000000001, name the file 0a000000-0000-4000-8000-000000000001-policy.json, or add to the config documents: [{file: \"policy.json\", owner: \"" + ka + "\"}]"},
		{"a key policy whose name describes two keys", key("a.json", ka) + key("b.json", kb), "loose/" + ka[len(ka)-36:] + "-" + kb[len(kb)-36:] + ".json", keyPolicy,
			"it may belong to " + ka + ", " + kb + "; if it belongs to 0a000000-0000-4000-8000-000000000001, name the file 0a000000-0000-4000-8000-000000000001-policy.json, or add to the config documents: [{file: \"loose/0a000000-0000-4000-8000-000000000001-0b000000-0000-4000-8000-000000000002.json\", owner: \"" + ka + "\"}]"},
		{"a rotation status beside the keys of another folder", key("a.json", ka) + key("b.json", kb), "x/status.json", `{"KeyRotationEnabled": true}`,
			"it may belong to " + ka + ", " + kb + "; if it belongs to 0a000000-0000-4000-8000-000000000001, name the file 0a000000-0000-4000-8000-000000000001-rotation.json, or add to the config documents: [{file: \"x/status.json\", owner: \"" + ka + "\"}]"},
		{"a key policy and two keys of one id", mrk("a.json", multi) + mrk("b.json", replica), "policy.json", keyPolicy,
			"it may belong to " + multi + ", " + replica + "; if it belongs to mrk-0a000000000040008000000000000001, add to the config documents: [{file: \"policy.json\", owner: \"" + multi + "\"}]"},
		{"an identity policy beside two roles", named("", "Canvas", "Canvas-Finance"), "policy.json", identity,
			"it may belong to " + role + "Canvas, " + role + "Canvas-Finance; if it belongs to Canvas, name the file Canvas-policy.json, or add to the config documents: [{file: \"policy.json\", owner: \"" + role + "Canvas\"}]"},
		{"an identity policy and more roles than are listed", named("r/", "A1", "A2", "A3", "A4", "A5", "A6", "A7"), "policy.yaml", identity,
			"it may belong to " + role + "A1, " + role + "A2, " + role + "A3, " + role + "A4, " + role + "A5 and 2 more; if it belongs to A1, name the file A1-policy.yaml, or add to the config documents: [{file: \"policy.yaml\", owner: \"" + role + "A1\"}]"},
		{"a trust policy beside two roles", named("", "A", "B"), "t.json", policy("sts:AssumeRole", `, "Principal": {"Service": "sagemaker.amazonaws.com"}`, ""),
			"it may belong to " + role + "A, " + role + "B; if it belongs to A, name the file A-trust.json, or add to the config documents: [{file: \"t.json\", owner: \"" + role + "A\"}]"},
		{"an encryption in a folder without a name", "", "x/enc.json", `{"ServerSideEncryptionConfiguration": {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}}`,
			"it may belong to arn:aws:s3:::acme-canvas; if it belongs to acme-canvas, name the file acme-canvas-encryption.json, or add to the config documents: [{file: \"x/enc.json\", owner: \"arn:aws:s3:::acme-canvas\"}]"},
		{"a key policy and no key", "", "policy.json", keyPolicy, "put it into a folder kms/keys/<key id>/, or name the key under documents: in the config"},
	}
	const lost = "it was checked alone; "
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			problem := func(file string, o Options) string {
				result, _ := loadFiles(t, domain+c.others+"-- "+file+" --\n"+c.text+"\n", o)
				for _, p := range result.Problems {
					if _, remedy, ok := strings.Cut(p.Message, lost); ok {
						return remedy
					}
				}
				return ""
			}
			got := problem(c.file, Options{})
			if got != c.want {
				t.Fatalf("got:\n%s\nwant:\n%s", got, c.want)
			}
			if found := newName.FindStringSubmatch(got); found != nil {
				if again := problem(found[1], Options{}); again != "" {
					t.Errorf("the name %s settles nothing: %s", found[1], again)
				}
			}
			if found := entry.FindStringSubmatch(got); found != nil {
				o := Options{Owners: map[string]string{found[1]: found[2]}, OwnerAt: map[string]source.Span{}}
				if again := problem(c.file, o); again != "" {
					t.Errorf("the entry %s settles nothing: %s", found[0], again)
				}
			}
		})
	}
}
