package lsp

import (
	"io/fs"
	"sync"

	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
)

// seen is a file system as it was when it was first asked: while somebody types, the
// disk is not walked again for every letter. It is thrown away when a document is
// opened, saved or closed, and when the client says that files changed.
type seen struct {
	filesystem.FS
	mu         sync.Mutex
	infos      map[string]answered[fs.FileInfo]
	own        map[string]answered[fs.FileInfo] // of links themselves
	links      map[string]answered[string]
	folders    map[string]answered[[]fs.DirEntry]
	files      map[string]answered[[]byte]
	identities map[string]answered[string]
}

type answered[V any] struct {
	value V
	err   error
}

// largestSeen is up to what size files are kept: reading large ones is little beside
// what is done with them, and would take their memory twice.
const largestSeen = 64 << 10

func newSeen(files filesystem.FS) *seen {
	return &seen{
		FS: files, infos: map[string]answered[fs.FileInfo]{}, own: map[string]answered[fs.FileInfo]{}, links: map[string]answered[string]{},
		folders: map[string]answered[[]fs.DirEntry]{}, files: map[string]answered[[]byte]{}, identities: map[string]answered[string]{},
	}
}

// remember gives what was told before, else asks.
func remember[V any](s *seen, known map[string]answered[V], name string, ask func(fs.FS, string) (V, error), keep func(V) bool) (V, error) {
	s.mu.Lock()
	old, ok := known[name]
	s.mu.Unlock()
	if ok {
		return old.value, old.err
	}
	value, err := ask(s.FS, name)
	if keep(value) {
		s.mu.Lock()
		known[name] = answered[V]{value, err}
		s.mu.Unlock()
	}
	return value, err
}

func always[V any](V) bool { return true }

func (s *seen) Stat(name string) (fs.FileInfo, error) {
	return remember(s, s.infos, name, fs.Stat, always)
}

func (s *seen) Lstat(name string) (fs.FileInfo, error) {
	return remember(s, s.own, name, fs.Lstat, always)
}

func (s *seen) ReadLink(name string) (string, error) {
	return remember(s, s.links, name, fs.ReadLink, always)
}

func (s *seen) ReadDir(name string) ([]fs.DirEntry, error) {
	return remember(s, s.folders, name, fs.ReadDir, always)
}

func (s *seen) ReadFile(name string) ([]byte, error) {
	return remember(s, s.files, name, fs.ReadFile, func(data []byte) bool { return len(data) <= largestSeen })
}

func (s *seen) Identity(name string) string {
	identity, _ := remember(s, s.identities, name, func(fs.FS, string) (string, error) { return s.FS.Identity(name), nil }, always)
	return identity
}
