package fetch

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Program is the name of the program that reads live accounts.
const Program = "canvaslint-fetch"

// protocol changes with what the two programs say to each other.
const protocol = 2

// order is the one line that the program reads. Its input stays open after that:
// where it ends, no one waits for an answer, and the program breaks off.
type order struct {
	Protocol int     `json:"protocol"`
	Options  Options `json:"options"`
}

// answer is a line that the program writes. The last has something else than steps.
type answer struct {
	Steps  *Steps  `json:"steps,omitempty"`
	Result *Result `json:"result,omitempty"`
	Usage  string  `json:"usage,omitempty"` // what a UsageError says
	Error  string  `json:"error,omitempty"`
}

// ErrOtherVersion is what a program says that takes other orders than ours.
var ErrOtherVersion = errors.New("it is of another version than canvaslint")

// Serve reads an order, has it carried out and writes what comes of it. Its error
// is one of reading or writing; what went wrong with the order stands in the answer.
func Serve(ctx context.Context, in io.Reader, out io.Writer, run func(context.Context, Options) (*Result, error)) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	lines := bufio.NewReader(in)
	line, err := lines.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("read the order: %w", err)
	}
	to := json.NewEncoder(out)
	var o order
	decoder := json.NewDecoder(strings.NewReader(string(line)))
	decoder.DisallowUnknownFields() // an option that is not known must not be passed over
	if err := decoder.Decode(&o); err != nil || o.Protocol != protocol {
		return to.Encode(answer{Error: ErrOtherVersion.Error()})
	}
	go func() {
		_, _ = io.Copy(io.Discard, lines)
		stop()
	}()
	o.Options.Progress = func(s Steps) {
		_ = to.Encode(answer{Steps: &s}) // who does not listen misses nothing
	}
	result, err := run(ctx, o.Options)
	var usage UsageError
	switch {
	case errors.As(err, &usage):
		return to.Encode(answer{Usage: err.Error()})
	case err != nil:
		return to.Encode(answer{Error: err.Error()})
	}
	return to.Encode(answer{Result: result})
}

// Process starts the program with an input and an output, and waits for its end.
type Process func(in io.Reader, out io.Writer) error

// Start has the program read accounts and gives what it found out. When ctx is
// cancelled the program is asked to come to an end, and its result is waited for.
func Start(ctx context.Context, process Process, o Options) (*Result, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	line, err := json.Marshal(order{protocol, o})
	if err != nil {
		return nil, fmt.Errorf("write the order: %w", err)
	}
	in, orders := io.Pipe()
	answers, out := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := process(in, out)
		_ = in.Close() // no one reads any more
		_ = out.Close()
		ended <- err
	}()
	go func() {
		_, _ = orders.Write(append(line, '\n'))
		<-ctx.Done()
		_ = orders.Close()
	}()
	last, readErr := listen(answers, o.Progress)
	_ = answers.CloseWithError(errors.New("no one listens any more"))
	stop()
	err = <-ended
	switch {
	case last.Result != nil:
		return last.Result, nil
	case last.Usage != "":
		return nil, UsageError{errors.New(last.Usage)}
	case last.Error == ErrOtherVersion.Error():
		return nil, ErrOtherVersion
	case last.Error != "":
		return nil, errors.New(last.Error)
	case err == nil && readErr == nil:
		readErr = errors.New("it said nothing")
	}
	return nil, fmt.Errorf("%s broke off: %w", Program, errors.Join(readErr, err))
}

// listen reads answers up to the last.
func listen(from io.Reader, progress func(Steps)) (answer, error) {
	decoder := json.NewDecoder(from)
	for {
		var a answer
		switch err := decoder.Decode(&a); {
		case errors.Is(err, io.EOF):
			return answer{}, nil
		case err != nil:
			return answer{}, fmt.Errorf("read its answer: %w", err)
		case a.Steps == nil:
			return a, nil
		case progress != nil:
			progress(*a.Steps)
		}
	}
}
