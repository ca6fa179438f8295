package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/spf13/cobra"

	"github.com/canvaslint/canvaslint/pkg/lint"
	"github.com/canvaslint/canvaslint/pkg/rules"
	"github.com/canvaslint/canvaslint/pkg/rules/sandbox"
	"github.com/canvaslint/canvaslint/policies"
	"github.com/canvaslint/canvaslint/schema"
)

// rulesFlags say which rules there are beside the built-in ones, and what they
// may use.
type rulesFlags struct {
	folders []string
	limits  sandbox.Limits
}

func defaultRules() rulesFlags { return rulesFlags{limits: sandbox.Defaults()} }

func (r *rulesFlags) add(command *cobra.Command) {
	command.Flags().StringArrayVar(&r.folders, "rules", nil, "also run the rules of a `folder` (repeatable; also rule-dirs in the config)")
	r.addLimits(command)
}

func (r *rulesFlags) addLimits(command *cobra.Command) {
	usual := sandbox.Defaults()
	command.Flags().DurationVar(&r.limits.Time, "rules-timeout", usual.Time, "`time` limit of your own rules for one input")
	command.Flags().IntVar(&r.limits.Memory, "rules-memory", usual.Memory, "memory limit of your own rules in `MiB`")
}

// builtin gives the built-in rules, ready for more.
func (r *rulesFlags) builtin() (*rules.Set, error) {
	if err := r.limits.Check(); err != nil {
		return nil, err
	}
	set, err := rules.Load(policies.FS)
	if err != nil {
		return nil, fmt.Errorf("read the built-in rules: %w", err)
	}
	set.Schema = schema.Input
	set.Sandbox = sandbox.New(r.limits, apart)
	return set, nil
}

// load gives the built-in rules, and those of the folders that the flags and
// the config name.
func (r *rulesFlags) load(c lint.Settings) (*rules.Set, error) {
	set, err := r.builtin()
	if err != nil {
		return nil, err
	}
	return set, set.AddFolders(c.RuleFolders(r.folders), display)
}

// workerName is the command of the process that runs the user's rules: this
// program again, with a command that no one types.
const workerName = "run-rules-apart"

// apart is the sandbox.Process of the program.
func apart(ctx context.Context, arguments []string, in io.Reader, out, complaints io.Writer) error {
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find the program to run the rules with: %w", err)
	}
	command := exec.CommandContext(ctx, program, append([]string{workerName}, arguments...)...)
	// The C library, where this program uses it, reserves memory by thread.
	command.Env = []string{"MALLOC_ARENA_MAX=1"}
	command.Stdin, command.Stdout, command.Stderr = in, out, complaints
	return command.Run()
}

func workerCommand(s streams) *cobra.Command {
	return &cobra.Command{
		Use: workerName, Hidden: true, DisableFlagParsing: true,
		RunE: func(_ *cobra.Command, arguments []string) error {
			host := sandbox.Host{Now: time.Now, Stop: func() { os.Exit(exitUsage) }}
			return internal(sandbox.Serve(host, arguments, s.in, s.out))
		},
	}
}
