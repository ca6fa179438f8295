package report

import (
	"slices"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/wording"
)

// AtLeast gives a report that lists only findings of a severity or a worse one, ""
// being all. The summary still counts every finding, and a note says how many are
// not listed.
func AtLeast(r *finding.Report, least finding.Severity) *finding.Report {
	shown := *r
	shown.Summary = counts(r)
	below := func(f finding.Finding) bool { return f.Severity.Rank() < least.Rank() }
	shown.Findings = slices.DeleteFunc(slices.Clone(r.Findings), below)
	shown.Waived = slices.DeleteFunc(slices.Clone(r.Waived), below)
	if r.Baseline != nil {
		b := *r.Baseline
		b.Known = slices.DeleteFunc(slices.Clone(b.Known), below)
		shown.Baseline = &b
	}
	if left := len(r.Findings) - len(shown.Findings); left > 0 {
		shown.Coverage.Notes = append(slices.Clone(r.Coverage.Notes), wording.CountAs(left, "finding is", "findings are")+" below "+string(least)+" and not listed (--min-severity).")
	}
	return &shown
}
