package publish_test

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/outfile"
	"github.com/canvaslint/canvaslint/pkg/report"
	"github.com/canvaslint/canvaslint/pkg/report/publish"
)

// TestBatch writes everything, or nothing where a file would go over an input.
func TestBatch(t *testing.T) {
	for _, c := range []struct {
		name    string
		options publish.Options
		want    string // the error, or what is in the folder then
	}{
		{"to a file", publish.Options{Format: "text", Reports: []string{"json=out.json"}, Baseline: "base.json"}, "base.json in.json out.json"},
		{"over an input", publish.Options{Format: "text", Reports: []string{"json=new.json", "csv=in.json"}}, "the csv report would be written over an input, in.json: give it a file of its own"},
		{"twice", publish.Options{Format: "json", Output: "a", Reports: []string{"csv=a"}}, "the json report and the csv report would go to one file, a: give each a file of its own"},
		{"no file", publish.Options{Format: "text", Reports: []string{"json"}}, `--report takes FORMAT=FILE, as in sarif=out.sarif, not "json"`},
		{"a baseline to standard output", publish.Options{Format: "text", Baseline: "-"}, "--write-baseline takes a file: standard output is for the report"},
		{"quiet and verbose", publish.Options{Format: "text", Text: report.TextOptions{Quiet: true, Verbose: true}}, "--quiet and --verbose exclude each other"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			if err := os.WriteFile("in.json", []byte("{}"), 0o600); err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			c.options.Out, c.options.Now = &out, func() time.Time { return time.Unix(0, 0) }
			r := &finding.Report{Version: report.Version, Coverage: finding.Coverage{Inputs: []finding.Input{{File: "in.json"}}}, Findings: []finding.Finding{}}
			var got string
			if err := publishAll(c.options, r); err != nil {
				got = err.Error()
			} else {
				entries, err := os.ReadDir(".")
				if err != nil {
					t.Fatal(err)
				}
				var names []string
				for _, entry := range entries {
					names = append(names, entry.Name())
				}
				got = strings.Join(names, " ")
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if wrote := out.Len() > 0; wrote != (c.name == "to a file") {
				t.Errorf("standard output: %q", out.String())
			}
			if _, err := os.Stat("new.json"); err == nil {
				t.Error("a file was written beside one that may not be")
			}
		})
	}
}

func publishAll(o publish.Options, r *finding.Report) error {
	batch, err := publish.New(&outfile.Plan{}, o)
	if err != nil {
		return err
	}
	batch.ReadsInputs(finding.WholeOf(r))
	if err := batch.Open(); err != nil {
		return err
	}
	return batch.Write(finding.WholeOf(r), nil)
}
