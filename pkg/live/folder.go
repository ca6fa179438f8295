package live

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
)

// folder is the folder that a run writes to. It goes through os.Root: whatever
// the names, and whatever links somebody puts there, nothing outside of it is
// touched.
type folder struct {
	name string
	root *os.Root
}

// temporary begins the names of files that are being written.
const temporary = ".fetch-"

// openFolder makes the folder. One that holds anything is refused, unless a
// broken run is to go on there.
func openFolder(name string, resume bool) (*folder, error) {
	if err := os.MkdirAll(name, 0o700); err != nil {
		return nil, UsageError{fmt.Errorf("make the folder: %w", err)}
	}
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, UsageError{fmt.Errorf("open the folder: %w", err)}
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

// admit decides whether a folder may be written to, and clears away what a
// killed run was just writing.
func (f *folder) admit(entries []fs.DirEntry, resume bool) error {
	if len(entries) == 0 {
		return nil
	}
	if !resume {
		return UsageError{fmt.Errorf("the folder %s is not empty: name another, or go on with --resume where a run broke off", f.name)}
	}
	if !f.has("manifest.json") {
		return UsageError{fmt.Errorf("the folder %s has no manifest.json: it is not one that fetch began", f.name)}
	}
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), temporary) {
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

// read gives a file's text, nil where it is not there.
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

// write puts a document into a file at once or not at all: into a temporary
// file, through to the disk, and then under its name.
func (f *folder) write(file string, document any) error {
	data, err := marshal(document)
	if err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	if err := f.replace(file, data); err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	return nil
}

func (f *folder) replace(file string, data []byte) error {
	if err := f.root.MkdirAll(path.Dir(file), 0o700); err != nil {
		return err
	}
	name := temporary + rand.Text()
	if err := f.fill(name, data); err != nil {
		return errors.Join(err, f.root.Remove(name))
	}
	if err := f.root.Rename(name, file); err != nil {
		return errors.Join(err, f.root.Remove(name))
	}
	return f.sync(path.Dir(file))
}

func (f *folder) fill(name string, data []byte) error {
	temp, err := f.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = temp.Write(data)
	if err == nil {
		err = temp.Sync()
	}
	return errors.Join(err, temp.Close())
}

// sync brings a folder's list of names to the disk. Not every system lets a
// folder be synced; the file itself is on the disk already.
func (f *folder) sync(name string) error {
	dir, err := f.root.Open(name)
	if err != nil {
		return err
	}
	_ = dir.Sync()
	return dir.Close()
}
