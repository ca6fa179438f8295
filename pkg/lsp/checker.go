package lsp

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"

	"github.com/canvaslint/canvaslint/pkg/lsp/protocol"
)

// touch notes that the text of a document changed: the folders that it lies in are to
// be checked. The caller holds the lock.
func (s *server) touch(path string) {
	s.generation++
	for _, f := range s.folders {
		if isBelow(path, f.root) || isConfigOf(path, f.root) {
			s.want(f)
		}
	}
	s.wakeUp()
}

// lookAgain is touch for what shows that somebody did more than type: what lies on the
// disk may have changed too.
func (s *server) lookAgain(path string) {
	for _, f := range s.folders {
		f.look = true
	}
	s.touch(path)
}

// isConfigOf reports whether a path lies in a folder around a root, where a config is
// looked for.
func isConfigOf(path, root string) bool { return isBelow(root, filepath.Dir(path)) }

// touchAll notes that anything may have changed.
func (s *server) touchAll() {
	s.generation++
	for _, f := range s.folders {
		f.look, f.reload = true, true
		s.want(f)
	}
	s.wakeUp()
}

// want asks for a check of a folder, and gives up the one at work.
func (s *server) want(f *folder) {
	f.wanted = s.generation
	if s.atWork == f {
		s.giveUp()
	}
}

func (s *server) wakeUp() {
	select {
	case s.wake <- struct{}{}:
	default: // it is awake
	}
}

// keepChecking checks the folders that changed, one after the other.
func (s *server) keepChecking(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
		}
		s.options.Settle(ctx)
		for job := s.next(ctx); job != nil; job = s.next(ctx) {
			s.do(ctx, job)
		}
	}
}

// job is one check to do, after what was said of folders that are gone is taken back.
type job struct {
	gone       []*folder
	ctx        context.Context //nolint:containedctx // it ends with the job
	cancel     context.CancelFunc
	folder     *folder
	generation int
	buffers    map[string]buffer
	look       bool
	reload     bool
}

// next gives what is to be done, nil if nothing is.
func (s *server) next(ctx context.Context) *job {
	s.mu.Lock()
	defer s.mu.Unlock()
	j := &job{gone: s.gone}
	s.atWork, s.gone = nil, nil
	for _, f := range s.folders {
		if f.done < f.wanted && ctx.Err() == nil {
			j.folder, j.generation, j.buffers, j.reload = f, f.wanted, maps.Clone(s.buffers), f.reload
			j.look = f.look
			j.ctx, j.cancel = context.WithCancel(ctx)
			s.atWork, s.giveUp, f.look, f.reload = f, j.cancel, false, false
			return j
		}
	}
	if len(j.gone) > 0 {
		return j
	}
	return nil
}

// do takes back what is gone, checks, tells the client, and lets those go on who wait
// for it. Nothing is sent while the lock is held: a client that does not read would
// stop everything.
func (s *server) do(ctx context.Context, j *job) {
	for _, f := range j.gone {
		s.tell(ctx, f, nil)
	}
	if j.folder == nil {
		return
	}
	defer j.cancel()
	c := s.attempt(j)
	s.mu.Lock()
	folders := s.folders
	outdated := j.ctx.Err() != nil
	j.folder.look = j.folder.look || outdated && j.look
	j.folder.reload = j.folder.reload || outdated && j.reload
	s.mu.Unlock()
	if outdated {
		return
	}
	s.publish(ctx, c, func(path string) bool { return ownerOf(folders, path) == j.folder })
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle(j, c)
}

// settle keeps a check. Where a config is broken, what the last one found still
// helps.
func (s *server) settle(j *job, c *checked) {
	f := j.folder
	if f.dropped {
		return
	}
	if c.result == nil && f.latest != nil {
		c.result, c.texts = f.latest.result, f.latest.texts
	}
	f.latest, f.done = c, j.generation
	close(f.changed)
	f.changed = make(chan struct{})
}

// attempt checks. A panic is a defect of ours, which must not end the session.
func (s *server) attempt(j *job) (c *checked) {
	defer func() {
		if fault := recover(); fault != nil {
			c = &checked{folder: j.folder, buffers: j.buffers, err: fmt.Errorf("internal error: %v; please report it with the input that caused it", fault)}
			s.notify(j.ctx, "window/showMessage", protocol.ShowMessageParams{Type: protocol.MessageError, Message: "canvaslint: " + c.err.Error()})
		}
	}()
	c = j.folder.check(j.ctx, s.options, j)
	if j.ctx.Err() == nil {
		c.found = c.diagnostics()
	}
	return c
}

// fresh waits for a check of what a folder holds now.
func (s *server) fresh(ctx context.Context, f *folder) (*checked, error) {
	return s.await(ctx, f, s.asked(f))
}

// recent gives the last check of a folder, and waits only for the first.
func (s *server) recent(ctx context.Context, f *folder) (*checked, error) {
	s.asked(f)
	return s.await(ctx, f, 0)
}

// asked gives the generation of a folder. One that was never looked at, since the
// client did not say that it is ready, is looked at now.
func (s *server) asked(f *folder) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.wanted == 0 {
		s.generation++
		s.want(f)
		s.wakeUp()
	}
	return f.wanted
}

func (s *server) await(ctx context.Context, f *folder, generation int) (*checked, error) {
	for {
		s.mu.Lock()
		latest, done, changed, dropped := f.latest, f.done, f.changed, f.dropped
		s.mu.Unlock()
		switch {
		case latest != nil && done >= generation:
			return latest, nil
		case dropped:
			return nil, errors.New("the folder was closed")
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-s.ended:
			return nil, context.Canceled
		}
	}
}
