package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fatih/color"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/wording"
)

// readiness writes the answer to "will it work?", one table per domain.
// Profiles with the same answer share a row, unless everything is asked for.
func (p *printer) readiness(r *finding.Report) {
	rules := rulesByFingerprint(r)
	type domain struct{ account, region, id, name string }
	var order []domain
	rows := map[domain][]finding.Readiness{}
	for _, row := range r.Readiness {
		d := domain{row.Account, row.Region, row.Domain, row.DomainName}
		if rows[d] == nil {
			order = append(order, d)
		}
		rows[d] = append(rows[d], row)
	}
	for _, d := range order {
		p.line(p.bold.Sprint("domain "+domainText(d.name, d.id, d.account, d.region)), ", guide ", Clean(r.Guide))
		shown, hidden := p.checked(rows[d])
		p.table(p.tableRows(shown, rules))
		if hidden > 0 {
			p.line("  ", p.dim.Sprint(wording.Count(hidden, "more row")+" not checked: --verbose says why"))
		}
		p.line()
	}
}

// checked leaves out what was not checked, and counts it; where nothing was, or
// everything is asked for, all rows stay.
func (p *printer) checked(rows []finding.Readiness) (shown []finding.Readiness, hidden int) {
	for _, row := range rows {
		if row.Verdict != finding.NotChecked {
			shown = append(shown, row)
		}
	}
	if p.verbose || len(shown) == 0 {
		return rows, 0
	}
	return shown, len(rows) - len(shown)
}

// leastReason is the room that a reason needs beside the other columns.
const leastReason = 30

// tableRow is one row as text; the first columns are padded, the reason wraps.
type tableRow struct {
	profiles []string
	cells    [4]string // profile, purpose, key, verdict
	verdict  finding.Verdict
	reason   string
}

// tableRows turns readiness into text and merges what differs by profile only.
func (p *printer) tableRows(rows []finding.Readiness, rules map[string]string) []tableRow {
	var out []tableRow
	index := map[string]int{}
	for _, row := range rows {
		next := tableRow{verdict: row.Verdict, reason: p.reason(row, rules)}
		next.cells[1] = Clean(string(row.Purpose))
		next.cells[2] = p.target(row)
		next.cells[3] = Clean(string(row.Verdict))
		key := fmt.Sprintf("%q %q", next.cells, next.reason)
		at, known := index[key]
		if !known || p.verbose {
			at = len(out)
			index[key] = at
			out = append(out, next)
		}
		out[at].profiles = append(out[at].profiles, profileName(row))
	}
	for i := range out {
		out[i].cells[0] = profileNames(out[i].profiles)
	}
	return out
}

// profileNames keeps the first column narrow: the reader needs to see whom a
// row is about, the JSON report has them all.
func profileNames(names []string) string {
	const few = 3
	rest := ""
	if more := len(names) - few; more > 1 {
		names, rest = names[:few], fmt.Sprintf(" and %d more", more)
	}
	shown := make([]string, len(names))
	for i, name := range names {
		shown[i] = Clean(name)
	}
	return strings.Join(shown, ", ") + rest
}

// target names the key or bucket that a row needs.
func (p *printer) target(row finding.Readiness) string {
	switch {
	case row.Key != "":
		return p.keys.shorten(Clean(row.Key), home{row.Account, row.Region})
	case row.Bucket != "":
		return Clean(row.Bucket)
	}
	return "-"
}

// reason says why a row is not ready: its own sentence, else the rules that
// object.
func (p *printer) reason(row finding.Readiness, rules map[string]string) string {
	if row.Reason != "" {
		return p.keys.shorten(Clean(row.Reason), home{row.Account, row.Region})
	}
	return strings.Join(ruleNames(row.Findings, rules), ", ")
}

// rulesByFingerprint gives the rule of every finding of a report.
func rulesByFingerprint(r *finding.Report) map[string]string {
	rules := map[string]string{}
	for _, f := range allFindings(r) {
		rules[f.Fingerprint] = f.Rule
	}
	return rules
}

// ruleNames gives the rules of some findings, each once.
func ruleNames(fingerprints []string, rules map[string]string) []string {
	var ids []string
	for _, fingerprint := range fingerprints {
		if id := Clean(rules[fingerprint]); id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// profileName names whom a row is about.
func profileName(row finding.Readiness) string {
	if row.Profile == "" {
		return "(domain default)"
	}
	return row.Profile
}

// table writes rows in aligned columns.
func (p *printer) table(rows []tableRow) {
	head := tableRow{cells: [4]string{"profile", "purpose", "key", "verdict"}, reason: "reason"}
	var widths [4]int
	for _, row := range append([]tableRow{head}, rows...) {
		for i, text := range row.cells {
			widths[i] = max(widths[i], textWidth(text))
		}
	}
	if used := 2 + widths[0] + widths[1] + widths[2] + widths[3] + 2*len(widths); p.width-used < leastReason {
		head.reason = "" // the reasons stand below their rows
	}
	p.tableLine(head, widths, p.dim, p.dim)
	for _, row := range rows {
		p.tableLine(row, widths, paint(false), p.colourOf(row.verdict))
	}
}

// tableLine writes one row. A reason for which there is no room beside the
// columns stands below them.
func (p *printer) tableLine(row tableRow, widths [4]int, plain, verdict *color.Color) {
	var line strings.Builder
	used := 2
	for i, text := range row.cells {
		style := plain
		if i == len(row.cells)-1 {
			style = verdict
		}
		blanks := strings.Repeat(" ", widths[i]-textWidth(text)+2)
		line.WriteString(style.Sprint(text) + blanks)
		used += widths[i] + 2
	}
	reason := wrap(row.reason, p.width-used)
	if p.width-used < leastReason {
		used = 6
		reason = append([]string{""}, wrap(row.reason, max(leastReason, p.width-used))...)
	}
	if reason[0] != "" {
		line.WriteString(plain.Sprint(reason[0]))
	}
	p.line("  ", strings.TrimRight(line.String(), " "))
	for _, more := range reason[1:] {
		if more != "" {
			p.line(strings.Repeat(" ", used), more)
		}
	}
}

// colourOf gives the colour of a verdict; green is for what was proven only.
func (p *printer) colourOf(v finding.Verdict) *color.Color {
	switch v {
	case finding.Ready:
		return p.green
	case finding.NotReady:
		return p.red
	}
	return p.yellow
}
