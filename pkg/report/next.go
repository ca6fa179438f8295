package report

import (
	"fmt"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

// domainOf names the domain of a finding; the zero value is none.
type domainOf struct{ account, region, id, name string }

// findings writes the findings in their order. Before a terminal, and where there
// are several domains, each domain has a heading: the domain of the worst finding
// first, what belongs to no domain last.
func (p *printer) findings(findings []finding.Finding, byDomain bool) {
	var order []domainOf
	groups := map[domainOf][]finding.Finding{}
	for _, f := range findings {
		var d domainOf
		if f.Domain != "" {
			d = domainOf{f.Account, f.Region, f.Domain, f.DomainName}
		}
		if groups[d] == nil && f.Domain != "" {
			order = append(order, d)
		}
		groups[d] = append(groups[d], f)
	}
	if !byDomain || len(order) < 2 {
		p.inTurn(findings)
		return
	}
	if len(groups[domainOf{}]) > 0 {
		order = append(order, domainOf{})
	}
	for _, d := range order {
		p.heading(d, groups[d])
		p.inTurn(groups[d])
	}
}

// inTurn writes findings one after another. Those in a row that have one cause stand
// below it.
func (p *printer) inTurn(findings []finding.Finding) {
	for len(findings) > 0 {
		alike := 1
		if cause, ok := findings[0].Culprit(); ok {
			for alike < len(findings) && hasCulprit(&findings[alike], cause) {
				alike++
			}
			if alike > 1 {
				p.shared(cause, alike, home{findings[0].Account, findings[0].Region})
			}
		}
		for _, f := range findings[:alike] {
			p.finding(f)
		}
		findings = findings[alike:]
	}
}

func hasCulprit(f *finding.Finding, cause finding.Cause) bool {
	own, ok := f.Culprit()
	return ok && own.Place == cause.Place && own.Message == cause.Message
}

// shared names the cause of the findings that follow.
func (p *printer) shared(cause finding.Cause, findings int, at home) {
	p.text(p.bold, fmt.Sprintf("The next %d findings have one cause: ", findings), p.keys.shorten(Clean(cause.Message), at), 2)
	p.place("  ", cause.Place)
	p.line()
}

// heading names a domain, counts its findings, and fills the line.
func (p *printer) heading(d domainOf, findings []finding.Finding) {
	name := "Not tied to a domain"
	if d.id != "" {
		name = "domain " + domainText(d.name, d.id, d.account, d.region)
	}
	text := "── " + name + ": " + countText(counts(&finding.Report{Findings: findings})) + " "
	p.line(p.bold.Sprint(text), p.dim.Sprint(strings.Repeat("─", max(0, p.width-textWidth(text)))))
	p.line()
}

// next says what to do first. What could not be analysed comes before findings
// that merely are no errors: the rest may be wrong without it.
func (p *printer) next(r *finding.Report) {
	p.text(p.green, "next: ", nextStep(r, p.verbose), 6)
}

func nextStep(r *finding.Report, verbose bool) string {
	first := func(f finding.Finding) string {
		text := "fix " + Clean(f.Rule) + " first"
		if f.File != "" {
			text += ", at " + where(f.Place)
		}
		return text + "; \"canvaslint rules " + Clean(f.Rule) + "\" explains it"
	}
	switch {
	case len(r.Findings) > 0 && r.Findings[0].Severity == finding.Error:
		return first(r.Findings[0])
	case len(r.Problems) > 0:
		text := "fix what could not be analysed"
		if r.Problems[0].File != "" {
			text += ", first " + where(finding.Place{File: r.Problems[0].File, Start: r.Problems[0].Start})
		}
		return text
	case len(r.Findings) > 0 && r.Findings[0].Severity == finding.Warning:
		return first(r.Findings[0])
	case r.Coverage.Decisions.Unknown > 0:
		return "the readiness table says what is missing to decide the unknown permissions"
	case len(r.Findings) > 0:
		return first(r.Findings[0])
	case !verbose && len(r.Coverage.Ignored)+len(r.Waived) > 0:
		return "nothing to fix; --verbose lists what was waived and what was not read"
	}
	return "nothing to fix"
}
