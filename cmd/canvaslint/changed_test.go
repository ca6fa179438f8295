package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

// verdictOf gives what check finds in the current folder: a line for each error
// and warning and each problem, and the exit status.
func verdictOf(t *testing.T, args ...string) (lines []string, status int) {
	t.Helper()
	var out, errors bytes.Buffer
	status = run(append([]string{"check", "--format", "json"}, args...), streams{out: &out, err: &errors})
	var r finding.Report
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatalf("%v: %v %s", args, err, errors.String())
	}
	for _, f := range r.Findings {
		if f.Severity == finding.Info {
			continue
		}
		lines = append(lines, fmt.Sprintf("%s: %s", f.Rule, f.Message))
	}
	for _, p := range r.Problems {
		lines = append(lines, "problem: "+p.Message)
	}
	return lines, status
}

// without gives the lines that others do not have.
func without(lines, others []string) []string {
	return slices.DeleteFunc(slices.Clone(lines), func(line string) bool { return slices.Contains(others, line) })
}

// In an account without mistakes, whatever is found after one file was changed or
// deleted was done by that: --changed must leave none of it out.
func TestChangedLeavesNothingOut(t *testing.T) {
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS(filepath.Join("..", "..", "testdata", "snapshots", "clean"))); err != nil {
		t.Fatal(err)
	}
	t.Chdir(folder)
	old, _ := verdictOf(t)
	edits := map[string]func(text string) string{
		"deleted":         nil,
		"Deny for Allow":  func(text string) string { return strings.ReplaceAll(text, "Allow", "Deny") },
		"another account": func(text string) string { return strings.ReplaceAll(text, ":111122223333:", ":999988887777:") },
		"Statement taken out": func(text string) string {
			return regexp.MustCompile(`"Statement`).ReplaceAllString(text, `"Statements`)
		},
		"another role":          func(text string) string { return strings.ReplaceAll(text, ":role/", ":role/Other") },
		"cut off in the middle": func(text string) string { return text[:len(text)/2] },
	}
	small := regexp.MustCompile(`(manifest|tags|location|public-access-block|rotation|grants)\.json$`)
	found, files := 0, 0
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		// The manifest says what is complete for all; few rules read the others.
		if err != nil || entry.IsDir() || small.MatchString(name) {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for i, what := range slices.Sorted(maps.Keys(edits)) {
			// Each file in one of the ways, or in all where there is time.
			if edit := edits[what]; !isSlow() && i != files%len(edits) {
				continue
			} else if edit == nil {
				err = os.Remove(name)
			} else if edited := edit(string(text)); edited == string(text) {
				continue
			} else {
				err = os.WriteFile(name, []byte(edited), 0o600)
			}
			if err != nil {
				return err
			}
			all, status := verdictOf(t)
			want := without(all, old)
			got, changedStatus := verdictOf(t, "--changed", "--", name)
			if missing := without(want, got); status != changedStatus || len(missing) > 0 {
				t.Errorf("%s, %s: status %d, of everything %d; left out:\n%s", name, what, changedStatus, status, strings.Join(missing, "\n"))
			}
			found += len(want)
		}
		files++
		return os.WriteFile(name, text, 0o600)
	})
	if err != nil || found < 20 {
		t.Fatalf("%v, %d findings", err, found)
	}
}

// A folder that is gone leaves no document behind that could name its key or
// bucket: the paths of its files have to.
func TestChangedFolderLost(t *testing.T) {
	clean := os.DirFS(filepath.Join("..", "..", "testdata", "snapshots", "clean"))
	folders := map[string][]string{}
	err := fs.WalkDir(clean, ".", func(name string, entry fs.DirEntry, err error) error {
		if folder := filepath.Dir(name); !entry.IsDir() && regexp.MustCompile(`/(kms/keys|s3)/[^/]+$`).MatchString(folder) {
			folders[folder] = append(folders[folder], name)
		}
		return err
	})
	if err != nil || len(folders) < 3 {
		t.Fatal(err, folders)
	}
	for lost, files := range folders {
		t.Run(filepath.Base(lost), func(t *testing.T) {
			folder := t.TempDir()
			if err := os.CopyFS(folder, clean); err != nil {
				t.Fatal(err)
			}
			t.Chdir(folder)
			old, _ := verdictOf(t)
			if err := os.RemoveAll(lost); err != nil {
				t.Fatal(err)
			}
			all, status := verdictOf(t)
			got, changedStatus := verdictOf(t, append([]string{"--changed", "--"}, files...)...)
			if missing := without(without(all, old), got); status != changedStatus || len(missing) > 0 {
				t.Errorf("status %d, of everything %d; left out:\n%s", changedStatus, status, strings.Join(missing, "\n"))
			}
		})
	}
}
