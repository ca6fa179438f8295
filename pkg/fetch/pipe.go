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
const protocol = 3

// order is the one line that the program reads: accounts to read, or objects to
// copy. Its input stays open after that: where it ends, no one waits for an answer,
// and the program breaks off.
type order struct {
	Protocol int       `json:"protocol"`
	Options  *Options  `json:"options,omitempty"`
	Transfer *Transfer `json:"transfer,omitempty"`
}

// answer is a line that the program writes. The last has something else than steps.
type answer struct {
	Steps       *Steps       `json:"steps,omitempty"`
	Result      *Result      `json:"result,omitempty"`
	Transferred *Transferred `json:"transferred,omitempty"`
	Usage       string       `json:"usage,omitempty"` // what a UsageError says
	Error       string       `json:"error,omitempty"`
}

// ErrOtherVersion is what a program says that takes other orders than ours.
var ErrOtherVersion = errors.New("it is of another version than canvaslint")

// Work is what carries out orders.
type Work struct {
	Fetch    func(context.Context, Options) (*Result, error)
	Transfer func(context.Context, Transfer) (*Transferred, error)
}

// Serve reads an order, has it carried out and writes what comes of it. Its error
// is one of reading or writing; what went wrong with the order stands in the answer.
func Serve(ctx context.Context, in io.Reader, out io.Writer, work Work) error {
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
	if err := decoder.Decode(&o); err != nil || o.Protocol != protocol || (o.Options == nil) == (o.Transfer == nil) {
		return to.Encode(answer{Error: ErrOtherVersion.Error()})
	}
	go func() {
		_, _ = io.Copy(io.Discard, lines)
		stop()
	}()
	last, err := work.carryOut(ctx, o, func(s Steps) {
		_ = to.Encode(answer{Steps: &s}) // who does not listen misses nothing
	})
	var usage UsageError
	switch {
	case errors.As(err, &usage):
		return to.Encode(answer{Usage: err.Error()})
	case err != nil:
		return to.Encode(answer{Error: err.Error()})
	}
	return to.Encode(last)
}

func (w Work) carryOut(ctx context.Context, o order, progress func(Steps)) (a answer, err error) {
	if o.Transfer != nil {
		o.Transfer.Progress = progress
		a.Transferred, err = w.Transfer(ctx, *o.Transfer)
		return a, err
	}
	o.Options.Progress = progress
	a.Result, err = w.Fetch(ctx, *o.Options)
	return a, err
}

// Process starts the program with an input and an output, and waits for its end.
type Process func(in io.Reader, out io.Writer) error

// Start has the program read accounts and gives what it found out. When ctx is
// cancelled the program is asked to come to an end, and its result is waited for.
func Start(ctx context.Context, process Process, o Options) (*Result, error) {
	last, err := send(ctx, process, order{Options: &o}, o.Progress)
	if err == nil && last.Result == nil {
		err = ErrOtherVersion
	}
	return last.Result, err
}

// Copy has the program copy objects, as Start has it read accounts.
func Copy(ctx context.Context, process Process, t Transfer) (*Transferred, error) {
	last, err := send(ctx, process, order{Transfer: &t}, t.Progress)
	if err == nil && last.Transferred == nil {
		err = ErrOtherVersion
	}
	return last.Transferred, err
}

// send gives an order, and what the program's last answer is.
func send(ctx context.Context, process Process, o order, progress func(Steps)) (answer, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	o.Protocol = protocol
	line, err := json.Marshal(o)
	if err != nil {
		return answer{}, fmt.Errorf("write the order: %w", err)
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
	last, readErr := listen(answers, progress)
	_ = answers.CloseWithError(errors.New("no one listens any more"))
	stop()
	err = <-ended
	switch {
	case last.Result != nil, last.Transferred != nil:
		return last, nil
	case last.Usage != "":
		return answer{}, UsageError{errors.New(last.Usage)}
	case last.Error == ErrOtherVersion.Error():
		return answer{}, ErrOtherVersion
	case last.Error != "":
		return answer{}, errors.New(last.Error)
	case err == nil && readErr == nil:
		readErr = errors.New("it said nothing")
	}
	return answer{}, fmt.Errorf("%s broke off: %w", Program, errors.Join(readErr, err))
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
