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
	const command = "go run ./cmd/canvaslint check --fail-on never --allow-unknown testdata/snapshots/broken"
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
	before, rest, _ := strings.Cut(string(readme), "```text\n")
	excerpt, after, _ := strings.Cut(rest, "```")
	want := excerptOf(out.String())
	if *update && want != "" && excerpt != want {
		if err := os.WriteFile("README.md", []byte(before+"```text\n"+want+"```"+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want == "" || excerpt != want {
		t.Errorf("the README's excerpt is not what the tool prints; run: go test ./cmd/canvaslint -update\n%s", want)
	}
	if lines := bytes.Count(readme, []byte("\n")); lines > 120 {
		t.Errorf("the README has %d lines: at most 120, the rest belongs into docs", lines)
	}
}

// excerptOf gives the first finding about an app key, without its fix.
func excerptOf(printed string) string {
	for finding := range strings.SplitSeq(printed, "\n\n") {
		head, _, _ := strings.Cut(finding, "\n")
		if strings.HasSuffix(head, "[role-cannot-use-app-key]") {
			causes, _, _ := strings.Cut(finding, "\n  fix:")
			return causes + "\n"
		}
	}
	return ""
}
