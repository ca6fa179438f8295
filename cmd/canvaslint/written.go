package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/lint"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/outfile"
	"github.com/canvaslint/canvaslint/pkg/report"
)

// plan lists the files that a check writes, and those that it reads for itself.
// Its errors are the user's.
func (f *checkFlags) plan(o lint.Options) (*outfile.Plan, error) {
	p := &outfile.Plan{}
	if err := f.outputs.plan(p); err != nil {
		return nil, err
	}
	if err := f.planBaseline(p); err != nil {
		return nil, err
	}
	if o.Settings.File != "" {
		p.Reads("the config", o.Settings.File)
	}
	p.Reads("the waivers", o.Settings.Beside(config.WaiversFileName))
	for _, folder := range f.rules.all(o.Settings) {
		p.Reads("a rule", folder)
	}
	p.Reads("the parameters", f.parameters...)
	if f.changes.from != "" && f.changes.from != "-" {
		p.Reads("the list of changed files", f.changes.from)
	}
	for _, path := range o.Paths {
		if info, err := os.Stat(path); err == nil && !info.IsDir() {
			p.Reads("an input", path)
		}
	}
	return p, p.Check()
}

// planBaseline adds the baseline to what is written or read.
func (f *checkFlags) planBaseline(p *outfile.Plan) error {
	switch {
	case f.writeBaseline == "-":
		return errors.New("--write-baseline takes a file: standard output is for the report")
	case f.writeBaseline != "":
		return p.Writes("the baseline", f.writeBaseline)
	case f.baseline != "":
		p.Reads("the baseline", f.baseline)
	}
	return nil
}

// writeAll writes the reports of a check, and last of all the baseline where there
// is one to write: all of them or none.
func (o *outputs) writeAll(s streams, p *outfile.Plan, paths []string, outcome *lint.Outcome, baseline bool) error {
	switch {
	case outcome.BrokenOff != "":
		// It is not known which of the files below the paths are inputs.
		p.Reads("what was not read yet", paths...)
		if err := p.Check(); err != nil {
			return statusError{exitIncomplete, fmt.Errorf("%s; no report was written: %w", outcome.BrokenOff, err)}
		}
		if baseline {
			return statusError{exitIncomplete, errors.New(outcome.BrokenOff + "; no baseline was written")}
		}
	case p.Replaces():
		p.Reads("an input", readFiles(outcome.Report)...)
	}
	if err := p.Check(); err != nil {
		return usageError(err)
	}
	files, err := p.Open()
	if err != nil {
		return usageError(err)
	}
	defer p.Discard()
	if err := o.write(s, outcome.Report, files); err != nil {
		return err
	}
	if baseline {
		if err := report.WriteBaseline(files[len(files)-1], outcome.Entries); err != nil {
			return statusError{exitInternal, err}
		}
	}
	if err := p.Commit(); err != nil {
		return statusError{exitInternal, err}
	}
	return nil
}

// readFiles gives the files of the disk that held what a report tells of.
func readFiles(w finding.Whole) []string {
	names := map[string]bool{}
	for input := range w.Inputs {
		names[input.File] = true
	}
	for problem := range w.Problems {
		names[problem.File] = true
	}
	for ignored := range w.Ignored {
		names[ignored.File] = filesystem.IsHCL(ignored.File)
	}
	return onDisk(names)
}

// inputFiles gives the files of the disk that held what was read.
func inputFiles(loaded *load.Result) []string {
	names := map[string]bool{}
	for _, input := range loaded.Inputs {
		names[finding.PlaceOf(input.Span).File] = true
	}
	for _, problem := range loaded.Problems {
		names[problem.Path] = true
		names[finding.PlaceOf(problem.Span).File] = true
	}
	for _, ignored := range loaded.Ignored {
		names[ignored.File] = filesystem.IsHCL(ignored.File)
	}
	return onDisk(names)
}

// onDisk gives the files that hold those which count. What was ignored may be
// written: an old report is one of them. A configuration of Terraform is not, which
// is ignored only because a plan speaks for it.
func onDisk(names map[string]bool) []string {
	var files []string
	for name, read := range names {
		if read && name != "" {
			files = append(files, archiveOf(name))
		}
	}
	return files
}

// archiveOf gives the file of the disk that a document is in.
func archiveOf(name string) string {
	for at := filepath.FromSlash(name); ; at = filepath.Dir(at) {
		if info, err := os.Stat(at); err == nil {
			if info.IsDir() {
				return filepath.FromSlash(name)
			}
			return at
		}
		if at == filepath.Dir(at) {
			return filepath.FromSlash(name)
		}
	}
}

// writeText writes a file of the program's making.
func writeText(what, name, text string) error {
	return outfile.Write(what, name, func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
}
