package lsp

import (
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// cursor is what stands at a place of a document: a value or the name of a member,
// and the values around it, from the root on. A policy that is quoted in a string
// goes on where the string stands.
type cursor struct {
	node   source.Node
	isName bool
	around []source.Node
}

// cursorAt finds the innermost value or name at an offset of a text.
func cursorAt(t text, offset int) (cursor, bool) {
	documents, _ := source.Parse(t.Name, []byte(t.Text), source.Auto)
	return find(documents, func(n source.Node) bool {
		span := n.Span()
		return span.Start <= offset && offset <= span.End
	})
}

// find walks down to the innermost value or name of which has holds; it has to
// hold of all around it.
func find(documents []*source.Document, has func(source.Node) bool) (cursor, bool) {
	for _, d := range documents {
		if has(d.Root()) {
			return descend(d.Root(), nil, has), true
		}
	}
	return cursor{}, false
}

func descend(n source.Node, around []source.Node, has func(source.Node) bool) cursor {
	inside := append(slices.Clone(around), n)
	for name, value := range n.Members() {
		if has(name) {
			return cursor{name, true, inside}
		}
		if has(value) {
			return descend(value, inside, has)
		}
	}
	for item := range n.Items() {
		if has(item) {
			return descend(item, inside, has)
		}
	}
	if quoted, _ := n.Embedded(); quoted != nil && has(quoted.Root()) {
		return descend(quoted.Root(), inside, has)
	}
	return cursor{n, false, around}
}

// names are those of the members that lead to the place, the innermost last. That
// of a member name is the name itself.
func (c cursor) names() []string {
	var names []string
	for _, n := range append(slices.Clone(c.around), c.node) {
		if name := n.Name(); name.Exists() {
			names = append(names, name.Text())
		}
	}
	if c.isName {
		names = append(names, c.node.Text())
	}
	return names
}

// statement gives the statement of a policy that the place is in, and the names of
// the members that lead from there: "Condition", "StringEquals", "aws:SourceArn".
func (c cursor) statement() (statement source.Node, path []string) {
	all := append(slices.Clone(c.around), c.node)
	for i, n := range c.around {
		in := n.Name().Text() == "Statement" || i > 0 && all[i-1].Is(source.Array) && all[i-1].Name().Text() == "Statement"
		if n.Is(source.Object) && (in || n.Get("Effect").Exists()) {
			return n, cursor{c.node, c.isName, c.around[i+1:]}.names()
		}
	}
	return source.Node{}, nil
}

// element is the member of a statement that the place is in, without the Not of its
// opposite: "Action", "Principal", "Resource", "Condition".
func (c cursor) element() (statement source.Node, element string, below []string) {
	statement, path := c.statement()
	if len(path) == 0 {
		return statement, "", nil
	}
	return statement, strings.TrimPrefix(path[0], "Not"), path[1:]
}

// value is the text of the value at the place; "" for a name.
func (c cursor) value() string {
	if c.isName {
		return ""
	}
	return c.node.Text()
}

// walk goes through all values of documents, those of quoted policies too. It goes
// into a value where enter says so.
func walk(n source.Node, enter func(source.Node) bool) {
	if !enter(n) {
		return
	}
	for _, value := range n.Members() {
		walk(value, enter)
	}
	for item := range n.Items() {
		walk(item, enter)
	}
	if quoted, _ := n.Embedded(); quoted != nil {
		walk(quoted.Root(), enter)
	}
}
