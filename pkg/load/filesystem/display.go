package filesystem

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/fetch"
)

// Display gives the path of a file on the disk as it is shown: relative to the current
// folder if the file lies below it, else as given, with forward slashes.
func Display(path string) string { return DisplayHere()(path) }

// DisplayHere is Display for many paths: where the current folder is costs more to ask
// than the rest.
func DisplayHere() func(path string) string {
	here, err := os.Getwd()
	return func(path string) string {
		if err == nil {
			full := filepath.Clean(path)
			if !filepath.IsAbs(path) {
				full = filepath.Join(here, path)
			}
			if relative, err := filepath.Rel(here, full); err == nil && !strings.HasPrefix(relative, "..") {
				return filepath.ToSlash(relative)
			}
		}
		return filepath.ToSlash(filepath.Clean(path))
	}
}

// DisplayBelow shows paths relative to a folder.
func DisplayBelow(folder string) func(path string) string {
	return func(path string) string {
		inside, err := filepath.Rel(folder, path)
		if err != nil {
			return Display(path)
		}
		return filepath.ToSlash(inside)
	}
}

// FromRepository names a file from the root of the repository that the current folder
// is in. Without a repository, and for a file outside of it, the name stays.
func FromRepository(name string) string {
	if fetch.IsAddress(name) {
		return name
	}
	full, err := filepath.Abs(filepath.FromSlash(name))
	if err != nil {
		return name
	}
	for folder, err := filepath.Abs("."); err == nil; folder = filepath.Dir(folder) {
		if _, err := os.Lstat(filepath.Join(folder, ".git")); err == nil {
			if relative, err := filepath.Rel(folder, full); err == nil && filepath.IsLocal(relative) {
				return filepath.ToSlash(relative)
			}
			return name
		}
		if folder == filepath.Dir(folder) {
			return name
		}
	}
	return name
}

// Holding gives the files of the disk that hold documents, of those that are true: a
// document's own, or the archive that it was found in.
func Holding(documents map[string]bool) []string {
	var files []string
	for name, holds := range documents {
		if holds && name != "" {
			files = append(files, fileOf(name))
		}
	}
	return files
}

// fileOf gives the file that a document is in. A name that leads nowhere stays.
func fileOf(document string) string {
	for at := filepath.FromSlash(document); ; at = filepath.Dir(at) {
		if info, err := os.Stat(at); err == nil {
			if info.IsDir() {
				return filepath.FromSlash(document)
			}
			return at
		}
		if at == filepath.Dir(at) {
			return filepath.FromSlash(document)
		}
	}
}
