package rules

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/cover"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/topdown"

	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// What a job may answer: a rule that finds more has lost its way, and a report
// of that size helps no one.
const (
	maxFindings = 100_000
	maxAnswer   = 64 << 20 // bytes
	maxFaults   = 10       // messages of the compiler
)

// Worker serves the job of a Task, in a process of its own. Its methods may be
// called from several goroutines.
type Worker struct {
	mutex sync.Mutex // of what follows
	out   io.Writer
	ended bool
	found int
	bytes int

	place atomic.Pointer[ast.Location]
	steps atomic.Int64
}

// NewWorker makes a worker that writes its answer, a JSON object a line.
func NewWorker(out io.Writer) *Worker { return &Worker{out: out} }

// Place is the line of the user's that is being evaluated, "file:line"; "" at
// any other time.
func (w *Worker) Place() string {
	at := w.place.Load()
	if at == nil {
		return ""
	}
	return fmt.Sprintf("%s:%d", at.File, at.Row)
}

// Steps grows with each part of the job that is over. A limit of time holds for
// one part: reading and compiling, all rules over one input, one test.
func (w *Worker) Steps() int64 { return w.steps.Load() }

// Fault ends the answer with a message for the user; only the first one counts.
func (w *Worker) Fault(message string) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if !w.ended {
		w.ended = true
		w.line(answer{Fault: message}) //nolint:errcheck // no one is left to be told
	}
}

// Moved tells the reader which line is being evaluated.
func (w *Worker) Moved(place string) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if !w.ended {
		w.line(answer{At: place}) //nolint:errcheck // the next answer fails as well
	}
}

func (w *Worker) send(a answer) error {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if w.ended {
		return errors.New("write an answer: it has ended")
	}
	return w.line(a)
}

func (w *Worker) line(a answer) error {
	text, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("write an answer: %w", err)
	}
	w.bytes += len(text)
	_, err = w.out.Write(append(text, '\n'))
	return err
}

// Serve reads a job and answers it. What is wrong with the rules is in the
// answer; an error means that the job could not be read or answered.
func (w *Worker) Serve(in io.Reader) error {
	var j job
	if err := json.NewDecoder(in).Decode(&j); err != nil {
		return fmt.Errorf("read the job: %w", err)
	}
	e := &evaluation{worker: w, job: &j, placer: &placer{worker: w, seen: map[*ast.Location]bool{}, ours: map[string]bool{}}}
	if j.Tests {
		e.placer.cover = cover.New()
	}
	err := e.do()
	var broken brokenError
	if errors.As(err, &broken) {
		w.Fault(broken.Error())
		return nil
	}
	return err
}

// brokenError is what is wrong with a rule, said to the user.
type brokenError struct{ error }

func broken(format string, args ...any) error { return brokenError{fmt.Errorf(format, args...)} }

// evaluation is one job at work.
type evaluation struct {
	worker   *Worker
	job      *job
	placer   *placer
	modules  map[string]*ast.Module // as written, by file, tests apart
	compiler *ast.Compiler
	lines    map[string]int     // where a rule makes findings, by id
	keys     *snapshot.Snapshot // of the run at work: the names of its keys
}

// names is what canvaslint.resolve_key looks keys up in.
func (e *evaluation) names(context.Context) *snapshot.Snapshot {
	if e.keys == nil {
		return &snapshot.Snapshot{} // a test has no account
	}
	return e.keys
}

func (e *evaluation) do() error {
	var err error
	if e.compiler, err = e.compile(); err != nil {
		return err
	}
	e.next()
	ctx := context.Background()
	queries := map[string]rego.PreparedEvalQuery{}
	for number, run := range e.job.Runs {
		input, err := ast.ValueFromReader(bytes.NewReader(run.Input))
		if err != nil {
			return fmt.Errorf("read the input: %w", err)
		}
		e.keys = run.Names.snapshot()
		e.next()
		for _, id := range run.Rules {
			query, ok := queries[id]
			if !ok {
				options := []func(*rego.Rego){rego.Query(fmt.Sprintf("data.canvaslint[%q].findings", id)), rego.Compiler(e.compiler), rego.StrictBuiltinErrors(true)}
				for _, builtin := range builtins(e.names) {
					options = append(options, builtin.option())
				}
				if query, err = rego.New(options...).PrepareForEval(ctx); err != nil {
					return fmt.Errorf("prepare the rule %s: %w", id, err)
				}
				queries[id] = query
			}
			found, err := e.run(ctx, id, query, input)
			if err != nil {
				return err
			}
			if err := e.worker.send(answer{Results: &results{Run: number, Rule: id, Line: e.lines[id], Found: found}}); err != nil {
				return err
			}
		}
		e.next()
	}
	e.keys = nil
	if e.job.Tests {
		if err := e.tests(ctx); err != nil {
			return err
		}
	}
	return e.worker.send(answer{Done: true})
}

// next begins another part of the job.
func (e *evaluation) next() {
	e.worker.place.Store(nil)
	e.worker.steps.Add(1)
}

// run evaluates one rule and looks closely at what it found.
func (e *evaluation) run(ctx context.Context, id string, query rego.PreparedEvalQuery, input ast.Value) ([]result, error) {
	answers, err := query.Eval(ctx, rego.EvalParsedInput(input), rego.EvalQueryTracer(e.placer))
	at := fmt.Sprintf("%s:%d", e.fileOf(id), e.lines[id])
	if err != nil {
		return nil, broken("%s", sentence(err, at))
	}
	if len(answers) == 0 {
		return nil, broken("%s: rule %s: findings is undefined; write \"findings contains finding if { ... }\"", at, id)
	}
	list, ok := answers[0].Expressions[0].Value.([]any)
	if !ok {
		return nil, broken("%s: rule %s: findings is no set; write \"findings contains finding if { ... }\"", at, id)
	}
	if e.worker.found += len(list); e.worker.found > maxFindings {
		return nil, broken("%s: rule %s: the rules found more than %d things; a rule must not report what is in order", at, id, maxFindings)
	}
	found := []result{}
	for _, item := range list {
		r, size, err := readResult(item)
		if err != nil {
			return nil, broken("%s: rule %s: %w", at, id, err)
		}
		if e.worker.bytes += size; e.worker.bytes > maxAnswer {
			return nil, broken("%s: rule %s: the findings of the rules have more than %d MiB", at, id, maxAnswer>>20)
		}
		found = append(found, r)
	}
	return found, nil
}

// readResult reads one object of findings, and gives its size in bytes.
func readResult(item any) (result, int, error) {
	var r result
	data, err := json.Marshal(item)
	if err != nil {
		return r, 0, fmt.Errorf("a finding cannot be read: %w", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&r); err != nil {
		return r, 0, fmt.Errorf("a finding cannot be read: %s", strings.TrimPrefix(err.Error(), "json: "))
	}
	switch {
	case r.At == "":
		return r, 0, errors.New("a finding has no place: give it \"at\", the handle of an object of the input")
	case r.Message == "":
		return r, 0, errors.New("a finding has no message")
	}
	return r, len(data), nil
}

func (e *evaluation) fileOf(id string) string {
	for _, m := range e.job.Modules {
		if m.Rule == id {
			return m.File
		}
	}
	return id
}

// sentence words an error of OPA with its place; other is the place of one that
// has none.
func sentence(err error, other string) string {
	var evaluated *topdown.Error
	if errors.As(err, &evaluated) && evaluated.Location != nil {
		return fmt.Sprintf("%s:%d:%d: %s", evaluated.Location.File, evaluated.Location.Row, evaluated.Location.Col, evaluated.Message)
	}
	return other + ": " + err.Error()
}

// placer notes which line is being evaluated, and which lines were.
type placer struct {
	worker *Worker
	seen   map[*ast.Location]bool
	ours   map[string]bool // files of the built-in library, which is not to blame
	cover  *cover.Cover    // nil: not wanted
}

// Enabled switches OPA's tracing on.
func (p *placer) Enabled() bool { return true }

// Config asks for events without the values of variables.
func (p *placer) Config() topdown.TraceConfig { return topdown.TraceConfig{} }

// TraceEvent is called before each expression. A line is told to the reader
// when it is reached first: it may be the last thing that this process says.
func (p *placer) TraceEvent(event topdown.Event) {
	at := event.Location
	if p.cover != nil {
		p.cover.TraceEvent(event)
	}
	if at == nil || at.File == "" || p.ours[at.File] {
		return
	}
	p.worker.place.Store(at)
	if !p.seen[at] {
		p.seen[at] = true
		p.worker.Moved(p.worker.Place())
	}
}
