package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

// csvColumns are the columns, a contract: columns are added at the end.
func csvColumns() []string {
	return []string{
		"kind", "severity", "rule", "message", "file", "line", "column", "end line", "end column", "account", "region",
		"domain", "profiles", "principal", "resource", "purpose", "verdict", "causes", "fix", "only in guide", "waived because",
		"owner", "until", "fingerprint", "help",
	}
}

// WriteCSV writes the report as CSV (RFC 4180, lines end in \n) for a
// spreadsheet: a row for each finding (kind new, known, waived), problem and row
// of readiness. A cell never begins like a formula: an apostrophe stands before
// it then (https://owasp.org/www-community/attacks/CSV_Injection).
func WriteCSV(w io.Writer, r *finding.Report) error { return StreamCSV(w, finding.WholeOf(r)) }

// csvCell makes a text harmless in a spreadsheet. A cell can also begin behind a
// semicolon, which separates cells where a comma is the decimal sign.
func csvCell(text string) string {
	parts := strings.Split(Clean(text), ";")
	for i, part := range parts {
		if c := firstRune(strings.TrimLeft(part, " \"")); strings.ContainsAny(c, "=+-@\t\r＝＋－＠") {
			parts[i] = "'" + part
		}
	}
	return strings.Join(parts, ";")
}

// firstRune is the first character of a text that has one.
func firstRune(text string) string {
	for _, c := range text {
		return string(c)
	}
	return ""
}

// csvPlace fills in the cells of a place.
func csvPlace(cells map[string]string, at finding.Place) {
	number := func(n int) string {
		if n == 0 {
			return ""
		}
		return fmt.Sprint(max(0, n))
	}
	cells["file"] = at.File
	cells["line"], cells["column"] = number(at.Start.Line), number(at.Start.Column)
	cells["end line"], cells["end column"] = number(at.End.Line), number(at.End.Column)
}

func findingCells(f judgedFinding) map[string]string {
	var causes []string
	for _, cause := range groupCauses(f.Causes) {
		text := causeText(cause)
		if cause.File != "" {
			text += " at " + where(cause.Place)
		}
		causes = append(causes, text)
	}
	cells := map[string]string{
		"kind": string(f.state), "severity": string(f.Severity), "rule": f.Rule, "message": f.Message, "account": f.Account,
		"region": f.Region, "domain": f.Domain, "profiles": strings.Join(f.Profiles, ", "), "principal": f.Principal,
		"resource": f.Resource, "purpose": string(f.Purpose), "causes": strings.Join(causes, " | "),
		"only in guide": f.OnlyInGuide, "fingerprint": f.Fingerprint, "help": f.Help,
	}
	if f.Fix != nil {
		cells["fix"] = strings.TrimSpace(f.Fix.Message + " " + f.Fix.Statement)
		for _, more := range f.Fix.More {
			cells["fix"] += "; " + more.Message + " " + more.Statement
		}
	}
	if f.Waiver != nil {
		cells["waived because"], cells["owner"], cells["until"] = f.Waiver.Reason, f.Waiver.Owner, f.Waiver.Until
	}
	csvPlace(cells, f.Place)
	return cells
}

func readinessCells(row finding.Readiness, rules map[string]string) map[string]string {
	resource := row.Key
	if resource == "" {
		resource = row.Bucket
	}
	return map[string]string{
		"kind": "readiness", "rule": strings.Join(ruleNames(row.Findings, rules), ", "), "message": row.Reason,
		"account": row.Account, "region": row.Region, "domain": row.Domain, "profiles": profileName(row),
		"principal": row.Role, "resource": resource, "purpose": string(row.Purpose), "verdict": string(row.Verdict),
	}
}
