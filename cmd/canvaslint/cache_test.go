package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/pkg/report/publish"
)

// cached runs a command line in a folder that keeps results there.
func cached(t *testing.T, folder string, args ...string) (string, int) {
	t.Helper()
	var out, messages bytes.Buffer
	status := run(args, streams{out: &out, err: &messages, cache: folder, now: func() time.Time { return time.Unix(0, 0) }})
	return out.String() + messages.String(), status
}

// isKept reports whether a check finds its result among those of earlier runs.
func isKept(folder string, args ...string) bool {
	return (&checkFlags{}).remember(streams{cache: folder, args: args}, nil).Find() != nil
}

// TestCacheIsTheSame: a run that finds its result writes what the first one wrote, in
// every format.
func TestCacheIsTheSame(t *testing.T) {
	t.Chdir(filepath.Join("..", ".."))
	for _, snapshot := range []string{"broken", "clean"} {
		for _, format := range publish.Formats() {
			folder := t.TempDir()
			args := []string{"check", "--verbose", "--format", format, filepath.Join("testdata", "snapshots", snapshot)}
			first, status := cached(t, folder, args...)
			if !isKept(folder, args...) {
				t.Fatalf("%s in %s was not kept", snapshot, format)
			}
			second, again := cached(t, folder, args...)
			if diff := cmp.Diff(first, second); diff != "" || status != again {
				t.Errorf("%s in %s: status %d, then %d (-first +second):\n%s", snapshot, format, status, again, diff)
			}
		}
	}
}

// TestCacheSeesEveryByte: no byte of any input can change without the result being
// worked out anew.
func TestCacheSeesEveryByte(t *testing.T) {
	account, folder := t.TempDir(), t.TempDir()
	if err := os.CopyFS(account, os.DirFS(filepath.Join("..", "..", "testdata", "snapshots", "broken"))); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		".canvaslint.yaml": "guide: current\n", ".canvaslint-waivers.yaml": "waivers: []\n", ".gitignore": "*.tmp\n", "parameters.json": "[]\n", "notes.txt": "nothing\n",
	} {
		if err := os.WriteFile(filepath.Join(account, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	args := []string{"check", "--parameters", filepath.Join(account, "parameters.json"), account}
	if out, status := cached(t, folder, args...); status != exitFindings || !isKept(folder, args...) {
		t.Fatalf("status %d\n%s", status, out)
	}
	files := 0
	err := filepath.WalkDir(account, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(name) == ".txt" { // not even opened
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		files++
		for at := 0; at < len(text); at += 1 + len(text)/7 {
			changed := bytes.Clone(text)
			changed[at] ^= 1
			if err := os.WriteFile(name, changed, 0o600); err != nil {
				return err
			}
			if isKept(folder, args...) {
				t.Errorf("byte %d of %s changed, and the result was used", at, name)
			}
		}
		return os.WriteFile(name, text, 0o600)
	})
	if err != nil || files < 20 || !isKept(folder, args...) {
		t.Errorf("%d files, %v", files, err)
	}
}
