package report

import (
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

// snippetWidth is how many cells of a source line are shown: a policy that is
// quoted in another document is one line of thousands.
const snippetWidth = 160

// findingView is one finding as it is shown.
type findingView struct {
	ID, Class, Severity, Rule, Title, Message, Place string
	Account                                          string
	Facts                                            []fact
	Snippet                                          []snippetLine
	Causes                                           []causeView
	Related                                          []noteView
	Fix                                              *fixView
	Help, HelpText                                   string
	Waiver                                           *waiverView
}

// snippetLine is a source line in three parts; the middle one is marked.
// Skipped stands for lines that were left out.
type snippetLine struct {
	Number              int
	Before, Mark, After string
	Skipped             bool
}

type causeView struct {
	Actions                                       []string
	Layer, Cause, Message, Policy, Place, Command string
}

type noteView struct{ Message, Place string }

type fixView struct {
	Message, File, Statement string
	Edits                    []editView
	More                     []finding.Addition
}

type editView struct{ What, Text string }

// groups lays the findings out by severity, the worst first.
func (w *pageWriter) groups() []severityGroup {
	groups := []severityGroup{
		{ID: "errors", Class: "error", Name: "Errors"},
		{ID: "warnings", Class: "warning", Name: "Warnings"},
		{ID: "infos", Class: "info", Name: "For information"},
	}
	for i, view := range w.findings(w.report.Findings, w.ids) {
		at := 2
		switch w.report.Findings[i].Severity {
		case finding.Error:
			at = 0
		case finding.Warning:
			at = 1
		}
		view.Class = groups[at].Class
		groups[at].Findings = append(groups[at].Findings, view)
	}
	return slices.DeleteFunc(groups, func(g severityGroup) bool { return len(g.Findings) == 0 })
}

func (w *pageWriter) findings(findings []finding.Finding, ids []string) []findingView {
	views := make([]findingView, 0, len(findings))
	for i, f := range findings {
		views = append(views, w.finding(f, ids[i]))
	}
	return views
}

func (w *pageWriter) finding(f finding.Finding, id string) findingView {
	at := home{f.Account, f.Region}
	v := findingView{
		ID: id, Class: severityClass(f.Severity), Severity: Clean(string(f.Severity)), Rule: Clean(f.Rule), Title: w.titles[f.Rule],
		Message: w.keys.shorten(Clean(f.Message), at), Place: placeOf(f.Place), Account: Clean(f.Account),
		Facts: factsOf(f), Snippet: snippetOf(f), Causes: w.causes(f.Causes, at), Fix: fixOf(f.Fix),
	}
	if v.Title == "" {
		v.Title = v.Rule
	}
	for _, note := range f.Related {
		v.Related = append(v.Related, noteView{w.keys.shorten(Clean(note.Message), at), placeOf(note.Place)})
	}
	if f.OnlyInGuide != "" {
		v.Related = append(v.Related, noteView{Message: guideNote(f)})
	}
	v.HelpText = Clean(f.Help)
	if strings.HasPrefix(f.Help, ours) && v.HelpText == f.Help {
		v.Help = f.Help
	}
	if f.Waiver != nil {
		v.Waiver = &waiverView{Reason: Clean(f.Waiver.Reason), Owner: Clean(f.Waiver.Owner), Until: Clean(f.Waiver.Until)}
	}
	return v
}

func severityClass(s finding.Severity) string {
	switch s {
	case finding.Error, finding.Warning:
		return string(s)
	}
	return "info"
}

// factsOf names whom and what a finding is about, in full.
func factsOf(f finding.Finding) []fact {
	var facts []fact
	add := func(name string, values ...string) {
		var clean []string
		for _, value := range values {
			if value != "" {
				clean = append(clean, Clean(value))
			}
		}
		if len(clean) > 0 {
			facts = append(facts, fact{name, clean})
		}
	}
	add("Account", strings.Trim(f.Account+", "+f.Region, ", "))
	if f.Domain != "" {
		add("Domain", domainText(f.DomainName, f.Domain))
	}
	add("Profiles", f.Profiles...)
	add("Role", f.Principal)
	add("Resource", f.Resource)
	if f.Purpose != "" {
		add("Concerns", purposeName(f.Purpose))
	}
	return facts
}

// snippetOf cuts the source lines to what can be read, the marked range apart.
func snippetOf(f finding.Finding) []snippetLine {
	var lines []snippetLine
	hidden := false
	for _, line := range f.Snippet {
		if skipped(line.Line, f.Place) {
			if !hidden {
				lines = append(lines, snippetLine{Skipped: true})
			}
			hidden = true
			continue
		}
		if policy, ok := decoded(line, f.Place); ok {
			lines = append(lines, policy...)
			continue
		}
		lines = append(lines, splitLine(line, f.Place))
	}
	return lines
}

func splitLine(line finding.Line, at finding.Place) snippetLine {
	cells := cellsOf(line.Text)
	from, to, ok := marked(cells, line, at)
	first, last := window(cells, from, to, snippetWidth)
	if !ok {
		from, to = last, last
	}
	from, to = max(first, min(from, last)), max(first, min(to, last))
	split := snippetLine{Number: line.Line, Before: textOf(cells[first:from]), Mark: textOf(cells[from:to]), After: textOf(cells[to:last])}
	if first > 0 {
		split.Before = ellipsis + split.Before
	}
	if last < len(cells) {
		split.After += ellipsis
	}
	if ok && split.Mark == "" {
		split.Mark = " " // a place at the end of a line
	}
	return split
}

func textOf(cells []cell) string {
	var out strings.Builder
	for _, c := range cells {
		out.WriteString(c.text)
	}
	return out.String()
}

// causes lists the causes, each with the actions that fail for it.
func (w *pageWriter) causes(causes []finding.Cause, at home) []causeView {
	var views []causeView
	for _, cause := range causeGroups(causes) {
		view := causeView{
			Layer: words(cause.Layer), Cause: words(cause.Cause.Cause), Message: w.keys.shorten(Clean(cause.Message), at),
			Policy: Clean(cause.Policy), Place: placeOf(cause.Place), Command: Clean(cause.Command),
		}
		for _, action := range cause.actions {
			view.Actions = append(view.Actions, Clean(action))
		}
		views = append(views, view)
	}
	return views
}

// words makes words of an id such as "key-policy".
func words(id string) string { return strings.ReplaceAll(Clean(id), "-", " ") }

func fixOf(fix *finding.Fix) *fixView {
	if fix == nil {
		return nil
	}
	view := &fixView{Message: Clean(fix.Message), File: Clean(fix.File), Statement: strings.Join(statementLines(fix.Statement), "\n")}
	for _, more := range fix.More {
		view.More = append(view.More, finding.Addition{Message: Clean(more.Message), File: Clean(more.File), Statement: strings.Join(statementLines(more.Statement), "\n")})
	}
	if fix.Statement != "" {
		return view
	}
	for _, edit := range fix.Edits {
		view.Edits = append(view.Edits, editOf(edit, fix.File))
	}
	return view
}

// editOf says what to do at a place; the file is named where it is another one
// than the fix's.
func editOf(edit finding.Edit, file string) editView {
	at := edit.Start.String()
	if edit.File != file {
		at = Clean(edit.File) + ":" + at
	}
	view := editView{Text: strings.Join(textLines(edit.Text), "\n")}
	switch {
	case edit.Text == "":
		view.What = "Remove " + at + " to " + edit.End.String()
	case edit.End.IsZero() || edit.Start == edit.End:
		view.What = "Insert at " + at
	default:
		view.What = "Replace " + at + " to " + edit.End.String() + " by"
	}
	return view
}
