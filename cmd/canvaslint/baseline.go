package main

import (
	"bytes"
	"fmt"
	"io/fs"

	"github.com/canvaslint/canvaslint/pkg/lint"
	"github.com/canvaslint/canvaslint/pkg/report"
)

// readBaseline gives the baseline that the flags name; nil is none.
func (f *checkFlags) readBaseline(from fs.FS) (*lint.Baseline, error) {
	if f.writeBaseline != "" {
		return &lint.Baseline{File: display(f.writeBaseline), Renew: true}, nil
	}
	if f.baseline == "" {
		return nil, nil //nolint:nilnil // no baseline
	}
	data, err := fs.ReadFile(from, f.baseline)
	if err != nil {
		return nil, fmt.Errorf("read the baseline: %w", err)
	}
	entries, err := report.ReadBaseline(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", display(f.baseline), err)
	}
	return &lint.Baseline{File: display(f.baseline), Entries: entries}, nil
}
