package cases

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strconv"

	"github.com/canvaslint/canvaslint/pkg/access"
)

// maxLine is the length in bytes above which a line is answered with Error.
const maxLine = 64 << 20

// batchSize is how many lines a worker takes at once.
const batchSize = 64

// answer is a line of output.
type answer struct {
	ID      json.RawMessage `json:"id,omitempty"`
	Result  string          `json:"result"`
	Reasons []reason        `json:"reasons,omitempty"`
	Missing []string        `json:"missing,omitempty"`
	Error   string          `json:"error,omitempty"`
}

type reason struct {
	Action string `json:"action,omitempty"`
	Layer  string `json:"layer"`
	Cause  string `json:"cause,omitempty"`
	Policy string `json:"policy,omitempty"`
	// Statement counts from 1; 0 is no statement.
	Statement int    `json:"statement,omitempty"`
	Sid       string `json:"sid,omitempty"`
	// Column is where in the line the element stands that decided.
	Column  int    `json:"column,omitempty"`
	Message string `json:"message"`
}

// Answer decides a line of input and gives the line of output, without its
// line end. It never fails: a line that cannot be read is answered with Error.
func Answer(line []byte) []byte {
	var a answer
	c, err := Parse("-", line)
	if c.ID.Exists() {
		a.ID = json.RawMessage(c.ID.Raw())
	}
	if err != nil {
		a.Result, a.Error = "Error", err.Error()
		return encode(a)
	}
	d := access.Explain(&c.Request, &c.Policies)
	a.Result, a.Missing = d.Result.String(), d.Missing
	for i := range d.Reasons {
		r := &d.Reasons[i]
		out := reason{Action: r.Action, Layer: string(r.Layer), Cause: string(r.Cause), Policy: r.Policy, Message: r.Message}
		if r.Statement != nil {
			out.Statement, out.Sid = r.Statement.Index+1, r.Statement.Sid
		}
		if r.Node.Exists() {
			start, _ := r.Node.Span().Positions()
			out.Column = start.Column
		}
		a.Reasons = append(a.Reasons, out)
	}
	return encode(a)
}

func encode(a answer) []byte {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(a); err != nil {
		return []byte(`{"result":"Error","error":` + strconv.Quote(err.Error()) + "}")
	}
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n"))
}

// batch is some lines on their way to their answers.
type batch struct {
	lines   [][]byte
	errors  []error // of lines that could not be read whole
	answers bytes.Buffer
	done    chan struct{}
}

// Run answers every line of in, in order, on all processors, and in memory
// that does not grow with the number of lines. Empty lines have no answer. The
// error is one of reading or writing.
func Run(in io.Reader, out io.Writer) error {
	workers := runtime.GOMAXPROCS(0)
	jobs, ordered := make(chan *batch, workers), make(chan *batch, 2*workers)
	stop := make(chan struct{})
	for range workers {
		go work(jobs)
	}
	read := make(chan error, 1)
	go func() {
		err := feed(in, jobs, ordered, stop)
		close(jobs)
		close(ordered)
		read <- err
	}()
	w := bufio.NewWriterSize(out, 64<<10)
	var failed error
	for b := range ordered {
		<-b.done
		if failed != nil {
			continue
		}
		if _, err := w.Write(b.answers.Bytes()); err != nil {
			failed = fmt.Errorf("write decisions: %w", err)
			close(stop)
		}
	}
	if failed != nil {
		return failed
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("write decisions: %w", err)
	}
	return <-read
}

func work(jobs <-chan *batch) {
	for b := range jobs {
		for i, line := range b.lines {
			if err := b.errors[i]; err != nil {
				b.answers.Write(encode(answer{Result: "Error", Error: err.Error()}))
			} else {
				b.answers.Write(Answer(line))
			}
			b.answers.WriteByte('\n')
		}
		b.lines = nil
		close(b.done)
	}
}

// feed cuts the input into batches.
func feed(in io.Reader, jobs, ordered chan<- *batch, stop <-chan struct{}) error {
	r := bufio.NewReaderSize(in, 64<<10)
	for {
		b := &batch{done: make(chan struct{})}
		err := b.fill(r)
		if len(b.lines) > 0 {
			select {
			case <-stop:
				return nil
			case ordered <- b:
				jobs <- b
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read cases: %w", err)
		}
	}
}

// fill reads lines until the batch is full, by number or by size.
func (b *batch) fill(r *bufio.Reader) error {
	for size := 0; len(b.lines) < batchSize && size < 1<<20; {
		line, tooLong, err := readLine(r)
		if text := bytes.TrimSpace(line); len(text) > 0 || tooLong {
			b.lines = append(b.lines, text)
			b.errors = append(b.errors, nil)
			if tooLong {
				b.errors[len(b.errors)-1] = fmt.Errorf("read case: the line has more than %d bytes", maxLine)
			}
			size += len(text)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// readLine reads one line into memory of its own; of one that is too long it
// reads on and keeps nothing.
func readLine(r *bufio.Reader) (line []byte, tooLong bool, err error) {
	for {
		part, err := r.ReadSlice('\n')
		if tooLong = tooLong || len(line)+len(part) > maxLine; tooLong {
			line = nil
		} else {
			line = append(line, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, tooLong, err
		}
	}
}
