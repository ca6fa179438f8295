package lsp

import (
	"io/fs"
	"path/filepath"

	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
)

// within is a file system with a current folder: relative names are below it, as
// for a command that was started there.
type within struct {
	files  filesystem.FS
	folder string
	// hides says of a file of the folder that it is not looked at; nil shows all.
	hides func(entry fs.DirEntry) bool
}

func (w within) Open(name string) (fs.File, error) { return w.files.Open(w.Absolute(name)) }
func (w within) Stat(name string) (fs.FileInfo, error) {
	return fs.Stat(w.files, w.Absolute(name))
}

func (w within) Lstat(name string) (fs.FileInfo, error) {
	return fs.Lstat(w.files, w.Absolute(name))
}

func (w within) ReadLink(name string) (string, error) {
	return fs.ReadLink(w.files, w.Absolute(name))
}

func (w within) ReadFile(name string) ([]byte, error) {
	return fs.ReadFile(w.files, w.Absolute(name))
}

func (w within) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(w.files, w.Absolute(name))
	if w.hides == nil || w.Absolute(name) != w.folder {
		return entries, err
	}
	var shown []fs.DirEntry
	for _, entry := range entries {
		if !w.hides(entry) {
			shown = append(shown, entry)
		}
	}
	return shown, err
}

func (w within) Absolute(name string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(w.folder, name)
}

func (w within) Identity(name string) string { return w.files.Identity(w.Absolute(name)) }
