package cache_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/cache"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
)

func write(t *testing.T, folder string, texts map[string]string) {
	t.Helper()
	for name, text := range texts {
		name = filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// look reads a folder as a check does: it lists, looks at, follows and reads
// everything, and looks for a file that is missing.
func look(t *testing.T, from filesystem.FS, folder string) {
	t.Helper()
	if _, err := fs.Stat(from, filepath.Join(folder, "missing")); err == nil {
		t.Fatal("missing is there")
	}
	if names, err := filesystem.Named(from, filepath.Dir(folder), "config"); err != nil || len(names) > 0 {
		t.Fatal(names, err)
	}
	_ = fs.WalkDir(from, folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			t.Fatal(err)
		}
		from.Identity(name)
		_, _ = fs.Lstat(from, name)
		switch entry.Type() {
		case fs.ModeSymlink:
			_, _ = fs.ReadLink(from, name)
		case 0:
			_, _ = fs.ReadFile(from, name)
		}
		return nil
	})
}

// TestEveryChangeCounts: whatever changes in what was read, the result is not used.
func TestEveryChangeCounts(t *testing.T) {
	above := t.TempDir()
	folder := filepath.Join(above, "account")
	texts := map[string]string{"a.json": `{"a": 1}`, "b/c.yaml": "c: d\n", "b/empty": "", "e/f/g": "text"}
	write(t, folder, texts)
	if err := os.Symlink("a.json", filepath.Join(folder, "link")); err != nil {
		t.Fatal(err)
	}
	store := cache.Store{Folder: filepath.Join(t.TempDir(), "deep", "cache"), From: filesystem.Disk{}}
	question := cache.Question{"check", "."}
	seen := cache.Record(filesystem.Disk{})
	look(t, seen, folder)
	if err := store.Keep(question, seen, []byte(`{"answer":1}`)); err != nil {
		t.Fatal(err)
	}
	found := func() bool {
		answer, ok := store.Find(question)
		if ok && string(answer) != `{"answer":1}` {
			t.Fatalf("another answer: %s", answer)
		}
		return ok
	}
	if !found() {
		t.Fatal("nothing changed, and the answer was not found")
	}
	for name, text := range texts {
		for at := range text {
			changed := []byte(text)
			changed[at] ^= 1
			write(t, folder, map[string]string{name: string(changed)})
			if found() {
				t.Errorf("byte %d of %s changed, and the answer was found", at, name)
			}
		}
		write(t, folder, map[string]string{name: text + " "})
		if found() {
			t.Errorf("%s grew, and the answer was found", name)
		}
		write(t, folder, map[string]string{name: text})
	}
	path := func(name string) string { return filepath.Join(folder, name) }
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		what     string
		do, undo func()
	}{
		{"a config above", func() { write(t, above, map[string]string{"MyConfig": ""}) }, func() { must(os.Remove(filepath.Join(above, "MyConfig"))) }},
		{"a new file", func() { write(t, folder, map[string]string{"b/new": ""}) }, func() { must(os.Remove(path("b/new"))) }},
		{"a new folder", func() { must(os.Mkdir(path("h"), 0o755)) }, func() { must(os.Remove(path("h"))) }},
		{"a file that was looked for", func() { write(t, folder, map[string]string{"missing": ""}) }, func() { must(os.Remove(path("missing"))) }},
		{"a file less", func() { must(os.Remove(path("b/empty"))) }, func() { write(t, folder, map[string]string{"b/empty": ""}) }},
		{"another name", func() { must(os.Rename(path("e/f/g"), path("e/f/G"))) }, func() { must(os.Rename(path("e/f/G"), path("e/f/g"))) }},
		{"another target", func() { must(os.Remove(path("link"))); must(os.Symlink("b/c.yaml", path("link"))) }, func() { must(os.Remove(path("link"))); must(os.Symlink("a.json", path("link"))) }},
		{"a file for a link", func() { must(os.Remove(path("link"))); write(t, folder, map[string]string{"link": texts["a.json"]}) }, func() { must(os.Remove(path("link"))); must(os.Symlink("a.json", path("link"))) }},
		{"a folder for a file", func() { must(os.Remove(path("b/empty"))); must(os.Mkdir(path("b/empty"), 0o755)) }, func() { must(os.Remove(path("b/empty"))); write(t, folder, map[string]string{"b/empty": ""}) }},
	} {
		c.do()
		if found() {
			t.Errorf("%s, and the answer was found", c.what)
		}
		c.undo()
		if !found() {
			t.Errorf("%s and back, and the answer was not found", c.what)
		}
	}
	write(t, above, map[string]string{"anything else": ""})
	if !found() {
		t.Error("a file that no one looked for, and the answer was not found")
	}
	for _, other := range []cache.Question{{"check"}, {"check", ".."}, {"check", ".", ""}, {"check."}, {"", "check", "."}, {"check,", "."}} {
		if _, ok := store.Find(other); ok {
			t.Errorf("the answer to %q was given to %q", question, other)
		}
	}
}

// TestUnsteady: what changed while it was read is not kept, nor what was read in
// pieces, nor what is too large.
func TestUnsteady(t *testing.T) {
	folder := t.TempDir()
	write(t, folder, map[string]string{"a": "1"})
	a := filepath.Join(folder, "a")
	for name, read := range map[string]func(*cache.Recorder){
		"changed between two looks": func(r *cache.Recorder) {
			_, _ = r.ReadFile(a)
			write(t, folder, map[string]string{"a": "2"})
			_, _ = r.ReadFile(a)
		},
		"read in pieces": func(r *cache.Recorder) {
			if file, err := r.Open(a); err == nil {
				_ = file.Close()
			}
		},
	} {
		store := cache.Store{Folder: t.TempDir(), From: filesystem.Disk{}}
		r := cache.Record(filesystem.Disk{})
		read(r)
		if err := store.Keep(cache.Question{name}, r, []byte("1")); err != nil {
			t.Fatal(err)
		}
		if _, ok := store.Find(cache.Question{name}); ok {
			t.Errorf("%s, and it was kept", name)
		}
	}
	store := cache.Store{Folder: t.TempDir(), From: filesystem.Disk{}}
	if err := store.Keep(cache.Question{"large"}, cache.Record(filesystem.Disk{}), []byte(`"`+strings.Repeat("a", 9<<20)+`"`)); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(store.Folder); len(left) > 0 {
		t.Errorf("too large, and it was kept: %v", left)
	}
}

// TestBrokenEntry: an entry of which any byte changed is none.
func TestBrokenEntry(t *testing.T) {
	store := cache.Store{Folder: t.TempDir(), From: filesystem.Disk{}}
	question := cache.Question{"q"}
	if err := store.Keep(question, cache.Record(filesystem.Disk{}), []byte(`{"status":0}`)); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(store.Folder, "*"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	whole, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	for at := range whole {
		for _, text := range [][]byte{slices.Concat(whole[:at], []byte{whole[at] ^ 1}, whole[at+1:]), whole[:at]} {
			if err := os.WriteFile(files[0], text, 0o600); err != nil {
				t.Fatal(err)
			}
			if answer, ok := store.Find(question); ok {
				t.Fatalf("byte %d: %s", at, answer)
			}
		}
	}
}

// TestBounds: the store keeps the newest entries, up to a number and a size.
func TestBounds(t *testing.T) {
	store := cache.Store{Folder: t.TempDir(), From: filesystem.Disk{}}
	none := cache.Record(filesystem.Disk{})
	answer := []byte(`"` + strings.Repeat("a", 7<<20) + `"`)
	for n := range 12 {
		if err := store.Keep(cache.Question{fmt.Sprint(n)}, none, answer); err != nil {
			t.Fatal(err)
		}
	}
	total := int64(0)
	entries, _ := os.ReadDir(store.Folder)
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil {
			total += info.Size()
		}
	}
	if total > 64<<20 || len(entries) < 5 {
		t.Errorf("%d entries, %d bytes", len(entries), total)
	}
	for n := range 520 {
		if err := store.Keep(cache.Question{"small", fmt.Sprint(n)}, none, []byte("1")); err != nil {
			t.Fatal(err)
		}
	}
	if entries, _ = os.ReadDir(store.Folder); len(entries) > 500 {
		t.Errorf("%d entries", len(entries))
	}
	if _, ok := store.Find(cache.Question{"small", "519"}); !ok {
		t.Error("the newest entry is gone")
	}
}

// TestManyAtOnce: those who keep and find at the same time find a whole answer to
// their question, or none.
func TestManyAtOnce(t *testing.T) {
	store := cache.Store{Folder: t.TempDir(), From: filesystem.Disk{}}
	var group sync.WaitGroup
	for worker := range 8 {
		group.Go(func() {
			for n := range 60 {
				question := cache.Question{fmt.Sprint(n % 5)}
				want := fmt.Sprintf(`"%d %s"`, n%5, strings.Repeat("x", 1000))
				if err := store.Keep(question, cache.Record(filesystem.Disk{}), []byte(want)); err != nil {
					t.Errorf("worker %d: %v", worker, err)
				}
				if got, ok := store.Find(question); ok && string(got) != want {
					t.Errorf("worker %d: another answer", worker)
				}
			}
		})
	}
	group.Wait()
	if left, _ := filepath.Glob(filepath.Join(store.Folder, "*.new")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
