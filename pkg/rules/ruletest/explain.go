package ruletest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/rules"
)

// Explain writes what a person wants to know of a rule, from its METADATA and
// its cases.
func Explain(rule *rules.Rule) (string, error) {
	if err := rule.Describe(); err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s", rule.ID, rule.Severity)
	for _, other := range rule.Severities {
		fmt.Fprintf(&b, ", or %s", other)
	}
	fmt.Fprintf(&b, ")\n%s\n", rule.Title)
	for _, part := range parts(rule) {
		fmt.Fprintf(&b, "\n%s:\n%s\n", part.heading, wrap(part.text))
	}
	cases, err := Parse(rule.Cases(), "")
	if err != nil {
		return "", err
	}
	for _, c := range examples(cases) {
		fmt.Fprintf(&b, "\n%s:\n%s", title(c), indent(example(c)))
	}
	return b.String(), nil
}

type part struct{ heading, text string }

func parts(rule *rules.Rule) []part {
	return []part{
		{"What is wrong", rule.Description}, {"Why it matters", rule.Why}, {"How to fix it", rule.Fix}, {"Exceptions", rule.Exceptions},
		{"Guides", strings.Join(rule.Guides, ", ")}, {"Since", rule.Since}, {"Rests on", strings.Join(rule.Sources, "\n")},
	}
}

// examples gives the first bad and the first good case.
func examples(cases []Case) []Case {
	var chosen []Case
	for _, bad := range []bool{true, false} {
		for _, c := range cases {
			if c.IsBad() == bad {
				chosen = append(chosen, c)
				break
			}
		}
	}
	return chosen
}

// title turns the name of a case into words.
func title(c Case) string {
	kind, name, _ := strings.Cut(c.Name, "-")
	return map[string]string{"bad": "A bad example", "good": "A good example"}[kind] + ": " + strings.ReplaceAll(name, "-", " ")
}

// example writes the files that make the case, and what the tool says of them.
func example(c Case) string {
	var b strings.Builder
	for _, path := range slices.Sorted(maps.Keys(c.Files)) {
		fmt.Fprintf(&b, "%s\n%s", path, indent(c.Files[path]))
	}
	if c.Want == "" {
		b.WriteString("nothing is reported\n")
	}
	return b.String() + c.Want
}

func indent(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString("  " + line)
	}
	return b.String()
}

// Markdown is docs/rules.md: a table of the rules and a section on each.
func Markdown(set *rules.Set) (string, error) {
	var table, sections strings.Builder
	for _, rule := range set.Rules {
		if err := rule.Describe(); err != nil {
			return "", err
		}
		fmt.Fprintf(&table, "| [%s](#%s) | %s | %s |\n", rule.ID, rule.ID, rule.Severity, rule.Title)
		fmt.Fprintf(&sections, "\n## %s\n\n%s. Severity: %s", rule.ID, rule.Title, rule.Severity)
		for _, other := range rule.Severities {
			fmt.Fprintf(&sections, ", or %s", other)
		}
		sections.WriteString(".\n")
		for _, part := range parts(rule) {
			fmt.Fprintf(&sections, "\n**%s**: %s\n", part.heading, strings.Join(strings.Fields(part.text), " "))
		}
		cases, err := Parse(rule.Cases(), "")
		if err != nil {
			return "", err
		}
		for _, c := range examples(cases) {
			fmt.Fprintf(&sections, "\n%s:\n\n```text\n%s```\n", title(c), example(c))
		}
	}
	return "# The rules\n\nThis page is made from the rules themselves (`go test ./policies -update`).\n" +
		"The examples show the files that a case changes in a clean account, and what the rule says of them.\n\n" +
		"| rule | severity | what it finds |\n|---|---|---|\n" + table.String() + sections.String(), nil
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
