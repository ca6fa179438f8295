package outfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Plan is all that a run writes, and what it reads and so must not write over. The
// files of a plan are written together: all of them, or none.
type Plan struct {
	// Store takes what has an address in the place of a file name.
	Store Store

	files   []planned
	folders []*Folder
	read    []Guard
	folder  string // of files that the store takes
}

// planned is a file to write.
type planned struct {
	what, name string
	target     string // its name with links resolved
	stored     bool   // its name is an address
	pending    *Pending
}

// Guard is a file that the run reads, or a folder, which stands for all in it.
type Guard struct{ What, Name string }

// ClashError says that a file would be written over one that has to stay.
type ClashError struct{ Text string }

func (e ClashError) Error() string { return e.Text }

// Reads adds a file or folder that the run reads: what says how to name it, as in
// "the config". One that is missing needs no guard.
func (p *Plan) Reads(what string, names ...string) {
	for _, name := range names {
		p.read = append(p.read, Guard{what, name})
	}
}

// Guard adds what an earlier plan read, too.
func (p *Plan) Guard(guards ...Guard) { p.read = append(p.read, guards...) }

// Guards gives what Reads added.
func (p *Plan) Guards() []Guard { return p.read }

// Writes adds a file to write; what says how to name it, as in "the baseline".
func (p *Plan) Writes(what, name string) error {
	file := planned{what: what, name: name, target: name}
	var err error
	if p.Store.Holds != nil {
		file.stored, err = p.Store.Holds(name)
	}
	if err == nil && !file.stored {
		file.target, err = Resolve(name)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", what, err)
	}
	for _, other := range p.files {
		if other.stored == file.stored && isSame(other.target, file.target) && file.target != os.DevNull {
			return ClashError{fmt.Sprintf("%s and %s would go to one file, %s: give each a file of its own", other.what, what, name)}
		}
	}
	p.files = append(p.files, file)
	return nil
}

// OnDisk reports whether a name is a file's, and no address of the store.
func (p *Plan) OnDisk(name string) bool {
	if p.Store.Holds == nil {
		return true
	}
	stored, err := p.Store.Holds(name)
	return err == nil && !stored
}

// isSame compares two resolved names, and what is there under them: a file may
// have several names, by hard links or where the system ignores case.
func isSame(a, b string) bool {
	if a == b {
		return true
	}
	one, err := os.Stat(a)
	if err != nil {
		return sameName(a, b)
	}
	two, err := os.Stat(b)
	return err == nil && os.SameFile(one, two)
}

// sameName compares the names of files that are not there: they differ in case
// alone, in a folder that ignores it.
func sameName(a, b string) bool {
	folder := filepath.Dir(a)
	if filepath.Dir(b) != folder || !strings.EqualFold(filepath.Base(a), filepath.Base(b)) {
		return false
	}
	one, err := os.Stat(folder)
	if err != nil {
		return false
	}
	name := filepath.Base(folder)
	other := strings.ToUpper(name)
	if other == name {
		other = strings.ToLower(name)
	}
	two, err := os.Stat(filepath.Join(filepath.Dir(folder), other))
	return other != name && err == nil && os.SameFile(one, two)
}

// Replaces reports whether a file is written that is there already, or may be.
func (p *Plan) Replaces() bool {
	return slices.ContainsFunc(p.files, func(file planned) bool {
		if file.stored {
			return true
		}
		info, err := os.Stat(file.target)
		return err == nil && info.Mode().IsRegular()
	})
}

// Check finds a file that would be written over one that is read.
func (p *Plan) Check() error {
	for _, file := range p.files {
		if at := slices.IndexFunc(p.read, func(g Guard) bool { return file.stored && g.isStored(file.name) }); at >= 0 {
			return ClashError{fmt.Sprintf("%s would be written over %s, %s: give it a file of its own", file.what, p.read[at].What, file.name)}
		}
		info, err := os.Stat(file.target)
		if file.stored || err != nil || !info.Mode().IsRegular() {
			continue // nothing is there that could be lost
		}
		for _, read := range p.read {
			if read.holds(info) {
				return ClashError{fmt.Sprintf("%s would be written over %s, %s: give it a file of its own", file.what, read.What, file.name)}
			}
		}
	}
	return nil
}

// holds reports whether a file is the one that is read, or in the folder that is.
func (g Guard) holds(file fs.FileInfo) bool {
	info, err := os.Stat(g.Name)
	if err != nil {
		return false
	}
	if !info.IsDir() {
		return os.SameFile(info, file)
	}
	found := false
	_ = filepath.WalkDir(g.Name, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return nil //nolint:nilerr // what cannot be looked at is not what would be written
		}
		if info, err := os.Stat(name); err == nil && os.SameFile(info, file) {
			found = true
			return fs.SkipAll
		}
		return nil
	})
	return found
}

// Open starts all files, so that a name that cannot be written is known before the
// work begins. The writers are in the order of Writes.
func (p *Plan) Open() ([]io.Writer, error) {
	var writers []io.Writer
	for i := range p.files {
		file := &p.files[i]
		name, err := p.localName(i)
		if err != nil {
			p.Discard()
			return nil, fmt.Errorf("write %s: %w", file.what, err)
		}
		pending, err := Create(name)
		if err != nil {
			p.Discard()
			return nil, fmt.Errorf("write %s: %w", file.what, err)
		}
		file.pending = pending
		writers = append(writers, pending)
	}
	return writers, nil
}

// Commit puts all files under their names, once all of them are on the disk. What the
// store does not take leaves the disk as it was.
func (p *Plan) Commit() error {
	defer p.Discard()
	for _, file := range p.files {
		if err := file.pending.Finish(); err != nil {
			return fmt.Errorf("write %s: %w", file.what, err)
		}
	}
	if err := p.store(); err != nil {
		return err
	}
	var failed []error
	for _, folder := range p.folders {
		failed = append(failed, folder.commit())
	}
	for _, file := range p.files {
		if file.stored {
			continue
		}
		if err := file.pending.Commit(); err != nil {
			failed = append(failed, fmt.Errorf("write %s: %w", file.what, err))
		}
	}
	return errors.Join(failed...)
}

// Discard leaves all files as they were that are not committed.
func (p *Plan) Discard() {
	for _, folder := range p.folders {
		folder.discard()
	}
	for i := range p.files {
		if p.files[i].pending != nil {
			p.files[i].pending.Discard()
		}
	}
	if p.folder != "" {
		_ = os.RemoveAll(p.folder)
		p.folder = ""
	}
}

// Write writes one file that no other clashes with.
func Write(what, name string, fill func(io.Writer) error) error {
	var p Plan
	if err := p.Writes(what, name); err != nil {
		return err
	}
	writers, err := p.Open()
	if err != nil {
		return err
	}
	defer p.Discard()
	if err := fill(writers[0]); err != nil {
		return err
	}
	return p.Commit()
}

// WriteText writes one file of this text.
func WriteText(what, name, text string) error {
	return Write(what, name, func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
}
