package rules

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/tester"
)

// tests runs the test_ rules of the job's modules, as `opa test` does, and sums
// up what of the rules was evaluated.
func (e *evaluation) tests(ctx context.Context) error {
	modules, err := e.parse(true)
	if err != nil {
		return err
	}
	compiler, err := e.newCompiler()
	if err != nil {
		return err
	}
	// The limit of time is the sandbox's, for whom each test is a step.
	var ours []*tester.Builtin
	for _, builtin := range builtins(e.names) {
		ours = append(ours, &tester.Builtin{Func: builtin.option()})
	}
	outcomes, err := tester.NewRunner().SetCompiler(compiler).SetModules(modules).CapturePrintOutput(false).SetParallel(1).
		SetTimeout(time.Hour).RaiseBuiltinErrors(true).AddCustomBuiltins(ours).SetCoverageQueryTracer(e.placer).RunTests(ctx, nil)
	if err != nil {
		if compiler.Failed() {
			return faults(compiler.Errors)
		}
		return fmt.Errorf("run the tests: %w", err)
	}
	var tests []Test
	for outcome := range outcomes {
		e.next()
		test := Test{
			File: outcome.Location.File, Line: outcome.Location.Row, Name: strings.TrimPrefix(outcome.Package, "data.") + "." + outcome.Name,
			Failed: outcome.Fail, Skipped: outcome.Skip,
		}
		if outcome.Error != nil {
			test.Failed = true
			test.Message = sentence(outcome.Error, fmt.Sprintf("%s:%d", test.File, test.Line))
		}
		tests = append(tests, test)
	}
	slices.SortFunc(tests, func(a, b Test) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Name, b.Name))
	})
	for _, test := range tests {
		if err := e.worker.send(answer{Test: &test}); err != nil {
			return err
		}
	}
	return e.worker.send(answer{Coverage: e.coverage()})
}

// coverage is by file of the user's, tests apart.
func (e *evaluation) coverage() []Coverage {
	report := e.placer.cover.Report(e.modules)
	var list []Coverage
	for _, m := range e.job.Modules {
		if m.Builtin || m.Test {
			continue
		}
		file := report.Files[m.File]
		if file == nil {
			continue
		}
		missed := map[int]bool{}
		for _, lines := range file.NotCovered {
			for line := lines.Start.Row; line <= lines.End.Row; line++ {
				missed[line] = true
			}
		}
		c := Coverage{File: m.File, Covered: file.CoveredLines}
		for line := range missed {
			c.Missed = append(c.Missed, line)
		}
		slices.Sort(c.Missed)
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b Coverage) int { return cmp.Compare(a.File, b.File) })
	return list
}
