package cases

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// maxLine is the length in bytes above which a line is answered with Error.
const maxLine = 64 << 20

// What a worker takes at once: lines, and bytes unless one line has more.
const (
	batchSize  = 64
	batchBytes = 64 << 10
)

// batch is some lines on their way to their answers.
type batch struct {
	text    []byte // of all lines
	lines   [][]byte
	errors  []error // of lines that could not be read whole
	answers []byte
	done    chan struct{} // gets one value
}

// nextBatch empties a free batch, or makes a new one: one that a very long line
// has made large is let go.
func nextBatch(free <-chan *batch) *batch {
	select {
	case b := <-free:
		if cap(b.text)+cap(b.answers) <= 16*batchBytes {
			b.text, b.lines, b.errors, b.answers = b.text[:0], b.lines[:0], b.errors[:0], b.answers[:0]
			return b
		}
	default:
	}
	return &batch{text: make([]byte, 0, batchBytes), done: make(chan struct{}, 1)}
}

// Run answers every line of in, in order, on all processors, and in memory
// that does not grow with the number of lines. Empty lines have no answer. The
// error is one of reading or writing.
func Run(in io.Reader, out io.Writer) error {
	workers := runtime.GOMAXPROCS(0)
	jobs, ordered := make(chan *batch, workers), make(chan *batch, 2*workers)
	free, stop := make(chan *batch, 2*workers), make(chan struct{})
	for range workers {
		go work(jobs)
	}
	read := make(chan error, 1)
	go func() {
		err := feed(in, jobs, ordered, free, stop)
		close(jobs)
		close(ordered)
		read <- err
	}()
	w := bufio.NewWriterSize(out, batchBytes)
	var failed error
	for b := range ordered {
		<-b.done
		if failed != nil {
			continue
		}
		if _, err := w.Write(b.answers); err != nil {
			failed = fmt.Errorf("write decisions: %w", err)
			close(stop)
		}
		select {
		case free <- b:
		default:
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
	known := newLibrary()
	for b := range jobs {
		for i, line := range b.lines {
			if err := b.errors[i]; err != nil {
				b.answers = appendError(b.answers, source.Node{}, err)
			} else {
				b.answers = appendAnswer(b.answers, line, known)
			}
			b.answers = append(b.answers, '\n')
		}
		b.done <- struct{}{}
	}
}

// feed cuts the input into batches, those that are free again first.
func feed(in io.Reader, jobs, ordered chan<- *batch, free <-chan *batch, stop <-chan struct{}) error {
	r := bufio.NewReaderSize(in, batchBytes)
	for {
		b := nextBatch(free)
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

// fill reads lines until the batch is full, by number or by size. The text of
// all lines is one piece of memory.
func (b *batch) fill(r *bufio.Reader) error {
	for len(b.lines) < batchSize && len(b.text) < batchBytes*3/4 {
		start := len(b.text)
		var tooLong bool
		var err error
		b.text, tooLong, err = readLine(r, b.text)
		if line := bytes.TrimSpace(b.text[start:]); len(line) > 0 || tooLong {
			b.lines = append(b.lines, line)
			b.errors = append(b.errors, nil)
			if tooLong {
				b.errors[len(b.errors)-1] = fmt.Errorf("read case: the line has more than %d bytes", maxLine)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// readLine appends one line to the text; of one that is too long it reads on
// and keeps nothing.
func readLine(r *bufio.Reader, text []byte) (_ []byte, tooLong bool, err error) {
	for start := len(text); ; {
		part, err := r.ReadSlice('\n')
		if tooLong = tooLong || len(text)-start+len(part) > maxLine; tooLong {
			text = text[:start]
		} else {
			text = append(text, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return text, tooLong, err
		}
	}
}
