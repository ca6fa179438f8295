package main

import (
	"bufio"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestWatch checks again when a file changes, when one is put into the place of
// another, and when one comes into a new folder; never for a report of its own.
func TestWatch(t *testing.T) {
	aside := filepath.Join(t.TempDir(), "new")
	t.Chdir(t.TempDir())
	open := `{"Version": "2012-10-17", "Statement": [{"Sid": "Open", "Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}]}`
	write := func(name, text string) { // as one change
		t.Helper()
		if err := os.WriteFile(aside, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(aside, name); err != nil {
			t.Fatal(err)
		}
	}
	write("policy.json", open)
	ctx, cancel := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	lines := bufio.NewScanner(reader)
	counts := func() string {
		t.Helper()
		found := ""
		for lines.Scan() {
			if strings.HasSuffix(lines.Text(), " read") {
				found = lines.Text()
			}
			if strings.Contains(lines.Text(), "waiting for changes") {
				return found
			}
		}
		t.Fatal("the run ended")
		return ""
	}
	s := streams{in: strings.NewReader(""), out: writer, text: writer, err: writer, screen: writer}
	flags := checkFlags{asked: asked{rules: defaultRules()}}
	flags.Format, flags.Text.Quiet, flags.Reports = "text", true, []string{"json=report.json"}
	done := make(chan error, 1)
	go func() {
		done <- flags.checkAgain(ctx, s, nil)
		_ = writer.Close()
	}()
	for _, step := range []struct {
		name   string
		change func()
		want   string
	}{
		{"as it was", func() {}, "1 error - 1 file read"},
		{"repaired", func() {
			write("policy.json", strings.Replace(open, `"*"`, `{"AWS": "arn:aws:iam::111122223333:root"}`, 1))
		}, "no findings - 1 file read"},
		{"a config", func() { write(".canvaslint.yaml", "guides: 2022") }, ""},
		{"a better one", func() { write(".canvaslint.yaml", "guide: current") }, "no findings - 1 file read"},
		{"a new folder", func() {
			if err := os.MkdirAll("more", 0o700); err != nil {
				t.Fatal(err)
			}
		}, "no findings - 1 file read"},
		{"a file in it", func() { write("more/policy.json", open) }, "1 error - 2 files read"},
	} {
		step.change()
		if got := counts(); got != step.want {
			t.Errorf("%s: %q, want %q", step.name, got, step.want)
		}
	}
	cancel()
	if status := statusOf(<-done); status != exitFindings {
		t.Errorf("ended with %d, want that of the last check", status)
	}
}
