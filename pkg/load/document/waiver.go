package document

import (
	"strings"
	"time"

	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// waiverMark begins a waiver in a comment:
//
//	canvaslint:ignore RULE[, RULE] -- REASON [owner NAME] [until YYYY-MM-DD]
const waiverMark = "canvaslint:ignore"

// waivers reads the waivers that a document holds of itself: in comments, where
// the format has them, and in the Metadata of a template's resources. One that
// is not understood waives nothing and is a problem.
func waivers(document *source.Document) ([]config.Waiver, []source.Problem) {
	var found []config.Waiver
	var problems []source.Problem
	for _, mark := range document.Marks(waiverMark) {
		list, wrong := parseMark(mark)
		if wrong != "" {
			problems = append(problems, source.Problem{Span: mark.Span, Message: wrong + "; write \"" + waiverMark + " RULE -- REASON until 2027-01-31\"; nothing is waived"})
		}
		found = append(found, list...)
	}
	for _, resource := range document.Root().Get("Resources").Members() {
		list := resource.Path("Metadata", "canvaslint", "waivers")
		if !list.Exists() {
			continue
		}
		written, wrong := config.ReadWaivers(list, resource.Span())
		found, problems = append(found, written...), append(problems, wrong...)
	}
	return found, problems
}

// parseMark reads the text of a comment, or says what is wrong with it.
func parseMark(mark source.Mark) ([]config.Waiver, string) {
	rules, reason, ok := strings.Cut(mark.Text, "--")
	w := config.Waiver{Reason: strings.TrimSpace(reason), Span: mark.Span, Scope: mark.Scope}
	if !ok || w.Reason == "" {
		return nil, "this waiver has no reason"
	}
	words := strings.Fields(w.Reason)
	for len(words) > 1 {
		value := words[len(words)-1]
		switch words[len(words)-2] {
		case "until":
			if _, err := time.Parse(time.DateOnly, value); err != nil {
				return nil, "\"" + value + "\" is not a date"
			}
			w.Until = value
		case "owner":
			w.Owner = value
		default:
			value = ""
		}
		if value == "" {
			break
		}
		words = words[:len(words)-2]
	}
	if w.Reason = strings.Join(words, " "); w.Reason == "" {
		return nil, "this waiver has no reason"
	}
	var list []config.Waiver
	for _, rule := range strings.FieldsFunc(rules, func(c rune) bool { return c == ',' || c == ' ' || c == '\t' }) {
		w.Rule = rule
		list = append(list, w)
	}
	if len(list) == 0 {
		return nil, "this waiver names no rule"
	}
	return list, ""
}
