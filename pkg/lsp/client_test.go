package lsp_test

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/sourcegraph/jsonrpc2"

	"github.com/canvaslint/canvaslint/pkg/lint"
	"github.com/canvaslint/canvaslint/pkg/lsp"
	"github.com/canvaslint/canvaslint/pkg/lsp/protocol"
	"github.com/canvaslint/canvaslint/pkg/rules"
	"github.com/canvaslint/canvaslint/policies"
)

// client is an editor at the other end of a pipe: it frames, opens, edits and asks
// as one does, and keeps what it is told.
type client struct {
	t    testing.TB
	root string
	conn *jsonrpc2.Conn
	end  chan error // of the server

	mu       sync.Mutex
	told     map[protocol.URI]protocol.PublishDiagnosticsParams
	news     chan struct{} // closed when told changes
	messages []string
	shown    []protocol.URI
	asked    []json.RawMessage // edits that the client is to make
	versions map[protocol.URI]int32
	texts    map[protocol.URI]string // of open documents
}

// today is the clock of the tests.
func today() time.Time { return time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC) }

func builtin(lint.Settings) (*rules.Set, error) { return rules.Load(policies.FS) }

// everything is what a client of today says that it can do.
const everything = `{
	"workspace": {"workspaceEdit": {"documentChanges": true, "resourceOperations": ["create"]}, "didChangeWatchedFiles": {"dynamicRegistration": true}},
	"window": {"showDocument": {"support": true}}
}`

// start starts a server and a client with a workspace that holds files.
func start(t testing.TB, files map[string]string) *client {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		write(t, filepath.Join(root, filepath.FromSlash(name)), text)
	}
	c := connect(t, root)
	folder := string(uri(root))
	c.call("initialize", map[string]any{
		"rootUri": folder, "workspaceFolders": []any{map[string]any{"uri": folder, "name": "test"}},
		"capabilities": json.RawMessage(everything), "initializationOptions": map[string]any{"inlayHints": true},
	}, nil)
	c.notify("initialized", map[string]any{})
	return c
}

// connect starts a server and a client that has said nothing yet.
func connect(t testing.TB, root string) *client {
	t.Helper()
	near, far := net.Pipe()
	c := &client{
		t: t, root: root, end: make(chan error, 1), news: make(chan struct{}),
		told: map[protocol.URI]protocol.PublishDiagnosticsParams{}, versions: map[protocol.URI]int32{}, texts: map[protocol.URI]string{},
	}
	go func() {
		c.end <- lsp.Serve(context.Background(), far, lsp.Options{Rules: builtin, Now: today, Version: "test"})
	}()
	c.conn = jsonrpc2.NewConn(context.Background(), jsonrpc2.NewBufferedStream(near, jsonrpc2.VSCodeObjectCodec{}), c)
	t.Cleanup(func() { _ = c.conn.Close() })
	return c
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o600)); err != nil {
		t.Fatal(err)
	}
}

// Handle takes what the server sends.
func (c *client) Handle(ctx context.Context, conn *jsonrpc2.Conn, r *jsonrpc2.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch r.Method {
	case "textDocument/publishDiagnostics":
		var p protocol.PublishDiagnosticsParams
		c.read(r, &p)
		c.told[p.URI] = p
		close(c.news)
		c.news = make(chan struct{})
	case "window/showMessage":
		var p protocol.ShowMessageParams
		c.read(r, &p)
		c.messages = append(c.messages, p.Message)
	case "workspace/applyEdit":
		var p struct {
			Edit json.RawMessage `json:"edit"`
		}
		c.read(r, &p)
		c.asked = append(c.asked, p.Edit)
	case "window/showDocument":
		var p protocol.ShowDocumentParams
		c.read(r, &p)
		c.shown = append(c.shown, p.URI)
	}
	if !r.Notif {
		go func() { _ = conn.Reply(ctx, r.ID, nil) }()
	}
}

func (c *client) read(r *jsonrpc2.Request, into any) {
	if err := json.Unmarshal(*r.Params, into); err != nil {
		c.t.Errorf("%s: %v", r.Method, err)
	}
}

// call asks, and fails the test where there is no answer.
func (c *client) call(method string, params, result any) {
	c.t.Helper()
	if err := c.conn.Call(c.t.Context(), method, params, result); err != nil {
		c.t.Fatalf("%s: %v", method, err)
	}
}

func (c *client) notify(method string, params any) {
	c.t.Helper()
	if err := c.conn.Notify(c.t.Context(), method, params); err != nil {
		c.t.Fatalf("%s: %v", method, err)
	}
}

func (c *client) uri(name string) protocol.URI {
	return uri(filepath.Join(c.root, filepath.FromSlash(name)))
}

func uri(path string) protocol.URI { return protocol.URI("file://" + filepath.ToSlash(path)) }

func (c *client) open(name, text string) {
	c.t.Helper()
	c.versions[c.uri(name)]++
	c.texts[c.uri(name)] = text
	c.notify("textDocument/didOpen", protocol.DidOpenParams{TextDocument: protocol.TextDocumentItem{
		URI: c.uri(name), LanguageID: "json", Version: c.versions[c.uri(name)], Text: text,
	}})
}

// change edits an open document; a change without a range replaces everything.
func (c *client) change(name string, changes ...protocol.ContentChange) {
	c.t.Helper()
	c.versions[c.uri(name)]++
	for _, change := range changes {
		c.texts[c.uri(name)] = changed(c.texts[c.uri(name)], change)
	}
	c.notify("textDocument/didChange", protocol.DidChangeParams{
		TextDocument: protocol.VersionedTextDocumentIdentifier{URI: c.uri(name), Version: c.versions[c.uri(name)]}, ContentChanges: changes,
	})
}

// changed is an edit as the protocol has it, worked out apart from the server: in
// UTF-16, line by line.
func changed(text string, change protocol.ContentChange) string {
	if change.Range == nil {
		return change.Text
	}
	units := utf16.Encode([]rune(text))
	at := func(p protocol.Position) int {
		i, line := 0, uint32(0)
		for ; line < p.Line && i < len(units); i++ {
			if units[i] == '\n' || units[i] == '\r' && (i+1 == len(units) || units[i+1] != '\n') {
				line++
			}
		}
		for n := uint32(0); n < p.Character && i < len(units) && units[i] != '\n' && units[i] != '\r'; n++ {
			i++
		}
		return i
	}
	start, end := at(change.Range.Start), at(change.Range.End)
	return string(utf16.Decode(units[:start])) + change.Text + string(utf16.Decode(units[max(start, end):]))
}

func (c *client) close(name string) {
	c.t.Helper()
	c.notify("textDocument/didClose", map[string]any{"textDocument": map[string]any{"uri": c.uri(name)}})
}

// diagnostics waits until the server has spoken of the present text of an open document.
func (c *client) diagnostics(name string) []protocol.Diagnostic {
	c.t.Helper()
	var last protocol.PublishDiagnosticsParams
	c.until("diagnostics of "+name, func() bool {
		last = c.told[c.uri(name)]
		return last.Version != nil && *last.Version == c.versions[c.uri(name)]
	})
	return last.Diagnostics
}

// settle waits until everything that was changed is checked, and told.
func (c *client) settle(name string) {
	c.t.Helper()
	c.actions(name, protocol.Range{})
}

// until waits for something that the server says.
func (c *client) until(what string, holds func() bool) {
	c.t.Helper()
	for {
		c.mu.Lock()
		done, news := holds(), c.news
		c.mu.Unlock()
		if done {
			return
		}
		select {
		case <-news:
		case <-c.t.Context().Done():
			c.t.Fatalf("no %s", what)
		case <-c.conn.DisconnectNotify():
			c.t.Fatalf("no %s: the server is gone", what)
		}
	}
}
