package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"

	"github.com/spf13/cobra"

	"github.com/canvaslint/canvaslint/pkg/rules"
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
		Use: "test DIR", Short: "Run the cases and tests of your own rules", Args: asUsed,
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

// bench is a rules folder that is ready for its tests.
type bench struct {
	set     *rules.Set
	own     []*rules.Rule
	base    string
	scratch string
}

// openBench reads a rules folder. The caller removes the scratch folder.
func openBench(flags *rulesFlags, folder string) (*bench, error) {
	b := &bench{}
	var err error
	if b.set, err = flags.builtin(); err != nil {
		return nil, err
	}
	if b.own, err = addRules(b.set, folder); err != nil {
		return nil, err
	}
	if b.base = b.set.Base; b.base == "" {
		text, err := fs.ReadFile(policies.FS, "lib/base.txtar")
		if err != nil {
			return nil, fmt.Errorf("read the base of the cases: %w", err)
		}
		b.base = string(text)
	}
	if b.scratch, err = os.MkdirTemp("", "canvaslint-test-"); err != nil {
		return nil, fmt.Errorf("make a folder for the cases: %w", err)
	}
	return b, nil
}

func test(s streams, flags testFlags, folder string) (err error) {
	b, err := openBench(&flags.rules, folder)
	if err != nil {
		return usageError(err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.scratch)) }()
	report, err := ruletest.Test(b.set, b.own, b.base, path.Join(b.scratch, "cases"))
	if err != nil {
		return usageError(err)
	}
	if flags.update {
		if err := b.rewrite(s, folder, report); err != nil {
			return usageError(err)
		}
	}
	report.Write(s.text)
	if report.Failures() > 0 {
		return statusError{status: exitFindings}
	}
	if flags.mutate {
		return b.mutate(s)
	}
	return nil
}

// rewrite writes what the rules said into the cases, and takes it for wanted.
func (b *bench) rewrite(s streams, folder string, report *ruletest.Report) error {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return fmt.Errorf("write the cases: %w", err)
	}
	defer func() { _ = root.Close() }()
	for i, r := range report.Rules {
		before := b.set.Find(r.ID).Cases()
		if after := r.Rewritten(before); after != before {
			if err := root.WriteFile(path.Join(r.ID, "cases.txtar"), []byte(after), 0o644); err != nil {
				return fmt.Errorf("write the cases: %w", err)
			}
			fmt.Fprintf(s.text, "wrote %s\n", r.File)
		}
		for j := range r.Cases {
			report.Rules[i].Cases[j].Want = r.Cases[j].Got
		}
	}
	return nil
}

// mutate lists the changes of the good cases that no rule notices.
func (b *bench) mutate(s streams) error {
	mutants, err := ruletest.Mutate(b.set, b.own, b.base, path.Join(b.scratch, "mutants"))
	if err != nil {
		return usageError(err)
	}
	unnoticed := 0
	for _, m := range mutants {
		if m.Noticed {
			continue
		}
		unnoticed++
		fmt.Fprintf(s.text, "%s:%d: %s: %s: %s: no rule notices\n", m.File, m.Line, m.Case, m.Path, m.What)
	}
	if len(mutants) == 0 {
		fmt.Fprintln(s.text, "no mutants: no good case has a policy statement of its own")
		return nil
	}
	fmt.Fprintf(s.text, "%d of %d mutants noticed\n", len(mutants)-unnoticed, len(mutants))
	if unnoticed > 0 {
		return statusError{status: exitFindings}
	}
	return nil
}
