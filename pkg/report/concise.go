package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

// WriteConcise writes a line for each problem and finding, file:line:column first, as
// compilers do and editors read it, and the counts after them.
func WriteConcise(w io.Writer, r *finding.Report, o TextOptions) error {
	p := newPrinter(w, r, o)
	for _, problem := range r.Problems {
		p.concise(finding.Place{File: problem.File, Start: problem.Start}, p.red.Sprint("problem:")+" "+Clean(problem.Message))
	}
	for _, f := range r.Findings {
		p.concise(mainPlace(f), p.of(f.Severity).Sprint(Clean(string(f.Severity))+":")+" "+
			p.keys.shorten(Clean(f.Message), home{f.Account, f.Region})+"  "+p.rule(f))
	}
	p.line(p.bold.Sprint(summary(r)))
	return p.flush()
}

func (p *printer) concise(at finding.Place, text string) {
	if at.File == "" {
		p.line(text)
		return
	}
	p.line(where(at), ": ", text)
}

// statistics writes how many findings each rule has, the worst severity first.
func (p *printer) statistics(r *finding.Report) {
	type row struct {
		severity finding.Severity
		rule     string
	}
	var order []row
	numbers, width := map[row]int{}, 0
	for _, f := range r.Findings {
		at := row{f.Severity, f.Rule}
		if numbers[at] == 0 {
			order = append(order, at)
		}
		numbers[at]++
		width = max(width, textWidth(Clean(f.Rule)))
	}
	titles := map[string]string{}
	for _, rule := range r.Rules {
		titles[rule.ID] = rule.Title
	}
	slices.SortFunc(order, func(a, b row) int {
		return cmp.Or(cmp.Compare(b.severity.Rank(), a.severity.Rank()), cmp.Compare(numbers[b], numbers[a]), cmp.Compare(a.rule, b.rule))
	})
	for _, at := range order {
		name := Clean(at.rule)
		p.line(fmt.Sprintf("%5d  ", numbers[at]), p.of(at.severity).Sprint(fmt.Sprintf("%-7s", Clean(string(at.severity)))), "  ",
			fmt.Sprintf("%-*s", width, name), "  ", Clean(titles[at.rule]))
	}
	if len(order) > 0 {
		p.line()
	}
}
