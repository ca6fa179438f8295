// Package watch waits until files change.
package watch

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/canvaslint/canvaslint/pkg/outfile"
)

// settled is how long nothing must happen after a change: an editor that saves a file
// makes several.
const settled = 150 * time.Millisecond

// Files are the files and folders whose changes matter, and the files whose changes
// are the program's own.
type Files struct{ Paths, Own []string }

// Run calls again, and again after every change, until the context is done. Which files
// matter may be different each time.
func Run(ctx context.Context, files func() Files, again func()) error {
	system, err := fsnotify.NewWatcher()
	if err != nil {
		return fmt.Errorf("watch files: %w", err)
	}
	defer func() { _ = system.Close() }()
	for {
		seen := files()
		seen.add(system) // before the call: what changes meanwhile is seen
		again()
		if !seen.wait(ctx, system) {
			return nil
		}
	}
}

// add watches the folders that files lie in, and all folders below those given.
func (f Files) add(system *fsnotify.Watcher) {
	for _, path := range f.Paths {
		if info, err := os.Stat(path); err != nil || !info.IsDir() {
			_ = system.Add(filepath.Dir(path)) // an editor puts a new file in the place of the old one
			continue
		}
		_ = filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.IsDir() {
				return nil //nolint:nilerr // the check says what it cannot read
			}
			if name != path && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "node_modules") {
				return filepath.SkipDir
			}
			_ = system.Add(name)
			return nil
		})
	}
}

// wait returns when a change has settled; false when the context is done.
func (f Files) wait(ctx context.Context, system *fsnotify.Watcher) bool {
	var calm <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return false
		case <-calm:
			return true
		case err := <-system.Errors:
			if err != nil { // too many changes to tell: something changed
				calm = time.After(settled)
			}
		case event := <-system.Events:
			if f.matter(event) {
				calm = time.After(settled)
			}
		}
	}
}

// matter reports whether a change is one of content, and not the program's own.
func (f Files) matter(event fsnotify.Event) bool {
	if event.Op == fsnotify.Chmod || strings.HasPrefix(filepath.Base(event.Name), outfile.Temporary) {
		return false
	}
	full, err := filepath.Abs(event.Name)
	return err != nil || !slices.ContainsFunc(f.Own, func(name string) bool {
		own, err := filepath.Abs(name)
		return err == nil && own == full
	})
}
