package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/report"
)

// outputs are the flags that say which reports are written, and where to. They
// change neither findings nor exit status.
type outputs struct {
	format, output         string
	reports                []string // FORMAT=FILE
	redact, quiet, verbose bool
	inputs                 bool
}

// register adds the flags to a command.
func (o *outputs) register(command *cobra.Command) {
	f := command.Flags()
	f.StringVar(&o.format, "format", "text", "`format` of the report: "+strings.Join(formatNames(), ", "))
	f.StringVar(&o.output, "output", "", "write the report to a `file`")
	f.StringArrayVar(&o.reports, "report", nil, "write another report too, as `FORMAT=FILE`; may be repeated")
	f.BoolVar(&o.redact, "redact", false, "put stand-ins for accounts, names, ids and files, so that the report can be shown to others")
	f.BoolVar(&o.verbose, "verbose", false, "list every profile, what was waived, and every ignored file")
	f.BoolVar(&o.inputs, "explain-inputs", false, "list what each document was read as, whose it is, and what was ignored, in text")
	f.BoolVar(&o.quiet, "quiet", false, "only findings, problems and the counts, in text")
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
	if !slices.Contains(names, o.format) {
		return nil, fmt.Errorf("--format takes one of %s, not %q", strings.Join(names, ", "), o.format)
	}
	if o.quiet && o.verbose {
		return nil, errors.New("--quiet and --verbose exclude each other")
	}
	list := []target{{o.format, o.output}}
	for _, text := range o.reports {
		format, file, found := strings.Cut(text, "=")
		switch {
		case !found || file == "" || file == "-":
			return nil, fmt.Errorf("--report takes FORMAT=FILE, as in sarif=out.sarif, not %q", text)
		case !slices.Contains(names, format):
			return nil, fmt.Errorf("--report takes one of %s before the =, not %q", strings.Join(names, ", "), format)
		}
		list = append(list, target{format, file})
	}
	files := map[string]bool{}
	for _, t := range list {
		full, err := filepath.Abs(t.file)
		if err != nil {
			return nil, fmt.Errorf("write the report: %w", err)
		}
		if t.file != "" && files[full] {
			return nil, fmt.Errorf("two reports would go to %s: give each a file of its own", t.file)
		}
		files[full] = true
	}
	return list, nil
}

// write writes all reports. All files are opened before any is written, so that
// a name that cannot be is known at once; that is a usage error.
func (o *outputs) write(s streams, r *finding.Report) (err error) {
	list, err := o.targets()
	if err != nil {
		return usageError(err)
	}
	var files []*os.File
	defer func() {
		for _, file := range files {
			err = errors.Join(err, file.Close())
		}
	}()
	writers := make([]io.Writer, len(list))
	for i, t := range list {
		writers[i] = s.out
		if t.file == "" {
			continue
		}
		file, err := os.Create(t.file)
		if err != nil {
			return usageError(fmt.Errorf("write the report: %w", err))
		}
		files = append(files, file)
		writers[i] = file
	}
	if o.redact {
		r = report.Redact(r)
	}
	for i, t := range list {
		if err := o.writeOne(s, t, writers[i], r); err != nil {
			return err
		}
	}
	return nil
}

// writeOne writes one report. Only standard output may be a terminal.
func (o *outputs) writeOne(s streams, t target, w io.Writer, r *finding.Report) error {
	text := report.TextOptions{Verbose: o.verbose, Quiet: o.quiet, Inputs: o.inputs}
	if t.file == "" {
		text.Color, text.Width, text.Terminal = s.color, s.width, s.terminal
	}
	formats := report.Formats(report.Options{Text: text, Time: s.time()})
	at := slices.IndexFunc(formats, func(f report.Format) bool { return f.Name == t.format })
	return formats[at].Write(w, r)
}

// writeReports is write, with the exit status that belongs to its error.
func (o *outputs) writeReports(s streams, r *finding.Report) error {
	err := o.write(s, r)
	var usage statusError
	if err == nil || errors.As(err, &usage) {
		return err
	}
	return statusError{exitInternal, err}
}
