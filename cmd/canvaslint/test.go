package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/canvaslint/canvaslint/pkg/commandline"
	"github.com/canvaslint/canvaslint/pkg/rules/ruletest"
	"github.com/canvaslint/canvaslint/policies"
)

// testFlags are the flags of test.
type testFlags struct {
	update, mutate bool
	rules          rulesFlags
}

func testCommand(s streams) *cobra.Command {
	var flags testFlags
	command := &cobra.Command{
		Use: "test DIR", Short: "Run the cases and tests of your own rules", Args: commandline.AsUsed,
		Long: `Test runs the cases.txtar of each rule in a rules folder, and the test_ rules of its
*_test.rego files, and says which lines of the rules neither reached. With --mutate it
also changes the policy statements of the good cases, one at a time, and lists the
changes that no rule of the folder notices.

Exit status: 0 all passed; 1 a case or test failed, or a mutant went
unnoticed; 2 usage error or a broken rule; 4 internal error.`,
		RunE: func(_ *cobra.Command, args []string) error { return test(s, flags, args[0]) },
	}
	command.Flags().BoolVar(&flags.update, "update", false, "write what the rules say into the want of each case")
	command.Flags().BoolVar(&flags.mutate, "mutate", false, "change the good cases and list what no rule notices")
	flags.rules.addLimits(command)
	return command
}

func test(s streams, flags testFlags, folder string) (err error) {
	set, err := flags.rules.builtin()
	if err != nil {
		return usageError(err)
	}
	bench, err := ruletest.Open(set, policies.FS, folder, display(folder))
	if err != nil {
		return usageError(err)
	}
	defer func() { err = errors.Join(err, bench.Close()) }()
	report, err := bench.Test()
	if err == nil && flags.update {
		err = bench.Update(s.text, report)
	}
	if err != nil {
		return usageError(err)
	}
	report.Write(s.text)
	failures := report.Failures()
	if failures == 0 && flags.mutate {
		if failures, err = bench.Mutate(s.text); err != nil {
			return usageError(err)
		}
	}
	return verdict(failures > 0, false, false)
}
