package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem/watch"
)

// refuseWatch finds what does not go together with --watch.
func (f *checkFlags) refuseWatch(paths []string) error {
	if f.live.on || slices.Contains(paths, "-") || f.changes.from == "-" {
		return errors.New("--watch needs files: it excludes --live and standard input")
	}
	return nil
}

// watched are the files of a check; the config may name others after a change.
func (f *checkFlags) watched(paths []string) watch.Files {
	files := watch.Files{Paths: slices.Concat(paths, f.Parameters), Own: f.Files()}
	if len(paths) == 0 {
		files.Paths = append(files.Paths, ".")
	}
	if settings, err := openConfig(streams{}, f.Config, paths...); err == nil { // else the check says what is wrong
		files.Paths = append(append(files.Paths, settings.RuleFolders(f.rules.folders)...), settings.Beside(config.FileName))
	}
	return files
}

// checkAgain checks, and again after every change, until the context is done. It ends
// like the last check.
func (f *checkFlags) checkAgain(ctx context.Context, s streams, paths []string) error {
	var last error
	err := watch.Run(ctx, func() watch.Files { return f.watched(paths) }, func() {
		if s.terminal {
			fmt.Fprint(s.screen, "\x1b[2J\x1b[H") // clears the screen
		}
		last = check(s, *f, paths)
		if last != nil && last.Error() != "" {
			fmt.Fprintln(s.err, "canvaslint: "+last.Error())
		}
		fmt.Fprintln(s.err, "canvaslint: waiting for changes; Ctrl-C ends")
	})
	if err != nil {
		return statusError{exitInternal, err}
	}
	if last != nil {
		last = statusError{status: statusOf(last)} // its text was printed
	}
	return last
}
