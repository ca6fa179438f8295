package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/canvaslint/canvaslint/pkg/fix"
)

// fixFlags are the flags of fix: those of check that say what is checked, and
// where the plan goes.
type fixFlags struct {
	asked
	write bool
	out   string
}

func fixCommand(s streams) *cobra.Command {
	flags := fixFlags{asked: asked{rules: defaultRules()}}
	command := &cobra.Command{
		Use:   "fix [PATH...]",
		Short: "Find the smallest edits that resolve all errors, and verify them",
		Long: `Fix checks the files and folders it is given, finds the smallest set of edits that
resolves the errors, and checks the edited files again before it prints them.
It prints the edits as a unified diff, with a sentence for each. --write changes the
files. --out writes the changed files, the new policies and the AWS CLI commands that
put them in place to a folder. canvaslint itself changes nothing in AWS.

Exit status: 0 no error is left after the plan; 1 errors are left that need a person; 2 usage
or configuration error; 3 no error is left, but something stays unknown.`,
		RunE: func(_ *cobra.Command, paths []string) error {
			if flags.write && flags.out != "" {
				return usageError(errors.New("--write and --out exclude each other"))
			}
			return runFix(s, flags, paths)
		},
	}
	flags.rules.add(command)
	f := command.Flags()
	flags.registerConfig(f)
	flags.registerGuide(f)
	f.BoolVar(&flags.write, "write", false, "change the files")
	f.StringVar(&flags.out, "out", "", "write the changed files, the new policies and the commands to a `folder`")
	return command
}

func runFix(s streams, flags fixFlags, paths []string) error {
	o, err := flags.options(s, paths)
	if err != nil {
		return usageError(err)
	}
	plan, err := fix.Make(context.Background(), o)
	if err != nil {
		return usageError(err)
	}
	plan.WriteText(s.text)
	switch {
	case flags.write:
		err = plan.Apply()
	case flags.out != "":
		err = plan.WriteFolder(flags.out, paths)
	}
	if err != nil {
		return usageError(err)
	}
	return verdict(plan.After.Failed, len(plan.After.Report.Problems) > 0, plan.After.Undecided && !o.Settings.AllowUnknown)
}
