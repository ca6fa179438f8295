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

// Watcher hears of changes from the system.
type Watcher struct{ system *fsnotify.Watcher }

// New makes a watcher that watches nothing yet.
func New() (*Watcher, error) {
	system, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, fmt.Errorf("watch files: %w", err)
	}
	return &Watcher{system}, nil
}

// Close ends it.
func (w *Watcher) Close() error { return w.system.Close() }

// Add watches the folders that files lie in, and all folders below those given.
func (w *Watcher) Add(files Files) {
	for _, path := range files.Paths {
		if info, err := os.Stat(path); err != nil || !info.IsDir() {
			_ = w.system.Add(filepath.Dir(path)) // an editor puts a new file in the place of the old one
			continue
		}
		_ = filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.IsDir() {
				return nil //nolint:nilerr // the check says what it cannot read
			}
			if name != path && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "node_modules") {
				return filepath.SkipDir
			}
			_ = w.system.Add(name)
			return nil
		})
	}
}

// Wait returns when a change has settled; false when the context is done.
func (w *Watcher) Wait(ctx context.Context, files Files) bool {
	var calm <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return false
		case <-calm:
			return true
		case err := <-w.system.Errors:
			if err != nil { // too many changes to tell: something changed
				calm = time.After(settled)
			}
		case event := <-w.system.Events:
			if files.matter(event) {
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
