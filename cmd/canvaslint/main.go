// Canvaslint tells before any user does whether Amazon SageMaker Canvas will be
// able to use your KMS keys, and if not, which statement in which file is to
// blame and what the smallest fix is.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/canvaslint/canvaslint/pkg/commandline"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/report"
)

// Exit statuses, the same for every format.
const (
	exitClean      = 0
	exitFindings   = 1
	exitUsage      = 2 // usage or configuration error, or a broken rule
	exitIncomplete = 3 // some input could not be analysed, or stayed unknown
	exitInternal   = 4
)

// streams are what a run reads from and writes to.
type streams struct {
	in io.Reader
	// out takes what is made for other programs, and reports, whose formats see to it
	// that they are harmless. Text and err take anything: a report.Log cleans it.
	out, text, err io.Writer
	// screen is err as it is, for what is drawn there.
	screen   io.Writer
	color    bool
	width    int
	bar      bool // a progress bar may be drawn on err
	terminal bool // someone sits before out
	// ticks gives a tick every second, for progress; nil where no one sits before err.
	ticks func() (ticks <-chan time.Time, stop func())
	now   func() time.Time // nil is the clock
	args  []string         // the command line
	files filesystem.FS    // nil is the disk
	// cache is the folder where results are kept; "" is none.
	cache string
}

// time is when a report is made.
func (s streams) time() time.Time {
	if s.now != nil {
		return s.now()
	}
	return time.Now()
}

// read reads a file; "-" is standard input.
func (s streams) read(name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(s.in)
	}
	return os.ReadFile(name)
}

// statusError ends a run with a status other than clean. Its text, where it has
// any, is for the user.
type statusError struct {
	status int
	err    error
}

func (e statusError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func usageError(err error) error { return statusError{exitUsage, err} }

func main() { os.Exit(run(os.Args[1:], terminal())) }

// run executes one command line and gives the exit status. A panic is a defect
// of ours: it ends with a status of its own, never with one that means a verdict.
func run(args []string, s streams) (status int) {
	s.screen, s.args = s.err, args
	s.text, s.err = &report.Log{To: s.out}, &report.Log{To: s.err}
	defer func() {
		if fault := recover(); fault != nil {
			fmt.Fprintf(s.err, "canvaslint: internal error: %v\nPlease report it with the input that caused it.\n", fault)
			status = exitInternal
		}
	}()
	root := newRoot(s)
	commandline.Strict(root)
	root.SetArgs(args)
	err := complete(root)
	if err == nil {
		err = root.Execute()
	}
	if unknown := commandline.NotACommand(root, args); err != nil && unknown != nil {
		err = unknown
	}
	if err != nil && err.Error() != "" {
		fmt.Fprintln(s.err, "canvaslint: "+err.Error())
	}
	return statusOf(err)
}

// statusOf gives the exit status that an error ends with.
func statusOf(err error) int {
	var end statusError
	switch {
	case err == nil:
		return exitClean
	case errors.As(err, &end):
		return end.status
	}
	return exitUsage
}

func newRoot(s streams) *cobra.Command {
	var showVersion bool
	root := &cobra.Command{
		Use:           "canvaslint",
		Short:         "Will SageMaker Canvas be able to use our KMS keys, and if not, why?",
		SilenceErrors: true, SilenceUsage: true, DisableSuggestions: true,
		RunE: func(command *cobra.Command, _ []string) error {
			if showVersion {
				return printVersion(s)
			}
			return command.Help()
		},
	}
	root.Flags().BoolVar(&showVersion, "version", false, "print the version")
	root.SetIn(s.in)
	root.SetOut(s.out) // completion scripts are not text
	root.SetErr(s.err)
	root.AddCommand(checkCommand(s), convertCommand(s), mergeCommand(s), fetchCommand(s), exportCommand(s), fixCommand(s), diffCommand(s), rulesCommand(s), testCommand(s), decideCommand(s), explainCommand(s), initCommand(s), configCommand(s), lspCommand(s), versionCommand(s), commandline.Manual(version(), thisBuild().Date), workerCommand(s))
	return root
}
