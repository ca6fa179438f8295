package lsp

import (
	"maps"
	"slices"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/lsp/protocol"
)

// edits are changes of documents, by URI.
type edits struct {
	checked *checked
	texts   map[protocol.URI][]protocol.TextEdit
	created []protocol.URI
}

func (c *checked) edits() *edits {
	return &edits{checked: c, texts: map[protocol.URI][]protocol.TextEdit{}}
}

// add takes in the edits of a finding's fix, each once: one statement may settle
// several findings.
func (e *edits) add(list []finding.Edit) {
	for _, edit := range list {
		at := e.checked.location(edit.Place)
		e.put(at.URI, protocol.TextEdit{Range: at.Range, NewText: edit.Text})
	}
}

func (e *edits) put(uri protocol.URI, edit protocol.TextEdit) {
	if !slices.Contains(e.texts[uri], edit) {
		e.texts[uri] = append(e.texts[uri], edit)
	}
}

// replace takes in the least edit that makes one text of another.
func (e *edits) replace(name, old, changed string) {
	path, _ := e.checked.file(name)
	start := 0
	for start < len(old) && start < len(changed) && old[start] == changed[start] {
		start++
	}
	start = runeStart(old, start)
	end := 0
	for end < len(old)-start && end < len(changed)-start && old[len(old)-1-end] == changed[len(changed)-1-end] {
		end++
	}
	end = len(old) - runeEnd(old, len(old)-end)
	t := newText(name, old)
	t.marked = e.checked.buffers[path].text.marked
	e.put(e.checked.uri(path), protocol.TextEdit{Range: t.span(start, len(old)-end), NewText: changed[start : len(changed)-end]})
}

// workspace gives the edits as the client takes them; nil where there are none.
func (e *edits) workspace(client protocol.ClientCapabilities) *protocol.WorkspaceEdit {
	if len(e.texts) == 0 {
		return nil
	}
	if !client.Workspace.WorkspaceEdit.DocumentChanges {
		return &protocol.WorkspaceEdit{Changes: e.texts}
	}
	var changes []any
	for _, uri := range e.created {
		changes = append(changes, protocol.CreateFile{Kind: "create", URI: uri, Options: protocol.CreateFileOptions{IgnoreIfExists: true}})
	}
	for _, uri := range slices.Sorted(maps.Keys(e.texts)) {
		document := protocol.OptionalVersionedTextDocumentIdentifier{URI: uri}
		path, _ := pathOf(uri)
		if b, open := e.checked.buffers[path]; open {
			document.Version = &b.version
		}
		changes = append(changes, protocol.TextDocumentEdit{TextDocument: document, Edits: e.texts[uri]})
	}
	return &protocol.WorkspaceEdit{DocumentChanges: changes}
}

// runeStart moves an offset back to the start of its character.
func runeStart(text string, at int) int {
	for at > 0 && at < len(text) && text[at]&0xc0 == 0x80 {
		at--
	}
	return at
}

// runeEnd moves an offset on to the end of its character.
func runeEnd(text string, at int) int {
	for at < len(text) && text[at]&0xc0 == 0x80 {
		at++
	}
	return at
}
