package report

import (
	"io"

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
	Version  int               `json:"version"`
	Tool     finding.Tool      `json:"tool"`
	Guide    string            `json:"guide"`
	Config   string            `json:"config,omitempty"`
	Partial  *finding.Partial  `json:"partial,omitempty"`
	Waivers  []finding.Waiver  `json:"waivers,omitempty"`
	Baseline *finding.Baseline `json:"baseline,omitempty"`
	Rules    []finding.Rule    `json:"rules,omitempty"`
	Coverage longCoverage      `json:"coverage"`
	Summary  map[string]int    `json:"summary"`
	Part     *finding.Part     `json:"part,omitempty"`
}

// WriteNDJSON writes the report as JSON lines, for programs that read a line at a
// time: one for each problem, finding, waived finding and row of readiness, whose
// members are those of the JSON report, and one for the report as a whole, the last.
func WriteNDJSON(w io.Writer, r *finding.Report) error { return StreamNDJSON(w, finding.WholeOf(r)) }

// StreamNDJSON is WriteNDJSON for a report whose long lists come one by one.
func StreamNDJSON(w io.Writer, r finding.Whole) error {
	out := newEscapingJSON(w)
	line := func(l ndjsonLine) error { return out.value(l) }
	var err error
	err = throughout(err, r.Problems, func(p finding.Problem) error { return line(ndjsonLine{Type: "problem", Problem: &p}) })
	err = throughout(err, r.Findings, func(f finding.Finding) error { return line(ndjsonLine{Type: "finding", Finding: &f}) })
	err = throughout(err, r.Waived, func(f finding.Finding) error { return line(ndjsonLine{Type: "waived", Finding: &f}) })
	err = throughout(err, r.Readiness, func(row finding.Readiness) error { return line(ndjsonLine{Type: "readiness", Readiness: &row}) })
	if h := r.Head; err == nil {
		err = line(ndjsonLine{Type: "report", Report: &ndjsonEnd{
			Version: Version, Tool: h.Tool, Guide: h.Guide, Config: h.Config, Partial: h.Partial, Waivers: h.Waivers, Baseline: h.Baseline,
			Rules: h.Rules, Coverage: coverageOf(r), Summary: summed(r), Part: h.Part,
		}})
	}
	return out.done(err)
}
