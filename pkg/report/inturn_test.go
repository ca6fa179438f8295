package report

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// TestOneCause writes findings in a row that have one cause below it, and no other.
func TestOneCause(t *testing.T) {
	at := func(file string, line int) finding.Place {
		return finding.Place{File: file, Start: source.Position{Line: line, Column: 1}}
	}
	denied := func(rule string, line int) finding.Finding {
		return finding.Finding{Rule: rule, Severity: finding.Error, Message: rule + " fails", Place: at("d.json", line), Causes: []finding.Cause{
			{Action: "kms:Decrypt", Layer: "scp", Cause: "explicit-deny", Message: `statement "Stop" denies it`, Place: at("p.json", 7)},
		}}
	}
	other := denied("c", 3)
	other.Causes[0].Place.Start.Line = 8
	r := &finding.Report{Findings: []finding.Finding{denied("a", 1), denied("b", 2), other}}
	var out bytes.Buffer
	if err := WriteText(&out, r, TextOptions{Quiet: true}); err != nil {
		t.Fatal(err)
	}
	want := `The next 2 findings have one cause: statement "Stop" denies it
  --> p.json:7:1

error: a fails  [a]
  --> d.json:1:1
  kms:Decrypt
    scp: explicit-deny - statement "Stop" denies it
      --> p.json:7:1

error: b fails  [b]
  --> d.json:2:1
  kms:Decrypt
    scp: explicit-deny - statement "Stop" denies it
      --> p.json:7:1

error: c fails  [c]
  --> d.json:3:1
  kms:Decrypt
    scp: explicit-deny - statement "Stop" denies it
      --> p.json:8:1

3 errors - 0 files read
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

// TestAtLeast leaves out what is less bad, says so, and counts all.
func TestAtLeast(t *testing.T) {
	one := func(s finding.Severity) finding.Finding { return finding.Finding{Rule: string(s), Severity: s} }
	r := &finding.Report{
		Findings: []finding.Finding{one(finding.Error), one(finding.Warning), one(finding.Info), one(finding.Info)},
		Waived:   []finding.Finding{one(finding.Info)},
		Baseline: &finding.Baseline{Known: []finding.Finding{one(finding.Warning), one(finding.Info)}},
	}
	got := AtLeast(r, finding.Warning)
	want := &finding.Report{
		Findings: []finding.Finding{one(finding.Error), one(finding.Warning)}, Waived: []finding.Finding{},
		Baseline: &finding.Baseline{Known: []finding.Finding{one(finding.Warning)}},
		Summary:  map[string]int{"error": 1, "warning": 1, "info": 2},
	}
	want.Coverage.Notes = []string{"2 findings are below warning and not listed (--min-severity)."}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(r.Findings) != 4 || len(r.Baseline.Known) != 2 || r.Coverage.Notes != nil {
		t.Error("the report was changed")
	}
}

// TestLinks writes hyperlinks only where they are wanted, and only to addresses that
// are harmless.
func TestLinks(t *testing.T) {
	for _, test := range []struct {
		links      bool
		help, want string
	}{
		{true, ours + "blob/main/docs/rules.md#a", "error: m  \x1b]8;;" + ours + "blob/main/docs/rules.md#a\x1b\\[a]\x1b]8;;\x1b\\\n\n1 error - 0 files read\n"},
		{false, ours, "error: m  [a]\n\n1 error - 0 files read\n"},
		{true, "https://x.example/\x1b[31m", "error: m  [a]\n\n1 error - 0 files read\n"},
		{true, "javascript:alert(1)", "error: m  [a]\n\n1 error - 0 files read\n"},
	} {
		var out bytes.Buffer
		r := &finding.Report{Findings: []finding.Finding{{Rule: "a", Severity: finding.Error, Message: "m", Help: test.help}}}
		if err := WriteText(&out, r, TextOptions{Quiet: true, Links: test.links}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.want, out.String()); diff != "" {
			t.Errorf("%q: %s", test.help, diff)
		}
	}
}
