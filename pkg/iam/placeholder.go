package iam

import (
	"regexp"
	"strings"
	"sync"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// placeholderPattern finds what documentation and templates leave for a person
// to fill in: <ACCOUNT_ID>, <arn:...>, {{name}}, and ${NAME} without the colon
// that every policy variable has.
var placeholderPattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`<[A-Za-z][^<>]*>|\{\{[^{}]*\}\}|\$\{[A-Za-z_][A-Za-z0-9_.-]*\}`)
})

// Placeholder is one placeholder of a policy: its text and the string it is in.
type Placeholder struct {
	Node source.Node
	Text string
}

// Placeholders finds those of a document, in source order. A policy variable
// such as ${aws:username} is none, nor are ${*}, ${?} and ${$}
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html).
func Placeholders(node source.Node) []Placeholder {
	var found []Placeholder
	visit := func(text source.Node) {
		value := text.Text()
		if !strings.ContainsAny(value, "<{") {
			return // nearly all: no pattern to try
		}
		for _, match := range placeholderPattern().FindAllString(value, -1) {
			found = append(found, Placeholder{text, match})
		}
	}
	var walk func(source.Node)
	walk = func(n source.Node) {
		for name, value := range n.Members() {
			visit(name)
			walk(value)
		}
		for item := range n.Items() {
			walk(item)
		}
		if n.Is(source.String) {
			visit(n)
		}
	}
	walk(node)
	return found
}
