package fix

import (
	"slices"

	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/lint"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Attach gives the errors of a report the edits that settle them, as a plan would
// make them first: one statement serves all findings that it settles, and where
// something else was meant no statement is added. Unlike those of a plan the edits
// are not checked again.
func Attach(r *lint.Result) {
	lists := [][]finding.Finding{r.Report.Findings}
	if r.Report.Baseline != nil { // what is known is no less to be mended
		lists = append(lists, r.Report.Baseline.Known)
	}
	if !slices.ContainsFunc(slices.Concat(lists...), func(f finding.Finding) bool { return f.Severity == finding.Error }) {
		return
	}
	stages := [][]Change{meant(r, r), statements(r, r)}
	for _, findings := range lists {
		for i := range findings {
			if findings[i].Severity == finding.Error {
				attachFirst(&findings[i], stages)
			}
		}
	}
}

// attachFirst gives a finding the edits of the first stage that has any for it.
func attachFirst(f *finding.Finding, stages [][]Change) {
	for _, changes := range stages {
		if attach(f, changes) {
			return
		}
	}
}

// attach gives a finding the edits of the changes that are about it, if any are.
func attach(f *finding.Finding, changes []Change) bool {
	var edits []finding.Edit
	message := ""
	for _, change := range apart(changes) {
		if !slices.ContainsFunc(change.needs, func(n *canvas.Need) bool { return isAbout(f, n) }) && !change.isWithin(f.Place) {
			continue
		}
		for _, edit := range change.Edits {
			edits = append(edits, finding.Edit{Place: finding.PlaceOf(edit.Span), Text: edit.Text})
		}
		message = change.Message
	}
	if len(edits) == 0 {
		return false
	}
	fix := finding.Fix{Message: message, File: edits[0].File}
	if f.Fix != nil {
		fix = *f.Fix // findings may share one
	}
	fix.Edits = edits
	f.Fix = &fix
	return true
}

// isWithin reports whether a change edits the text at a place.
func (c Change) isWithin(place finding.Place) bool {
	return slices.ContainsFunc(c.Edits, func(e source.Edit) bool {
		at := finding.PlaceOf(e.Span)
		return at.File == place.File && !before(at.Start, place.Start) && !before(place.End, at.End)
	})
}

func before(a, b source.Position) bool {
	return a.Line < b.Line || a.Line == b.Line && a.Column < b.Column
}

// isAbout reports whether a finding is about a need.
func isAbout(f *finding.Finding, n *canvas.Need) bool {
	return f.Account == n.Domain.Account && f.Region == n.Domain.Region && f.Domain == n.Domain.ID &&
		f.Principal == n.Role && f.Resource == n.Resource && f.Purpose == n.Purpose
}
