package report

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

//go:generate go test . -run TestGolden -update

var update = flag.Bool("update", false, "rewrite the golden files")

// TestGolden makes every format from one saved report.
func TestGolden(t *testing.T) {
	saved := read(t, "report.json")
	text := func(o TextOptions) func(*finding.Report, *bytes.Buffer) error {
		return func(r *finding.Report, w *bytes.Buffer) error { return WriteText(w, r, o) }
	}
	asJSON := func(r *finding.Report, w *bytes.Buffer) error { return WriteJSON(w, r) }
	empty := &finding.Report{Tool: finding.Tool{Name: "canvaslint", Version: "0.1.0"}, Guide: "current"}
	empty.Coverage.Notes = []string{"no domain was found: nothing about Canvas was checked"}
	tests := []struct {
		file   string
		report *finding.Report
		write  func(*finding.Report, *bytes.Buffer) error
	}{
		{"narrow.txt", saved, text(TextOptions{Width: 60})},
		{"verbose.txt", saved, text(TextOptions{Verbose: true, Width: 120})},
		{"colour.txt", saved, text(TextOptions{Color: true})},
		{"terminal.txt", saved, text(TextOptions{Terminal: true, Width: 120})},
		{"quiet.txt", saved, text(TextOptions{Quiet: true})},
		{"redacted.json", Redact(saved), asJSON},
		{"empty.json", empty, asJSON},
		{"empty.txt", empty, text(TextOptions{})},
	}
	for _, format := range Formats(Options{Time: time.Unix(1767225600, 0)}) {
		if format.Name == "html" {
			continue // TestGoldenHTML has it, without its style and script
		}
		write := func(r *finding.Report, w *bytes.Buffer) error { return format.Write(w, r) }
		tests = append(tests, struct {
			file   string
			report *finding.Report
			write  func(*finding.Report, *bytes.Buffer) error
		}{"report." + format.Name, saved, write})
	}
	for _, test := range tests {
		t.Run(test.file, func(t *testing.T) {
			before := fmt.Sprintf("%#v", test.report)
			defer func() {
				if fmt.Sprintf("%#v", test.report) != before {
					t.Error("the report was changed")
				}
			}()
			var got bytes.Buffer
			if err := test.write(test.report, &got); err != nil {
				t.Fatal(err)
			}
			golden(t, test.file, got.Bytes())
		})
	}
}

// TestColour finds the same text with and without colours.
func TestColour(t *testing.T) {
	saved := read(t, "report.json")
	var plain, coloured bytes.Buffer
	if err := WriteText(&plain, saved, TextOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := WriteText(&coloured, saved, TextOptions{Color: true}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(plain.String(), "\x1b") || !strings.Contains(coloured.String(), "\x1b[31;1merror:") {
		t.Error("colours stand where they were not asked for, or are missing where they were")
	}
	if diff := cmp.Diff(plain.String(), uncoloured(coloured.String())); diff != "" {
		t.Error(diff)
	}
}

// uncoloured takes colours out.
func uncoloured(text string) string {
	var out strings.Builder
	for text != "" {
		before, rest, found := strings.Cut(text, "\x1b[")
		out.WriteString(before)
		if !found {
			break
		}
		_, text, _ = strings.Cut(rest, "m")
	}
	return out.String()
}

func read(t *testing.T, name string) *finding.Report {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	r, err := ReadJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got, rewrite with -update):\n%s", name, diff)
	}
}
