// Package publish writes what a run found out: a report in several formats, to files and
// to standard output, and a baseline. It writes all of the files or none, and never over
// what the run read.
package publish

import (
	"errors"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/outfile"
	"github.com/canvaslint/canvaslint/pkg/report"
	"github.com/canvaslint/canvaslint/pkg/wording"
)

// Options say which reports are written, and where to. They change no finding.
type Options struct {
	// Format and Output are the first report; "" and "-" are standard output.
	Format, Output string
	// Reports are further ones, as FORMAT=FILE.
	Reports []string
	// Baseline is the file that takes the baseline of this run; "" writes none.
	Baseline string
	Redact   bool
	// Least is the severity below which findings are not listed; "" lists all.
	Least string
	// Text is for standard output. Files get the same without what needs a terminal.
	Text report.TextOptions
	// Out is standard output.
	Out io.Writer
	// Now is when the report is made.
	Now func() time.Time
}

// Formats gives the names of all formats.
func Formats() []string {
	var names []string
	for _, format := range report.Formats(report.Options{}) {
		names = append(names, format.Name)
	}
	return names
}

// target is one report to write; no file is standard output.
type target struct{ format, file string }

// targets are all reports.
func (o Options) targets() ([]target, error) {
	names := Formats()
	if o.Text.Quiet && o.Text.Verbose {
		return nil, errors.New("--quiet and --verbose exclude each other")
	}
	list := []target{{o.Format, o.Output}}
	if o.Output == "-" {
		list[0].file = "" // as most programs have it
	}
	for _, text := range o.Reports {
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

// OfPart puts the number of a part, from 1, in the place of {part}: what starts the parts
// of an array gives all of them one command line. 0 is no part.
func (o Options) OfPart(part int) Options {
	if part == 0 {
		return o
	}
	fill := func(name string) string { return strings.ReplaceAll(name, "{part}", strconv.Itoa(part)) }
	o.Output, o.Reports = fill(o.Output), slices.Clone(o.Reports)
	for i, name := range o.Reports {
		o.Reports[i] = fill(name)
	}
	return o
}

// Files are the files that are written.
func (o Options) Files() []string {
	files := []string{o.Baseline}
	if targets, err := o.targets(); err == nil { // else nothing is
		for _, t := range targets {
			files = append(files, t.file)
		}
	}
	return slices.DeleteFunc(files, func(name string) bool { return name == "" })
}

// Batch is all that a run writes, with what it reads and so must not write over.
type Batch struct {
	*outfile.Plan

	options Options
	targets []target
	writers []io.Writer
}

// New adds what is written to a plan, and opens nothing yet. Its errors are the user's.
func New(plan *outfile.Plan, o Options) (*Batch, error) {
	targets, err := o.targets()
	if err != nil {
		return nil, err
	}
	b := &Batch{Plan: plan, options: o, targets: targets}
	for _, t := range targets {
		if t.file == "" {
			continue
		}
		if err := b.Writes("the "+t.format+" report", t.file); err != nil {
			return nil, err
		}
	}
	if o.Baseline == "-" {
		return nil, errors.New("--write-baseline takes a file: standard output is for the report")
	}
	if o.Baseline != "" {
		return b, b.Writes("the baseline", o.Baseline)
	}
	return b, nil
}

// ReadsUnknown adds the paths of a run that was broken off: which of the files below them
// are inputs is not known. Such a run has no baseline.
func (b *Batch) ReadsUnknown(paths []string) error {
	b.Reads("what was not read yet", paths...)
	if err := b.Check(); err != nil {
		return fmt.Errorf("no report was written: %w", err)
	}
	if b.options.Baseline != "" {
		return errors.New("no baseline was written")
	}
	return nil
}

// ReadsInputs adds the files that held what a report is about. They are looked at only
// if a file would be replaced.
func (b *Batch) ReadsInputs(r finding.Whole) {
	if !b.Replaces() {
		return
	}
	documents := map[string]bool{}
	for input := range r.Inputs {
		documents[input.File] = true
	}
	for problem := range r.Problems {
		documents[problem.File] = true
	}
	// What was ignored may be replaced: an old report is one of them. A Terraform
	// configuration may not: it is ignored only because a plan speaks for it.
	for ignored := range r.Ignored {
		documents[ignored.File] = filesystem.IsHCL(ignored.File)
	}
	b.Reads("an input", filesystem.Holding(documents)...)
}

// Open starts all files, if none of them was read. Its errors are the user's.
func (b *Batch) Open() error {
	if err := b.Check(); err != nil {
		return err
	}
	writers, err := b.Plan.Open()
	b.writers = writers
	return err
}

// Write writes everything, and puts the files under their names once all of them are
// whole. It comes after Open.
func (b *Batch) Write(r finding.Whole, baseline []finding.BaselineEntry) error {
	defer b.Discard()
	if b.options.Redact {
		r = finding.WholeOf(report.Redact(r.Report()))
	}
	if b.options.Least != "" {
		r = finding.WholeOf(report.AtLeast(r.Report(), finding.Severity(b.options.Least)))
	}
	files := b.writers
	for _, t := range b.targets {
		w := b.options.Out
		if t.file != "" {
			w, files = files[0], files[1:]
		}
		if err := b.write(w, t, r); err != nil {
			return err
		}
	}
	if b.options.Baseline != "" {
		if err := report.WriteBaseline(files[0], baseline); err != nil {
			return err
		}
	}
	return b.Commit()
}

// write writes one report, which may have several pages.
func (b *Batch) write(w io.Writer, t target, r finding.Whole) error {
	if t.format != "html" || filepath.Ext(t.file) != ".html" || !b.OnDisk(t.file) {
		return b.options.write(w, t, r)
	}
	whole := r.Report()
	pages := report.HTMLPages(whole, filepath.Base(t.file))
	if pages == nil {
		return b.options.write(w, t, finding.WholeOf(whole))
	}
	at := filepath.Join(filepath.Dir(t.file), filepath.FromSlash(path.Dir(pages[1].Name)))
	folder, err := b.Folder("the pages of the html report", at)
	if err != nil {
		return err
	}
	for _, page := range pages[1:] {
		if err := folder.Write(path.Base(page.Name), page.Write); err != nil {
			return err
		}
	}
	return pages[0].Write(w)
}

// write writes one report.
func (o Options) write(w io.Writer, t target, r finding.Whole) error {
	text := o.Text
	if t.file != "" { // only standard output may be a terminal
		text.Width, text.Terminal, text.Color, text.Links = 0, false, false, false
	}
	formats := report.Formats(report.Options{Text: text, Time: o.Now()})
	format := formats[slices.IndexFunc(formats, func(f report.Format) bool { return f.Name == t.format })]
	if format.InRepository {
		r = finding.WholeOf(report.Rooted(r.Report(), filesystem.FromRepository))
	}
	return format.WriteWhole(w, r)
}
