package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The shared access decisions, through the command line: every line right.
func TestSharedDecisions(t *testing.T) {
	folder := shared(t, "cases")
	for _, name := range []string{"decisions.ndjson", "three-valued.ndjson"} {
		file := filepath.Join(folder, name)
		var out, errors bytes.Buffer
		if status := run([]string{"decide", "--cases", file}, streams{out: &out, err: &errors}); status != exitClean {
			t.Fatalf("%s: status %d: %s", name, status, errors.String())
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		questions, answers := bufio.NewScanner(bytes.NewReader(data)), bufio.NewScanner(&out)
		questions.Buffer(nil, 1<<20)
		answers.Buffer(nil, 1<<20)
		for questions.Scan() {
			var want struct{ ID, Expected, Expected3 string }
			var got struct{ ID, Result string }
			if !answers.Scan() {
				t.Fatalf("%s: an answer is missing", name)
			}
			if err := json.Unmarshal(questions.Bytes(), &want); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(answers.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			denied := want.Expected3 == "Denied" && strings.HasSuffix(got.Result, "Denied")
			if got.ID != want.ID || got.Result != want.Expected+want.Expected3 && !denied {
				t.Errorf("%s: %s is %s, want %s", name, got.ID, got.Result, want.Expected+want.Expected3)
			}
		}
		if answers.Scan() {
			t.Errorf("%s: there are more answers than questions", name)
		}
	}
}
