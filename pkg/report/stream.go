package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

// list is a list that is written item by item.
type list[T any] iter.Seq[T]

// MarshalJSONTo writes the items.
func (l list[T]) MarshalJSONTo(e *jsontext.Encoder) error {
	if err := e.WriteToken(jsontext.BeginArray); err != nil {
		return err
	}
	for item := range l {
		if err := json.MarshalEncode(e, item); err != nil {
			return err
		}
	}
	return e.WriteToken(jsontext.EndArray)
}

// longReport is finding.Report, member for member, with lists that come one by one.
type longReport struct {
	Version   int                     `json:"version"`
	Tool      finding.Tool            `json:"tool"`
	Guide     string                  `json:"guide"`
	Config    string                  `json:"config,omitempty"`
	Partial   *finding.Partial        `json:"partial,omitempty"`
	Findings  list[finding.Finding]   `json:"findings"`
	Waived    list[finding.Finding]   `json:"waived"`
	Waivers   []finding.Waiver        `json:"waivers"`
	Baseline  *finding.Baseline       `json:"baseline,omitempty"`
	Problems  list[finding.Problem]   `json:"problems"`
	Readiness list[finding.Readiness] `json:"readiness"`
	Rules     []finding.Rule          `json:"rules"`
	Coverage  longCoverage            `json:"coverage"`
	Summary   map[string]int          `json:"summary"`
	Part      *finding.Part           `json:"part,omitempty"`
}

// longCoverage is finding.Coverage.
type longCoverage struct {
	Files     int                   `json:"files"`
	Documents map[string]int        `json:"documents"`
	Decisions any                   `json:"decisions"`
	Ignored   list[finding.Ignored] `json:"ignored"`
	Inputs    list[finding.Input]   `json:"inputs"`
	Notes     []string              `json:"notes,omitempty"`
}

func coverageOf(r finding.Whole) longCoverage {
	c := r.Head.Coverage
	return longCoverage{
		Files: c.Files, Documents: c.Documents, Decisions: c.Decisions,
		Ignored: list[finding.Ignored](r.Ignored), Inputs: list[finding.Input](r.Inputs), Notes: c.Notes,
	}
}

// StreamJSON writes what WriteJSON writes, and holds one item of the long lists at
// a time.
func StreamJSON(w io.Writer, r finding.Whole) error {
	h := r.Head
	long := longReport{
		Version: Version, Tool: h.Tool, Guide: h.Guide, Config: h.Config, Partial: h.Partial, Findings: list[finding.Finding](r.Findings),
		Waived: list[finding.Finding](r.Waived), Waivers: h.Waivers, Baseline: h.Baseline, Problems: list[finding.Problem](r.Problems),
		Readiness: list[finding.Readiness](r.Readiness), Rules: h.Rules, Summary: summed(r), Part: h.Part,
		Coverage: coverageOf(r),
	}
	out := newEscapingJSON(w)
	return out.done(out.value(&long, jsontext.WithIndent("  ")))
}

// summed gives the counts of a report, completed where a severity is not counted.
func summed(r finding.Whole) map[string]int {
	for _, severity := range []string{"error", "warning", "info"} {
		if _, ok := r.Head.Summary[severity]; !ok {
			return counts(&finding.Report{Findings: slices.Collect(r.Findings), Summary: r.Head.Summary})
		}
	}
	return r.Head.Summary
}

// throughout writes the items of a list, unless something failed before.
func throughout[T any](err error, items iter.Seq[T], write func(T) error) error {
	if err != nil {
		return err
	}
	for item := range items {
		if err := write(item); err != nil {
			return err
		}
	}
	return nil
}

// StreamCSV is WriteCSV for a report whose long lists come one by one.
func StreamCSV(w io.Writer, r finding.Whole) error {
	out := csv.NewWriter(w)
	write := func(cells map[string]string) error {
		var row []string
		for _, column := range csvColumns() {
			row = append(row, csvCell(cells[column]))
		}
		return out.Write(row)
	}
	rules := map[string]string{}
	judged := func(s state) func(finding.Finding) error {
		return func(f finding.Finding) error {
			rules[f.Fingerprint] = f.Rule
			return write(findingCells(judgedFinding{f, s}))
		}
	}
	err := out.Write(csvColumns())
	err = throughout(err, r.Findings, judged(isNew))
	if r.Head.Baseline != nil && err == nil {
		for _, f := range r.Head.Baseline.Known {
			if err = judged(isKnown)(f); err != nil {
				break
			}
		}
	}
	err = throughout(err, r.Waived, judged(isWaived))
	err = throughout(err, r.Problems, func(problem finding.Problem) error {
		cells := map[string]string{"kind": "problem", "message": problem.Message}
		csvPlace(cells, finding.Place{File: problem.File, Start: problem.Start})
		return write(cells)
	})
	err = throughout(err, r.Readiness, func(row finding.Readiness) error { return write(readinessCells(row, rules)) })
	out.Flush()
	if err == nil {
		err = out.Error()
	}
	if err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}
