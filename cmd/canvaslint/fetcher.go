package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"sync"
	"syscall"

	"github.com/canvaslint/canvaslint/pkg/fetch"
	"github.com/canvaslint/canvaslint/pkg/load/objects"
)

// fetcher gives the program that talks to AWS, ready to start, for a purpose.
func fetcher(complaints io.Writer, purpose string) (fetch.Process, error) {
	program, found := fetch.FindProgram(os.Getenv)
	if !found {
		return nil, fmt.Errorf("%s takes the program %s, which is neither beside canvaslint nor on PATH: %s", purpose, fetch.Program, installHint())
	}
	return func(in io.Reader, out io.Writer) error {
		command := exec.Command(program)
		command.Stdout, command.Stderr = out, complaints
		// A reader of ours would be waited for; a pipe ends with the program.
		orders, err := command.StdinPipe()
		if err != nil {
			return err
		}
		if err := command.Start(); err != nil {
			return err
		}
		go func() {
			_, _ = io.Copy(orders, in)
			_ = orders.Close()
		}()
		return command.Wait()
	}, nil
}

// installHint is the command that installs the program in the version of this one;
// what was built in a checkout installs it from there.
func installHint() string {
	of := ""
	if b := thisBuild(); b.Version != "devel" && (buildVersion != "" || b.Commit == "") {
		of = "@" + b.Version
	}
	return "go install github.com/canvaslint/canvaslint/cmd/" + fetch.Program + of
}

// fetchError says how a fetch that could not be carried out ends.
func fetchError(err error) error {
	var usage fetch.UsageError
	switch {
	case errors.As(err, &usage):
		return usageError(err)
	case errors.Is(err, fetch.ErrOtherVersion):
		return usageError(fmt.Errorf("%s: %w: %s", fetch.Program, err, installHint()))
	}
	return statusError{exitIncomplete, err}
}

// obtained are files to read, with what takes copies of them away.
type obtained struct {
	*objects.Objects
	remove func()
}

// obtain copies what paths name by addresses of S3. Its errors have a status.
func (s streams) obtain(paths []string) (*obtained, error) {
	o, err := objects.Obtain(paths, s.transfer)
	var folder objects.FolderError
	switch {
	case errors.As(err, &folder):
		return nil, statusError{exitInternal, err}
	case err != nil:
		return nil, err
	case !objects.HasAddress(paths):
		return &obtained{o, func() {}}, nil
	}
	return &obtained{o, untilSignal(o.Remove)}, nil
}

// untilSignal gives a function that does what has to be done in the end, once; a
// signal that ends the program does it first.
func untilSignal(end func()) func() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		if got, ok := <-signals; ok {
			end()
			os.Exit(128 + int(got.(syscall.Signal))) // as a shell has it
		}
	}()
	return sync.OnceFunc(func() {
		signal.Stop(signals)
		close(signals)
		end()
	})
}

// transfer has objects copied until that is done or the user breaks it off.
func (s streams) transfer(what string, ask fetch.Transfer) (*fetch.Transferred, error) {
	process, err := fetcher(s.err, "reading and writing S3")
	if err != nil {
		return nil, usageError(err)
	}
	ctx, stop := interruptible()
	defer stop()
	counter := s.counter(what)
	defer counter.Finish()
	ask.Progress = func(steps fetch.Steps) { counter.Show(steps.Done, steps.Known, steps.String()) }
	done, err := fetch.Copy(ctx, process, ask)
	if err != nil {
		return nil, fetchError(err)
	}
	return done, nil
}
