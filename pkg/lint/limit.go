package lint

import (
	"context"
	"errors"
	"sync"

	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/load"
)

// Limit is why a context ends a check before it is done: "the time limit of 10s".
type Limit struct{ What string }

// Error says that it was reached.
func (l Limit) Error() string { return l.What + " was reached" }

// soFar is what a check has reached.
type soFar struct {
	lock   sync.Mutex
	step   string
	loaded *load.Result
}

func (s *soFar) begins(step string) {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.step = step
}

func (s *soFar) read(loaded *load.Result) {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.loaded = loaded
}

// CheckWithin is [CheckAll] under a context that a [Limit] may end. Then the result is
// what is known by then: what was read, no findings, and a problem that names the
// limit, in a report that is marked as partial. The work itself goes on until the process ends, since a step that takes for
// ever cannot be asked to stop.
func CheckWithin(ctx context.Context, o Options, finish func(*Result)) (*Outcome, error) {
	reached := &soFar{step: "starting"}
	o = o.defaults()
	o.loaded = reached.read
	told := o.Progress
	o.Progress = func(step string) {
		reached.begins(step)
		told(step)
	}
	type outcome struct {
		result *Outcome
		err    error
		fault  any
	}
	done := make(chan outcome, 1)
	var limit Limit
	switch cause := context.Cause(ctx); {
	case errors.As(cause, &limit):
		return brokenOff(o, reached, limit), nil
	case cause != nil:
		return nil, cause
	}
	go func() {
		var out outcome
		defer func() {
			out.fault = recover()
			done <- out
		}()
		out.result, out.err = CheckAll(ctx, o, finish)
	}()
	select {
	case out := <-done:
		if out.fault != nil {
			panic(out.fault)
		}
		if out.err == nil || !errors.As(context.Cause(ctx), &limit) {
			return out.result, out.err
		}
	case <-ctx.Done():
		if !errors.As(context.Cause(ctx), &limit) {
			return nil, context.Cause(ctx)
		}
	}
	return brokenOff(o, reached, limit), nil
}

// brokenOff is the result of a check that a limit ended.
func brokenOff(o Options, reached *soFar, limit Limit) *Outcome {
	reached.lock.Lock()
	defer reached.lock.Unlock()
	loaded := reached.loaded
	if loaded == nil {
		loaded = &load.Result{}
	}
	text := "the check was broken off while " + reached.step + ": " + limit.Error() + "; what it had not decided by then is unknown"
	r := assemble(o, loaded, canvas.Variants{}, judged{waivers: []finding.Waiver{}}, &finding.Part{})
	r.Problems = append(r.Problems, finding.Problem{Message: text})
	if r.Partial == nil {
		r.Partial = &finding.Partial{Only: []string{}, Skip: []string{}}
	}
	r.Partial.Stopped = reached.step
	return &Outcome{Report: finding.WholeOf(r), Incomplete: true, BrokenOff: text}
}
