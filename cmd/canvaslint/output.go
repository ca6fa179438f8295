package main

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"

	"github.com/canvaslint/canvaslint/pkg/commandline"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/lint"
	"github.com/canvaslint/canvaslint/pkg/load/objects"
	"github.com/canvaslint/canvaslint/pkg/outfile"
	"github.com/canvaslint/canvaslint/pkg/report/publish"
)

// outputs are the flags that say which reports are written, and where to. They
// change neither findings nor exit status.
type outputs struct {
	publish.Options
	color    string
	baseline string // that findings are compared with
}

// register adds the flags to a command.
func (o *outputs) register(command *cobra.Command) {
	f := command.Flags()
	o.Format, o.color = "text", "auto"
	formats := publish.Formats()
	commandline.OneOf(f, &o.Format, "format", "`format` of the report: "+strings.Join(formats, ", "), formats...)
	f.StringVar(&o.Output, "output", "", "write the report to a `file` or s3:// address; - is standard output")
	f.StringArrayVar(&o.Reports, "report", nil, "also write a report as `FORMAT=FILE`; repeatable")
	f.BoolVar(&o.Redact, "redact", false, "replace accounts, names, ids and files with stand-ins, so that you can share the report")
	commandline.OneOf(f, &o.Least, "min-severity", "show only findings at or above: error, warning or info (default); the exit status counts them all", finding.Severities()...)
	commandline.OneOf(f, &o.color, "color", "`when` to use colours: auto (on a terminal, unless NO_COLOR is set), always or never", "auto", "always", "never")
	f.BoolVarP(&o.Text.Verbose, "verbose", "v", false, "list every profile, every waived finding and every ignored file, in text")
	f.BoolVar(&o.Text.Inputs, "explain-inputs", false, "list how each document was read, which resource it belongs to, and what was ignored, in text")
	f.BoolVar(&o.Text.Statistics, "statistics", false, "list how many findings each rule has, in place of the findings, in text")
	f.BoolVarP(&o.Text.Quiet, "quiet", "q", false, "print only findings, problems and the counts, in text")
}

// registerBaseline adds the flags for baselines.
func (o *outputs) registerBaseline(command *cobra.Command) {
	command.Flags().StringVar(&o.baseline, "baseline", "", "report only findings that are not in a baseline `file`")
	command.Flags().StringVar(&o.Baseline, "write-baseline", "", "write a baseline `file` of today's findings")
}

// batch lists what is written. Its errors are the user's.
func (o *outputs) batch(s streams) (*publish.Batch, error) {
	o.Out, o.Now = s.out, s.time
	o.Text.Width, o.Text.Terminal = s.width, s.terminal
	o.Text.Color = o.color == "always" || s.color && o.color != "never"
	o.Text.Links = s.terminal && o.Text.Color
	batch, err := publish.New(objects.Plan(s.transfer), o.Options)
	if err == nil && o.Baseline == "" && o.baseline != "" {
		batch.Reads("the baseline", o.baseline)
	}
	return batch, err
}

// readBaseline gives the baseline that the flags name; nil is none.
func (o *outputs) readBaseline(from fs.FS) (*lint.Baseline, error) {
	switch {
	case o.Baseline != "":
		return &lint.Baseline{File: display(o.Baseline), Renew: true}, nil
	case o.baseline != "":
		return lint.ReadBaseline(from, o.baseline, display(o.baseline))
	}
	return nil, nil //nolint:nilnil // no baseline
}

// writeOutcome writes the reports of a check, and the baseline: all of them or none.
func writeOutcome(batch *publish.Batch, paths []string, outcome *lint.Outcome) error {
	if outcome.BrokenOff != "" {
		if err := batch.ReadsUnknown(paths); err != nil {
			return statusError{exitIncomplete, fmt.Errorf("%s; %w", outcome.BrokenOff, err)}
		}
	}
	batch.ReadsInputs(outcome.Report)
	return write(batch, outcome.Report, outcome.Entries)
}

// write writes a report.
func write(batch *publish.Batch, r finding.Whole, baseline []finding.BaselineEntry) error {
	if err := batch.Open(); err != nil {
		return usageError(err)
	}
	err := batch.Write(r, baseline)
	var stored outfile.StoreError
	var clash outfile.ClashError
	switch {
	case errors.As(err, &stored):
		return stored.Err // with its own status
	case errors.As(err, &clash):
		return usageError(err)
	case err != nil:
		return statusError{exitInternal, err}
	}
	return nil
}
