package report

import (
	"bytes"
	"fmt"
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

// ndjsonLine is one line of JSON lines: Type says which of the others it has.
type ndjsonLine struct {
	Type      string             `json:"type"` // problem, finding, waived, readiness or report
	Problem   *finding.Problem   `json:"problem,omitempty"`
	Finding   *finding.Finding   `json:"finding,omitempty"`
	Readiness *finding.Readiness `json:"readiness,omitempty"`
	Report    *ndjsonEnd         `json:"report,omitempty"`
}

// ndjsonEnd is the last line: what a report says once.
type ndjsonEnd struct {
	Version  int              `json:"version"`
	Tool     finding.Tool     `json:"tool"`
	Guide    string           `json:"guide"`
	Config   string           `json:"config,omitempty"`
	Partial  *finding.Partial `json:"partial,omitempty"`
	Coverage finding.Coverage `json:"coverage"`
	Summary  map[string]int   `json:"summary"`
}

// WriteNDJSON writes the report as JSON lines, for programs that read a line at a
// time: one for each problem, finding, waived finding and row of readiness, whose
// members are those of the JSON report, and one for the report as a whole, the last.
func WriteNDJSON(w io.Writer, r *finding.Report) error {
	var out bytes.Buffer
	var wrong error
	line := func(l ndjsonLine) {
		if wrong == nil {
			wrong = json.MarshalWrite(&out, l, json.Deterministic(true), jsontext.AllowInvalidUTF8(true))
			out.WriteByte('\n')
		}
	}
	for i := range r.Problems {
		line(ndjsonLine{Type: "problem", Problem: &r.Problems[i]})
	}
	for i := range r.Findings {
		line(ndjsonLine{Type: "finding", Finding: &r.Findings[i]})
	}
	for i := range r.Waived {
		line(ndjsonLine{Type: "waived", Finding: &r.Waived[i]})
	}
	for i := range r.Readiness {
		line(ndjsonLine{Type: "readiness", Readiness: &r.Readiness[i]})
	}
	line(ndjsonLine{Type: "report", Report: &ndjsonEnd{
		Version: Version, Tool: r.Tool, Guide: r.Guide, Config: r.Config, Partial: r.Partial, Coverage: r.Coverage, Summary: counts(r),
	}})
	if wrong != nil {
		return fmt.Errorf("write report: %w", wrong)
	}
	return writeAll(w, escapeJSON(out.Bytes()))
}
