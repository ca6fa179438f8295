package publish_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/outfile"
	"github.com/canvaslint/canvaslint/pkg/report/publish"
)

// accounts is a report on n accounts, all of them ready.
func accounts(n int) finding.Whole {
	r := &finding.Report{Guide: "2022"}
	for i := range n {
		r.Readiness = append(r.Readiness, finding.Readiness{Account: fmt.Sprintf("%012d", 111122223333+i), Region: "eu-central-1", Domain: "d-1", Purpose: finding.App, Verdict: finding.Ready})
	}
	return finding.WholeOf(r)
}

// write writes a report as a page, where a run has read some files.
func write(t *testing.T, r finding.Whole, file string, read ...string) error {
	t.Helper()
	batch, err := publish.New(&outfile.Plan{}, publish.Options{Format: "html", Output: file, Now: func() time.Time { return time.Unix(0, 0) }})
	if err != nil {
		t.Fatal(err)
	}
	batch.Reads("an input", read...)
	if err := batch.Open(); err != nil {
		t.Fatal(err)
	}
	return batch.Write(r, nil)
}

// filesOf lists what a folder holds.
func filesOf(t *testing.T, folder string) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, strings.TrimPrefix(filepath.ToSlash(name), filepath.ToSlash(folder)+"/"))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// The pages of a report on many accounts lie in a folder beside the index. They replace
// those of an earlier run, and nothing that the run read.
func TestPages(t *testing.T) {
	folder := t.TempDir()
	index := filepath.Join(folder, "audit.html")
	if err := write(t, accounts(2), index); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"audit.html"}, filesOf(t, folder)); diff != "" {
		t.Errorf("a report on two accounts: %s", diff)
	}
	for range 2 {
		if err := write(t, accounts(21), index); err != nil {
			t.Fatal(err)
		}
		if names := filesOf(t, folder); len(names) != 22 || names[0] != "audit-accounts/111122223333.html" || names[21] != "audit.html" {
			t.Errorf("a report on 21 accounts: %q", names)
		}
	}
	before, err := os.ReadFile(index)
	if err != nil {
		t.Fatal(err)
	}
	err = write(t, accounts(22), index, filepath.Join(folder, "audit-accounts", "111122223333.html"))
	var clash outfile.ClashError
	if !errors.As(err, &clash) || !strings.HasPrefix(clash.Text, "the pages of the html report would be written beside an input, ") {
		t.Errorf("over an input: %v", err)
	}
	after, err := os.ReadFile(index)
	if err != nil || !bytes.Equal(after, before) || len(filesOf(t, folder)) != 22 {
		t.Errorf("the old report was changed: %v, %q", err, filesOf(t, folder))
	}
}

// A link in the folder of the pages is replaced: what it leads to stays.
func TestPagesLinks(t *testing.T) {
	folder := t.TempDir()
	other := filepath.Join(t.TempDir(), "other.html")
	if err := os.WriteFile(other, []byte("other"), 0o600); err != nil {
		t.Fatal(err)
	}
	page := filepath.Join(folder, "a-accounts", "111122223333.html")
	if err := os.Mkdir(filepath.Dir(page), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(other, page); err != nil {
		t.Skipf("SKIPPED: no symbolic links here: %v", err)
	}
	if err := write(t, accounts(21), filepath.Join(folder, "a.html")); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(other); err != nil || string(text) != "other" {
		t.Errorf("%q, %v", text, err)
	}
}
