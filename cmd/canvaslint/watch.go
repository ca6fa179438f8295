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
	files := watch.Files{Paths: slices.Concat(paths, f.parameters), Own: f.Files()}
	if len(paths) == 0 {
		files.Paths = append(files.Paths, ".")
	}
	if settings, err := openConfig(streams{}, f.config, paths...); err == nil { // else the check says what is wrong
		files.Paths = append(append(files.Paths, settings.RuleFolders(f.rules.folders)...), settings.Beside(config.FileName))
	}
	return files
}

// watchFiles calls again, and again after every change, until the context is done. It
// gives what the last call gave; what a call says to the user, it prints.
func watchFiles(ctx context.Context, s streams, on func() watch.Files, again func() error) error {
	watcher, err := watch.New()
	if err != nil {
		return statusError{exitInternal, err}
	}
	defer func() { _ = watcher.Close() }()
	for {
		files := on()
		watcher.Add(files) // before the check: what changes meanwhile is seen
		if s.terminal {
			fmt.Fprint(s.screen, "\x1b[2J\x1b[H") // clears the screen
		}
		last := again()
		if last != nil && last.Error() != "" {
			fmt.Fprintln(s.err, "canvaslint: "+last.Error())
		}
		fmt.Fprintln(s.err, "canvaslint: waiting for changes; Ctrl-C ends")
		if !watcher.Wait(ctx, files) {
			return silent(last)
		}
	}
}

// silent keeps the status of an error whose text was printed.
func silent(err error) error {
	if err == nil {
		return nil
	}
	return statusError{status: statusOf(err)}
}
