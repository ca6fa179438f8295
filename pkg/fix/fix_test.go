package fix_test

import (
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/fix"
	"github.com/canvaslint/canvaslint/pkg/lint"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/rules"
	"github.com/canvaslint/canvaslint/pkg/rules/ruletest"
	"github.com/canvaslint/canvaslint/pkg/source"
	"github.com/canvaslint/canvaslint/policies"
)

var update = flag.Bool("update", false, "rewrite testdata/plans.txt")

// TestPlans makes a plan for every bad case of every rule that is an error. What
// Make gives is already proven: it ends with an error where something else opens.
// The test holds what is left, that nothing new is found, and that the changed
// files are what was checked but for the edits.
func TestPlans(t *testing.T) {
	var got strings.Builder
	forms := 0
	eachBadCase(t, func(set *rules.Set, name string, c ruletest.Case) {
		plan := planOf(t, set, c)
		fmt.Fprintf(&got, "== %s\n%s", name, plan)
		checkForms(t, set, name, c, plan, &forms)
	})
	const golden = "testdata/plans.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got.String(), "\n")); diff != "" {
		t.Errorf("plans differ; go test ./pkg/fix -update rewrites %s\n%s", golden, diff)
	}
}

// eachBadCase gives the bad cases of the rules whose findings are errors.
func eachBadCase(t *testing.T, try func(set *rules.Set, name string, c ruletest.Case)) {
	t.Helper()
	set, err := rules.Load(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	base, err := fs.ReadFile(policies.FS, "lib/base.txtar")
	if err != nil {
		t.Skip("the cases of the rules are not embedded")
	}
	for _, rule := range set.Rules {
		if rule.Severity != "error" {
			continue
		}
		text, err := os.ReadFile("../../policies/" + rule.ID + "/cases.txtar")
		if err != nil {
			t.Fatal(err)
		}
		cases, err := ruletest.Parse(string(text), string(base))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cases {
			if c.IsBad() {
				try(set, rule.ID+" "+c.Name, c)
			}
		}
	}
}

// planOf says what a plan does for a case, a line for each change and task.
func planOf(t *testing.T, set *rules.Set, c ruletest.Case) string {
	t.Helper()
	files := fstest.MapFS{}
	o := lint.Options{Rules: set}
	for name, text := range c.Files {
		if path.Base(name) == config.FileName {
			parsed, err := config.Parse(name, []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			o.Settings.Config = parsed
			continue
		}
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	o.Read.Files = filesystem.Of(files)
	plan, err := fix.Make(t.Context(), o)
	if err != nil {
		return fmt.Sprintf("refused: %v\n", err)
	}
	known := map[string]bool{}
	for _, f := range plan.Before.Report.Findings {
		known[f.Rule] = true
	}
	var b strings.Builder
	for _, change := range plan.Changes {
		fmt.Fprintf(&b, "edit %s: %s\n", change.Edits[0].Span, change.Message)
	}
	for _, refusal := range plan.Refused {
		reason, _, _ := strings.Cut(refusal.Because[0], " (") // the words of a rule are its own
		fmt.Fprintf(&b, "not proposed, since %s: %s\n", reason, refusal.Change.Message)
	}
	for _, task := range plan.Tasks {
		fmt.Fprintf(&b, "task %s %s\n", task.Rule, task.File)
	}
	for _, f := range plan.After.Report.Findings {
		if !known[f.Rule] && f.Severity != "info" {
			t.Errorf("%s: the plan leads to %s: %s", c.Name, f.Rule, f.Message)
		}
	}
	for _, task := range plan.Tasks {
		if task.Todo == "" {
			t.Errorf("%s: the task %s does not say what to do", c.Name, task.Rule)
		}
	}
	if len(fix.Errors(plan.After)) > len(fix.Errors(plan.Before)) {
		t.Errorf("%s: more errors after the plan", c.Name)
	}
	checkMinimal(t, c.Name, o, files, plan)
	return b.String()
}

// checkMinimal makes all edits of a plan but those of one change: an error must
// be left that the whole plan settles, or something else be worse. It looks at
// plans whose edits are all of the texts that were checked.
func checkMinimal(t *testing.T, name string, o lint.Options, files fstest.MapFS, plan *fix.Plan) {
	t.Helper()
	for i := range plan.Changes {
		edits := map[string][]source.Edit{}
		for j, change := range plan.Changes {
			for _, edit := range change.Edits {
				if file := edit.Span.File; file.Text != plan.Files[file.Name].Old {
					return
				} else if i != j {
					edits[file.Name] = append(edits[file.Name], edit)
				}
			}
		}
		fewer := maps.Clone(files)
		for file, list := range edits {
			text, err := source.Apply(plan.Files[file].Old, list)
			if err != nil {
				t.Fatal(err)
			}
			fewer[file] = &fstest.MapFile{Data: []byte(text)}
		}
		o.Read.Files = filesystem.Of(fewer)
		got, err := lint.Check(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if worse := badness(got); worse <= badness(plan.After) {
			t.Errorf("%s: nothing is worse without the edit %q", name, plan.Changes[i].Message)
		}
	}
}

// badness counts errors, then unknowns, then warnings.
func badness(r *lint.Result) int {
	n := 10000 * len(fix.Errors(r))
	if r.Undecided {
		n += 1000
	}
	for _, f := range r.Report.Findings {
		if f.Severity == finding.Warning {
			n++
		}
	}
	return n
}
