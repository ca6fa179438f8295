package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/wording"
)

// problems writes the input that could not be analysed.
func (p *printer) problems(problems []finding.Problem) {
	for _, problem := range problems {
		message := Clean(problem.Message)
		if problem.File != "" {
			message = where(finding.Place{File: problem.File, Start: problem.Start}) + ": " + message
		}
		p.line(p.red.Sprint("problem:"), " ", message)
	}
	if len(problems) > 0 {
		p.line()
	}
}

// coverage says what the answer leaves out.
func (p *printer) coverage(r *finding.Report) {
	notes := otherNotes(r)
	for _, note := range notes {
		p.text(p.blue, "note: ", Clean(note), 6)
	}
	waived := p.verbose && len(r.Waived) > 0
	if waived {
		p.waived(r.Waived)
	}
	if p.ignored(r.Coverage.Ignored) || waived || len(notes) > 0 {
		p.line()
	}
}

// otherNotes are what the answer leaves out, and what of waivers and baseline
// is out of date.
func otherNotes(r *finding.Report) []string {
	notes := slices.Concat(r.Coverage.Notes, partialNotes(r))
	if r.Config != "" {
		notes = append(notes, "the config "+r.Config+" was used")
	}
	for _, waiver := range r.Waivers {
		if waiver.State != "used" {
			notes = append(notes, waiverNote(waiver))
		}
	}
	if r.Baseline != nil {
		for _, entry := range r.Baseline.Stale {
			notes = append(notes, staleNote(r.Baseline.File, entry))
		}
	}
	return notes
}

// partialNotes say which rules the user chose.
func partialNotes(r *finding.Report) (notes []string) {
	if r.Partial != nil && r.Partial.Stopped != "" {
		notes = append(notes, "this report is partial: the run was broken off while "+r.Partial.Stopped)
	}
	if r.Partial != nil && len(r.Partial.Only) > 0 {
		notes = append(notes, "only these rules were run: "+strings.Join(r.Partial.Only, ", "))
	}
	if r.Partial != nil && len(r.Partial.Skip) > 0 {
		notes = append(notes, "these rules were skipped: "+strings.Join(r.Partial.Skip, ", "))
	}
	return notes
}

// waiverNote says what is wrong with a waiver.
func waiverNote(w finding.Waiver) string {
	at := finding.Place{File: w.File, Start: w.Start}
	text := "the waiver of " + w.Rule + " at " + where(at)
	if w.State == "expired" {
		return text + " expired on " + w.Until + " and has no effect"
	}
	return text + " is " + w.State + ": no finding matches it; remove it"
}

// guideNote says under which guide alone a finding is reported.
func guideNote(f finding.Finding) string {
	return "reported under the " + Clean(f.OnlyInGuide) + " guide only"
}

// staleNote says which entry of a baseline has had its day.
func staleNote(file string, entry finding.BaselineEntry) string {
	return "the baseline " + file + " is stale: " + wording.Count(entry.Count, "finding") + " of " + entry.Rule + " no longer occur. Write it again with --write-baseline. Message: " + entry.Message
}

// waived lists the findings that the user lives with.
func (p *printer) waived(findings []finding.Finding) {
	for _, f := range findings {
		place := ""
		if f.File != "" {
			place = where(f.Place) + ": "
		}
		p.line(p.dim.Sprint("waived: "), place, p.keys.shorten(Clean(f.Message), home{f.Account, f.Region}),
			"  ", p.rule(f))
		if f.Waiver != nil {
			p.text(p.dim, "  because: ", Clean(f.Waiver.Reason), 2)
		}
	}
}

// ignored says which files were seen and not read: counted by reason, or, when
// asked for everything, one by one. It reports whether there were any.
func (p *printer) ignored(ignored []finding.Ignored) bool {
	var reasons []string
	number := map[string]int{}
	for _, file := range ignored {
		if p.verbose {
			p.line(p.dim.Sprint("ignored: "), Clean(file.File), ": ", Clean(file.Reason))
		}
		if number[file.Reason] == 0 {
			reasons = append(reasons, file.Reason)
		}
		number[file.Reason]++
	}
	if p.verbose {
		return len(ignored) > 0
	}
	for _, reason := range reasons {
		p.text(p.blue, "note: ", wording.Count(number[reason], "file")+" not read: "+Clean(reason), 6)
	}
	return len(ignored) > 0
}

// summary gives the counts in one line. What is not known always stands in it.
func summary(r *finding.Report) string {
	parts := []string{countText(counts(r))}
	if n := len(r.Problems); n > 0 {
		parts = append(parts, wording.Count(n, "problem"))
	}
	if n := r.Coverage.Decisions.Unknown; n > 0 {
		parts = append(parts, wording.Count(n, "permission")+" unknown")
	}
	if n := len(r.Waived); n > 0 {
		parts = append(parts, fmt.Sprintf("%d waived", n))
	}
	if r.Baseline != nil && len(r.Baseline.Known) > 0 {
		parts = append(parts, fmt.Sprintf("%d in the baseline", len(r.Baseline.Known)))
	}
	return strings.Join(parts, "; ") + " - " + wording.Count(r.Coverage.Files, "file") + " read"
}

// planned says how much of the errors edits can settle, "" where none can.
func planned(r *finding.Report) string {
	edits, files, settled := planOf(r)
	if settled == 0 {
		return ""
	}
	return fmt.Sprintf("%s in %s can settle %s: canvaslint fix shows and proves them", wording.Count(edits, "edit"), wording.Count(files, "file"), wording.Count(settled, "error"))
}

// planOf counts the edits that the findings bring, their files, and the findings
// that they settle.
func planOf(r *finding.Report) (edits, files, settled int) {
	places, names := map[finding.Place]bool{}, map[string]bool{}
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Fix == nil || len(f.Fix.Edits) == 0 {
			continue
		}
		settled++
		for _, edit := range f.Fix.Edits {
			places[edit.Place], names[edit.File] = true, true
		}
	}
	return len(places), len(names), settled
}

// countText puts the counts of a summary into words.
func countText(total map[string]int) string {
	var found []string
	for _, severity := range []finding.Severity{finding.Error, finding.Warning, finding.Info} {
		if n := total[string(severity)]; n > 0 {
			found = append(found, wording.Count(n, string(severity)))
		}
	}
	if len(found) == 0 {
		return "no findings"
	}
	return strings.Join(found, ", ")
}
