package report

import (
	"fmt"
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

// baselineFile is what a baseline is written as; schema/baseline.schema.json.
type baselineFile struct {
	Version int                     `json:"version"`
	Entries []finding.BaselineEntry `json:"entries"`
}

// WriteBaseline writes a baseline as JSON of version 1, one entry after the
// other, so that version control shows what came and went.
func WriteBaseline(w io.Writer, entries []finding.BaselineEntry) error {
	err := json.MarshalWrite(w, baselineFile{Version, entries}, json.Deterministic(true), jsontext.WithIndent("  "), jsontext.AllowInvalidUTF8(true))
	if err != nil {
		return fmt.Errorf("write the baseline: %w", err)
	}
	if _, err := io.WriteString(w, "\n"); err != nil {
		return fmt.Errorf("write the baseline: %w", err)
	}
	return nil
}

// ReadBaseline reads what WriteBaseline wrote.
func ReadBaseline(r io.Reader) ([]finding.BaselineEntry, error) {
	var file baselineFile
	if err := json.UnmarshalRead(r, &file, json.RejectUnknownMembers(true)); err != nil {
		return nil, fmt.Errorf("read the baseline: %w", err)
	}
	if file.Version != Version {
		return nil, fmt.Errorf("read the baseline: its version is %d, only %d is known", file.Version, Version)
	}
	for _, entry := range file.Entries {
		if entry.Severity == "" || len(entry.Claims) == 0 {
			return nil, fmt.Errorf("read the baseline: the entry %s of %s has no severity or claims; write the baseline again with --write-baseline", entry.Fingerprint, entry.Rule)
		}
	}
	return file.Entries, nil
}
