package live

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/fetch"
	"github.com/canvaslint/canvaslint/pkg/outfile"
)

// folder is the folder that a run writes to. It goes through os.Root: whatever
// the names, and whatever links someone puts there, nothing outside of it is
// touched.
type folder struct {
	name string
	root *os.Root
}

// openFolder makes the folder. One that holds anything is refused, unless a
// broken run is to go on there.
func openFolder(name string, resume bool) (*folder, error) {
	if err := os.MkdirAll(name, 0o700); err != nil {
		return nil, fetch.UsageError{Err: fmt.Errorf("make the folder: %w", err)}
	}
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, fetch.UsageError{Err: fmt.Errorf("open the folder: %w", err)}
	}
	out := &folder{name: name, root: root}
	entries, err := fs.ReadDir(root.FS(), ".")
	if err == nil {
		err = out.admit(entries, resume)
	}
	if err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return out, nil
}

// admit decides whether a folder may be written to, and clears it.
func (f *folder) admit(entries []fs.DirEntry, resume bool) error {
	if len(entries) == 0 {
		return nil
	}
	if !resume {
		return fetch.UsageError{Err: fmt.Errorf("the folder %s is not empty: name another, or continue an interrupted run with --resume", f.name)}
	}
	if !f.has("manifest.json") {
		return fetch.UsageError{Err: fmt.Errorf("the folder %s has no manifest.json: fetch did not start it", f.name)}
	}
	return f.clear(entries)
}

// clear removes what a killed run was just writing.
func (f *folder) clear(entries []fs.DirEntry) error {
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), outfile.Temporary) {
			if err := f.root.Remove(entry.Name()); err != nil {
				return fmt.Errorf("remove a temporary file: %w", err)
			}
		}
	}
	return nil
}

// remove takes a file away that is superseded, where there is one.
func (f *folder) remove(file string) { _ = f.root.Remove(file) }

func (f *folder) close() { _ = f.root.Close() }

// has reports whether a file is there and whole.
func (f *folder) has(file string) bool {
	data, err := f.root.ReadFile(file)
	return err == nil && json.Valid(data)
}

// read gives a file's text, nil where it is missing.
func (f *folder) read(file string) ([]byte, error) {
	data, err := f.root.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	return data, nil
}

// write puts a document into a file at once or not at all.
func (f *folder) write(file string, document any) error {
	data, err := marshal(document)
	if err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	return f.create(file, func(to io.Writer) error {
		_, err := to.Write(data)
		return err
	})
}

// create makes a file of the folder at once or not at all.
func (f *folder) create(file string, fill func(io.Writer) error) error {
	if err := f.fill(file, fill); err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	return nil
}

func (f *folder) fill(file string, fill func(io.Writer) error) error {
	if err := f.root.MkdirAll(path.Dir(file), 0o700); err != nil {
		return err
	}
	pending, err := outfile.Begin(f.root, file, 0o600)
	if err != nil {
		return err
	}
	defer pending.Discard()
	if err := fill(pending); err != nil {
		return err
	}
	return pending.Commit()
}
