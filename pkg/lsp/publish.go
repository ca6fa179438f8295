package lsp

import (
	"context"
	"maps"
	"reflect"
	"slices"

	"github.com/canvaslint/canvaslint/pkg/lsp/protocol"
)

// published is what the client was last told of a document.
type published struct {
	version     int32 // 0 for one that was not open
	diagnostics []protocol.Diagnostic
}

// publish tells the client what a check found. It leaves out what the client
// knows: a document with the same text and the same diagnostics.
func (s *server) publish(ctx context.Context, c *checked, owned func(path string) bool) {
	now := map[protocol.URI]published{}
	for uri, list := range c.found {
		if path, _ := pathOf(uri); owned(path) {
			now[uri] = published{diagnostics: list}
		}
	}
	for _, b := range c.buffers {
		if owned(b.path) {
			now[b.uri] = published{b.version, now[b.uri].diagnostics}
		}
	}
	s.tell(ctx, c.folder, now)
}

// tell sends what differs from what was told, and takes back what is gone.
func (s *server) tell(ctx context.Context, f *folder, now map[protocol.URI]published) {
	for _, uri := range slices.Sorted(maps.Keys(f.published)) {
		if _, still := now[uri]; !still {
			s.send(ctx, uri, published{})
		}
	}
	for _, uri := range slices.Sorted(maps.Keys(now)) {
		if old, told := f.published[uri]; !told || !reflect.DeepEqual(old, now[uri]) {
			s.send(ctx, uri, now[uri])
		}
	}
	f.published = now
}

func (s *server) send(ctx context.Context, uri protocol.URI, p published) {
	message := protocol.PublishDiagnosticsParams{URI: uri, Diagnostics: append([]protocol.Diagnostic{}, p.diagnostics...)}
	if p.version != 0 {
		message.Version = &p.version
	}
	s.notify(ctx, "textDocument/publishDiagnostics", message)
}
