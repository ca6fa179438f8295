package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// docs/own-rules.md shows what its commands print: each block of console begins
// with a command, and is run in testdata.
func TestOwnRulesDocs(t *testing.T) {
	file, err := filepath.Abs("../../docs/own-rules.md")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir("../../testdata")
	const begin, end = "```console\n$ canvaslint ", "```\n"
	parts := strings.Split(string(text), begin)
	if len(parts) != 4 {
		t.Fatalf("%d commands, want 3", len(parts)-1)
	}
	want := parts[0]
	for _, part := range parts[1:] {
		block, rest, ok := strings.Cut(part, end)
		if !ok {
			t.Fatalf("a block has no end: %s", part)
		}
		command, _, _ := strings.Cut(block, "\n")
		var out, complaint bytes.Buffer
		run(strings.Fields(command), streams{out: &out, err: &complaint})
		if complaint.Len() > 0 {
			t.Fatalf("%s: %s", command, complaint.String())
		}
		want += begin + command + "\n" + out.String() + end + rest
	}
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	rule, err := os.ReadFile("company-rules/domain-not-vpc-only/rule.rego")
	if err != nil {
		t.Fatal(err)
	}
	_, quoted, _ := strings.Cut(string(text), "```rego\n")
	quoted, _, _ = strings.Cut(quoted, "```\n")
	if quoted == "" || !strings.HasSuffix(string(rule), "\n"+quoted) {
		t.Error("docs/own-rules.md does not quote domain-not-vpc-only as it is")
	}
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Errorf("docs/own-rules.md is not current; run: go test ./cmd/canvaslint -update\n%s", diff)
	}
}
