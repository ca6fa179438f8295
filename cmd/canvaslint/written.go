package main

import (
	"os"

	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/fetch"
	"github.com/canvaslint/canvaslint/pkg/lint"
	"github.com/canvaslint/canvaslint/pkg/report/publish"
)

// plan lists the files that a check writes, and those that it reads for itself.
// Its errors are the user's.
func (f *checkFlags) plan(s streams, o lint.Options) (*publish.Batch, error) {
	batch, err := f.batch(s)
	if err != nil {
		return nil, err
	}
	if o.Settings.File != "" {
		batch.Reads("the config", o.Settings.File)
	}
	batch.Reads("the waivers", o.Settings.Beside(config.WaiversFileName))
	for _, folder := range o.Settings.RuleFolders(f.rules.folders) {
		batch.Reads("a rule", folder)
	}
	batch.Reads("the parameters", f.Parameters...)
	if f.changes.from != "" && f.changes.from != "-" {
		batch.Reads("the list of changed files", f.changes.from)
	}
	for _, path := range o.Paths {
		if info, err := os.Stat(path); fetch.IsAddress(path) || err == nil && !info.IsDir() {
			batch.Reads("an input", path)
		}
	}
	return batch, batch.Check()
}
