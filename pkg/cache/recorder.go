// Package cache keeps what checks found out, with everything that each of them read:
// a result counts again only where all of that is still the same. What a check reads
// it reads through a Recorder, so that no one has to know beforehand what that is.
package cache

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"

	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
)

// Witness is one thing that was looked at, and what was seen.
type Witness struct {
	Op   op     `json:"op"`
	Name string `json:"name"`
	Sum  string `json:"sum"`
}

// op is a way of looking at a file system.
type op string

const (
	content  op = "content"
	list     op = "list"
	stat     op = "stat"
	lstat    op = "lstat"
	link     op = "link"
	identity op = "identity"
	named    op = "named" // of a word, a bar and a folder
)

// Recorder is a file system that notes what is seen in another one.
type Recorder struct {
	from filesystem.FS

	lock sync.Mutex
	seen map[seen]string
	// unsteady is set where something was seen that cannot be vouched for: a file that
	// changed between two looks, or one that was read piece by piece.
	unsteady bool
}

type seen struct {
	op   op
	name string
}

// Record makes a recorder.
func Record(from filesystem.FS) *Recorder {
	return &Recorder{from: from, seen: map[seen]string{}}
}

// most bounds what is noted: who looks at more waits for other things than for a look
// at all of that again.
const most = 20_000

func (r *Recorder) note(op op, name string, sum func() string) {
	if r.gaveUp() {
		return
	}
	text := sum() // of all files at a time
	r.lock.Lock()
	defer r.lock.Unlock()
	at := seen{op, name}
	before, ok := r.seen[at]
	if ok && before != text || len(r.seen) >= most {
		r.unsteady = true
		clear(r.seen)
		return
	}
	r.seen[at] = text
}

func (r *Recorder) gaveUp() bool {
	r.lock.Lock()
	defer r.lock.Unlock()
	return r.unsteady
}

// IsWhole reports whether everything that was seen can be vouched for.
func (r *Recorder) IsWhole() bool { return !r.gaveUp() }

// Open gives a file to be read piece by piece, which no one vouches for.
func (r *Recorder) Open(name string) (fs.File, error) {
	r.lock.Lock()
	defer r.lock.Unlock()
	r.unsteady = true
	return r.from.Open(name)
}

// ReadFile reads a whole file.
func (r *Recorder) ReadFile(name string) ([]byte, error) {
	data, err := fs.ReadFile(r.from, name)
	r.note(content, name, func() string { return sumOf(data, err) })
	return data, err
}

// ReadDir lists a folder.
func (r *Recorder) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(r.from, name)
	r.note(list, name, func() string { return sumOfList(entries, err) })
	return entries, err
}

// Named gives the names of files that hold a word.
func (r *Recorder) Named(folder, word string) ([]string, error) {
	names, err := filesystem.Named(r.from, folder, word)
	r.note(named, word+"|"+folder, func() string { return sumOf(fmt.Appendf(nil, "%q", names), err) })
	return names, err
}

// Stat follows links.
func (r *Recorder) Stat(name string) (fs.FileInfo, error) {
	info, err := fs.Stat(r.from, name)
	r.note(stat, name, func() string { return sumOfInfo(info, err) })
	return info, err
}

// Lstat does not follow a link.
func (r *Recorder) Lstat(name string) (fs.FileInfo, error) {
	info, err := fs.Lstat(r.from, name)
	r.note(lstat, name, func() string { return sumOfInfo(info, err) })
	return info, err
}

// ReadLink gives the target of a link.
func (r *Recorder) ReadLink(name string) (string, error) {
	target, err := fs.ReadLink(r.from, name)
	r.note(link, name, func() string { return sumOf([]byte(target), err) })
	return target, err
}

// Absolute depends on the current folder alone, which is part of a question.
func (r *Recorder) Absolute(name string) string { return r.from.Absolute(name) }

// Identity gives the one name of a file.
func (r *Recorder) Identity(name string) string {
	found := r.from.Identity(name)
	r.note(identity, name, func() string { return sumOf([]byte(found), nil) })
	return found
}

// witnesses gives what was seen; false where not all of it can be vouched for.
func (r *Recorder) witnesses() ([]Witness, bool) {
	r.lock.Lock()
	defer r.lock.Unlock()
	list := make([]Witness, 0, len(r.seen))
	for at, sum := range r.seen {
		list = append(list, Witness{at.op, at.name, sum})
	}
	return list, !r.unsteady
}

// holds reports whether the same is seen now.
func (w Witness) holds(from filesystem.FS) bool {
	again := Record(from)
	switch w.Op {
	case content:
		_, _ = again.ReadFile(w.Name)
	case list:
		_, _ = again.ReadDir(w.Name)
	case stat:
		_, _ = again.Stat(w.Name)
	case lstat:
		_, _ = again.Lstat(w.Name)
	case link:
		_, _ = again.ReadLink(w.Name)
	case identity:
		again.Identity(w.Name)
	case named:
		word, folder, _ := strings.Cut(w.Name, "|")
		_, _ = again.Named(folder, word)
	}
	return again.seen[seen{w.Op, w.Name}] == w.Sum // no sum of an unknown op
}

func sumOf(data []byte, err error) string {
	if err != nil {
		return "error: " + bare(err)
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// sumOfList vouches for names and kinds; what is in the files they are asked for.
func sumOfList(entries []fs.DirEntry, err error) string {
	var text []byte
	for _, entry := range entries {
		text = fmt.Appendf(text, "%q %v\n", entry.Name(), entry.Type())
	}
	return sumOf(text, err)
}

// sumOfInfo vouches for what a file is, not for its times. The size of a folder says
// nothing.
func sumOfInfo(info fs.FileInfo, err error) string {
	if err != nil {
		return sumOf(nil, err)
	}
	size := int64(0)
	if info.Mode().IsRegular() {
		size = info.Size()
	}
	return fmt.Sprintf("%v %d", info.Mode(), size)
}

// bare is an error without the name of the file, which the witness has.
func bare(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return err.Error()
}
