package load

import (
	"slices"
	"strings"
	"testing"
)

// under gives an archive whose files lie in a folder.
func under(folder, archive string) string {
	return strings.ReplaceAll("\n"+archive, "\n-- ", "\n-- "+folder+"/")
}

// TestCopies has the account twice in each format: what is said again, to the
// letter, is silent.
func TestCopies(t *testing.T) {
	for _, format := range []string{"cli", "cloudformation", "cdk", "terraform-plan", "terraform-state", "tfstate", "aws-config", "aws-config-query", "iam-collect", "steampipe"} {
		once, _ := loadFiles(t, account(t, format), Options{})
		twice, _ := loadFiles(t, under("a", account(t, format))+under("b", account(t, format)), Options{})
		if len(twice.Problems) > 0 || len(twice.Snapshot.Domains) != 1 || len(twice.Snapshot.Keys) != len(once.Snapshot.Keys) {
			t.Errorf("%s: %d domains, %d keys; %v", format, len(twice.Snapshot.Domains), len(twice.Snapshot.Keys), twice.Problems)
		}
	}
}

// TestTwoStates has states of the same resources, in both forms and both orders:
// what they say differently is a conflict, unless their serials tell which is
// the newer one.
func TestTwoStates(t *testing.T) {
	const rename = `"lineage": "x"`
	for what, edit := range map[string][2]string{
		"key policy":        {`\"Sid\": \"Storage\", \"Effect\": \"Allow\"`, `\"Sid\": \"Storage\", \"Effect\": \"Deny\"`},
		"key state":         {`"is_enabled": true`, `"is_enabled": false`},
		"trust policy":      {`sagemaker.amazonaws.com`, `ec2.amazonaws.com`},
		"boundary":          {`"permissions_boundary": null`, `"permissions_boundary": "arn:aws:iam::aws:policy/AWSDenyAll"`},
		"inline policy":     {`\"Sid\": \"Bucket\", \"Effect\": \"Allow\"`, `\"Sid\": \"Bucket\", \"Effect\": \"Deny\"`},
		"bucket policy":     {`s3:PutObject\", \"Resource`, `s3:*\", \"Resource`},
		"app key":           {`"kms_key_id": "arn:aws:kms:eu-central-1:111122223333:key/0a`, `"kms_key_id": "arn:aws:kms:eu-central-1:111122223333:key/0c`},
		"bucket encryption": {`"kms_master_key_id": "arn:aws:kms:eu-central-1:111122223333:key/0b`, `"kms_master_key_id": "arn:aws:kms:eu-central-1:111122223333:key/0a`},
	} {
		for _, formats := range [][2]string{{"terraform-state", "terraform-state"}, {"terraform-state", "tfstate"}, {"tfstate", "tfstate"}} {
			one, other := account(t, formats[0]), account(t, formats[1], edit[0], edit[1])
			for _, archive := range []string{under("a", one) + under("b", other), under("a", other) + under("b", one)} {
				result, _ := loadFiles(t, archive, Options{})
				if len(conflicts(result)) == 0 || len(conflicts(result)) != len(result.Problems) {
					t.Errorf("%s in %v: %v", what, formats, result.Problems)
				}
			}
		}
		old, late := account(t, "tfstate"), account(t, "tfstate", edit[0], edit[1], `"serial": 1`, `"serial": 10`)
		for _, folders := range [][2]string{{"a", "b"}, {"b", "a"}} {
			result, _ := loadFiles(t, under(folders[0], old)+under(folders[1], late), Options{})
			note := folders[0] + "/terraform.tfstate is an older state than " + folders[1] + "/terraform.tfstate, of the same lineage: the newer one counts."
			if len(result.Problems) > 0 || !slices.Contains(result.Notes, note) {
				t.Errorf("%s, newer in %s: %v, %q", what, folders[1], result.Problems, result.Notes)
			}
			result, _ = loadFiles(t, under(folders[0], strings.ReplaceAll(old, rename, `"lineage": "y"`))+under(folders[1], late), Options{})
			if len(conflicts(result)) == 0 {
				t.Errorf("%s, of another lineage: %v", what, result.Problems)
			}
		}
	}
}
