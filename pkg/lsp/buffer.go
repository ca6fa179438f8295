package lsp

import (
	"path/filepath"

	"github.com/canvaslint/canvaslint/pkg/lsp/protocol"
)

// buffer is an open document. It never changes: an edit makes another.
type buffer struct {
	uri     protocol.URI // as the client spells it
	path    string
	version int32
	text    text
}

func (s *server) didOpen(p protocol.DidOpenParams) {
	path, ok := pathOf(p.TextDocument.URI)
	if !ok {
		return
	}
	s.buffers[path] = buffer{p.TextDocument.URI, path, p.TextDocument.Version, newText(filepath.ToSlash(path), p.TextDocument.Text)}
	s.adopt(path)
	s.lookAgain(path)
}

func (s *server) didChange(p protocol.DidChangeParams) {
	path, _ := pathOf(p.TextDocument.URI)
	b, ok := s.buffers[path]
	if !ok {
		return
	}
	b.version = p.TextDocument.Version
	for _, change := range p.ContentChanges {
		b.text = b.text.change(change)
	}
	s.buffers[path] = b
	s.touch(path)
}

func (s *server) didClose(p protocol.DocumentParams) {
	path, ok := pathOf(p.TextDocument.URI)
	if !ok {
		return
	}
	delete(s.buffers, path)
	s.lookAgain(path)
	s.leaveLoose()
}

// didSave looks at everything again: what the server read from the disk may
// have changed with it.
func (s *server) didSave(protocol.DocumentParams) { s.touchAll() }
