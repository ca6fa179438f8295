package triage

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// TestSort puts the worst first, causes before what comes of them, findings of one
// cause together, and the rest by place.
func TestSort(t *testing.T) {
	at := func(file string, line int) finding.Place {
		return finding.Place{File: file, Start: source.Position{Line: line, Column: 1}}
	}
	one := func(rule string, severity finding.Severity, place finding.Place, causes ...finding.Cause) finding.Finding {
		return finding.Finding{Rule: rule, Severity: severity, Place: place, Causes: causes}
	}
	deny := func(place finding.Place) finding.Cause {
		return finding.Cause{Layer: "scp", Cause: "explicit-deny", Place: place}
	}
	lack := func(place finding.Place) finding.Cause {
		return finding.Cause{Layer: "identity-policy", Cause: "no-statement", Place: place}
	}
	findings := []finding.Finding{
		one("info on the statement", finding.Info, at("z", 1)),
		one("denied by z", finding.Error, at("a", 1), deny(at("z", 1))),
		one("alone", finding.Error, at("a", 2)),
		one("denied by y", finding.Error, at("a", 3), deny(at("y", 1))),
		one("denied by y too", finding.Error, at("b", 1), lack(at("x", 1)), deny(at("y", 1))),
		one("between", finding.Error, at("a", 4), lack(at("x", 1))),
		one("statement z", finding.Error, at("z", 1)),
		one("warned by y", finding.Warning, at("a", 1), deny(at("y", 1))),
		one("denied by z too", finding.Error, at("c", 1), lack(at("x", 1)), deny(at("z", 1))),
	}
	var got []string
	for _, f := range Sort(findings) {
		got = append(got, f.Rule)
	}
	want := []string{
		"alone", "denied by y", "denied by y too", "between",
		"statement z", "denied by z", "denied by z too",
		"warned by y", "info on the statement",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
