package lsp

import (
	"context"

	"github.com/canvaslint/canvaslint/pkg/lsp/protocol"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// inlayHints shows alias and state next to the keys that a document names by id or
// ARN. They are off unless the editor's settings ask for them.
func inlayHints(ctx context.Context, v *view, p protocol.InlayHintParams) ([]protocol.InlayHint, error) {
	hints := []protocol.InlayHint{}
	if !v.settings.InlayHints {
		return hints, nil
	}
	t, c, err := v.document(ctx, p.TextDocument.URI)
	if c == nil || c.result == nil || err != nil {
		return hints, err
	}
	start, end := t.offset(p.Range.Start), t.offset(p.Range.End)
	s := c.result.Variants[0].Snapshot
	known := map[string]string{}
	for _, key := range s.Keys {
		known[key.ID], known[key.ARN] = keyWords(s, key), keyWords(s, key)
	}
	documents, _ := source.Parse(t.Name, []byte(t.Text), source.Auto)
	for _, d := range documents {
		walk(d.Root(), func(n source.Node) bool {
			span := n.Span()
			if span.End < start || span.Start > end {
				return false
			}
			if words := known[n.Text()]; words != "" && n.Is(source.String) && snapshot.ParseKeyName(n.Text()).Form != snapshot.Malformed {
				hints = append(hints, protocol.InlayHint{Position: t.position(span.End), Label: words, PaddingLeft: true})
			}
			return true
		})
	}
	return hints, nil
}
