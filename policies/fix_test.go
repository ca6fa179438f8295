package policies_test

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/fix"
	"github.com/canvaslint/canvaslint/pkg/lint"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/rules"
)

// edited are the formats of code that people edit, the one of a plan through its
// HCL; the others are forms of one document, which pkg/fix tries.
var edited = []string{"cloudformation", "cdk", "terraform-plan"}

// The mistake of each rule that is an error is fixed in every format that people
// edit: what fix gives is what a check of the edited files finds:
// testdata/formats/fixes.txt has the plans.
func TestFixes(t *testing.T) {
	set := loadRules(t)
	base := readArchive(t, "base")
	var got strings.Builder
	before, after := map[string]string{}, map[string]string{}
	for _, rule := range set.Rules {
		if rule.Severity != finding.Error {
			continue
		}
		a := readArchive(t, rule.ID)
		for _, format := range edited {
			if a.cannot(format) != "" {
				continue
			}
			files, err := a.account(base, format)
			if err != nil {
				t.Fatal(err)
			}
			text, made := fixed(t, set, files, a.parameters(format))
			fmt.Fprintf(&got, "== %s %s\n%s", rule.ID, format, text)
			for name, template := range made {
				name = rule.ID + "." + name
				before[name], after[name] = files[strings.TrimPrefix(name, rule.ID+".")], template
			}
		}
	}
	const golden = formatsFolder + "/fixes.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got.String(), "\n")); diff != "" {
		t.Errorf("go test ./policies -run TestFixes -update rewrites %s\n%s", golden, diff)
	}
	lintTemplates(t, before, after)
}

// lintTemplates has cfn-lint, which .ci/cfnlint installs, look at templates before
// and after they were fixed: it objects to nothing new.
func lintTemplates(t *testing.T, before, after map[string]string) {
	t.Helper()
	peer := os.Getenv("CANVASLINT_CFNLINT")
	if peer == "" {
		t.Logf("CANVASLINT_CFNLINT is not set: cfn-lint has not seen %d fixed templates", len(after))
		return
	}
	lint := func(templates map[string]string) map[string]string {
		folder := t.TempDir()
		args := []string{"--format", "parseable", "--non-zero-exit-code", "none", "--regions", "eu-central-1", "--"}
		for name, text := range templates {
			file := filepath.Join(folder, name)
			if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			args = append(args, file)
		}
		said, err := exec.Command(filepath.Join(peer, "bin", "cfn-lint"), args...).Output()
		if err != nil {
			t.Fatalf("cfn-lint: %v", err)
		}
		objections := map[string]string{}
		for line := range strings.Lines(string(said)) {
			if parts := strings.SplitN(strings.TrimSpace(line), ":", 6); len(parts) == 6 {
				objections[filepath.Base(parts[0])+" "+parts[5]] = line
			}
		}
		return objections
	}
	known := lint(before)
	for objection, line := range lint(after) {
		if known[objection] == "" {
			t.Errorf("cfn-lint of a fixed template: %s", line)
		}
	}
}

// fixed gives the plan for an account, with the lines that change, and the files
// that do.
func fixed(t *testing.T, set *rules.Set, files map[string]string, parameters map[string]string) (text string, made map[string]string) {
	t.Helper()
	disk := fstest.MapFS{}
	for name, text := range files {
		disk[name] = &fstest.MapFile{Data: []byte(text)}
	}
	o := lint.Options{Rules: set}
	o.Read.Files = filesystem.Of(disk)
	o.Read.Parameters = parameters
	plan, err := fix.Make(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	made = map[string]string{}
	for _, change := range plan.Changes {
		fmt.Fprintf(&b, "edit: %s\n", change.Message)
	}
	for _, refusal := range plan.Refused {
		reason, _, _ := strings.Cut(refusal.Because[0], " (") // the words of a rule are its own
		fmt.Fprintf(&b, "not proposed, since %s: %s\n", reason, refusal.Change.Message)
	}
	for _, task := range plan.Tasks {
		fmt.Fprintf(&b, "task: %s\n%s", task.Rule, task.HCL)
	}
	for _, name := range slices.Sorted(maps.Keys(plan.Files)) {
		file := plan.Files[name]
		old := strings.Split(file.Old, "\n")
		for _, line := range strings.Split(file.New, "\n") {
			if at := slices.Index(old, line); at >= 0 {
				old = old[at+1:]
				continue
			}
			fmt.Fprintf(&b, "  %s\n", line)
		}
		disk[name] = &fstest.MapFile{Data: []byte(file.New)}
		made[name] = file.New
	}
	after, err := lint.Check(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(fix.Errors(plan.After), fix.Errors(after)); diff != "" {
		t.Errorf("the edited files have other errors than the plan says:\n%s", diff)
	}
	return b.String(), made
}
