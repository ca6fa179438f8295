package outfile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// inFolder makes files (name to text; a text that begins with "->" is a link, with
// "=>" a hard link) and makes the folder the current one.
func inFolder(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	var links []string
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(text, "->") || strings.HasPrefix(text, "=>") {
			links = append(links, name)
			continue
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range links {
		link := os.Symlink
		if strings.HasPrefix(files[name], "=>") {
			link = os.Link
		}
		if err := link(files[name][2:], name); err != nil {
			t.Skip("this system makes no links:", err)
		}
	}
}

// folder gives the files of the current folder with their texts.
func folder(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if data, err := os.ReadFile(entry.Name()); err == nil {
			found[entry.Name()] = string(data)
		}
	}
	return found
}

// TestWrite writes all of a file, or leaves the old one and nothing else.
func TestWrite(t *testing.T) {
	full := errors.New("disk full")
	tests := []struct {
		name   string
		files  map[string]string
		target string
		fail   error
		want   map[string]string
	}{
		{"new", nil, "a", nil, map[string]string{"a": "new"}},
		{"over an old one", map[string]string{"a": "old"}, "a", nil, map[string]string{"a": "new"}},
		{"broken off", map[string]string{"a": "old"}, "a", full, map[string]string{"a": "old"}},
		{"broken off, new", nil, "a", full, map[string]string{}},
		{"through a link", map[string]string{"a": "old", "b": "->a"}, "b", nil, map[string]string{"a": "new", "b": "new"}},
		{"through a link to nothing", map[string]string{"b": "->a"}, "b", nil, map[string]string{"a": "new", "b": "new"}},
		{"through links to a folder", map[string]string{"d/x": "old", "e": "->d"}, "e/x", nil, map[string]string{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inFolder(t, test.files)
			err := Write("the report", test.target, func(w io.Writer) error {
				if _, err := io.WriteString(w, "new"); err != nil {
					return err
				}
				return test.fail
			})
			if !errors.Is(err, test.fail) {
				t.Errorf("error %v, want %v", err, test.fail)
			}
			if diff := cmp.Diff(test.want, folder(t)); diff != "" {
				t.Error(diff)
			}
			if data, err := os.ReadFile(test.target); test.fail == nil && (err != nil || string(data) != "new") {
				t.Errorf("%q, %v", data, err)
			}
		})
	}
}

// TestKeepsMode keeps who may read an old file, and refuses one that may not be
// written.
func TestKeepsMode(t *testing.T) {
	inFolder(t, map[string]string{"a": "old"})
	text := func(w io.Writer) error { _, err := io.WriteString(w, "new"); return err }
	if err := os.Chmod("a", 0o640); err != nil {
		t.Fatal(err)
	}
	if err := Write("the report", "a", text); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat("a"); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if err := Write("the report", ".", text); err == nil {
		t.Error("a folder was written")
	}
	if err := Write("the report", "no/such/a", text); err == nil {
		t.Error("a folder was made")
	}
}

// TestPlan refuses what would be written over, by whatever name.
func TestPlan(t *testing.T) {
	files := map[string]string{"in.json": "i", "rules/r/rule.rego": "r", "old.json": "o", "link.json": "->in.json", "hard.json": "=>in.json", "dir": "->rules", "two.json": "->one.json", "copy.json": "=>old.json"}
	tests := []struct {
		name, want string
		writes     []string
	}{
		{"new ones", "", []string{"one.json", "other.json"}},
		{"an old report", "", []string{"old.json"}},
		{"an input", "report 1 would be written over an input, in.json: give it a file of its own", []string{"in.json"}},
		{"an input in another spelling", "report 1 would be written over an input, ./rules/../in.json: give it a file of its own", []string{"./rules/../in.json"}},
		{"an input by a link", "report 1 would be written over an input, link.json: give it a file of its own", []string{"link.json"}},
		{"an input by a hard link", "report 1 would be written over an input, hard.json: give it a file of its own", []string{"hard.json"}},
		{"a file of a folder", "report 1 would be written over a rule, dir/r/rule.rego: give it a file of its own", []string{"dir/r/rule.rego"}},
		{"a new file in a folder", "", []string{"rules/report.json"}},
		{"twice", "report 1 and report 2 would go to one file, one.json: give each a file of its own", []string{"one.json", "one.json"}},
		{"in two spellings", "report 1 and report 2 would go to one file, rules/../one.json: give each a file of its own", []string{"one.json", "rules/../one.json"}},
		{"by a link to nothing", "report 1 and report 2 would go to one file, two.json: give each a file of its own", []string{"one.json", "two.json"}},
		{"by hard links", "report 1 and report 2 would go to one file, copy.json: give each a file of its own", []string{"old.json", "copy.json"}},
		{"to nowhere", "", []string{os.DevNull, os.DevNull}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inFolder(t, files)
			before := folder(t)
			var p Plan
			p.Reads("an input", "in.json", "gone.json")
			p.Reads("a rule", "rules")
			var err error
			for i, name := range test.writes {
				if err == nil {
					err = p.Writes("report "+string(rune('1'+i)), name)
				}
			}
			if err == nil {
				err = p.Check()
			}
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if diff := cmp.Diff(before, folder(t)); diff != "" {
				t.Errorf("files changed: %s", diff)
			}
		})
	}
}

// TestPlanOpens writes none of several files where one cannot be.
func TestPlanOpens(t *testing.T) {
	inFolder(t, map[string]string{"a": "old", "folder/x": "x"})
	var p Plan
	for _, name := range []string{"a", "b", "folder"} {
		if err := p.Writes("the report", name); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := p.Open(); err == nil {
		t.Fatal("a folder was opened")
	}
	if diff := cmp.Diff(map[string]string{"a": "old"}, folder(t)); diff != "" {
		t.Error(diff)
	}
}
