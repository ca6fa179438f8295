package main

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/lint"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/outfile"
	"github.com/canvaslint/canvaslint/pkg/report"
	"github.com/canvaslint/canvaslint/pkg/triage"
)

// mergeFlags are the flags of merge; an empty one leaves the word of the reports.
type mergeFlags struct {
	outputs
	failOn                  string
	baseline, writeBaseline string
	allowUnknown            bool
}

func mergeCommand(s streams) *cobra.Command {
	var flags mergeFlags
	command := &cobra.Command{
		Use:   "merge REPORT...",
		Short: "Put saved reports on different accounts together",
		Long: `Merge reads reports that "check --format json" or "--format ndjson" wrote: files,
folders, archives, and "-" for standard input. It writes one report on all of them.
The parts that "check --shard" wrote give the report that one check would have
written; a missing part is a problem. A report that is there twice counts once.

Exit status: 0 clean; 1 findings at or above --fail-on; 2 usage error, or reports that
cannot be read or do not go together; 3 no such findings, but something was not
analysed, stayed unknown, or is missing; 4 internal error.`,
		RunE: func(_ *cobra.Command, args []string) error { return merge(s, flags, args) },
	}
	flags.register(command)
	f := command.Flags()
	oneOf(f, &flags.failOn, "fail-on", "fail on findings at or above: error, warning, info, never (default: as the parts were checked, else error)", append(severities(), "never")...)
	f.BoolVar(&flags.allowUnknown, "allow-unknown", false, "a permission that stays unknown does not change the exit status")
	f.StringVar(&flags.baseline, "baseline", "", "report only findings that are not in a baseline `file`")
	f.StringVar(&flags.writeBaseline, "write-baseline", "", "write a baseline `file` of today's findings")
	return command
}

func merge(s streams, flags mergeFlags, args []string) error {
	plan, baseline, err := flags.plan(args)
	if err != nil {
		return usageError(err)
	}
	united, err := gather(s, flags, args)
	if err != nil {
		return usageError(err)
	}
	outcome := lint.Conclude(united, baseline, func(string) bool { return true })
	if err := flags.writeAll(s, plan, args, outcome, flags.writeBaseline != ""); err != nil {
		return err
	}
	return verdict(outcome.Failed, outcome.Incomplete, outcome.Undecided && !united.Part.AllowUnknown)
}

// plan lists the files that are written, and reads the baseline.
func (f *mergeFlags) plan(args []string) (*outfile.Plan, *lint.Baseline, error) {
	if len(args) == 0 {
		return nil, nil, errors.New("merge needs a report, as in: canvaslint merge report.json")
	}
	p := &outfile.Plan{}
	if err := f.outputs.plan(p); err != nil {
		return nil, nil, err
	}
	check := checkFlags{baseline: f.baseline, writeBaseline: f.writeBaseline}
	if err := check.planBaseline(p); err != nil {
		return nil, nil, err
	}
	for _, name := range args {
		if name != "-" {
			p.Reads("a report that is merged", name)
		}
	}
	if err := p.Check(); err != nil {
		return nil, nil, err
	}
	baseline, err := check.readBaseline(filesystem.Disk{})
	return p, baseline, err
}

// gather reads all reports.
func gather(s streams, flags mergeFlags, args []string) (triage.United, error) {
	all, err := triage.NewGather()
	if err != nil {
		return triage.United{}, err
	}
	found, err := filesystem.Find(args, filesystem.Options{FS: filesystem.Disk{}, Stdin: s.in, Display: display, NoIgnore: true})
	if err != nil {
		return triage.United{}, err
	}
	problems := found.Problems
	var wrong error
	for _, file := range found.Files {
		opened := filesystem.Open(filesystem.Disk{}, file, func(text filesystem.File) {
			if wrong == nil {
				wrong = readReports(text, all)
			}
		})
		problems = append(problems, opened.Problems...)
		if wrong != nil {
			return triage.United{}, wrong
		}
	}
	if len(problems) > 0 {
		return triage.United{}, fmt.Errorf("read the reports: %s", problems[0])
	}
	united, ok := all.Done(flags.failOn, flags.allowUnknown)
	if !ok {
		return united, fmt.Errorf("there is no report in %s; merge reads what \"canvaslint check --format json\" wrote", report.Clean(fmt.Sprint(slices.Collect(slices.Values(args)))))
	}
	return united, nil
}

// readReports takes in the reports of one file.
func readReports(file filesystem.File, all *triage.Gather) error {
	err := report.ReadAll(bytes.NewReader(file.Data), func(r *finding.Report) error { return all.Add(r) })
	var other report.VersionError
	switch {
	case errors.As(err, &other) && int(other) > report.Version:
		return fmt.Errorf("%s: the report has version %d, from a newer canvaslint; this one reads version %d: update canvaslint", report.Clean(file.Name), int(other), report.Version)
	case errors.As(err, &other):
		return fmt.Errorf("%s: not a canvaslint report; merge reads what \"canvaslint check --format json\" or \"--format ndjson\" wrote", report.Clean(file.Name))
	case err != nil:
		return fmt.Errorf("%s: %s", report.Clean(file.Name), report.Clean(err.Error()))
	}
	return nil
}
