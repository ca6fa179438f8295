package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/outfile"
	"github.com/canvaslint/canvaslint/pkg/report"
	"github.com/canvaslint/canvaslint/pkg/wording"
)

// outputs are the flags that say which reports are written, and where to. They
// change neither findings nor exit status.
type outputs struct {
	format, output         string
	reports                []string // FORMAT=FILE
	redact, quiet, verbose bool
	inputs, statistics     bool
	color, least           string
}

// register adds the flags to a command.
func (o *outputs) register(command *cobra.Command) {
	f := command.Flags()
	o.format, o.color = "text", "auto"
	oneOf(f, &o.format, "format", "`format` of the report: "+strings.Join(formatNames(), ", "), formatNames()...)
	f.StringVar(&o.output, "output", "", "write the report to a `file`; - is standard output")
	f.StringArrayVar(&o.reports, "report", nil, "also write a report as `FORMAT=FILE`; repeatable")
	f.BoolVar(&o.redact, "redact", false, "replace accounts, names, ids and files with stand-ins, so that you can share the report")
	oneOf(f, &o.least, "min-severity", "show only findings at or above: error, warning or info (default); the exit status counts them all", severities()...)
	oneOf(f, &o.color, "color", "`when` to use colours: auto (on a terminal, unless NO_COLOR is set), always or never", "auto", "always", "never")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "list every profile, every waived finding and every ignored file, in text")
	f.BoolVar(&o.inputs, "explain-inputs", false, "list how each document was read, which resource it belongs to, and what was ignored, in text")
	f.BoolVar(&o.statistics, "statistics", false, "list how many findings each rule has, in place of the findings, in text")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "print only findings, problems and the counts, in text")
}

// severities are the words for how bad a finding is, the worst first.
func severities() []string {
	return []string{string(finding.Error), string(finding.Warning), string(finding.Info)}
}

func formatNames() []string {
	var names []string
	for _, format := range report.Formats(report.Options{}) {
		names = append(names, format.Name)
	}
	return names
}

// target is one report to write; no file is standard output.
type target struct{ format, file string }

// targets reads the flags. Its errors are the user's.
func (o *outputs) targets() ([]target, error) {
	names := formatNames()
	if o.quiet && o.verbose {
		return nil, errors.New("--quiet and --verbose exclude each other")
	}
	list := []target{{o.format, o.output}}
	if o.output == "-" {
		list[0].file = "" // as most programs have it
	}
	for _, text := range o.reports {
		format, file, found := strings.Cut(text, "=")
		switch {
		case !found || file == "" || file == "-":
			return nil, fmt.Errorf("--report takes FORMAT=FILE, as in sarif=out.sarif, not %q", text)
		case !slices.Contains(names, format):
			return nil, fmt.Errorf("--report takes one of %s before the =, not %q%s", strings.Join(names, ", "), format, wording.DidYouMean(wording.Nearest(format, names)))
		}
		list = append(list, target{format, file})
	}
	return list, nil
}

// plan adds the files of the reports to those that the run writes.
func (o *outputs) plan(p *outfile.Plan) error {
	list, err := o.targets()
	if err != nil {
		return err
	}
	for _, t := range list {
		if t.file == "" {
			continue
		}
		if err := p.Writes("the "+t.format+" report", t.file); err != nil {
			return err
		}
	}
	return nil
}

// write writes all reports, those with a file to the writers of the plan that
// plan added to, and then puts all files of the plan under their names.
func (o *outputs) write(s streams, r finding.Whole, files []io.Writer) error {
	list, err := o.targets()
	if err != nil {
		return usageError(err)
	}
	if o.redact {
		r = finding.WholeOf(report.Redact(r.Report()))
	}
	if o.least != "" {
		r = finding.WholeOf(report.AtLeast(r.Report(), finding.Severity(o.least)))
	}
	for _, t := range list {
		w := s.out
		if t.file != "" {
			w, files = files[0], files[1:]
		}
		if err := o.writeOne(s, t, w, r); err != nil {
			return statusError{exitInternal, err}
		}
	}
	return nil
}

// writeOne writes one report. Only standard output may be a terminal.
func (o *outputs) writeOne(s streams, t target, w io.Writer, r finding.Whole) error {
	text := report.TextOptions{Verbose: o.verbose, Quiet: o.quiet, Inputs: o.inputs, Statistics: o.statistics}
	if t.file == "" {
		text.Width, text.Terminal = s.width, s.terminal
		text.Color = o.color == "always" || s.color && o.color != "never"
		text.Links = s.terminal && text.Color
	}
	formats := report.Formats(report.Options{Text: text, Time: s.time()})
	at := slices.IndexFunc(formats, func(f report.Format) bool { return f.Name == t.format })
	if formats[at].InRepository {
		r = finding.WholeOf(report.Rooted(r.Report(), fromRepository))
	}
	return formats[at].WriteWhole(w, r)
}
