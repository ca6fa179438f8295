package lint_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/lint"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/rules"
	"github.com/canvaslint/canvaslint/policies"
)

const open = `{
  "Version": "2012-10-17",
  "Statement": [{"Sid": "Anyone", "Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}]
}`

func options(t *testing.T, files map[string]string) lint.Options {
	t.Helper()
	set, err := rules.Load(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	mapped := fstest.MapFS{}
	for name, text := range files {
		mapped[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return lint.Options{Rules: set, Read: load.Options{Files: filesystem.Of(mapped)}}
}

// say gives the findings and what became of them, in one line each.
func say(r *lint.Result) string {
	var lines []string
	list := func(word string, findings []finding.Finding) {
		for _, f := range findings {
			lines = append(lines, fmt.Sprintf("%s %s %s:%s", word, f.Rule, f.File, f.Start))
		}
	}
	list("finding", r.Report.Findings)
	list("waived", r.Report.Waived)
	if r.Report.Baseline != nil {
		list("known", r.Report.Baseline.Known)
	}
	for _, w := range r.Report.Waivers {
		lines = append(lines, "waiver "+w.State)
	}
	for _, p := range r.Report.Problems {
		lines = append(lines, "problem "+p.File)
	}
	return strings.Join(lines, "\n")
}

func TestCheck(t *testing.T) {
	const found = "finding key-open-to-everyone policies/a.json:3:67"
	const config = "waivers:\n- rule: key-open-to-everyone\n  path: a.json\n  reason: a test\n  until: 2026-06-30\n"
	day := func(text string) time.Time {
		at, err := time.Parse(time.DateOnly, text)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for _, test := range []struct {
		name   string
		files  map[string]string
		change func(*lint.Options)
		want   string
		failed bool
	}{
		{"a folder", nil, func(*lint.Options) {}, found, true},
		{"a file", nil, func(o *lint.Options) { o.Paths = []string{"policies/a.json"} }, found, true},
		{"no rule", nil, func(o *lint.Options) { o.Only = []string{"policy-placeholder"} }, "", false},
		{"a rule left out", nil, func(o *lint.Options) { o.Skip = []string{"key-open-to-everyone"} }, "", false},
		{"a waiver", map[string]string{"policies/.canvaslint.yaml": config}, func(o *lint.Options) { o.Now = day("2026-06-30") }, "waived key-open-to-everyone policies/a.json:3:67\nwaiver used", false},
		{"a waiver that has ended", map[string]string{"policies/.canvaslint.yaml": config}, func(o *lint.Options) { o.Now = day("2026-07-01") }, found + "\nwaiver expired", true},
		{"no waivers", map[string]string{"policies/.canvaslint.yaml": config}, func(o *lint.Options) { o.NoWaivers = true }, found, true},
		{"a baseline of today", nil, func(o *lint.Options) { o.Baseline = &lint.Baseline{Renew: true} }, "known key-open-to-everyone policies/a.json:3:67", false},
		{"a change elsewhere", nil, func(o *lint.Options) { o.Changes = &lint.Changes{Files: []string{"policies/b.md"}} }, "", false},
		{"a change there", nil, func(o *lint.Options) { o.Changes = &lint.Changes{Files: []string{"./policies/a.json"}} }, found, true},
		{"an unsaved buffer", nil, func(o *lint.Options) {
			o.Read.Files = filesystem.Overlay(o.Read.Files, map[string][]byte{"policies/a.json": []byte(open[:90])})
		}, "problem policies/a.json", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := map[string]string{"policies/a.json": open}
			for name, text := range test.files {
				files[name] = text
			}
			o := options(t, files)
			var err error
			if test.files != nil {
				if o.Settings, err = lint.ReadSettings(o.Read, "policies/.canvaslint.yaml"); err != nil {
					t.Fatal(err)
				}
			}
			var steps []string
			o.Progress = func(step string) { steps = append(steps, step) }
			test.change(&o)
			r, err := lint.Check(context.Background(), o)
			if err != nil {
				t.Fatal(err)
			}
			if got := say(r); got != test.want || r.Failed != test.failed {
				t.Errorf("failed %t:\n%s\nwant %t:\n%s", r.Failed, got, test.failed, test.want)
			}
			if want := []string{"reading files", "checking what Canvas needs, and running the rules"}; !slices.Equal(steps, want) {
				t.Errorf("steps %q, want %q", steps, want)
			}
		})
	}
}

func TestCheckRefuses(t *testing.T) {
	const waiver = "waivers:\n- rule: key-open-to-everyone\n  path: a.json\n  reason: a test\n  until: 2026-06-30\n"
	for _, test := range []struct {
		name   string
		change func(*lint.Options)
		want   string
	}{
		{"no rules", func(o *lint.Options) { o.Rules = nil }, "check: there are no rules"},
		{"an unknown rule", func(o *lint.Options) { o.Only = []string{"no-such"} }, `there is no rule "no-such"; "canvaslint rules" lists them`},
		{"no such path", func(o *lint.Options) { o.Paths = []string{"nowhere"} }, "read nowhere: file does not exist: name an existing file or folder; \"canvaslint export\" prints a script that saves an account"},
		{"a waiver that ends, and no day", func(*lint.Options) {}, "check: a waiver has an end date, and Options.Now is not set"},
	} {
		o := options(t, map[string]string{"a.json": open, ".canvaslint.yaml": waiver})
		var err error
		if o.Settings, err = lint.ReadSettings(o.Read, ".canvaslint.yaml"); err != nil {
			t.Fatal(err)
		}
		test.change(&o)
		if _, err = lint.Check(context.Background(), o); err == nil || err.Error() != test.want {
			t.Errorf("%s: %v, want %s", test.name, err, test.want)
		}
	}
}
