// Canvaslint tells before any user does whether Amazon SageMaker Canvas will be
// able to use your KMS keys, and if not, which statement in which file is to
// blame and what the smallest fix is.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/canvaslint/canvaslint/pkg/build"
	"github.com/canvaslint/canvaslint/pkg/commandline"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/report"
	"github.com/canvaslint/canvaslint/pkg/rules"
	"github.com/canvaslint/canvaslint/policies"
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

// open opens a file; "-" is standard input.
func (s streams) open(name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(s.in), nil
	}
	return os.Open(name)
}

// read reads a file; "-" is standard input.
func (s streams) read(name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(s.in)
	}
	return os.ReadFile(name)
}

// counter shows how far a run is, to someone who sits before a terminal.
func (s streams) counter(what string) *commandline.Counter {
	if !s.bar {
		return nil
	}
	return commandline.NewCounter(s.screen, what, 100*time.Millisecond)
}

// interruptible gives a context that ends when the user breaks the run off.
func interruptible() (context.Context, context.CancelFunc) {
	return signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
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

// internal gives a failure that is not the user's its status.
func internal(err error) error {
	if err == nil {
		return nil
	}
	return statusError{exitInternal, err}
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

// complete tells shells what the values of flags and arguments can be.
func complete(root *cobra.Command) error {
	if command, _, err := root.Find([]string{"rules"}); err == nil {
		command.ValidArgsFunction = completeRules
	}
	return commandline.Complete(root, map[string]cobra.CompletionFunc{
		"only": commandline.List(completeRules), "skip": commandline.List(completeRules),
		"config": commandline.Extensions("yaml", "yml"),
		"cases":  commandline.Extensions("ndjson", "jsonl"),
	})
}

// completeRules offers the rules with their titles.
func completeRules(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	set, err := rules.Load(policies.FS)
	if err != nil || len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var words []string
	for _, rule := range set.Rules {
		if err := rule.Describe(); err != nil {
			continue // a completion can't say what is wrong; every other command does
		}
		words = append(words, rule.ID+"\t"+rule.Title)
	}
	return words, cobra.ShellCompDirectiveNoFileComp
}

// terminal gives the process's own streams. Colour goes to a terminal only, and
// never where NO_COLOR is set (https://no-color.org).
func terminal() streams {
	s := streams{in: os.Stdin, out: os.Stdout, err: os.Stderr}
	dumb := os.Getenv("TERM") == "dumb"
	if fd := int(os.Stdout.Fd()); term.IsTerminal(fd) {
		s.terminal = true
		s.color = os.Getenv("NO_COLOR") == "" && !dumb
		if width, _, err := term.GetSize(fd); err == nil {
			s.width = width
		}
	}
	if term.IsTerminal(int(os.Stderr.Fd())) && !dumb {
		s.ticks = everySecond
	}
	// Who needs the same bytes twice fixes the time of the reports that hold one
	// (https://reproducible-builds.org/specs/source-date-epoch/).
	if seconds, err := strconv.ParseInt(os.Getenv("SOURCE_DATE_EPOCH"), 10, 64); err == nil {
		s.now = func() time.Time { return time.Unix(seconds, 0) }
	}
	if folder, err := os.UserCacheDir(); err == nil {
		s.cache = filepath.Join(folder, "canvaslint")
	}
	s.bar = term.IsTerminal(int(os.Stderr.Fd()))
	return s
}

// everySecond gives ticks until they are stopped.
func everySecond() (ticks <-chan time.Time, stop func()) {
	ticker := time.NewTicker(time.Second)
	return ticker.C, ticker.Stop
}

// What a build may set with -ldflags "-X main.buildVersion=...": Go itself
// records it only for a build from a git checkout or by go install.
var buildVersion, buildCommit, buildDate string

func versionCommand(s streams) *cobra.Command {
	var asJSON bool
	command := &cobra.Command{
		Use: "version", Short: "Print the version", Args: commandline.AsUsed,
		RunE: func(*cobra.Command, []string) error {
			if !asJSON {
				return printVersion(s)
			}
			set, err := rules.Load(policies.FS)
			if err != nil {
				return statusError{exitInternal, err}
			}
			b := thisBuild()
			b.Rules = len(set.Rules)
			encoder := json.NewEncoder(s.out)
			encoder.SetIndent("", "  ")
			return encoder.Encode(b)
		},
	}
	command.Flags().BoolVar(&asJSON, "json", false, "version, commit, date, Go version, platform, number of rules and dates of AWS's data as JSON")
	return command
}

func printVersion(s streams) error {
	_, err := fmt.Fprintln(s.text, "canvaslint "+version())
	return err
}

// version is that of the release, else of the module.
func version() string { return thisBuild().Version }

func thisBuild() build.Info { return build.Of(buildVersion, buildCommit, buildDate) }
