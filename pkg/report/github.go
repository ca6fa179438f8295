package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/wording"
)

// mostAnnotations is how many annotations of a kind GitHub shows for a step; it
// drops the rest (https://github.com/orgs/community/discussions/26680).
const mostAnnotations = 10

// mostMessage is how long the text of an annotation may be, in characters. GitHub
// cuts one off after 4 KiB as it is shown.
const mostMessage = 3500

// WriteGitHub writes the report as commands of GitHub's workflow log: an
// annotation for each finding and problem, ten of a kind at most, since GitHub
// drops any more; the rest stands in a group of plain lines. Waived findings and
// those of the baseline are counted only
// (https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions).
func WriteGitHub(w io.Writer, r *finding.Report) error {
	g := &githubWriter{used: map[string]int{}}
	for _, problem := range r.Problems {
		at := finding.Place{File: problem.File, Start: problem.Start}
		g.annotate("error", "could not be analysed", at, Clean(problem.Message), "problem: "+problemText(problem))
	}
	for _, f := range r.Findings {
		lines := findingLines(f)
		plain := lines[0]
		lines[0] = Clean(f.Message)
		if f.File != "" {
			plain = where(f.Place) + ": " + plain
			lines = append(lines[:1], lines[2:]...) // the annotation stands at the place
		}
		g.annotate(githubKind(f.Severity), f.Rule, mainPlace(f), shorten(strings.Join(lines, "\n"), mostMessage), plain)
	}
	if len(g.rest) > 0 {
		fmt.Fprintf(&g.out, "::group::%s more\n", githubData(wording.Count(len(g.rest), "message")))
		for _, line := range g.rest {
			g.out.WriteString("- " + line + "\n")
		}
		g.out.WriteString("::endgroup::\n")
	}
	g.out.WriteString("canvaslint: " + summary(r) + "\n")
	return writeAll(w, g.out.Bytes())
}

type githubWriter struct {
	out  bytes.Buffer
	used map[string]int // annotations by kind
	rest []string       // what was too much
}

// githubKind is GitHub's word for a severity.
func githubKind(s finding.Severity) string {
	switch s {
	case finding.Error:
		return "error"
	case finding.Warning:
		return "warning"
	}
	return "notice"
}

// annotate writes an annotation, or keeps its plain form where there are too
// many of its kind. The message may have several lines, each of them clean.
func (g *githubWriter) annotate(kind, title string, at finding.Place, message, plain string) {
	if g.used[kind] == mostAnnotations {
		g.rest = append(g.rest, plain)
		return
	}
	g.used[kind]++
	var properties []string
	add := func(name, value string) { properties = append(properties, name+"="+githubProperty(value)) }
	if at.File != "" {
		add("file", Clean(at.File))
	}
	if !at.Start.IsZero() {
		add("line", fmt.Sprint(at.Start.Line))
		add("col", fmt.Sprint(at.Start.Column))
		switch {
		case at.End.Line > at.Start.Line: // GitHub takes columns within one line only
			properties = properties[:len(properties)-1]
			add("endLine", fmt.Sprint(at.End.Line))
		case at.End.Column > at.Start.Column:
			add("endLine", fmt.Sprint(at.End.Line))
			add("endColumn", fmt.Sprint(at.End.Column-1)) // inclusive
		}
	}
	add("title", "canvaslint: "+Clean(title))
	fmt.Fprintf(&g.out, "::%s %s::%s\n", kind, strings.Join(properties, ","), githubData(message))
}

// githubData escapes what stands behind a command, githubProperty what stands
// in it (https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts).
func githubData(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(text)
}

func githubProperty(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(text)
}
