// Package objects lets a run read and write S3 as it does the disk: what it reads is
// copied first, and what it writes is copied in the end.
package objects

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/fetch"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/outfile"
)

// Transfer has objects copied, and says meanwhile what it is doing.
type Transfer func(what string, ask fetch.Transfer) (*fetch.Transferred, error)

// Objects are files to read, those of the disk and copies of those that were named
// by an address of S3. Whatever is said of a copy is said of its address.
type Objects struct {
	Paths   []string
	files   filesystem.FS
	display func(path string) string // nil where nothing is a copy
	folder  string                   // of the copies
	unread  []fetch.Odd
}

// HasAddress reports whether a path is one of S3.
func HasAddress(paths []string) bool { return slices.ContainsFunc(paths, fetch.IsAddress) }

// OnDisk gives the paths that are none of S3.
func OnDisk(paths []string) []string {
	return slices.DeleteFunc(slices.Clone(paths), fetch.IsAddress)
}

// Obtain copies what paths name by addresses into a folder, until Remove.
func Obtain(paths []string, transfer Transfer) (*Objects, error) {
	o := &Objects{Paths: paths}
	if !HasAddress(paths) {
		return o, nil
	}
	var err error
	if o.folder, err = os.MkdirTemp("", "canvaslint-"); err != nil {
		return nil, FolderError{err}
	}
	var ask fetch.Transfer
	for i, path := range paths {
		if !fetch.IsAddress(path) {
			continue
		}
		to := filepath.Join(o.folder, strconv.Itoa(i))
		if err := os.Mkdir(to, 0o700); err != nil {
			o.Remove()
			return nil, FolderError{err}
		}
		ask.From = append(ask.From, fetch.From{Address: path, Folder: to})
	}
	done, err := transfer("copying from S3", ask)
	if err != nil {
		o.Remove()
		return nil, err
	}
	o.replace(done.From)
	return o, nil
}

// FolderError says that there is no folder to copy to.
type FolderError struct{ Err error }

func (e FolderError) Error() string { return "make a temporary folder: " + e.Err.Error() }
func (e FolderError) Unwrap() error { return e.Err }

// Remove takes the copies away.
func (o *Objects) Remove() {
	if o.folder != "" {
		_ = os.RemoveAll(o.folder)
	}
}

// replace puts copies in the place of addresses.
func (o *Objects) replace(copies []fetch.Copied) {
	var paths, odd []string
	failures, addresses := map[string]error{}, map[string]string{}
	prefixes := map[string]string{}
	next := 0
	for _, path := range o.Paths {
		if !fetch.IsAddress(path) {
			paths = append(paths, path)
			continue
		}
		c := copies[next]
		next++
		paths, prefixes[c.Path] = append(paths, c.Path), c.Prefix
		for _, object := range c.Odd {
			addresses[object.Path] = object.Address
			if object.Error != "" {
				failures[object.Path] = errors.New(object.Error)
				o.unread = append(o.unread, object)
			}
			if relative, err := filepath.Rel(c.Path, object.Path); err == nil && !filepath.IsLocal(relative) {
				odd = append(odd, object.Path)
			}
		}
	}
	o.Paths = slices.Concat(paths, odd)
	o.files = copied{filesystem.Disk{}, failures}
	o.display = func(path string) string {
		if address, ok := addresses[filepath.Clean(path)]; ok {
			return address
		}
		for folder, prefix := range prefixes {
			if relative, err := filepath.Rel(folder, path); err == nil && filepath.IsLocal(relative) {
				return strings.TrimSuffix(strings.TrimSuffix(prefix, "/")+"/"+filepath.ToSlash(relative), "/.")
			}
		}
		return filesystem.Display(path)
	}
}

// copied is a file system in which some objects could not be read.
type copied struct {
	filesystem.FS
	failures map[string]error
}

func (c copied) ReadFile(name string) ([]byte, error) {
	if err := c.failures[filepath.Clean(name)]; err != nil {
		return nil, err
	}
	return fs.ReadFile(c.FS, name)
}

func (c copied) Stat(name string) (fs.FileInfo, error)      { return fs.Stat(c.FS, name) }
func (c copied) Lstat(name string) (fs.FileInfo, error)     { return fs.Lstat(c.FS, name) }
func (c copied) ReadLink(name string) (string, error)       { return fs.ReadLink(c.FS, name) }
func (c copied) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(c.FS, name) }

// Read has a run read the copies.
func (o *Objects) Read(options *load.Options) {
	if o.display != nil {
		options.Files, options.Display = o.files, o.display
	}
}

// Named has an error of a file name its address.
func (o *Objects) Named(err error) error {
	var path *fs.PathError
	if o.display == nil || !errors.As(err, &path) {
		return err
	}
	return &fs.PathError{Op: path.Op, Path: o.display(path.Path), Err: path.Err}
}

// Whole is an error where an object could not be read: for who needs all of them.
func (o *Objects) Whole() error {
	if len(o.unread) == 0 {
		return nil
	}
	return fmt.Errorf("%s: %s", o.unread[0].Address, o.unread[0].Error)
}

// Plan begins a plan of files to write, some of them to S3.
func Plan(transfer Transfer) *outfile.Plan {
	return &outfile.Plan{Store: outfile.Store{
		Holds: func(name string) (bool, error) {
			if !fetch.IsAddress(name) {
				return false, nil
			}
			_, err := fetch.ParseObject(name)
			return true, err
		},
		Send: func(files []outfile.Sent) error {
			var ask fetch.Transfer
			for _, file := range files {
				ask.To = append(ask.To, fetch.To(file))
			}
			_, err := transfer("copying to S3", ask)
			return err
		},
	}}
}
