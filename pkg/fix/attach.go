package fix

import (
	"slices"

	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/lint"
)

// Attach gives the errors of a report the edits that settle them, as a plan would
// make them: one statement serves all findings that it settles. Unlike those of a
// plan they are not checked again.
func Attach(r *lint.Result) {
	for _, change := range slices.Concat(meant(r, r), statements(r, r)) {
		var edits []finding.Edit
		for _, edit := range change.Edits {
			edits = append(edits, finding.Edit{Place: finding.PlaceOf(edit.Span), Text: edit.Text})
		}
		for i := range r.Report.Findings {
			f := &r.Report.Findings[i]
			if f.Severity == finding.Error && f.Fix != nil && slices.ContainsFunc(change.needs, func(n *canvas.Need) bool { return isAbout(f, n) }) {
				fix := *f.Fix // findings may share one
				fix.Edits = slices.Concat(fix.Edits, edits)
				f.Fix = &fix
			}
		}
	}
}

// isAbout reports whether a finding is about a need.
func isAbout(f *finding.Finding, n *canvas.Need) bool {
	return f.Account == n.Domain.Account && f.Region == n.Domain.Region && f.Domain == n.Domain.ID &&
		f.Principal == n.Role && f.Resource == n.Resource && f.Purpose == n.Purpose
}
