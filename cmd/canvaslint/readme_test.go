package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The README shows what its command prints: a part at the top, the whole in
// docs/transcript.txt.
func TestReadme(t *testing.T) {
	t.Chdir("../..")
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	const command = "go run ./cmd/canvaslint check --fail-on never testdata/snapshots/broken"
	if !strings.Contains(string(readme), "\n"+command+"\n") {
		t.Errorf("the README does not hold the command %q", command)
	}
	var out, errors bytes.Buffer
	args := strings.Fields(strings.TrimPrefix(command, "go run ./cmd/canvaslint "))
	if status := run(args, streams{out: &out, err: &errors}); status != exitClean || errors.Len() > 0 {
		t.Fatalf("status %d, standard error %q", status, errors.String())
	}
	whole := filepath.Join("docs", "transcript.txt")
	if *update {
		if err := os.WriteFile(whole, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(whole); err != nil || !bytes.Equal(want, out.Bytes()) {
		t.Errorf("docs/transcript.txt is not current (%v); run: go test ./cmd/canvaslint -update", err)
	}
	_, rest, _ := strings.Cut(string(readme), "```text\n")
	excerpt, _, _ := strings.Cut(rest, "```")
	if excerpt == "" || !strings.Contains(out.String(), excerpt) {
		t.Errorf("the README's excerpt is not part of what the tool prints:\n%s", excerpt)
	}
}
