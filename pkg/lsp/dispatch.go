package lsp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/sourcegraph/jsonrpc2"

	"github.com/canvaslint/canvaslint/pkg/lsp/protocol"
)

// Errors of the protocol that JSON-RPC has no code for.
const (
	notInitialized   = -32002
	requestCancelled = -32800
)

// Handle takes a message, in the order in which they came. A notification is
// taken in at once. A request is answered beside, from the state that it met.
func (s *server) Handle(ctx context.Context, _ *jsonrpc2.Conn, r *jsonrpc2.Request) {
	<-s.started
	params := json.RawMessage("{}")
	if r.Params != nil && string(*r.Params) != "null" {
		params = *r.Params
	}
	switch {
	case r.Method == "exit":
		_ = s.conn.Close()
	case r.Notif:
		s.takeNotification(r.Method, params)
	default:
		s.takeRequest(ctx, r, params)
	}
}

// takeNotification takes in what no one waits for. One that is not understood
// changes nothing.
func (s *server) takeNotification(method string, params json.RawMessage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if take := notifications()[method]; take != nil && s.phase == ready {
		_ = take(s, params)
	}
}

// takeRequest starts to answer a request.
func (s *server) takeRequest(ctx context.Context, r *jsonrpc2.Request, params json.RawMessage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	answer, fault := s.admit(r.Method)
	if fault != nil {
		s.beside(func() { _ = s.conn.ReplyWithError(ctx, r.ID, fault) })
		return
	}
	v := s.view()
	ctx, cancel := context.WithCancel(ctx)
	s.running[r.ID] = cancel
	result, err := any(nil), error(nil)
	first := inOrder(r.Method)
	if first {
		result, err = s.attemptAnswer(ctx, v, answer, params)
	}
	s.beside(func() {
		defer cancel()
		if !first {
			result, err = s.attemptAnswer(ctx, v, answer, params)
		}
		s.reply(ctx, r.ID, result, err)
	})
}

// inOrder names the requests that change the session: what comes after them has
// to meet what they did.
func inOrder(method string) bool { return method == "initialize" || method == "shutdown" }

// admit gives the answer to a method, or says why there is none.
func (s *server) admit(method string) (answer, *jsonrpc2.Error) {
	answer := requests()[method]
	switch {
	case s.phase == fresh && method != "initialize":
		return nil, &jsonrpc2.Error{Code: notInitialized, Message: "the first request has to be initialize"}
	case s.phase == over, s.phase == ready && method == "initialize":
		return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidRequest, Message: method + " is out of place here"}
	case answer == nil:
		return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeMethodNotFound, Message: "there is no method " + method}
	}
	return answer, nil
}

// attemptAnswer answers. A panic is a defect of ours, which must not end the session.
func (s *server) attemptAnswer(ctx context.Context, v *view, answer answer, params json.RawMessage) (result any, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			result, err = nil, &jsonrpc2.Error{Code: jsonrpc2.CodeInternalError, Message: fmt.Sprintf("internal error: %v", fault)}
		}
	}()
	return answer(ctx, v, params)
}

func (s *server) reply(ctx context.Context, id jsonrpc2.ID, result any, err error) {
	cancelled := ctx.Err() != nil
	s.mu.Lock()
	delete(s.running, id)
	s.mu.Unlock()
	var fault *jsonrpc2.Error
	switch {
	case err == nil:
		_ = s.conn.Reply(ctx, id, result)
	case cancelled:
		_ = s.conn.ReplyWithError(ctx, id, &jsonrpc2.Error{Code: requestCancelled, Message: "cancelled"})
	case errors.As(err, &fault):
		_ = s.conn.ReplyWithError(ctx, id, fault)
	default:
		_ = s.conn.ReplyWithError(ctx, id, &jsonrpc2.Error{Code: jsonrpc2.CodeInternalError, Message: err.Error()})
	}
}

// cancel gives up a request.
func (s *server) cancel(p protocol.CancelParams) {
	var id jsonrpc2.ID
	if json.Unmarshal(p.ID, &id) == nil && s.running[id] != nil {
		s.running[id]()
	}
}

// answer answers one kind of request.
type answer func(ctx context.Context, v *view, params json.RawMessage) (any, error)

// take takes in one kind of notification.
type take func(s *server, params json.RawMessage) error

func on[P, R any](f func(context.Context, *view, P) (R, error)) answer {
	return func(ctx context.Context, v *view, params json.RawMessage) (any, error) {
		var p P
		if err := json.Unmarshal(params, &p); err != nil {
			return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidParams, Message: strings.TrimPrefix(err.Error(), "json: ")}
		}
		return f(ctx, v, p)
	}
}

func told[P any](f func(*server, P)) take {
	return func(s *server, params json.RawMessage) error {
		var p P
		if err := json.Unmarshal(params, &p); err != nil {
			return err
		}
		f(s, p)
		return nil
	}
}

// requests is the table of what is answered.
func requests() map[string]answer {
	return map[string]answer{
		"initialize":                  on(initialize),
		"shutdown":                    on(shutdown),
		"textDocument/codeAction":     on(codeActions),
		"textDocument/hover":          on(hover),
		"textDocument/completion":     on(completion),
		"textDocument/definition":     on(definition),
		"textDocument/references":     on(references),
		"textDocument/documentSymbol": on(documentSymbols),
		"textDocument/inlayHint":      on(inlayHints),
		"workspace/executeCommand":    on(executeCommand),
	}
}

// notifications is the table of what is taken in.
func notifications() map[string]take {
	return map[string]take{
		"initialized":                         told((*server).initialized),
		"$/cancelRequest":                     told((*server).cancel),
		"textDocument/didOpen":                told((*server).didOpen),
		"textDocument/didChange":              told((*server).didChange),
		"textDocument/didClose":               told((*server).didClose),
		"textDocument/didSave":                told((*server).didSave),
		"workspace/didChangeWorkspaceFolders": told((*server).didChangeFolders),
		"workspace/didChangeWatchedFiles":     told((*server).didChangeFiles),
		"workspace/didChangeConfiguration":    told((*server).didChangeConfiguration),
	}
}
