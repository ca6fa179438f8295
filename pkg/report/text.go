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
	"github.com/canvaslint/canvaslint/pkg/wording"
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
