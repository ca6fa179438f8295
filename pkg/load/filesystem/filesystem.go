// Package filesystem finds the files to check and opens them: on the disk, in any
// file system, below folders and links, and in archives. What is in them is the
// business of the packages beside it.
package filesystem

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/canvaslint/canvaslint/pkg/fetch"
)

// FS is where files are read from. It is an fs.FS whose names are those of
// its holder: Disk takes the paths of the system, which fs.ValidPath refuses.
type FS interface {
	fs.FS
	// Absolute gives a name that does not depend on a current folder.
	Absolute(name string) string
	// Identity gives the one name of a file that is reached under several. A file
	// that does not exist has the identity that it would have.
	Identity(name string) string
}

// Disk is the file system of the machine.
type Disk struct{}

// Open opens a file or folder.
func (Disk) Open(name string) (fs.File, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, inS3(name, err)
	}
	return file, nil
}

// Stat follows links.
func (Disk) Stat(name string) (fs.FileInfo, error) {
	info, err := os.Stat(name)
	return info, inS3(name, err)
}

// Lstat does not follow a link.
func (Disk) Lstat(name string) (fs.FileInfo, error) { return os.Lstat(name) }

// ReadLink gives the target of a link.
func (Disk) ReadLink(name string) (string, error) { return os.Readlink(name) }

// ReadFile reads a whole file.
func (Disk) ReadFile(name string) ([]byte, error) {
	data, err := os.ReadFile(name)
	return data, inS3(name, err)
}

// ReadDir lists a folder in the order of its names.
func (Disk) ReadDir(name string) ([]fs.DirEntry, error) { return os.ReadDir(name) }

// inS3 is the error of a name that the disk does not have, where it is an address of S3:
// what takes these copies them first, and reads the copies.
func inS3(name string, err error) error {
	if !errors.Is(err, fs.ErrNotExist) || !fetch.IsAddress(name) {
		return err
	}
	return &fs.PathError{Op: "open", Path: name, Err: errors.New("only the disk is read here: copy it there with aws s3 cp; the inputs of check, merge and convert can be addresses of S3")}
}

// Absolute puts the current folder in front of a relative path.
func (Disk) Absolute(name string) string {
	full, err := filepath.Abs(filepath.FromSlash(name))
	if err != nil {
		return name
	}
	return full
}

// Identity gives the absolute path without links. What is missing, such as a
// deleted file or one in an archive, follows the folder it would be in.
func (d Disk) Identity(name string) string {
	full := d.Absolute(name)
	if target, err := filepath.EvalSymlinks(full); err == nil {
		return target
	}
	parent := filepath.Dir(full)
	if parent == full {
		return full
	}
	return filepath.Join(d.Identity(parent), filepath.Base(full))
}

// Named gives the names of the files of a folder that hold a word, in any case of
// letters. Who asks for these alone does not depend on what else is there.
func Named(from FS, folder, word string) ([]string, error) {
	if own, ok := from.(interface {
		Named(folder, word string) ([]string, error)
	}); ok {
		return own.Named(folder, word)
	}
	entries, err := fs.ReadDir(from, folder)
	var names []string
	for _, entry := range entries {
		if !entry.IsDir() && strings.Contains(strings.ToLower(entry.Name()), word) {
			names = append(names, entry.Name())
		}
	}
	return names, err
}

// Of makes an FS of any file system: an archive, a bucket, a map of texts. Its
// names are those that fs.ValidPath accepts.
func Of(fsys fs.FS) FS { return anyFS{fsys} }

type anyFS struct{ fs.FS }

func (anyFS) Absolute(name string) string { return path.Clean(name) }
func (anyFS) Identity(name string) string { return path.Clean(name) }

func (f anyFS) Stat(name string) (fs.FileInfo, error)      { return fs.Stat(f.FS, name) }
func (f anyFS) Lstat(name string) (fs.FileInfo, error)     { return fs.Lstat(f.FS, name) }
func (f anyFS) ReadLink(name string) (string, error)       { return fs.ReadLink(f.FS, name) }
func (f anyFS) ReadFile(name string) ([]byte, error)       { return fs.ReadFile(f.FS, name) }
func (f anyFS) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(f.FS, name) }

// Overlay reads the texts that it is given, by their names, in place of what is
// a system: the unsaved buffers of an editor. A text whose file does not exist yet
// is listed in its folder.
func Overlay(under FS, texts map[string][]byte) FS {
	o := overlay{FS: under, texts: map[string][]byte{}}
	for name, text := range texts {
		o.texts[under.Identity(name)] = text
	}
	return o
}

type overlay struct {
	FS
	texts map[string][]byte // by identity
}

func (o overlay) Stat(name string) (fs.FileInfo, error) {
	info, err := fs.Stat(o.FS, name)
	if text, ok := o.texts[o.Identity(name)]; ok && err != nil {
		return bufferInfo{name: path.Base(filepath.ToSlash(name)), size: int64(len(text))}, nil //nolint:nilerr // a buffer has no file yet
	}
	return info, err
}

func (o overlay) Lstat(name string) (fs.FileInfo, error) {
	info, err := fs.Lstat(o.FS, name)
	if err != nil {
		return o.Stat(name)
	}
	return info, nil
}

func (o overlay) ReadLink(name string) (string, error) { return fs.ReadLink(o.FS, name) }

func (o overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(o.FS, name)
	if err != nil {
		return entries, err
	}
	folder := filepath.Clean(o.Identity(name))
	known := map[string]bool{}
	for _, entry := range entries {
		known[entry.Name()] = true
	}
	for file, text := range o.texts {
		base := filepath.Base(file)
		if filepath.Dir(file) == folder && !known[base] {
			entries = append(entries, fs.FileInfoToDirEntry(bufferInfo{base, int64(len(text))}))
		}
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, nil
}

func (o overlay) ReadFile(name string) ([]byte, error) {
	if text, ok := o.texts[o.Identity(name)]; ok {
		return text, nil
	}
	return fs.ReadFile(o.FS, name)
}

// bufferInfo describes a text that has no file yet.
type bufferInfo struct {
	name string
	size int64
}

func (i bufferInfo) Name() string     { return i.name }
func (i bufferInfo) Size() int64      { return i.size }
func (bufferInfo) Mode() fs.FileMode  { return 0o644 }
func (bufferInfo) ModTime() time.Time { return time.Time{} }
func (bufferInfo) IsDir() bool        { return false }
func (bufferInfo) Sys() any           { return nil }
