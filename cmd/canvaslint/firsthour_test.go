//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestFirstHour runs the commands of docs/first-hour.md, one after another in one
// folder, and holds what they print against the page. AWS is played by the stand-in
// that the tests of export use, over the clean account with one mistake.
func TestFirstHour(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("SKIPPED: there is no bash to run the commands with")
	}
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("SKIPPED: there is no git")
	}
	root := projectRoot(t)
	page := filepath.Join(root, "docs", "first-hour.md")
	data, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	scratch := t.TempDir()
	env := append(firstHourEnv(t, root), "HOME="+scratch, "PWD="+scratch, "XDG_CACHE_HOME="+t.TempDir())
	got := regexp.MustCompile("(?s)```console\n(.*?)```").ReplaceAllStringFunc(string(data), func(block string) string {
		var out strings.Builder
		for line := range strings.Lines(strings.TrimSuffix(strings.TrimPrefix(block, "```console\n"), "```")) {
			command, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "$ ")
			if !ok {
				continue
			}
			run := exec.Command(bash, "-c", command)
			run.Dir, run.Env = scratch, env
			printed, _ := run.CombinedOutput() // the page shows the status
			out.WriteString(line + string(printed))
		}
		return "```console\n" + out.String() + "```"
	})
	if *update {
		if err := os.WriteFile(page, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(data), got); diff != "" {
		t.Errorf("docs/first-hour.md is not current; run: go test ./cmd/canvaslint -run FirstHour -update\n%s", diff)
	}
}

// firstHourEnv has canvaslint and a stand-in for aws on its PATH.
func firstHourEnv(t *testing.T, root string) []string {
	t.Helper()
	account, bin := t.TempDir(), t.TempDir()
	if err := os.CopyFS(account, os.DirFS(filepath.Join(root, "testdata", "snapshots", "clean"))); err != nil {
		t.Fatal(err)
	}
	policy := filepath.Join(account, "111122223333", "eu-central-1", "kms", "keys", "3c1f0e5a-8d24-4b7e-9f63-1a5d7c20b948", "policy.json")
	text, err := os.ReadFile(policy)
	if err != nil {
		t.Fatal(err)
	}
	// A letter is missing in the name of a role, and IAM policies do not count.
	broken := string(text)
	for _, change := range [][2]string{{`role/CanvasFinance\"`, `role/CanvasFinanc\"`}, {`"kms:*\"`, `"kms:Describe*\"`}} {
		if !strings.Contains(broken, change[0]) {
			t.Fatalf("the policy does not hold %s", change[0])
		}
		broken = strings.Replace(broken, change[0], change[1], 1)
	}
	if err := os.WriteFile(policy, []byte(broken), 0o600); err != nil {
		t.Fatal(err)
	}
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(bin, "canvaslint"), []byte("#!/bin/sh\nexec \""+own+"\" "+itself+" \"$@\"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	aws := filepath.Join(root, "pkg", "layout", "awscli", "testdata")
	return append(os.Environ(), "PATH="+strings.Join([]string{bin, aws, os.Getenv("PATH")}, string(os.PathListSeparator)),
		"ACCOUNT="+account, "CALLS="+filepath.Join(t.TempDir(), "calls"), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=A", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=A", "GIT_COMMITTER_EMAIL=a@example.com")
}
