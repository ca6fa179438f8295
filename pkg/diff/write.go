package diff

import (
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// IsEmpty reports whether nothing differs.
func (r *Report) IsEmpty() bool {
	return len(r.Gains)+len(r.Losses)+len(r.Unknowns)+len(r.Readiness) == 0
}

// WriteJSON writes the report as JSON.
func (r *Report) WriteJSON(w io.Writer) error {
	text, err := json.Marshal(r, json.Deterministic(true), jsontext.WithIndent("  "))
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, source.Spelled(string(text))+"\n")
	return err
}

// section is a part of the report with its title.
type section struct {
	title   string
	changes []Change
}

func (r *Report) sections() []section {
	return []section{{"gains", r.Gains}, {"losses", r.Losses}, {"becomes unknown", r.Unknowns}}
}

// WriteText writes the report for a terminal.
func (r *Report) WriteText(w io.Writer) error {
	var b strings.Builder
	for _, s := range r.sections() {
		if len(s.changes) == 0 {
			continue
		}
		fmt.Fprintf(&b, "%s\n", s.title)
		for _, row := range grouped(s.changes) {
			fmt.Fprintf(&b, "  %s: %s on %s%s\n", some(row.principals), strings.Join(row.actions, ", "), some(row.resources), through(row.Via))
			if row.Because != "" {
				fmt.Fprintf(&b, "    %s\n", row.Because)
			}
			if row.File != "" {
				fmt.Fprintf(&b, "      --> %s\n", placeText(row.Place))
			}
		}
		b.WriteString("\n")
	}
	if len(r.Readiness) > 0 {
		b.WriteString("readiness\n")
		for _, row := range r.Readiness {
			fmt.Fprintf(&b, "  %s %s: %s -> %s\n", row.who(), row.Purpose, verdict(row.Before), verdict(row.After))
		}
		b.WriteString("\n")
	}
	fmt.Fprintf(&b, "%s (%d decisions compared)\n", r.summary(), r.Compared)
	_, err := io.WriteString(w, source.Spelled(b.String()))
	return err
}

// WriteMarkdown writes the report for a pull request.
func (r *Report) WriteMarkdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "### Access: %s\n", r.summary())
	for _, s := range r.sections() {
		if len(s.changes) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n**%s**\n\n| who | may call | on | because |\n|---|---|---|---|\n", strings.ToUpper(s.title[:1])+s.title[1:])
		for _, row := range grouped(s.changes) {
			because := cell(row.Because)
			if row.File != "" {
				because += " (" + code(placeText(row.Place)) + ")"
			}
			fmt.Fprintf(&b, "| %s | %s | %s%s | %s |\n", code(some(row.principals)), code(strings.Join(row.actions, ", ")), code(some(row.resources)), through(row.Via), because)
		}
	}
	if len(r.Readiness) > 0 {
		b.WriteString("\n| profile | purpose | before | after |\n|---|---|---|---|\n")
		for _, row := range r.Readiness {
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", cell(row.who()), row.Purpose, verdict(row.Before), verdict(row.After))
		}
	}
	_, err := io.WriteString(w, source.Spelled(b.String()))
	return err
}

func (r *Report) summary() string {
	if r.IsEmpty() {
		return "no difference in access or readiness"
	}
	return fmt.Sprintf("%d gained, %d lost, %d became unknown, readiness differs in %d places", len(r.Gains), len(r.Losses), len(r.Unknowns), len(r.Readiness))
}

// Through says by which services alone the call is made, "" where however.
func (c Change) Through() string { return through(c.Via) }

func through(via []string) string {
	if len(via) == 0 {
		return ""
	}
	return " (" + strings.Join(via, ", ") + " only)"
}

func (r Readiness) who() string {
	if r.Profile == "" {
		return "domain " + r.Domain
	}
	return "domain " + r.Domain + ", profile " + r.Profile
}

func verdict(v finding.Verdict) string {
	if v == "" {
		return "not there"
	}
	return string(v)
}

func placeText(p finding.Place) string { return fmt.Sprintf("%s:%s", p.File, p.Start) }

// cell keeps a text within its cell of a table.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ", "<", "&lt;").Replace(text)
}

// code writes a text as code, whatever back ticks it has.
func code(text string) string {
	text = strings.NewReplacer("|", `\|`, "\n", " ").Replace(text)
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	if len(fence) > 1 {
		return fence + " " + text + " " + fence
	}
	return fence + text + fence
}
