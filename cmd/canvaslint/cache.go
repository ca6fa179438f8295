package main

import (
	"slices"
	"time"

	"github.com/canvaslint/canvaslint/pkg/lint/past"
)

// remember decides whether the result of a check may be kept: not where it rests on
// more than files, and not where it writes a baseline.
func (f *checkFlags) remember(s streams, paths []string) *past.Memory {
	if f.noCache || s.cache == "" || f.live.on || f.watch || f.Baseline != "" || f.shard != "" || f.changes.from != "" || slices.Contains(paths, "-") || hasAddress(paths) {
		return nil
	}
	return past.Open(s.cache, version()+buildCommit, time.Now(), s.args)
}

// again writes the reports of an earlier run anew.
func (f *checkFlags) again(s streams, found *past.Result) error {
	whole, err := found.Whole()
	if err != nil {
		return statusError{exitInternal, err}
	}
	batch, err := f.batch(s)
	if err != nil {
		return usageError(err)
	}
	for _, guard := range found.Guards {
		batch.Reads(guard.What, guard.Name)
	}
	if err := write(batch, whole, nil); err != nil {
		return err
	}
	if found.Status != exitClean {
		return statusError{status: found.Status}
	}
	return nil
}
