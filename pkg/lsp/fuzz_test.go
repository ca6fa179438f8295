package lsp_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/canvaslint/canvaslint/pkg/lsp"
)

// nowhere is a file system with nothing but one empty folder: no message makes the
// server walk the disk.
type nowhere struct{}

func (nowhere) Open(name string) (fs.File, error) {
	return fstest.MapFS{"nowhere": {Mode: fs.ModeDir | 0o755}}.Open(strings.TrimPrefix(name, "/"))
}
func (nowhere) Absolute(name string) string { return path.Clean(name) }
func (nowhere) Identity(name string) string { return path.Clean(name) }

// drain is a request that waits for a check.
const drain = `{"jsonrpc":"2.0","id":"drain","method":"textDocument/codeAction","params":{"textDocument":{"uri":"file:///nowhere/a.json"},"range":{},"context":{}}}`

// wire is a connection whose client says what it has to say, waits until that is
// answered, sends the rest and leaves.
type wire struct {
	first, rest io.Reader
	drained     chan struct{}
	gone        chan struct{} // closed when the server is gone

	mu  sync.Mutex
	out bytes.Buffer
}

func (w *wire) Read(p []byte) (int, error) {
	if n, err := w.first.Read(p); err == nil {
		return n, nil
	}
	select {
	case <-w.drained:
	case <-w.gone:
	}
	return w.rest.Read(p)
}

func (w *wire) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if bytes.Contains(p, []byte(`"id":"drain"`)) {
		select {
		case <-w.drained:
		default:
			close(w.drained)
		}
	}
	return w.out.Write(p)
}

func (*wire) Close() error { return nil }

// FuzzProtocol sends any messages, a line each, and then any bytes: the server
// neither crashes nor has an internal error, and ends with its client.
func FuzzProtocol(f *testing.F) {
	const open = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"rootUri":"file:///nowhere","capabilities":{}}}
{"jsonrpc":"2.0","method":"initialized","params":{}}
{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"file:///nowhere/a.json","version":1,"text":"{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"kms:*\", \"Resource\": \"*\"}]}"}}}
`
	at := func(method string) string {
		return open + fmt.Sprintf(`{"jsonrpc":"2.0","id":2,"method":"textDocument/%s","params":{"textDocument":{"uri":"file:///nowhere/a.json"},"position":{"line":0,"character":80},"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":200}},"context":{"diagnostics":[]}}}`, method)
	}
	for _, method := range []string{"codeAction", "hover", "completion", "definition", "references", "documentSymbol", "inlayHint"} {
		f.Add(at(method), []byte("Content-Length: 2\r\n\r\n{}"))
	}
	const template = `{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"file:///nowhere/t.yaml","version":1,"text":"Resources:\n  Key:\n    Type: AWS::KMS::Key\n    Properties: {KeyPolicy: {Statement: []}}\n  D:\n    Type: AWS::SageMaker::Domain\n    DependsOn: Key\n    Properties: {KmsKeyId: !Ref Key, DomainName: !Sub 'a ${Key.Arn}'}\n"}}}
`
	for _, method := range []string{"codeAction", "hover", "completion", "definition", "references", "inlayHint"} {
		f.Add(open+template+fmt.Sprintf(`{"jsonrpc":"2.0","id":2,"method":"textDocument/%s","params":{"textDocument":{"uri":"file:///nowhere/t.yaml"},"position":{"line":7,"character":33},"range":{"start":{"line":0,"character":0},"end":{"line":9,"character":0}},"context":{"diagnostics":[]}}}`, method), []byte(nil))
	}
	f.Add(open+`{"jsonrpc":"2.0","method":"workspace/executeCommand","id":3,"params":{"command":"canvaslint.settle","arguments":["x"]}}`, []byte(nil))
	f.Add(open+`{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"file:///nowhere/a.json","version":2},"contentChanges":[{"range":{"start":{"line":0,"character":4294967295},"end":{"line":0,"character":0}},"text":"\ufeff"}]}}`, []byte("Content-Length: -1\r\n\r\n"))
	f.Add(`{"jsonrpc":"2.0","id":"a","method":"shutdown"}`+"\n[]\nnull\n"+`{"id":{}}`, []byte("\r\n\r\n"))
	f.Fuzz(func(t *testing.T, messages string, rest []byte) {
		var in bytes.Buffer
		for line := range strings.Lines(messages + "\n" + drain) {
			line = strings.TrimSuffix(line, "\n")
			fmt.Fprintf(&in, "Content-Length: %d\r\n\r\n%s", len(line), line)
		}
		w := &wire{first: &in, rest: bytes.NewReader(rest), drained: make(chan struct{}), gone: make(chan struct{})}
		_ = lsp.Serve(context.Background(), w, lsp.Options{Files: nowhere{}, Rules: builtin, Now: today})
		close(w.gone)
		w.mu.Lock()
		defer w.mu.Unlock()
		if strings.Contains(w.out.String(), "internal error") {
			t.Errorf("%s", w.out.String())
		}
	})
}
