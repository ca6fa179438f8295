package load

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Terraform's own files are no input: a problem for each folder says how to
// make one, unless a plan or state is there.
func TestHCL(t *testing.T) {
	const (
		planText  = `{"format_version": "1.2", "terraform_version": "1.9.8", "planned_values": {"root_module": {}}}`
		stateText = `{"version": 4, "terraform_version": "1.9.8", "resources": []}`
		advice    = `canvaslint does not read Terraform configuration, only its plan: run "terraform plan -out=tfplan && terraform show -json tfplan > plan.json" there, and check plan.json`
		covered   = "Terraform configuration: the plan or state that was read covers it"
		told      = "Terraform configuration: see the problem reported for its folder"
	)
	binary := "PK\x03\x04" + strings.Repeat("\x00", 26) + "tfplan\x00"
	cases := []struct {
		name              string
		files             map[string]string
		problems, ignored []string
	}{
		{"two folders", map[string]string{"a/main.tf": "x", "a/keys.tf": "x", "b/main.tf.json": "{}"},
			[]string{"a/keys.tf: " + advice, "b/main.tf.json: " + advice}, []string{"a/main.tf: " + told}},
		{"with a plan", map[string]string{"a/main.tf": "x", "plan.json": planText}, nil, []string{"a/main.tf: " + covered}},
		{"with a state", map[string]string{"main.tf": "x", "terraform.tfstate": stateText}, nil, []string{"main.tf: " + covered}},
		{"with what Terraform downloads", map[string]string{".terraform/modules/x/main.tf": "x", "plan.json": planText}, nil, []string{".terraform: a folder that tools fill: pass it by name to read it"}},
		{"a binary plan", map[string]string{"a/tfplan": binary},
			[]string{`a/tfplan: canvaslint does not read binary Terraform plans, only their JSON: run "terraform show -json tfplan > plan.json" beside its configuration, and check plan.json`}, nil},
		{"a log before a plan", map[string]string{"plan.json": "[command]/bin/terraform show -json\n" + planText}, nil, nil},
	}
	for _, c := range cases {
		folder := t.TempDir()
		for name, text := range c.files {
			file := filepath.Join(folder, filepath.FromSlash(name))
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		result, err := Load([]string{folder}, Options{Display: func(path string) string {
			return filepath.ToSlash(strings.TrimPrefix(path, folder+string(filepath.Separator)))
		}})
		if err != nil {
			t.Fatal(err)
		}
		var problems, ignored []string
		for _, problem := range result.Problems {
			problems = append(problems, problem.String())
		}
		for _, i := range result.Ignored {
			ignored = append(ignored, i.File+": "+i.Reason)
		}
		for _, pair := range [][2][]string{{problems, c.problems}, {ignored, c.ignored}} {
			if got, want := strings.Join(pair[0], "\n"), strings.Join(pair[1], "\n"); got != want {
				t.Errorf("%s:\n%s\nwant:\n%s", c.name, got, want)
			}
		}
	}
}
