package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/fatih/color"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

// DefaultWidth is the width of text in terminal cells where none is given.
const DefaultWidth = 100

// TextOptions say how text is written; the zero value is plain text.
type TextOptions struct {
	Color      bool // ANSI colours; the caller knows whether the output takes them
	Width      int  // terminal cells; 0 is DefaultWidth
	Verbose    bool // everything that is otherwise counted only
	Inputs     bool // what each document was read as, and what was ignored
	Quiet      bool // the findings, problems and counts only
	Statistics bool // how many findings each rule has, in place of the findings
	Links      bool // hyperlinks to the pages of rules; the caller knows whether the output takes them
	// Terminal is for a reader who sits before it: findings are grouped by domain
	// where there are several, and the last line says what to do next.
	Terminal bool
}

// WriteText writes the report for a person to read: the findings in their given
// order (or by domain), each with the source it speaks of, what stopped each action and the
// smallest fix; then problems, readiness, what was not read, and the counts.
// Text from input is escaped where a terminal could act on it. ARNs of the
// finding's own account are shortened in sentences, never in a fix.
func WriteText(w io.Writer, r *finding.Report, o TextOptions) error {
	p := newPrinter(w, r, o)
	if o.Inputs {
		p.inputs(r.Coverage)
	}
	if o.Statistics {
		p.statistics(r)
	} else {
		p.findings(r.Findings, o.Terminal)
	}
	p.problems(r.Problems)
	if !o.Quiet {
		p.readiness(r)
		p.coverage(r)
	}
	p.line(p.bold.Sprint(summary(r)))
	if line := planned(r); line != "" && !o.Quiet {
		p.line(line)
	}
	if o.Terminal && !o.Quiet {
		p.next(r)
	}
	return p.flush()
}

// printer writes lines; the error of its writer is kept until Flush.
type printer struct {
	out                                 *bufio.Writer
	width                               int
	verbose, links                      bool
	keys                                shortKeys
	dim, bold, red, yellow, blue, green *color.Color
}

func newPrinter(w io.Writer, r *finding.Report, o TextOptions) *printer {
	if o.Width <= 0 {
		o.Width = DefaultWidth
	}
	return &printer{
		out: bufio.NewWriter(w), width: o.Width, verbose: o.Verbose, links: o.Links, keys: shortKeysOf(r),
		dim: paint(o.Color, color.Faint), bold: paint(o.Color, color.Bold),
		red: paint(o.Color, color.FgRed, color.Bold), yellow: paint(o.Color, color.FgYellow, color.Bold),
		blue: paint(o.Color, color.FgCyan, color.Bold), green: paint(o.Color, color.FgGreen, color.Bold),
	}
}

// flush brings out what was written.
func (p *printer) flush() error {
	if err := p.out.Flush(); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// rule names the rule of a finding, with a link to its page where links are wanted
// (https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda).
func (p *printer) rule(f finding.Finding) string {
	name := p.dim.Sprint("[" + Clean(f.Rule) + "]")
	if address := safeURL(f.Help); p.links && address != "" {
		return "\x1b]8;;" + address + "\x1b\\" + name + "\x1b]8;;\x1b\\"
	}
	return name
}

// paint makes a colour that asks neither the terminal nor the environment.
func paint(on bool, attributes ...color.Attribute) *color.Color {
	c := color.New(attributes...)
	if on {
		c.EnableColor()
	} else {
		c.DisableColor()
	}
	return c
}

// of gives the colour of a severity.
func (p *printer) of(s finding.Severity) *color.Color {
	switch s {
	case finding.Error:
		return p.red
	case finding.Warning:
		return p.yellow
	}
	return p.blue
}

// line writes one line; its parts are clean.
func (p *printer) line(parts ...string) {
	_, _ = p.out.WriteString(cleanLine(strings.Join(parts, ""))) // bufio keeps the error
	_ = p.out.WriteByte('\n')
}

// text writes a sentence behind a label, wrapped, the further lines indented by
// indent cells more than the label's own blanks.
func (p *printer) text(label *color.Color, head, sentence string, indent int) {
	margin := len(head) - len(strings.TrimLeft(head, " "))
	further := strings.Repeat(" ", margin+indent)
	for i, line := range wrapAfter(textWidth(head), margin+indent, p.width, sentence) {
		if i == 0 {
			p.line(strings.TrimRight(label.Sprint(head)+line, " "))
		} else {
			p.line(further + line)
		}
	}
}

// wrapAfter wraps text whose first line begins at another column than the rest.
func wrapAfter(first, further, width int, text string) []string {
	lines := wrap(text, max(leastText, width-first))
	if len(lines) == 1 || first == further {
		return lines
	}
	rest := strings.TrimPrefix(strings.Join(strings.Fields(text), " "), lines[0])
	return append(lines[:1], wrap(rest, max(leastText, width-further))...)
}

// place writes "--> file:line:column", where there is a file.
func (p *printer) place(margin string, at finding.Place) {
	if at.File != "" {
		p.line(margin, p.dim.Sprint("-->"), " ", where(at))
	}
}

// where gives file:line:column, or the file alone.
func where(at finding.Place) string {
	if at.Start.IsZero() {
		return Clean(at.File)
	}
	return Clean(at.File) + ":" + at.Start.String()
}

// finding writes one finding and the empty line after it.
func (p *printer) finding(f finding.Finding) {
	at := home{f.Account, f.Region}
	p.line(p.of(f.Severity).Sprint(Clean(string(f.Severity))+":"), " ",
		p.bold.Sprint(p.keys.shorten(Clean(f.Message), at)), "  ", p.rule(f))
	p.place("  ", f.Place)
	p.snippet(f)
	if subject := p.subject(f); subject != "" {
		p.text(p.dim, "  for: ", subject, 5)
	}
	p.causes(f.Causes, at)
	for _, note := range f.Related {
		p.text(p.blue, "  note: ", p.keys.shorten(Clean(note.Message), at), 6)
		p.place("        ", note.Place)
	}
	if f.OnlyInGuide != "" {
		p.text(p.blue, "  note: ", guideNote(f), 6)
	}
	p.fix(f.Fix)
	if p.verbose && f.Help != "" {
		p.line(p.dim.Sprint("  help: "), Clean(f.Help))
	}
	p.line()
}

// subject says which domain and profiles a finding is about.
func (p *printer) subject(f finding.Finding) string {
	if f.Domain == "" {
		return ""
	}
	text := "domain " + domainText(f.DomainName, f.Domain, f.Account, f.Region)
	switch len(f.Profiles) {
	case 0:
		return text
	case 1:
		return text + ", profile " + Clean(f.Profiles[0])
	}
	return text + ", profiles " + p.names(f.Profiles)
}

// names lists names, the first few of many.
func (p *printer) names(names []string) string {
	const few = 8
	rest := ""
	if more := len(names) - few; more > 1 && !p.verbose {
		names, rest = names[:few], fmt.Sprintf(" and %d more", more)
	}
	shown := make([]string, len(names))
	for i, name := range names {
		shown[i] = Clean(name)
	}
	return strings.Join(shown, ", ") + rest
}

// causes writes each failing action with the layer that stopped it. Actions
// that fail for the same cause stand together.
func (p *printer) causes(causes []finding.Cause, at home) {
	for _, cause := range groupCauses(causes) {
		for i, line := range wrap(Clean(cause.Action), max(leastText, p.width-2)) {
			if line != "" {
				p.line(strings.Repeat(" ", 2+2*min(i, 1)), p.bold.Sprint(line))
			}
		}
		p.text(p.of(""), "    "+Clean(cause.Layer)+": ", Clean(cause.Cause)+dash(p.keys.shorten(Clean(cause.Message), at)), 2)
		if cause.Policy != "" {
			p.line("      ", p.dim.Sprint("in"), " ", Clean(cause.Policy))
		}
		p.place("      ", cause.Place)
		if cause.Command != "" { // whole, to be pasted
			p.line("      ", p.green.Sprint("run:"), " ", Clean(cause.Command))
		}
	}
}

// causeGroup is one cause, with the actions that fail for it.
type causeGroup struct {
	finding.Cause
	actions []string
}

// groupCauses joins the actions that fail for the same cause into one text.
func groupCauses(causes []finding.Cause) []finding.Cause {
	var joined []finding.Cause
	for _, group := range causeGroups(causes) {
		group.Action = strings.Join(group.actions, ", ")
		joined = append(joined, group.Cause)
	}
	return joined
}

// causeGroups finds the actions that fail for the same cause, in the order of the
// first of them.
func causeGroups(causes []finding.Cause) []causeGroup {
	type reason struct {
		layer, cause, message, policy, command string
		at                                     finding.Place
	}
	var groups []causeGroup
	index := map[reason]int{}
	for _, cause := range causes {
		key := reason{cause.Layer, cause.Cause, cause.Message, cause.Policy, cause.Command, cause.Place}
		i, ok := index[key]
		if !ok {
			i = len(groups)
			index[key] = i
			groups = append(groups, causeGroup{Cause: cause})
		}
		if !slices.Contains(groups[i].actions, cause.Action) {
			groups[i].actions = append(groups[i].actions, cause.Action)
		}
	}
	return groups
}

// dash joins a sentence to what stands before it.
func dash(sentence string) string {
	if sentence == "" {
		return ""
	}
	return " - " + sentence
}

// fix writes the smallest change, whole: it is there to be copied.
func (p *printer) fix(fix *finding.Fix) {
	if fix == nil {
		return
	}
	p.text(p.green, "  fix: ", Clean(fix.Message), 5)
	if fix.File != "" {
		p.line("       in ", Clean(fix.File))
	}
	for _, line := range statementLines(fix.Statement) {
		p.line("         ", line)
	}
	for _, more := range fix.More {
		p.text(p.green, "  and: ", Clean(more.Message), 5)
		if more.File != "" {
			p.line("       in ", Clean(more.File))
		}
		for _, line := range statementLines(more.Statement) {
			p.line("         ", line)
		}
	}
	if fix.Statement != "" {
		return
	}
	for _, edit := range fix.Edits {
		p.edit(edit, fix.File)
	}
}

// edit writes what to do at a place.
func (p *printer) edit(edit finding.Edit, file string) {
	p.line("       ", editText(edit, file))
	for _, line := range textLines(edit.Text) {
		p.line("         ", line)
	}
}

// editText says what to do at a place; the file is named where it is another
// one than the fix's.
func editText(edit finding.Edit, file string) string {
	at := ""
	if edit.File != file {
		at = Clean(edit.File) + ":"
	}
	at += edit.Start.String()
	switch {
	case edit.Text == "":
		return "remove " + at + " to " + edit.End.String()
	case edit.End.IsZero() || edit.Start == edit.End:
		return "insert at " + at + ":"
	}
	return "replace " + at + " to " + edit.End.String() + " by:"
}

// statementLines gives a statement as indented JSON, by lines; text that is no
// JSON keeps its own lines.
func statementLines(statement string) []string {
	var buf bytes.Buffer
	if json.Indent(&buf, []byte(statement), "", "  ") == nil {
		statement = buf.String()
	}
	return textLines(statement)
}

// textLines splits a text that may have lines of its own, each made harmless.
func textLines(text string) []string {
	if text == "" {
		return nil
	}
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	for i, line := range lines {
		lines[i] = cleanLine(Clean(strings.ReplaceAll(strings.TrimRight(line, "\r"), "\t", "  ")))
	}
	return lines
}
