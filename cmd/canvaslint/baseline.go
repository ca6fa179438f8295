package main

import (
	"fmt"
	"os"

	"github.com/canvaslint/canvaslint/pkg/lint"
	"github.com/canvaslint/canvaslint/pkg/report"
)

// readBaseline gives the baseline that the flags name; nil is none.
func (f *checkFlags) readBaseline() (*lint.Baseline, error) {
	if f.writeBaseline != "" {
		return &lint.Baseline{File: display(f.writeBaseline), Renew: true}, nil
	}
	if f.baseline == "" {
		return nil, nil //nolint:nilnil // no baseline
	}
	file, err := os.Open(f.baseline)
	if err != nil {
		return nil, fmt.Errorf("read the baseline: %w", err)
	}
	defer func() { _ = file.Close() }()
	entries, err := report.ReadBaseline(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", display(f.baseline), err)
	}
	return &lint.Baseline{File: display(f.baseline), Entries: entries}, nil
}
