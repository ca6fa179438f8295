package answer

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/report"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// WriteJSON writes the answer as an object of JSON.
func (a Answer) WriteJSON(out io.Writer) error {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(a); err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	if _, err := io.WriteString(out, source.Spelled(b.String())); err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	return nil
}

// WriteText writes the answer for people: the result, why, and each layer.
func (a Answer) WriteText(out io.Writer) error {
	var b strings.Builder
	line := func(format string, parts ...any) {
		b.WriteString(report.Clean(fmt.Sprintf(format, parts...)) + "\n")
	}
	line("%s: %s, %s on %s", a.Result, a.Principal, a.Action, a.Resource)
	if a.Witness != "" {
		line("  for instance on %s", a.Witness)
	}
	for _, r := range a.Reasons {
		line("  %s%s: %s%s", r.Layer, parenthesis(r.Cause), r.Message, at(r.Place))
	}
	for _, missing := range a.Missing {
		line("  needed to decide: %s", missing)
	}
	for _, layer := range a.Layers {
		b.WriteString("\n")
		line("%s%s %s", layer.Layer, parenthesis(layer.Level), layer.Document)
		if !layer.Binds {
			b.WriteString("  does not apply to this caller or resource\n")
		}
		for _, missing := range layer.Missing {
			line("  missing: %s", missing)
		}
		others := 0
		for _, s := range layer.Statements {
			if s.Match == string(access.NotMatched) && s.Element == "action" {
				others++
				continue
			}
			line("  %-11s  %s %s%s%s", s.Match, s.Effect, s.name(), colon(s.Why), at(s.Place))
		}
		if others > 0 {
			line("  %-11s  %d statements on other actions", access.NotMatched, others)
		}
	}
	if _, err := io.WriteString(out, source.Spelled(b.String())); err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	return nil
}

func (s Statement) name() string {
	if s.Sid != "" {
		return fmt.Sprintf("%q", s.Sid)
	}
	return fmt.Sprintf("statement %d", s.Number)
}

func parenthesis(text string) string {
	if text == "" {
		return ""
	}
	return " (" + text + ")"
}

func colon(text string) string {
	if text == "" {
		return ""
	}
	return ": " + text
}

func at(place finding.Place) string {
	if place.File == "" {
		return ""
	}
	return fmt.Sprintf("  [%s:%s]", place.File, place.Start)
}
