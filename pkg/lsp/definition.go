package lsp

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/lsp/protocol"
)

// definition gives the documents that define what stands at a place.
func definition(ctx context.Context, v *view, p protocol.TextDocumentPositionParams) ([]protocol.Location, error) {
	if list, ok, err := v.logical(ctx, p, func(r mention) bool { return r.declares }); ok || err != nil {
		return list, err
	}
	c, e, err := v.entityAt(ctx, p)
	places := []protocol.Location{}
	if e == nil || err != nil {
		return places, err
	}
	for _, node := range e.places {
		if at := c.location(finding.PlaceOf(node.Span())); !slices.Contains(places, at) {
			places = append(places, at)
		}
	}
	return places, nil
}

// logical gives the places of a template that name the logical id at a place; it is not
// ok where there is none.
func (v *view) logical(ctx context.Context, p protocol.TextDocumentPositionParams, wanted func(mention) bool) ([]protocol.Location, bool, error) {
	t, c, err := v.document(ctx, p.TextDocument.URI)
	if c == nil || err != nil {
		return nil, false, err
	}
	places := []protocol.Location{}
	at := t.offset(p.Position)
	all, ok := t.mentionsAt(at, at)
	for _, r := range all {
		if wanted(r) {
			places = append(places, protocol.Location{URI: p.TextDocument.URI, Range: t.span(r.start, r.end)})
		}
	}
	return places, ok, nil
}

func (v *view) entityAt(ctx context.Context, p protocol.TextDocumentPositionParams) (*checked, *entity, error) {
	t, c, err := v.document(ctx, p.TextDocument.URI)
	if c == nil || err != nil {
		return nil, nil, err
	}
	at, ok := cursorAt(t, t.offset(p.Position))
	if !ok {
		return c, nil, nil
	}
	return c, c.entity(at.value()), nil
}

// references gives the places of all documents that name what stands at a place.
func references(ctx context.Context, v *view, p protocol.ReferenceParams) ([]protocol.Location, error) {
	wanted := func(r mention) bool { return p.Context.IncludeDeclaration || !r.declares }
	if list, ok, err := v.logical(ctx, p.TextDocumentPositionParams, wanted); ok || err != nil {
		return list, err
	}
	c, e, err := v.entityAt(ctx, p.TextDocumentPositionParams)
	places := []protocol.Location{}
	if e == nil || err != nil {
		return places, err
	}
	for _, name := range slices.Sorted(maps.Keys(c.texts)) {
		t := c.texts[name]
		path, whole := c.file(name)
		if !whole {
			continue
		}
		for _, at := range e.mentions(t.Text) {
			if p.Context.IncludeDeclaration || !c.defines(e, name, at[0]) {
				places = append(places, protocol.Location{URI: c.uri(path), Range: t.span(at[0], at[1])})
			}
		}
	}
	return places, nil
}

// defines reports whether an offset lies in a document that defines an entity.
func (c *checked) defines(e *entity, name string, at int) bool {
	for _, node := range e.places {
		if span := node.Span(); !span.IsZero() && span.File.Name == name && span.Start <= at && at < span.End {
			return true
		}
	}
	return false
}

// mentions are where a text names an entity: the longest spelling at each place, and
// none within another word.
func (e *entity) mentions(text string) [][2]int {
	spellings := slices.SortedFunc(slices.Values(e.spellings), func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	var found [][2]int
	for _, word := range slices.Compact(spellings) {
		for at := 0; word != ""; {
			next := strings.Index(text[at:], word)
			if next < 0 {
				break
			}
			start, end := at+next, at+next+len(word)
			at = end
			covered := slices.ContainsFunc(found, func(f [2]int) bool { return f[0] <= start && end <= f[1] })
			if !covered && !isWord(text, start-1) && !isWord(text, end) {
				found = append(found, [2]int{start, end})
			}
		}
	}
	slices.SortFunc(found, func(a, b [2]int) int { return cmp.Compare(a[0], b[0]) })
	return found
}

// isWord reports whether the byte there may be part of a name.
func isWord(text string, at int) bool {
	if at < 0 || at >= len(text) {
		return false
	}
	c := text[at]
	return c == '-' || c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}
