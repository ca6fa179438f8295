package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

// ReadAll reads all reports of a stream, JSON or JSON lines, one behind the other,
// and hands each on as soon as it is whole.
func ReadAll(in io.Reader, each func(*finding.Report) error) error {
	decoder := jsontext.NewDecoder(in)
	var lines *finding.Report // what came of JSON lines whose last is still to come
	for {
		value, err := decoder.ReadValue()
		switch {
		case errors.Is(err, io.EOF) && lines != nil:
			return errors.New("read report: its last line is missing: it was cut off")
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("read report: %w", err)
		}
		r, err := take(value, &lines)
		if err != nil {
			return err
		}
		if r == nil {
			continue
		}
		if err := each(r); err != nil {
			return err
		}
	}
}

// take reads one value: a whole report, or a line of one. It gives the report that
// it completes, nil for none.
func take(value jsontext.Value, lines **finding.Report) (*finding.Report, error) {
	var kind struct {
		Type    string `json:"type"`
		Version int    `json:"version"`
	}
	if value.Kind() != '{' || json.Unmarshal(value, &kind) != nil || kind.Type == "" && kind.Version == 0 {
		return nil, fmt.Errorf("read report: %w", VersionError(0))
	}
	if kind.Type == "" {
		var r finding.Report
		if kind.Version != Version {
			return nil, fmt.Errorf("read report: %w", VersionError(kind.Version))
		}
		if err := json.Unmarshal(value, &r); err != nil {
			return nil, fmt.Errorf("read report: %w", err)
		}
		return &r, nil
	}
	if *lines == nil {
		*lines = &finding.Report{}
	}
	r := *lines
	var line struct {
		Problem   *finding.Problem   `json:"problem"`
		Finding   *finding.Finding   `json:"finding"`
		Readiness *finding.Readiness `json:"readiness"`
		Report    *finding.Report    `json:"report"`
	}
	if err := json.Unmarshal(value, &line); err != nil {
		return nil, fmt.Errorf("read report: %w", err)
	}
	switch {
	case kind.Type == "problem" && line.Problem != nil:
		r.Problems = append(r.Problems, *line.Problem)
	case kind.Type == "finding" && line.Finding != nil:
		r.Findings = append(r.Findings, *line.Finding)
	case kind.Type == "waived" && line.Finding != nil:
		r.Waived = append(r.Waived, *line.Finding)
	case kind.Type == "readiness" && line.Readiness != nil:
		r.Readiness = append(r.Readiness, *line.Readiness)
	case kind.Type == "report" && line.Report != nil:
		if line.Report.Version != Version {
			return nil, fmt.Errorf("read report: %w", VersionError(line.Report.Version))
		}
		line.Report.Findings, line.Report.Waived, line.Report.Problems, line.Report.Readiness = r.Findings, r.Waived, r.Problems, r.Readiness
		*lines = nil
		return line.Report, nil
	default:
		return nil, fmt.Errorf("read report: %w", VersionError(0))
	}
	return nil, nil //nolint:nilnil // there is more to come
}

// ReadNamed reads the one report of a file. Its errors are for the user.
func ReadNamed(file string, data []byte) (*finding.Report, error) {
	const reads = `convert reads what "canvaslint check --format json" wrote`
	r, err := ReadJSON(bytes.NewReader(data))
	var other VersionError
	switch {
	case errors.As(err, &other):
		return nil, other.in(file, reads)
	case err != nil:
		return nil, fmt.Errorf("%s: %s; %s", Clean(file), Clean(err.Error()), reads)
	}
	return r, nil
}

// ReadAllNamed is ReadAll for a file. Its errors are for the user.
func ReadAllNamed(file string, data []byte, each func(*finding.Report) error) error {
	err := ReadAll(bytes.NewReader(data), each)
	var other VersionError
	switch {
	case errors.As(err, &other):
		return other.in(file, `merge reads what "canvaslint check --format json" or "--format ndjson" wrote`)
	case err != nil:
		return fmt.Errorf("%s: %s", Clean(file), Clean(err.Error()))
	}
	return nil
}

// in says it of a file, to someone who can update the program or name another file.
func (e VersionError) in(file, reads string) error {
	if int(e) > Version {
		return fmt.Errorf("%s: the report has version %d, from a newer canvaslint; this one reads version %d: update canvaslint", Clean(file), int(e), Version)
	}
	return fmt.Errorf("%s: not a canvaslint report; %s", Clean(file), reads)
}
