package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/wording"
)

const (
	// mostMarkdown is the length of a report in bytes. GitHub refuses a comment
	// of more than 65,536 characters; some room is left for whoever posts it.
	mostMarkdown = 64000
	// MarkdownMark is the first line of the Markdown: whoever posts it finds its
	// own comment by it, and updates that rather than write another.
	MarkdownMark = "<!-- canvaslint report -->"
	// mostTable is how many findings or rows of readiness a table has.
	mostTable = 50
)

// WriteMarkdown writes the report as a comment on a pull request, in GitHub's
// Markdown: the counts, problems, a table of the findings, each in detail with
// its fix, and who is ready. Long parts are collapsed. It stays below GitHub's
// limit for a comment, and says what it left out. Text from input makes neither
// markup nor links nor mentions.
func WriteMarkdown(w io.Writer, r *finding.Report) error {
	m := &markdownWriter{report: r, rules: rulesByFingerprint(r)}
	m.add(MarkdownMark + "\n### canvaslint: " + markdownText(summary(r)) + "\n")
	m.problems()
	m.findings()
	end := markdownEnd(r)
	m.limit = mostMarkdown - len(end)
	readiness := m.readiness()
	m.limit -= len(readiness)
	m.details()
	m.limit += len(readiness)
	m.add(readiness)
	m.limit = mostMarkdown
	m.add(end)
	return writeAll(w, []byte(m.out.String()))
}

type markdownWriter struct {
	report *finding.Report
	rules  map[string]string // by fingerprint
	out    strings.Builder
	limit  int // 0: none yet
}

// add writes a part, unless there is no room for it.
func (m *markdownWriter) add(part string) bool {
	if m.limit > 0 && m.out.Len()+len(part) > m.limit {
		return false
	}
	m.out.WriteString(part)
	return true
}

// markdownText escapes text that stands within a line: no markup, HTML, link,
// mention, reference to an issue or formula comes of it. The entity is a
// character without width, which keeps GitHub from seeing a name.
func markdownText(text string) string {
	const nothing = "&#8203;"
	escaped := strings.NewReplacer(
		"&", "&amp;", "<", "&lt;", ">", "&gt;", "$", "&#36;",
		`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "|", `\|`, "~", `\~`,
		"@", "@"+nothing, "#", "#"+nothing, "://", ":"+nothing+"//",
	).Replace(Clean(text))
	for _, host := range []string{"www.", "WWW.", "Www."} {
		escaped = strings.ReplaceAll(escaped, host, host[:3]+nothing+".")
	}
	return escaped
}

// markdownCode puts text into a code span, where nothing is markup; the span's
// fence is longer than any in the text. Within a table a bar needs a backslash.
func markdownCode(text string, table bool) string {
	text = Clean(text)
	if table {
		text = strings.ReplaceAll(text, "|", `\|`)
	}
	if text == "" {
		return ""
	}
	ticks := strings.Repeat("`", longestRun(text, '`')+1)
	if len(ticks) > 1 || strings.HasPrefix(text, "`") || strings.TrimSpace(text) == "" || strings.HasPrefix(text, " ") {
		return ticks + " " + text + " " + ticks
	}
	return ticks + text + ticks
}

// longestRun is how often a character stands in a row.
func longestRun(text string, c byte) int {
	longest, run := 0, 0
	for i := range len(text) {
		if text[i] == c {
			run++
			longest = max(longest, run)
		} else {
			run = 0
		}
	}
	return longest
}

// markdownBlock puts clean lines into a fenced block.
func markdownBlock(language string, lines []string) string {
	longest := 2
	for _, line := range lines {
		longest = max(longest, longestRun(line, '`'))
	}
	fence := strings.Repeat("`", longest+1)
	return fence + language + "\n" + strings.Join(lines, "\n") + "\n" + fence + "\n"
}

// markdownRule names a rule, with a link to its explanation.
func markdownRule(id, help string) string {
	if address := safeURL(help); address != "" {
		return "[" + markdownText(id) + "](" + address + ")"
	}
	return markdownText(id)
}

// markdownSign shows a severity in colour.
func markdownSign(s finding.Severity) string {
	switch s {
	case finding.Error:
		return "🔴 error"
	case finding.Warning:
		return "🟠 warning"
	}
	return "🔵 " + markdownText(string(s))
}

// problems come first: without them the rest may be wrong.
func (m *markdownWriter) problems() {
	list := m.report.Problems
	if len(list) == 0 {
		return
	}
	m.add("\n**" + wording.Count(len(list), "problem") + ": not everything could be analysed**\n\n")
	for i, problem := range list {
		if i == mostTable {
			m.add(fmt.Sprintf("- and %d more\n", len(list)-i))
			break
		}
		line := "- " + markdownText(shorten(Clean(problem.Message), 500)) + "\n"
		if problem.File != "" {
			line = "- " + markdownCode(where(finding.Place{File: problem.File, Start: problem.Start}), false) + ": " + line[2:]
		}
		m.add(line)
	}
}

// findings is the table of the findings.
func (m *markdownWriter) findings() {
	list := m.report.Findings
	if len(list) == 0 {
		return
	}
	keys := shortKeysOf(m.report)
	m.add("\n| severity | finding | where |\n|---|---|---|\n")
	for i, f := range list {
		if i == mostTable {
			m.add(fmt.Sprintf("\n%d more findings are not in the table.\n", len(list)-i))
			break
		}
		place := ""
		if f.File != "" {
			place = markdownCode(where(f.Place), true)
		}
		message := keys.shorten(shorten(Clean(f.Message), 300), home{f.Account, f.Region})
		m.add("| " + markdownSign(f.Severity) + " | " + markdownText(message) + " (" + markdownRule(f.Rule, f.Help) + ") | " + place + " |\n")
	}
}

// details tell each finding whole, collapsed, as long as there is room.
func (m *markdownWriter) details() {
	const more = "\n%d more findings are shown in full only in the other formats.\n"
	whole, keys := m.limit, shortKeysOf(m.report)
	m.limit -= 2 * len(more) // for that sentence
	for i, f := range m.report.Findings {
		f.Message = keys.shorten(Clean(f.Message), home{f.Account, f.Region})
		if !m.add(markdownDetail(f)) {
			m.limit = whole
			m.add(fmt.Sprintf(more, len(m.report.Findings)-i))
			return
		}
	}
	m.limit = whole
}

func markdownDetail(f finding.Finding) string {
	var out strings.Builder
	fmt.Fprintf(&out, "\n<details><summary>%s: %s</summary>\n\n", markdownSign(f.Severity), markdownHTML(shorten(Clean(f.Message), 300)))
	if f.File != "" {
		out.WriteString("At " + markdownCode(where(f.Place), false) + "\n\n")
	}
	if len(f.Snippet) > 0 {
		lines := make([]string, len(f.Snippet))
		for i, line := range f.Snippet {
			lines[i] = fmt.Sprintf("%4d | %s", line.Line, Clean(strings.ReplaceAll(line.Text, "\t", "  ")))
		}
		out.WriteString(markdownBlock("text", lines) + "\n")
	}
	item := func(text string, at finding.Place) {
		out.WriteString("- " + markdownText(text))
		if at.File != "" {
			out.WriteString(" at " + markdownCode(where(at), false))
		}
		out.WriteByte('\n')
	}
	if f.Domain != "" {
		item("for domain "+domainText(f.DomainName, f.Domain, f.Account, f.Region)+profilesOf(f), finding.Place{})
	}
	for _, cause := range groupCauses(f.Causes) {
		item(causeText(cause), cause.Place)
		if cause.Command != "" {
			out.WriteString("\n" + markdownBlock("sh", textLines(cause.Command)))
		}
	}
	for _, note := range f.Related {
		item(note.Message, note.Place)
	}
	if f.OnlyInGuide != "" {
		item(guideNote(f), finding.Place{})
	}
	if f.Fix != nil {
		out.WriteString("\n**Fix:** " + markdownText(f.Fix.Message))
		if f.Fix.File != "" {
			out.WriteString(" in " + markdownCode(f.Fix.File, false))
		}
		out.WriteString("\n\n")
		if lines := statementLines(f.Fix.Statement); len(lines) > 0 {
			out.WriteString(markdownBlock("json", lines))
		}
		for _, more := range f.Fix.More {
			out.WriteString("\nand " + markdownText(more.Message))
			if more.File != "" {
				out.WriteString(" in " + markdownCode(more.File, false))
			}
			out.WriteString("\n\n" + markdownBlock("json", statementLines(more.Statement)))
		}
		for _, edit := range f.Fix.Edits {
			if f.Fix.Statement != "" {
				break // the edits write the same
			}
			out.WriteString("- " + markdownText(editText(edit, f.Fix.File)) + "\n\n")
			if lines := textLines(edit.Text); len(lines) > 0 {
				out.WriteString(markdownBlock("text", lines) + "\n")
			}
		}
	}
	out.WriteString("\n</details>\n")
	return out.String()
}

// markdownHTML escapes text within HTML, where Markdown is not read but
// mentions are.
func markdownHTML(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "@", "@&#8203;", "#", "#&#8203;", "://", ":&#8203;//",
		"`", "&#96;", "*", "&#42;", "_", "&#95;", "[", "&#91;", "]", "&#93;", "|", "&#124;", "~", "&#126;", "$", "&#36;", `\`, "&#92;",
		"www.", "www&#8203;.").Replace(Clean(text))
}

// profilesOf names the first profiles of a finding.
func profilesOf(f finding.Finding) string {
	if len(f.Profiles) == 0 {
		return ""
	}
	if len(f.Profiles) == 1 {
		return ", profile " + f.Profiles[0]
	}
	return ", profiles " + profileNames(f.Profiles)
}

// readiness is the answer to "will it work?", collapsed where it is long.
func (m *markdownWriter) readiness() string {
	rows := m.report.Readiness
	if len(rows) == 0 {
		return ""
	}
	count := map[finding.Verdict]int{}
	for _, row := range rows {
		count[row.Verdict]++
	}
	var said []string
	for _, verdict := range []finding.Verdict{finding.NotReady, finding.Unknown, finding.Ready, finding.NotChecked} {
		if n := count[verdict]; n > 0 {
			said = append(said, fmt.Sprintf("%d %s", n, verdict))
		}
	}
	// What is wrong first: a long table is cut at its end.
	order := func(v finding.Verdict) int {
		return slices.Index([]finding.Verdict{finding.NotReady, finding.Unknown, finding.Ready, finding.NotChecked}, v)
	}
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b finding.Readiness) int { return order(a.Verdict) - order(b.Verdict) })
	var out strings.Builder
	const few = 12
	open := ""
	if len(rows) <= few {
		open = " open"
	}
	fmt.Fprintf(&out, "\n<details%s><summary>Readiness: %s</summary>\n\n| domain | profile | purpose | key or bucket | verdict | reason |\n|---|---|---|---|---|---|\n",
		open, strings.Join(said, ", "))
	for i, row := range rows {
		if i == mostTable {
			fmt.Fprintf(&out, "\n%d more rows are not in the table.\n", len(rows)-i)
			break
		}
		target := row.Key
		if target == "" {
			target = row.Bucket
		}
		reason := row.Reason
		if reason == "" {
			reason = strings.Join(ruleNames(row.Findings, m.rules), ", ")
		}
		fmt.Fprintf(&out, "| %s | %s | %s | %s | %s | %s |\n", markdownText(shorten(domainText(row.DomainName, row.Domain), 100)),
			markdownText(shorten(profileName(row), 100)), markdownText(string(row.Purpose)), markdownCode(shorten(target, 200), true),
			markdownVerdict(row.Verdict), markdownText(shorten(Clean(reason), 200)))
	}
	out.WriteString("\n</details>\n")
	return out.String()
}

func markdownVerdict(v finding.Verdict) string {
	switch v {
	case finding.Ready:
		return "✅ ready"
	case finding.NotReady:
		return "❌ not ready"
	case finding.Unknown:
		return "❓ unknown"
	}
	return markdownText(string(v))
}

// markdownEnd says what the answer leaves out, in a few lines.
func markdownEnd(r *finding.Report) string {
	notes := otherNotes(r)
	if n := len(r.Coverage.Ignored); n > 0 {
		notes = append(notes, wording.Count(n, "file")+" not read")
	}
	var out strings.Builder
	if len(notes) > 0 {
		fmt.Fprintf(&out, "\n<details><summary>%s on what was checked</summary>\n\n", wording.Count(len(notes), "note"))
		for i, note := range notes {
			if i == mostTable {
				fmt.Fprintf(&out, "- and %d more\n", len(notes)-i)
				break
			}
			out.WriteString("- " + markdownText(shorten(Clean(note), 300)) + "\n")
		}
		out.WriteString("\n</details>\n")
	}
	fmt.Fprintf(&out, "\nMade by %s %s, guide %s\n", markdownText(r.Tool.Name), markdownText(r.Tool.Version), markdownText(r.Guide))
	return out.String()
}
