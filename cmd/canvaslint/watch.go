package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/outfile"
)

// settled is how long nothing must happen after a change: an editor that saves a file
// makes several.
const settled = 150 * time.Millisecond

// watched are the files and folders whose changes matter, and the files whose
// changes are our own.
type watched struct {
	paths, own []string
}

// refuseWatch finds what does not go together with --watch.
func (f *checkFlags) refuseWatch(paths []string) error {
	if f.live.on || slices.Contains(paths, "-") || f.changes.from == "-" {
		return errors.New("--watch needs files: it excludes --live and standard input")
	}
	return nil
}

// watched are the files of a check; the config may name others after a change.
func (f *checkFlags) watched(paths []string) watched {
	w := watched{paths: slices.Concat(paths, f.parameters)}
	if len(paths) == 0 {
		w.paths = append(w.paths, ".")
	}
	if settings, err := openConfig(streams{}, f.config, paths...); err == nil { // else the check says what is wrong
		w.paths = append(append(w.paths, f.rules.all(settings)...), settings.Beside(config.FileName))
	}
	for _, name := range f.Files() {
		if full, err := filepath.Abs(name); err == nil {
			w.own = append(w.own, full)
		}
	}
	return w
}

// watch calls again, and again after every change, until the context is done. It
// gives what the last call gave; what a call says to the user, it prints.
func watch(ctx context.Context, s streams, on func() watched, again func() error) error {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return statusError{exitInternal, fmt.Errorf("watch files: %w", err)}
	}
	defer func() { _ = watcher.Close() }()
	for {
		seen := on()
		seen.add(watcher) // before the check: what changes meanwhile is seen
		if s.terminal {
			fmt.Fprint(s.screen, "\x1b[2J\x1b[H") // clears the screen
		}
		last := again()
		if last != nil && last.Error() != "" {
			fmt.Fprintln(s.err, "canvaslint: "+last.Error())
		}
		fmt.Fprintln(s.err, "canvaslint: waiting for changes; Ctrl-C ends")
		if !seen.wait(ctx, watcher) {
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

// add watches the folders that files lie in, and all folders below those given.
func (w watched) add(watcher *fsnotify.Watcher) {
	for _, path := range w.paths {
		if info, err := os.Stat(path); err != nil || !info.IsDir() {
			_ = watcher.Add(filepath.Dir(path)) // an editor puts a new file in the place of the old one
			continue
		}
		_ = filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.IsDir() {
				return nil //nolint:nilerr // the check says what it cannot read
			}
			if name != path && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "node_modules") {
				return filepath.SkipDir
			}
			_ = watcher.Add(name)
			return nil
		})
	}
}

// wait returns when a change has settled; false when the context is done.
func (w watched) wait(ctx context.Context, watcher *fsnotify.Watcher) bool {
	var calm <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return false
		case <-calm:
			return true
		case err := <-watcher.Errors:
			if err != nil { // too many changes to tell: something changed
				calm = time.After(settled)
			}
		case event := <-watcher.Events:
			if w.matters(event) {
				calm = time.After(settled)
			}
		}
	}
}

// matters reports whether a change is one of content, and not our own.
func (w watched) matters(event fsnotify.Event) bool {
	if event.Op == fsnotify.Chmod || strings.HasPrefix(filepath.Base(event.Name), outfile.Temporary) {
		return false
	}
	full, err := filepath.Abs(event.Name)
	return err != nil || !slices.Contains(w.own, full)
}
