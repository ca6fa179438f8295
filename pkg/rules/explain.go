package rules

import (
	"fmt"
	"strings"
)

// Explain writes what a person wants to know of a rule, from its METADATA and
// its cases.
func Explain(rule *Rule) (string, error) {
	if err := rule.Describe(); err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s", rule.ID, rule.Severity)
	for _, other := range rule.Severities {
		fmt.Fprintf(&b, ", or %s", other)
	}
	fmt.Fprintf(&b, ")\n%s\n", rule.Title)
	for _, part := range []struct{ heading, text string }{
		{"What is wrong", rule.Description}, {"Why it matters", rule.Why}, {"How to fix it", rule.Fix}, {"Exceptions", rule.Exceptions},
		{"Guides", strings.Join(rule.Guides, ", ")}, {"Since", rule.Since}, {"Rests on", strings.Join(rule.Sources, "\n")},
	} {
		fmt.Fprintf(&b, "\n%s:\n%s\n", part.heading, wrap(part.text))
	}
	return b.String(), nil
}

// wrap breaks text at 80 columns, indented by two.
func wrap(text string) string {
	var b strings.Builder
	for paragraph := range strings.Lines(text) {
		column := 0
		for _, word := range strings.Fields(paragraph) {
			switch {
			case column == 0:
				b.WriteString("  " + word)
				column = 2 + len(word)
			case column+1+len(word) > 80:
				b.WriteString("\n  " + word)
				column = 2 + len(word)
			default:
				b.WriteString(" " + word)
				column += 1 + len(word)
			}
		}
		b.WriteString("\n")
	}
	return strings.TrimRight(b.String(), "\n")
}
