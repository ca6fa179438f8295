package cache

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
)

// The bounds of a store: of one entry, of all together, and of their number.
const (
	mostEntry   = 8 << 20
	mostBytes   = 64 << 20
	mostEntries = 500
)

// Store is a folder of entries, a file each. Several programs may use it at a time:
// an entry appears whole, and one that is gone or broken is one that was never there.
type Store struct {
	Folder string
	From   filesystem.FS // what witnesses are about
}

// Question is all that an answer rests on beside what is read: the program, the
// command line, the current folder, the day.
type Question []string

// entry is the file of an answer, behind a line with its sum.
type entry struct {
	Question  Question        `json:"question"`
	Witnesses []Witness       `json:"witnesses"`
	Answer    json.RawMessage `json:"answer"`
}

const suffix = ".answer"

func (s Store) file(q Question) string {
	sum := sha256.New()
	for _, part := range q {
		fmt.Fprintf(sum, "%d:%s", len(part), part)
	}
	return filepath.Join(s.Folder, hex.EncodeToString(sum.Sum(nil))+suffix)
}

// Find gives the answer to a question, if it was kept and everything that was read for
// it is still the same.
func (s Store) Find(q Question) ([]byte, bool) {
	name := s.file(q)
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, false
	}
	sum, rest, _ := bytes.Cut(data, []byte("\n"))
	var e entry
	if string(sum) != sumOf(rest, nil) || json.Unmarshal(rest, &e) != nil || !slices.Equal(e.Question, q) {
		return nil, false
	}
	for _, witness := range e.Witnesses {
		if !witness.holds(s.From) {
			return nil, false
		}
	}
	return e.Answer, true
}

// Keep keeps the answer to a question, which is JSON, with what was read for it. That is worth
// trying, no more: an answer that could not be kept is worked out again.
func (s Store) Keep(q Question, read *Recorder, answer []byte) error {
	witnesses, steady := read.witnesses()
	if !steady || len(answer) > mostEntry {
		return nil
	}
	slices.SortFunc(witnesses, func(a, b Witness) int { return cmp.Or(strings.Compare(a.Name, b.Name), cmp.Compare(a.Op, b.Op)) })
	text, err := json.Marshal(entry{q, witnesses, answer})
	if err != nil {
		return fmt.Errorf("keep a result: %w", err)
	}
	if len(text) > 2*mostEntry {
		return nil
	}
	if err := os.MkdirAll(s.Folder, 0o700); err != nil {
		return fmt.Errorf("keep a result: %w", err)
	}
	file, err := os.CreateTemp(s.Folder, "*.new")
	if err != nil {
		return fmt.Errorf("keep a result: %w", err)
	}
	defer func() { _ = os.Remove(file.Name()) }() // where it was not renamed
	_, err = file.WriteString(sumOf(text, nil) + "\n" + string(text))
	if err = cmp.Or(err, file.Close()); err == nil {
		err = os.Rename(file.Name(), s.file(q))
	}
	if err != nil {
		return fmt.Errorf("keep a result: %w", err)
	}
	s.prune()
	return nil
}

// prune takes away the oldest entries beyond the bounds, and what a program that was
// killed left behind.
func (s Store) prune() {
	listed, err := os.ReadDir(s.Folder)
	if err != nil {
		return
	}
	var files []fs.FileInfo
	for _, item := range listed {
		if info, err := item.Info(); err == nil && info.Mode().IsRegular() && (strings.HasSuffix(info.Name(), suffix) || strings.HasSuffix(info.Name(), ".new")) {
			files = append(files, info)
		}
	}
	slices.SortFunc(files, func(a, b fs.FileInfo) int { return b.ModTime().Compare(a.ModTime()) })
	total := int64(0)
	for i, info := range files {
		total += info.Size()
		old := strings.HasSuffix(info.Name(), ".new") && files[0].ModTime().Sub(info.ModTime()) > time.Hour
		if total > mostBytes || i >= mostEntries || old {
			_ = os.Remove(filepath.Join(s.Folder, info.Name()))
		}
	}
}
