// Package outfile writes files whole or not at all: into a temporary file beside
// the old one, through to the disk, and then under its name. What stops it on the
// way, such as a full disk, leaves the old file as it was.
package outfile

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// Temporary begins the names of files that are being written. They have no
// extension, so that who reads a folder meanwhile takes none for a document.
const Temporary = ".canvaslint-"

// Pending is a file that is being written. It ends with Commit or Discard.
type Pending struct {
	root   *os.Root
	name   string // in root
	temp   string // "" where the file is written as it stands: a device, a pipe
	file   *os.File
	buffer *bufio.Writer
	owned  bool // the root is closed with the file
}

// Begin starts a file below a root. A file of that name stays until Commit.
func Begin(root *os.Root, name string, mode fs.FileMode) (*Pending, error) {
	p := &Pending{root: root, name: name, temp: Temporary + rand.Text()}
	var err error
	if p.file, err = root.OpenFile(p.temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode); err != nil {
		return nil, err
	}
	p.buffer = bufio.NewWriter(p.file)
	return p, nil
}

// Create starts a file by its name, links followed. A file that is there keeps its
// mode; one that may not be written is refused. What is no regular file, such as
// /dev/stdout or a named pipe, is written to directly: it has nothing to keep.
func Create(name string) (*Pending, error) {
	target, err := Resolve(name)
	if err != nil {
		return nil, err
	}
	mode, replaces := fs.FileMode(0o666), false
	if info, err := os.Lstat(target); err == nil {
		old, err := os.OpenFile(target, os.O_WRONLY, 0)
		if err != nil {
			return nil, err // a folder, or one that is write-protected
		}
		if !info.Mode().IsRegular() {
			return &Pending{file: old, buffer: bufio.NewWriter(old)}, nil
		}
		if err := old.Close(); err != nil {
			return nil, err
		}
		mode, replaces = info.Mode().Perm(), true
	}
	root, err := os.OpenRoot(filepath.Dir(target))
	if err != nil {
		return nil, err
	}
	p, err := Begin(root, filepath.Base(target), mode)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", name, err), root.Close())
	}
	p.owned = true
	if replaces { // whatever the umask
		if err := p.file.Chmod(mode); err != nil {
			p.Discard()
			return nil, err
		}
	}
	return p, nil
}

// Write adds to the file.
func (p *Pending) Write(data []byte) (int, error) { return p.buffer.Write(data) }

// Finish brings all that was written to the disk, so that Commit has nothing left
// to do but to give the file its name.
func (p *Pending) Finish() error {
	if p.file == nil {
		return nil
	}
	err := p.buffer.Flush()
	if err == nil && p.temp != "" {
		err = p.file.Sync()
	}
	err = errors.Join(err, p.file.Close())
	p.file = nil
	if err != nil {
		p.Discard()
	}
	return err
}

// Commit puts the file under its name.
func (p *Pending) Commit() error {
	if err := p.Finish(); err != nil {
		return err
	}
	if p.temp == "" {
		return nil
	}
	if err := p.root.Rename(p.temp, p.name); err != nil {
		p.Discard()
		return err
	}
	p.temp = ""
	err := p.syncFolder()
	p.closeRoot()
	return err
}

// Discard leaves the file as it was. After Commit it does nothing.
func (p *Pending) Discard() {
	if p.file != nil {
		_ = p.file.Close()
		p.file = nil
	}
	if p.temp != "" {
		_ = p.root.Remove(p.temp)
		p.temp = ""
	}
	p.closeRoot()
}

func (p *Pending) closeRoot() {
	if p.owned {
		_ = p.root.Close()
		p.owned = false
	}
}

// syncFolder brings the folder's list of names to the disk. Not every system lets
// a folder be synced; the file itself is on the disk already.
func (p *Pending) syncFolder() error {
	folder, err := p.root.Open(path.Dir(filepath.ToSlash(p.name)))
	if err != nil {
		return err
	}
	_ = folder.Sync()
	return folder.Close()
}

// mostLinks is how many links a name may lead through, as Linux has it.
const mostLinks = 40

// Resolve gives the absolute name of what a name stands for, links followed, also
// where the last one leads to a file that does not exist yet. A link that is none of
// the file system's, such as /dev/stdout to a pipe, stays.
func Resolve(name string) (string, error) {
	given, err := filepath.Abs(name)
	if err != nil {
		return "", err
	}
	target, err := follow(given)
	there, failed := os.Stat(given)
	if failed != nil {
		return target, err
	}
	if found, failed := os.Stat(target); err != nil || failed != nil || !os.SameFile(there, found) {
		return given, nil //nolint:nilerr // what cannot be followed is named as it is
	}
	return target, nil
}

func follow(full string) (string, error) {
	for range mostLinks {
		folder, err := filepath.EvalSymlinks(filepath.Dir(full))
		if err != nil {
			return "", err
		}
		full = filepath.Join(folder, filepath.Base(full))
		link, err := os.Readlink(full)
		if err != nil {
			return full, nil //nolint:nilerr // no link, or nothing there
		}
		if !filepath.IsAbs(link) {
			link = filepath.Join(folder, link)
		}
		full = link
	}
	return "", fmt.Errorf("%s: too many symbolic links", full)
}
