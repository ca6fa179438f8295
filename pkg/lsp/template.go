package lsp

import (
	"regexp"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/lsp/protocol"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// mention is a logical id of a CloudFormation template at a place that names it: in
// Ref, GetAtt, Sub or DependsOn, or where it is declared.
type mention struct {
	id         string
	start, end int // in the text
	declares   bool
}

// placeholder is what Sub replaces: "${Key.Arn}".
var placeholder = regexp.MustCompile(`\$\{([A-Za-z0-9]+)`)

// mentions are those of a document, in their order.
func (t text) mentions() []mention {
	documents, _ := source.Parse(t.Name, []byte(t.Text), source.Auto)
	var found []mention
	for _, d := range documents {
		resources := d.Root().Get("Resources")
		if !resources.Is(source.Object) {
			continue
		}
		for _, section := range []source.Node{resources, d.Root().Get("Parameters")} {
			for name := range section.Members() {
				found = append(found, t.mention(name, name.Text(), true)...)
			}
		}
		walk(resources, func(n source.Node) bool {
			found = append(found, t.mentionsOf(n)...)
			return true
		})
	}
	return found
}

// mentionsOf are those that one value makes.
func (t text) mentionsOf(n source.Node) []mention {
	name := n.Name().Text()
	switch {
	case name == "Fn::GetAtt", n.Tag() == "!GetAtt":
		for first := range n.Each() {
			id, _, _ := strings.Cut(first.Text(), ".")
			return t.mention(first, id, false)
		}
	case name == "DependsOn":
		var found []mention
		for item := range n.Each() {
			found = append(found, t.mention(item, item.Text(), false)...)
		}
		return found
	case name == "Ref", n.Tag() == "!Ref":
		return t.mention(n, n.Text(), false)
	case n.Is(source.String):
		return t.replaced(n)
	}
	return nil
}

// mention is one whose id stands at the start of a value or name; an id that is
// written otherwise than it reads is passed over.
func (t text) mention(n source.Node, id string, declares bool) []mention {
	span := n.Span()
	at := strings.Index(t.Text[span.Start:span.End], id)
	if id == "" || at < 0 {
		return nil
	}
	start := span.Start + at
	return []mention{{id, start, start + len(id), declares}}
}

// replaced are those in a text of Sub.
func (t text) replaced(n source.Node) []mention {
	span := n.Span()
	var found []mention
	for _, at := range placeholder.FindAllStringSubmatchIndex(t.Text[span.Start:span.End], -1) {
		start, end := span.Start+at[2], span.Start+at[3]
		found = append(found, mention{t.Text[start:end], start, end, false})
	}
	return found
}

// mentionsAt finds the first within a range, with all of the same id; it has to be one
// that is declared.
func (t text) mentionsAt(start, end int) (all []mention, ok bool) {
	list := t.mentions()
	i := slices.IndexFunc(list, func(r mention) bool { return r.start <= end && start <= r.end })
	if i < 0 {
		return nil, false
	}
	for _, r := range list {
		if r.id == list[i].id {
			all = append(all, r)
		}
	}
	return all, slices.ContainsFunc(all, func(r mention) bool { return r.declares })
}

// made is what a logical id of a template became in the last check; nil for nothing
// that was read.
func (c *checked) made(name, id string) *entity {
	if c.result == nil {
		return nil
	}
	for _, template := range c.result.Documents.Templates {
		resource := finding.PlaceOf(template.Path("Resources", id).Span())
		if resource.File != name || resource.Start.IsZero() {
			continue
		}
		within := func(n source.Node) bool {
			at := finding.PlaceOf(n.Span())
			return n.Exists() && at.File == name && covers(resource, at)
		}
		s := c.snapshot()
		for _, key := range s.Keys {
			if within(key.Node) {
				return keyEntity(s, key, nil)
			}
		}
		for _, role := range s.Roles {
			if within(role.Node) {
				return roleEntity(role)
			}
		}
		for _, bucket := range s.Buckets {
			if within(bucket.Node) {
				return bucketEntity(bucket)
			}
		}
		for _, alias := range s.Aliases {
			if within(alias.Node) {
				return keyEntity(s, keyOf(s, alias), alias)
			}
		}
	}
	return nil
}

// logicalIDs are offered where a template refers to its own resources.
func logicalIDs(w word) []protocol.CompletionItem {
	if len(w.around) == 0 {
		return nil
	}
	root := w.around[0]
	var list []protocol.CompletionItem
	for name, resource := range root.Get("Resources").Members() {
		kind := resource.Get("Type").Text()
		if w.node.Tag() == "!GetAtt" {
			list = append(list, items(protocol.CompletionReference, kind, name.Text()+".Arn")...)
		} else {
			list = append(list, items(protocol.CompletionReference, kind, name.Text())...)
		}
	}
	if w.node.Tag() != "!GetAtt" {
		for name, parameter := range root.Get("Parameters").Members() {
			list = append(list, items(protocol.CompletionReference, "parameter, "+parameter.Get("Type").Text(), name.Text())...)
		}
	}
	return list
}

// refers reports whether a word stands where a template names its own resources.
func (w word) refers() bool {
	names := w.names()
	last := ""
	if len(names) > 0 {
		last = names[len(names)-1]
	}
	return !w.isName && (w.node.Tag() == "!Ref" || w.node.Tag() == "!GetAtt" || last == "Ref" || last == "Fn::GetAtt")
}
