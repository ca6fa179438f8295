package cases

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/access"
)

// file is a topic of testdata/access.
type file struct {
	Source []string
	Cases  []json.RawMessage
}

// expectation is what a case asserts: the answer, and the one statement or gap
// that a person would have to look at. A statement counts from 1; an empty
// cause is that of a statement that allows.
type expectation struct {
	ID     string
	Facts  []int
	Expect struct {
		Result, Layer string
		Cause         *string
		Statement     int
		Missing       []string
	}
}

func corpus(t *testing.T) map[string]file {
	names, err := filepath.Glob(filepath.Join("..", "..", "..", "testdata", "access", "*.json"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no cases in testdata/access: %v", err)
	}
	files := map[string]file{}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var f file
		if err := json.Unmarshal(data, &f); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(f.Source) == 0 {
			t.Errorf("%s: it has no source", name)
		}
		files[filepath.Base(name)] = f
	}
	return files
}

func TestCorpus(t *testing.T) {
	for name, f := range corpus(t) {
		seen := map[string]bool{}
		for _, line := range f.Cases {
			var want expectation
			if err := json.Unmarshal(line, &want); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if seen[want.ID] {
				t.Errorf("%s: %s occurs twice", name, want.ID)
			}
			seen[want.ID] = true
			t.Run(name+"/"+want.ID, func(t *testing.T) { checkCase(t, line, want) })
		}
	}
}

func checkCase(t *testing.T, line []byte, want expectation) {
	c, err := Parse("-", line)
	if err != nil {
		t.Fatal(err)
	}
	d := access.Explain(&c.Request, &c.Policies)
	if got := d.Result.String(); got != want.Expect.Result {
		t.Fatalf("got %s, want %s: %+v", got, want.Expect.Result, d.Reasons)
	}
	if fast := access.Decide(&c.Request, &c.Policies); fast != d.Result {
		t.Errorf("Decide says %s", fast)
	}
	if want.Expect.Missing != nil && !slices.Equal(d.Missing, want.Expect.Missing) {
		t.Errorf("missing: got %q, want %q", d.Missing, want.Expect.Missing)
	}
	if want.Expect.Layer == "" {
		return
	}
	if want.Expect.Cause == nil {
		t.Fatal("the case names a layer and no cause")
	}
	for _, r := range d.Reasons {
		statement := 0
		if r.Statement != nil {
			statement = r.Statement.Index + 1
		}
		if string(r.Layer) == want.Expect.Layer && string(r.Cause) == *want.Expect.Cause && statement == want.Expect.Statement {
			return
		}
	}
	t.Errorf("no reason is %s, %s, statement %d: %+v", want.Expect.Layer, *want.Expect.Cause, want.Expect.Statement, d.Reasons)
}

// TestCornerCases keeps docs/decisions.md complete: each of the 108 corner
// cases has a row, and every case of the corpus names corner cases that exist.
func TestCornerCases(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "decisions.md"))
	if err != nil {
		t.Fatal(err)
	}
	tested := map[int]string{}
	for name, f := range corpus(t) {
		for _, line := range f.Cases {
			var c expectation
			if err := json.Unmarshal(line, &c); err != nil {
				t.Fatal(err)
			}
			for _, fact := range c.Facts {
				if fact < 1 || fact > 108 {
					t.Errorf("%s: %s names corner case %d", name, c.ID, fact)
				}
				tested[fact] = name
			}
		}
	}
	for fact := 1; fact <= 108; fact++ {
		row := regexp.MustCompile(fmt.Sprintf(`(?m)^\| %d \|.*$`, fact)).FindString(string(page))
		if row == "" || tested[fact] != "" && !strings.Contains(row, ".json") {
			t.Errorf("docs/decisions.md: the row of corner case %d is missing or names no file: %q", fact, row)
		}
	}
}
