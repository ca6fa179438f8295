package report

import (
	"io"
	"slices"
	"strings"
	"time"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

// Options are what some formats need besides the report; the zero value works.
type Options struct {
	Text TextOptions
	// Time is when the report was made; OCSF demands one.
	Time time.Time
}

// Format is one format of a report.
type Format struct {
	Name  string
	Write func(w io.Writer, r *finding.Report) error
	// InRepository marks a format whose readers look for files from the root of the
	// repository: Rooted makes such a report.
	InRepository bool
	// stream writes the same without holding the long lists; nil where the format
	// needs them at once.
	stream func(w io.Writer, r finding.Whole) error
}

// WriteWhole writes a report whose long lists come one by one.
func (f Format) WriteWhole(w io.Writer, r finding.Whole) error {
	if f.stream != nil {
		return f.stream(w, r)
	}
	return f.Write(w, r.Report())
}

// Formats gives all formats, in the order in which the help lists them. What a
// writer writes depends on the report and the options alone; it leaves the report
// as it is, and its errors are those of w.
func Formats(o Options) []Format {
	return []Format{
		{Name: "text", Write: func(w io.Writer, r *finding.Report) error { return WriteText(w, r, o.Text) }},
		{Name: "concise", Write: func(w io.Writer, r *finding.Report) error { return WriteConcise(w, r, o.Text) }},
		{Name: "json", Write: WriteJSON, stream: StreamJSON},
		{Name: "ndjson", Write: WriteNDJSON, stream: StreamNDJSON},
		{Name: "sarif", Write: WriteSARIF, InRepository: true},
		{Name: "junit", Write: WriteJUnit},
		{Name: "github", Write: WriteGitHub, InRepository: true},
		{Name: "gitlab", Write: WriteGitLab, InRepository: true},
		{Name: "csv", Write: WriteCSV, stream: StreamCSV},
		{Name: "markdown", Write: WriteMarkdown},
		{Name: "html", Write: WriteHTML},
		{Name: "ocsf", Write: func(w io.Writer, r *finding.Report) error { return WriteOCSF(w, r, o.Time) }},
	}
}

// state is what became of a finding.
type state string

const (
	isNew    state = "new"    // it counts
	isKnown  state = "known"  // the baseline has it
	isWaived state = "waived" // the user lives with it
)

// judgedFinding is a finding with what became of it.
type judgedFinding struct {
	finding.Finding
	state state
}

// allFindings gives every finding of a report, those that count first.
func allFindings(r *finding.Report) []judgedFinding {
	all := make([]judgedFinding, 0, len(r.Findings)+len(r.Waived))
	add := func(findings []finding.Finding, s state) {
		for _, f := range findings {
			all = append(all, judgedFinding{f, s})
		}
	}
	add(r.Findings, isNew)
	if r.Baseline != nil {
		add(r.Baseline.Known, isKnown)
	}
	add(r.Waived, isWaived)
	return all
}

// mainPlace is where a finding is shown by formats that cannot do without a
// file: its own place, else the first of its causes or notes that has one.
func mainPlace(f finding.Finding) finding.Place {
	if f.File != "" {
		return f.Place
	}
	for _, cause := range f.Causes {
		if cause.File != "" {
			return cause.Place
		}
	}
	for _, note := range f.Related {
		if note.File != "" {
			return note.Place
		}
	}
	return finding.Place{}
}

// subjectOf says what a finding is about, for formats that have no member for it.
func subjectOf(f finding.Finding) map[string]any {
	all := map[string]any{}
	for name, value := range map[string]string{
		"account": f.Account, "region": f.Region, "domain": f.Domain, "principal": f.Principal,
		"resource": f.Resource, "purpose": string(f.Purpose), "onlyInGuide": f.OnlyInGuide,
	} {
		if value != "" {
			all[name] = Clean(value)
		}
	}
	if len(f.Profiles) > 0 {
		all["profiles"] = cleanAll(f.Profiles)
	}
	return all
}

func cleanAll(texts []string) []string {
	clean := make([]string, len(texts))
	for i, text := range texts {
		clean[i] = Clean(text)
	}
	return clean
}

// causeText puts a cause into a sentence.
func causeText(c finding.Cause) string {
	text := c.Layer + ": " + c.Cause + dash(c.Message)
	if c.Action != "" {
		text = c.Action + ": " + text
	}
	if c.Policy != "" {
		text += " (in " + c.Policy + ")"
	}
	return text
}

// domainText names a domain: by its name, where it has one, and behind it its id, by
// which AWS and the files know it, and what else is given.
func domainText(name, id string, more ...string) string {
	more = slices.DeleteFunc(more, func(text string) bool { return text == "" })
	if name == "" || name == id {
		name = id
	} else {
		more = append([]string{id}, more...)
	}
	if len(more) == 0 {
		return Clean(name)
	}
	return Clean(name) + " (" + Clean(strings.Join(more, ", ")) + ")"
}

// fixText puts a fix into a sentence, with the statements of further documents, for
// formats that have one text.
func fixText(fix *finding.Fix) string {
	text := fix.Message
	for _, more := range fix.More {
		text += "; " + more.Message + ": " + strings.Join(strings.Fields(more.Statement), " ")
	}
	return text
}

// problemText names the place of a problem before its message.
func problemText(p finding.Problem) string {
	if p.File == "" {
		return Clean(p.Message)
	}
	return where(finding.Place{File: p.File, Start: p.Start}) + ": " + Clean(p.Message)
}

// safeURL gives an address that may stand behind a link, "" for any other: a
// saved report may come from anywhere.
func safeURL(address string) string {
	allowed := func(c rune) bool {
		return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.ContainsRune("/-._~#?=&%:+,", c)
	}
	if !strings.HasPrefix(address, "https://") || strings.ContainsFunc(address, func(c rune) bool { return !allowed(c) }) {
		return ""
	}
	return address
}
