package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const broken = "../../testdata/snapshots/broken"

// TestRedactBroken checks the broken account, whose rules quote what they please,
// and finds none of the account's names in any format.
func TestRedactBroken(t *testing.T) {
	member := regexp.MustCompile(`(?:Name|DomainId|KeyId|Arn|Sid|Bucket)\\?"\s*:\s*\\?"([^"\\]+)\\?"`)
	names := map[string]bool{"broken": true}
	err := filepath.WalkDir(broken, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		for _, match := range member.FindAllStringSubmatch(string(text), -1) {
			parts := strings.FieldsFunc(match[1], func(c rune) bool { return strings.ContainsRune(":/", c) })
			names[parts[len(parts)-1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	// "default" and "operations" are words of our own too, and stay in sentences.
	for _, kept := range []string{"root", "AllowCanvas", "Canvas", "aws", "*", "default", "operations"} {
		delete(names, kept)
	}
	if len(names) < 40 || !names["CanvasSales"] || !names["d-sa1es5kq0wzr"] {
		t.Fatalf("only these names were found: %v", names)
	}
	for _, format := range formatNames() {
		for _, guide := range []string{"2022", "current"} {
			var out, errors bytes.Buffer
			run([]string{"check", "--redact", "--verbose", "--guide", guide, "--format", format, broken}, streams{out: &out, err: &errors})
			if errors.Len() > 0 {
				t.Fatal(errors.String())
			}
			for name := range names {
				if !strings.Contains(out.String(), name) || strings.HasPrefix(name, "Amazon") || strings.HasPrefix(name, "AWS") {
					continue // gone, or AWS's own
				}
				whole := regexp.MustCompile(`(^|[^\pL\pN_-])` + regexp.QuoteMeta(name) + `($|[^\pL\pN_-])`)
				if at := whole.FindStringIndex(out.String()); at != nil {
					t.Errorf("%s: %s is left: %q", format, name, out.String()[max(0, at[0]-60):min(out.Len(), at[1]+60)])
				}
			}
		}
	}
}

// TestProgress tells nothing before the first tick, and leaves no line behind.
func TestProgress(t *testing.T) {
	ticks := make(chan time.Time)
	stopped := false
	var told bytes.Buffer
	p := startProgress(streams{err: &told, ticks: func() (<-chan time.Time, func()) { return ticks, func() { stopped = true } }})
	p.step("reading files")
	p.step("running the rules")
	ticks <- time.Time{}
	ticks <- time.Time{}
	p.stop()
	p.stop()
	if want := "\r\x1b[Krunning the rules: 1 s\r\x1b[Krunning the rules: 2 s\r\x1b[K"; told.String() != want || !stopped {
		t.Errorf("got %q, stopped %t; want %q", told.String(), stopped, want)
	}

	told.Reset()
	p = startProgress(streams{err: &told, ticks: func() (<-chan time.Time, func()) { return ticks, func() {} }})
	p.step("reading files")
	p.stop()
	if told.Len() > 0 {
		t.Errorf("a short run says %q", told.String())
	}

	p = startProgress(streams{err: &told}) // no terminal
	p.step("reading files")
	p.stop()
	if told.Len() > 0 {
		t.Errorf("without a terminal it says %q", told.String())
	}
}

// TestStatusOfFormats finds the same exit status for every format.
func TestStatusOfFormats(t *testing.T) {
	for _, account := range []string{"clean", "broken"} {
		var got []int
		for _, format := range formatNames() {
			var out bytes.Buffer
			status := run([]string{"check", "--format", format, filepath.Join("..", "..", "testdata", "snapshots", account)}, streams{out: &out, err: &out})
			got = append(got, status)
		}
		if len(slices.Compact(got)) != 1 {
			t.Errorf("%s: %v", account, got)
		}
	}
}

// TestConvertEqualsCheck makes each format twice: at once, and from saved JSON.
func TestConvertEqualsCheck(t *testing.T) {
	at := func() time.Time { return time.Unix(1767225600, 0) }
	saved := filepath.Join(t.TempDir(), "report.json")
	quiet := streams{out: &bytes.Buffer{}, err: &bytes.Buffer{}, now: at}
	if status := run([]string{"check", "--format", "json", "--output", saved, broken}, quiet); status != exitFindings {
		t.Fatalf("status %d", status)
	}
	for _, format := range formatNames() {
		for _, redact := range []string{"--redact=false", "--redact"} {
			var direct, converted, errors bytes.Buffer
			run([]string{"check", redact, "--format", format, broken}, streams{out: &direct, err: &errors, now: at})
			if status := run([]string{"convert", redact, "--format", format, saved}, streams{out: &converted, err: &errors, now: at}); status != exitClean || errors.Len() > 0 {
				t.Fatalf("%s: status %d: %s", format, status, errors.String())
			}
			if diff := cmp.Diff(direct.String(), converted.String()); diff != "" {
				t.Errorf("%s %s: %s", format, redact, diff)
			}
		}
	}
}
