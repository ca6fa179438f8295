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

	"github.com/canvaslint/canvaslint/pkg/report/publish"
)

const broken = "../../testdata/snapshots/broken"

// namesOf gives the names that the documents of a folder give to what they describe.
func namesOf(t *testing.T, folder string) map[string]bool {
	t.Helper()
	member := regexp.MustCompile(`(?:Name|DomainId|KeyId|Arn|Sid|Bucket)\\?"\s*:\s*\\?"([^"\\]+)\\?"`)
	names := map[string]bool{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
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
	return names
}

// TestRedactBroken checks the broken account, whose rules quote what they please,
// and finds none of the account's names in any format.
func TestRedactBroken(t *testing.T) {
	names := namesOf(t, broken)
	names["broken"] = true
	// "default", "operations" and "Export" are words of our own too, and stay in sentences.
	for _, kept := range []string{"Export", "root", "AllowCanvas", "Canvas", "aws", "*", "default", "operations"} {
		delete(names, kept)
	}
	if len(names) < 40 || !names["CanvasSales"] || !names["d-sa1es5kq0wzr"] {
		t.Fatalf("only these names were found: %v", names)
	}
	for _, guide := range []string{"2022", "current"} {
		saved := filepath.Join(t.TempDir(), "report.json")
		run([]string{"check", "--guide", guide, "--format", "json", "--output", saved, broken}, streams{out: &bytes.Buffer{}, err: &bytes.Buffer{}})
		for _, format := range publish.Formats() {
			var out, errors bytes.Buffer
			run([]string{"convert", "--redact", "--verbose", "--format", format, saved}, streams{out: &out, err: &errors})
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

// TestStatusOfFormats finds the same exit status for every format.
func TestStatusOfFormats(t *testing.T) {
	for _, account := range []string{"clean", "broken"} {
		var got []int
		for _, format := range publish.Formats() {
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
	for _, format := range publish.Formats() {
		redacts := []string{"--redact=false"}
		if format == "json" {
			redacts = []string{"--redact=false", "--redact"}
		}
		for _, redact := range redacts {
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

// TestTerminal writes for someone who sits before a terminal, and plainly into
// a file.
func TestTerminal(t *testing.T) {
	file := filepath.Join(t.TempDir(), "out.txt")
	var piped, shown, errors bytes.Buffer
	run([]string{"check", broken}, streams{out: &piped, err: &errors})
	before := streams{out: &shown, err: &errors, terminal: true, color: true, width: 100}
	if status := run([]string{"check", "--report", "text=" + file, broken}, before); status != exitFindings || errors.Len() > 0 {
		t.Fatalf("status %d: %s", status, errors.String())
	}
	written, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(piped.String(), string(written)); diff != "" {
		t.Errorf("the file differs from what is piped: %s", diff)
	}
	lines := strings.Split(strings.TrimSpace(shown.String()), "\n")
	if last := lines[len(lines)-1]; !strings.Contains(last, `"canvaslint rules policy-placeholder" explains it`) && !strings.Contains(lines[len(lines)-2], "next:") {
		t.Errorf("the last line is %s", last)
	}
	if strings.Contains(piped.String(), "\x1b") || strings.Contains(piped.String(), "next:") || !strings.Contains(shown.String(), "── domain sales (d-") {
		t.Error("what is for a terminal is piped, or missing before one")
	}
	run([]string{"check", "--quiet", broken}, before)
	if errors.Len() > 0 {
		t.Error(errors.String())
	}
}
