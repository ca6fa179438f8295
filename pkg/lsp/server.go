// Package lsp is a language server: canvaslint in an editor. It speaks the
// Language Server Protocol 3.17 over a stream, checks the folders of the workspace
// with the unsaved texts of the editor in place of the files, and says what it
// finds while people type.
package lsp

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/sourcegraph/jsonrpc2"

	"github.com/canvaslint/canvaslint/pkg/lint"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/lsp/protocol"
	"github.com/canvaslint/canvaslint/pkg/rules"
)

// Options are what the server takes from its program.
type Options struct {
	// Files are what folders are read from; nil is the disk.
	Files filesystem.FS
	// Rules gives the rules for the settings of a folder. It is needed.
	Rules func(lint.Settings) (*rules.Set, error)
	// Now is the clock, for waivers that end. It is needed.
	Now func() time.Time
	// Settle waits, before a check, until typing pauses; nil does not wait.
	Settle func(context.Context)
	// Version is that of the program.
	Version string
}

// ErrExit says that the client ended the session without a shutdown.
var ErrExit = errors.New("the client left without a shutdown")

// Serve speaks with one client until it leaves. It gives nil where the client
// asked for a shutdown before.
func Serve(ctx context.Context, conn io.ReadWriteCloser, o Options) error {
	if o.Files == nil {
		o.Files = filesystem.Disk{}
	}
	if o.Settle == nil {
		o.Settle = func(context.Context) {}
	}
	ctx, cancel := context.WithCancel(ctx)
	s := &server{
		options: o, buffers: map[string]buffer{}, running: map[jsonrpc2.ID]context.CancelFunc{},
		wake: make(chan struct{}, 1), ended: make(chan struct{}), started: make(chan struct{}),
	}
	s.work.Go(func() { s.keepChecking(ctx) })
	s.conn = jsonrpc2.NewConn(ctx, newFrames(conn), s, jsonrpc2.SetLogger(quiet{}))
	close(s.started)
	<-s.conn.DisconnectNotify()
	cancel()
	return s.end()
}

// end waits for what is at work. Nothing new begins.
func (s *server) end() error {
	s.mu.Lock()
	s.closed = true
	close(s.ended)
	err := ErrExit
	if s.phase == over {
		err = nil
	}
	s.mu.Unlock()
	s.work.Wait()
	return err
}

// beside does something while further messages are read. The caller holds the lock.
func (s *server) beside(do func()) {
	if !s.closed {
		s.work.Go(do)
	}
}

// quiet is a logger that keeps to itself: standard error belongs to the program.
type quiet struct{}

func (quiet) Printf(string, ...any) {}

// phase is how far a session is.
type phase int

const (
	fresh phase = iota
	ready
	over // after a shutdown
)

// server is one session.
type server struct {
	options Options
	conn    *jsonrpc2.Conn
	started chan struct{} // closed when conn is set
	ended   chan struct{} // closed when the client is gone
	wake    chan struct{} // wakes the checker
	work    sync.WaitGroup

	mu         sync.Mutex // holds all below
	phase      phase
	closed     bool
	client     protocol.ClientCapabilities
	settings   settings
	buffers    map[string]buffer // by path
	folders    []*folder         // never changed in place
	gone       []*folder
	generation int
	atWork     *folder
	giveUp     context.CancelFunc // of the check at work
	running    map[jsonrpc2.ID]context.CancelFunc
}

// notify tells the client; one that is gone need not be told.
func (s *server) notify(ctx context.Context, method string, params any) {
	_ = s.conn.Notify(ctx, method, params)
}

// ask asks the client for something that it may refuse. The caller holds the lock.
func (s *server) ask(ctx context.Context, method string, params any) {
	s.beside(func() { _ = s.conn.Call(ctx, method, params, nil) })
}
