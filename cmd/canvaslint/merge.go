package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/canvaslint/canvaslint/pkg/commandline"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/lint"
	"github.com/canvaslint/canvaslint/pkg/report/publish"
)

// mergeFlags are the flags of merge; an empty one leaves the word of the reports.
type mergeFlags struct {
	outputs
	failOn       string
	allowUnknown bool
}

func mergeCommand(s streams) *cobra.Command {
	var flags mergeFlags
	command := &cobra.Command{
		Use:   "merge REPORT...",
		Short: "Put saved reports on different accounts together",
		Long: `Merge reads reports that "check --format json" or "--format ndjson" wrote: files,
folders, archives, s3:// addresses, and "-" for standard input. It writes one report on all of them.
The parts that "check --shard" wrote give the report that one check would have
written; a missing part is a problem. A report that is there twice counts once.

Exit status: 0 clean; 1 findings at or above --fail-on; 2 usage error, or reports that
cannot be read or do not go together; 3 no such findings, but something was not
analysed, stayed unknown, or is missing; 4 internal error.`,
		RunE: func(_ *cobra.Command, args []string) error { return merge(s, flags, args) },
	}
	flags.register(command)
	flags.registerBaseline(command)
	f := command.Flags()
	commandline.OneOf(f, &flags.failOn, "fail-on", "fail on findings at or above: error, warning, info, never (default: as the parts were checked, else error)", append(finding.Severities(), "never")...)
	f.BoolVar(&flags.allowUnknown, "allow-unknown", false, "a permission that stays unknown does not change the exit status")
	return command
}

func merge(s streams, flags mergeFlags, args []string) error {
	if len(args) == 0 {
		return usageError(errors.New("merge needs a report, as in: canvaslint merge report.json"))
	}
	batch, err := flags.plan(s, args)
	if err != nil {
		return usageError(err)
	}
	from, err := s.obtain(args)
	if err == nil {
		defer from.remove()
		if wrong := from.Whole(); wrong != nil {
			err = statusError{exitIncomplete, wrong}
		}
	}
	if err != nil {
		return err
	}
	saved := lint.Saved{Paths: from.Paths, Read: s.reading(), FailOn: flags.failOn, AllowUnknown: flags.allowUnknown}
	if saved.Baseline, err = flags.readBaseline(saved.Read.Files); err != nil {
		return usageError(err)
	}
	from.Read(&saved.Read)
	outcome, err := lint.Merge(saved)
	from.remove()
	if err != nil {
		return usageError(err)
	}
	if err := writeOutcome(batch, args, outcome); err != nil {
		return err
	}
	return verdict(outcome.Failed, outcome.Incomplete, outcome.Undecided)
}

// plan lists the files that are written and read.
func (f *mergeFlags) plan(s streams, args []string) (*publish.Batch, error) {
	batch, err := f.batch(s)
	if err != nil {
		return nil, err
	}
	for _, name := range args {
		if name != "-" {
			batch.Reads("a report that is merged", name)
		}
	}
	return batch, batch.Check()
}
