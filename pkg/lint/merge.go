package lint

import (
	"bytes"
	"fmt"
	"io/fs"

	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/report"
	"github.com/canvaslint/canvaslint/pkg/triage"
)

// Saved are reports of earlier checks that are put together.
type Saved struct {
	// Paths are files, folders and archives of reports.
	Paths []string
	Read  load.Options
	// Baseline holds the findings that are known; nil is none.
	Baseline *Baseline
	// FailOn is what counts in place of what the reports say; "" leaves it.
	FailOn string
	// AllowUnknown settles for permissions that stayed unknown.
	AllowUnknown bool
}

// Merge reads saved reports, and gives the outcome of all of them. Its errors are the
// user's. Undecided is false where the user or a report settles for what is unknown.
func Merge(saved Saved) (*Outcome, error) {
	all, err := triage.NewGather()
	if err != nil {
		return nil, err
	}
	if err := saved.gather(all); err != nil {
		return nil, err
	}
	united, ok := all.Done(saved.FailOn, saved.AllowUnknown)
	if !ok {
		return nil, fmt.Errorf("there is no report in %s; merge reads what \"canvaslint check --format json\" wrote", report.Clean(fmt.Sprint(saved.Paths)))
	}
	outcome := Conclude(united, saved.Baseline, func(string) bool { return true })
	outcome.Undecided = outcome.Undecided && !united.Part.AllowUnknown
	return outcome, nil
}

// gather takes in the reports of all files.
func (saved Saved) gather(all *triage.Gather) error {
	read := saved.Read.Defaults()
	found, err := filesystem.Find(saved.Paths, filesystem.Options{FS: read.Files, Stdin: read.Stdin, Display: read.Display, NoIgnore: true})
	if err != nil {
		return err
	}
	problems := found.Problems
	for _, file := range found.Files {
		var wrong error
		opened := filesystem.Open(read.Files, file, func(text filesystem.File) {
			if wrong == nil {
				wrong = report.ReadAllNamed(text.Name, text.Data, all.Add)
			}
		})
		if wrong != nil {
			return wrong
		}
		problems = append(problems, opened.Problems...)
	}
	if len(problems) > 0 {
		return fmt.Errorf("read the reports: %s", problems[0])
	}
	return nil
}

// ReadBaseline reads a baseline file, which is shown under a name.
func ReadBaseline(from fs.FS, file, shown string) (*Baseline, error) {
	data, err := fs.ReadFile(from, file)
	if err != nil {
		return nil, fmt.Errorf("read the baseline: %w", err)
	}
	entries, err := report.ReadBaseline(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", shown, err)
	}
	return &Baseline{File: shown, Entries: entries}, nil
}
