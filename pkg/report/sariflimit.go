package report

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

// sarifLimits are what GitHub takes of one run; it refuses a file with more
// (https://docs.github.com/en/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit,
// https://docs.github.com/en/code-security/code-scanning/troubleshooting-sarif-uploads/file-too-large).
type sarifLimits struct {
	results int
	packed  int // bytes, compressed with gzip
}

func gitHubLimits() sarifLimits { return sarifLimits{results: 25_000, packed: 10_000_000} }

// within writes a run with as many results as fit, the first of them, and so the
// most severe.
func (l sarifLimits) within(w io.Writer, r *finding.Report) error {
	for most := l.results; ; {
		var text bytes.Buffer
		if err := writeIndented(&text, sarifOf(r, most)); err != nil {
			return err
		}
		size := 0
		if text.Len() > l.packed {
			size = packedSize(text.Bytes())
		}
		if size <= l.packed || most == 0 {
			return writeAll(w, text.Bytes())
		}
		// A little less than what fits by measure: results differ in size.
		most = min(most, resultsOf(r))
		most = min(most-1, int(float64(most)*float64(l.packed)/float64(size)*0.95))
	}
}

func packedSize(text []byte) int {
	var packed bytes.Buffer
	pack := gzip.NewWriter(&packed)
	if _, err := pack.Write(text); err != nil || pack.Close() != nil {
		return packed.Len() // a buffer takes everything
	}
	return packed.Len()
}

// resultsOf counts the results of a report.
func resultsOf(r *finding.Report) int {
	n := len(r.Findings) + len(r.Waived)
	if r.Baseline != nil {
		n += len(r.Baseline.Known) + len(r.Baseline.Stale)
	}
	return n
}

// leftOut says how many results a run has not, "" where it has all.
func leftOut(r *finding.Report, most int) string {
	if n := resultsOf(r) - most; n > 0 {
		left := finding.Report{}
		if most < len(r.Findings) {
			left.Findings = r.Findings[most:]
		}
		return fmt.Sprintf("%d of %d results are left out, the least severe (of the findings that count: %s): GitHub takes no more in one file; the JSON report has all of them", n, resultsOf(r), countText(counts(&left)))
	}
	return ""
}
