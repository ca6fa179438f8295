package live

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/outfile"
)

// workingFolder holds, below the folder of a run over an organization, a folder for
// each account that is being read, and a record for each that was.
const workingFolder = ".fetch"

func (f *folder) local(id string) string   { return workingFolder + "/" + id }
func (f *folder) working(id string) string { return filepath.Join(f.name, workingFolder, id) }

// enter opens a folder in this one, and clears away what a killed run was just
// writing there.
func (f *folder) enter(name string) (*folder, error) {
	if err := f.root.MkdirAll(name, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder %s: %w", name, err)
	}
	root, err := f.root.OpenRoot(name)
	if err != nil {
		return nil, fmt.Errorf("open the folder %s: %w", name, err)
	}
	inner := &folder{name: filepath.Join(f.name, name), root: root}
	entries, err := fs.ReadDir(root.FS(), ".")
	if err == nil {
		err = inner.clear(entries)
	}
	if err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return inner, nil
}

// The name of a record is not that of a JSON file: check passes over it.
func (f *folder) recordOf(id string) string { return f.local(id) + ".record" }

func (f *folder) writeRecord(id string, r *record) error { return f.write(f.recordOf(id), r) }

// readRecord gives what an earlier run left of an account, nil where that is nothing.
func (f *folder) readRecord(id string) (*record, error) {
	data, err := f.read(f.recordOf(id))
	if err != nil || data == nil {
		return nil, err
	}
	if !json.Valid(data) {
		return nil, nil // an account whose record is no whole file is looked at again
	}
	r := &record{}
	return r, json.Unmarshal(data, r)
}

// targets gives what targets.json holds.
func (f *folder) targets() ([]json.RawMessage, error) {
	data, err := f.read(targetsFile)
	if err != nil || data == nil {
		return nil, err
	}
	var document struct{ Targets []json.RawMessage }
	if err := json.Unmarshal(data, &document); err != nil {
		return nil, fmt.Errorf("read %s: %w", targetsFile, err)
	}
	return document.Targets, nil
}

// delivery takes what was read of an account out of its working folder. All of it can
// be done again where it was broken off.
type delivery interface {
	deliver(from *folder, id string) error
	// takeBack puts what was delivered back where it is still of use, for another
	// try at an account that could not be read whole.
	takeBack(into *folder, id string) error
}

// intoFolder lays all accounts into one folder.
type intoFolder struct{ out *folder }

func (d intoFolder) deliver(from *folder, id string) error {
	return move(d.out, from.local(id), ".", func(name string) bool { return name != "manifest.json" && name != targetsFile })
}

func (d intoFolder) takeBack(into *folder, id string) error {
	return move(d.out, id, into.local(id)+"/"+id, func(string) bool { return true })
}

// move moves the files of a folder, where it is there, to another.
func move(in *folder, from, to string, wanted func(name string) bool) error {
	names, err := in.list(from)
	if err != nil {
		return err
	}
	for _, name := range names {
		if !wanted(name) {
			continue
		}
		target := path.Join(to, name)
		if err := in.root.MkdirAll(path.Dir(target), 0o700); err != nil {
			return fmt.Errorf("make a folder: %w", err)
		}
		if err := in.root.Rename(path.Join(from, name), target); err != nil {
			return fmt.Errorf("move %s: %w", name, err)
		}
	}
	return nil
}

// list gives the files below a folder, in order; none where it is missing.
func (f *folder) list(below string) ([]string, error) {
	var names []string
	err := fs.WalkDir(f.root.FS(), below, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() && !strings.HasPrefix(entry.Name(), outfile.Temporary) {
			names = append(names, strings.TrimPrefix(name, below+"/"))
		}
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	slices.Sort(names)
	return names, err
}

// intoArchives packs each account into a zip of its own, which check reads by itself.
// Put makes a file of a name, wherever archives go, of what fill writes: whole or not
// at all.
type intoArchives struct {
	put func(name string, fill func(io.Writer) error) error
}

func (d intoArchives) deliver(from *folder, id string) error {
	names, err := from.list(from.local(id))
	if err != nil || len(names) == 0 {
		return err // it was delivered before
	}
	return d.put(id+".zip", func(to io.Writer) error {
		archive := zip.NewWriter(to)
		for _, name := range names {
			if err := pack(archive, name, from.root, path.Join(from.local(id), name)); err != nil {
				return err
			}
		}
		return archive.Close()
	})
}

// takeBack leaves an archive: it is read anew and replaced.
func (d intoArchives) takeBack(*folder, string) error { return nil }

// pack adds a file without its times, so that equal accounts give equal archives.
func pack(archive *zip.Writer, name string, root *os.Root, file string) error {
	data, err := root.ReadFile(file)
	if err != nil {
		return err
	}
	entry, err := archive.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
	if err != nil {
		return err
	}
	_, err = entry.Write(data)
	return err
}
