// Package sandbox runs the rules of the user's own in a process apart, within
// limits of time and memory: OPA has no limit of memory, and one call of a
// builtin cannot be interrupted. The program starts the process, which is the
// program again; New is the side that waits for it, Serve the side that works.
package sandbox

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/canvaslint/canvaslint/pkg/rules"
)

// Limits are for one part of the work: compiling, all rules over one input, one
// test.
type Limits struct {
	Time   time.Duration
	Memory int // MiB
}

// Defaults are limits that a rule in its senses does not reach.
func Defaults() Limits { return Limits{Time: 5 * time.Second, Memory: 256} }

// Check refuses limits that make no sense, in the words of the flags.
func (l Limits) Check() error {
	switch {
	case l.Time < 10*time.Millisecond:
		return fmt.Errorf("--rules-timeout takes 10ms or more, not %s", l.Time)
	case l.Memory < 64 || l.Memory > 1<<20:
		return fmt.Errorf("--rules-memory takes 64 to 1048576 MiB, not %d", l.Memory)
	}
	return nil
}

// Process runs a program that calls Serve with the arguments, and waits for its
// end. It ends the program when the context ends. It must give it no environment
// of the user's.
type Process func(ctx context.Context, arguments []string, in io.Reader, out, complaints io.Writer) error

// New gives a sandbox whose work the process does.
func New(limits Limits, process Process) rules.Sandbox {
	return func(task rules.Task, line func([]byte) error) error {
		ctx, end := context.WithCancel(context.Background())
		defer end()
		out, into := io.Pipe()
		complaint := &head{limit: 4 << 10}
		ended := make(chan error, 1)
		go func() {
			err := process(ctx, limits.arguments(task), bytes.NewReader(task.Job), into, complaint)
			into.Close() //nolint:errcheck // never fails
			ended <- err
		}()
		place, err := limits.listen(out, end, line)
		out.Close() //nolint:errcheck // never fails
		fault := <-ended
		switch {
		case err != nil:
			return err
		case fault != nil:
			return limits.explain(place, complaint.String(), fault)
		}
		return nil
	}
}

// inputFactor is what a worker needs in bytes for a byte of input, measured:
// the values of OPA, and garbage. It is ours, and no part of the rules' limit.
const inputFactor = 40

// arguments tell the process its limits for a task; Serve reads them.
func (l Limits) arguments(task rules.Task) []string {
	all := int64(l.Memory)<<20 + inputFactor*int64(task.Input) + 4*int64(len(task.Job))
	return []string{l.Time.String(), strconv.FormatInt(all, 10), strconv.Itoa(l.Memory)}
}

// maxOutput is the size in bytes of all that a worker may write.
const maxOutput = 128 << 20

// listen reads the worker's lines. It ends a worker that is silent for longer
// than it may work: the worker's own clock did not do it.
func (l Limits) listen(out io.Reader, end func(), line func([]byte) error) (place string, err error) {
	patience := l.Time + 5*time.Second
	silence := time.AfterFunc(patience, end)
	defer silence.Stop()
	lines := bufio.NewReaderSize(io.LimitReader(out, maxOutput), 64<<10)
	for {
		text, err := lines.ReadBytes('\n')
		if err != nil {
			return place, nil // the process tells how it ended
		}
		if bytes.HasPrefix(text, []byte(`{"at":`)) {
			place = lastPlace(text, place)
			continue
		}
		silence.Reset(patience)
		if err := line(text); err != nil {
			end()
			return place, err
		}
	}
}

// lastPlace reads a line that only tells where the worker is; former is the place
// before.
func lastPlace(text []byte, former string) string {
	var moved struct{ At string }
	if err := json.Unmarshal(text, &moved); err != nil {
		return former // cut off: the worker ended while it wrote
	}
	return moved.At
}

// explain says why a worker ended that did not say it itself.
func (l Limits) explain(place, complaint string, ended error) error {
	if place == "" {
		place = "the rules of your own"
	}
	// Go's runtime ends in one of these ways when the system refuses memory.
	for _, sign := range []string{"out of memory", "cannot allocate memory", "SIGSEGV", "pthread_create failed"} {
		if strings.Contains(complaint, sign) {
			return errors.New(tooMuch(place, l.Memory))
		}
	}
	if first, _, ok := strings.Cut(complaint, "\n"); ok {
		return fmt.Errorf("%s: the rules were stopped: %s", place, first)
	}
	return fmt.Errorf("%s: the rules were stopped: the process that runs them ended with %w", place, ended)
}

func tooMuch(place string, memory int) string {
	return fmt.Sprintf("%s: the rules were stopped here: they took more than %d MiB of memory (--rules-memory)", place, memory)
}

func tooLong(place string, limit time.Duration) string {
	return fmt.Sprintf("%s: the rules were stopped here: they ran for more than %s (--rules-timeout)", place, limit)
}

// head keeps the first bytes that are written to it.
type head struct {
	bytes.Buffer
	limit int
}

// Write takes all and keeps what has room.
func (h *head) Write(p []byte) (int, error) {
	h.Buffer.Write(p[:min(len(p), max(0, h.limit-h.Len()))])
	return len(p), nil
}
