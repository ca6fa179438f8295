package outfile

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Folder takes files whose number is known only once the work is done. They belong to
// the plan: they come under their names together with its other files.
type Folder struct {
	what, name string
	root       *os.Root
	files      []*Pending
}

// Folder makes a folder for files of the plan. It is an error if the run read a file
// in it. Links in it are replaced, not followed.
func (p *Plan) Folder(what, name string) (*Folder, error) {
	target, err := Resolve(name)
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", what, err)
	}
	for _, read := range p.read {
		if file, err := Resolve(read.Name); err == nil && filepath.Dir(file) == target {
			return nil, ClashError{fmt.Sprintf("%s would be written beside %s, %s: give it a folder of its own", what, read.What, read.Name)}
		}
	}
	if err := os.MkdirAll(target, 0o777); err != nil {
		return nil, fmt.Errorf("write %s: %w", what, err)
	}
	root, err := os.OpenRoot(target)
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", what, err)
	}
	f := &Folder{what: what, name: name, root: root}
	p.folders = append(p.folders, f)
	return f, nil
}

// Write writes a file of the folder to the disk, not yet under its name.
func (f *Folder) Write(name string, fill func(io.Writer) error) error {
	pending, err := Begin(f.root, name, 0o666)
	if err != nil {
		return fmt.Errorf("write %s: %w", f.what, err)
	}
	f.files = append(f.files, pending)
	if err := fill(pending); err != nil {
		return err
	}
	if err := pending.Finish(); err != nil {
		return fmt.Errorf("write %s: %w", f.what, err)
	}
	return nil
}

func (f *Folder) commit() error {
	var failed []error
	for _, file := range f.files {
		if err := file.Commit(); err != nil {
			failed = append(failed, fmt.Errorf("write %s: %w", f.what, err))
		}
	}
	return errors.Join(failed...)
}

// discard removes what was not committed.
func (f *Folder) discard() {
	for _, file := range f.files {
		file.Discard()
	}
	_ = f.root.Close()
}
