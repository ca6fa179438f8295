// Package report writes a finished report: one file per format. It reads and
// changes nothing else, so that every format can be made from a saved JSON
// report.
package report

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"maps"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

// Version is the version of the JSON report that this package writes and reads.
const Version = 1

// WriteJSON writes the report as JSON of version 1 (schema/report.schema.json),
// indented by two spaces and ended by a line break. The same report gives the
// same bytes; lists are never null; a missing count of the summary is filled in
// from the findings. Characters that a terminal could act upon stand as \u
// escapes. The report itself is not changed.
func WriteJSON(w io.Writer, r *finding.Report) error { return StreamJSON(w, finding.WholeOf(r)) }

// writeIndented writes a value as JSON that no terminal and no log acts upon. A
// report can be large: it is written as it is made.
func writeIndented(w io.Writer, value any) error {
	to := newEscapingJSON(w)
	return to.done(to.value(value, jsontext.WithIndent("  ")))
}

// escapingJSON escapes JSON on its way to another writer. It holds back what could
// be half a character or half a command.
type escapingJSON struct {
	to     *bufio.Writer
	held   []byte
	failed error // of the other writer
}

func newEscapingJSON(w io.Writer) *escapingJSON {
	return &escapingJSON{to: bufio.NewWriterSize(w, 1<<16)}
}

// value writes a value and a line break.
func (e *escapingJSON) value(value any, options ...json.Options) error {
	err := json.MarshalWrite(e, value, append(options, json.Deterministic(true), jsontext.AllowInvalidUTF8(true))...)
	if err == nil {
		_, err = e.Write([]byte("\n"))
	}
	if e.failed != nil {
		return e.failed
	}
	return err
}

// done writes what was held back, and says what went wrong.
func (e *escapingJSON) done(err error) error {
	if err == nil {
		_, err = e.to.Write(escapeJSON(e.held))
	}
	if err == nil {
		err = e.to.Flush()
	}
	if err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

func (e *escapingJSON) Write(text []byte) (int, error) {
	e.held = append(e.held, text...)
	all := e.held
	end := len(all)
	for last := end - 1; last >= 0 && last >= end-utf8.UTFMax; last-- {
		if utf8.RuneStart(all[last]) {
			if !utf8.FullRune(all[last:]) {
				end = last
			}
			break
		}
	}
	for end > 0 && all[end-1] == '#' {
		end--
	}
	_, e.failed = e.to.Write(escapeJSON(all[:end]))
	e.held = append(e.held[:0], all[end:]...)
	return len(text), e.failed
}

// writeAll writes a finished report.
func writeAll(w io.Writer, text []byte) error {
	if _, err := w.Write(text); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// ReadJSON reads a report that WriteJSON wrote. Members it does not know are
// passed over, because later versions of the tool may add some; another report
// version, a member given twice and trailing data are errors.
func ReadJSON(r io.Reader) (*finding.Report, error) {
	var report finding.Report
	if err := json.UnmarshalRead(r, &report); err != nil {
		return nil, fmt.Errorf("read report: %w", err)
	}
	if report.Version != Version {
		return nil, fmt.Errorf("read report: %w", VersionError(report.Version))
	}
	return &report, nil
}

// VersionError is the version of a report that this package does not read; 0
// where a document has none, and so is no report.
type VersionError int

// Error says both versions.
func (e VersionError) Error() string {
	return fmt.Sprintf("version is %d, only %d is known", int(e), Version)
}

// counts gives the report's summary, completed where a severity is not counted.
func counts(r *finding.Report) map[string]int {
	found := map[string]int{"error": 0, "warning": 0, "info": 0}
	for _, f := range r.Findings {
		found[string(f.Severity)]++
	}
	maps.Copy(found, r.Summary)
	return found
}

// escapeJSON writes characters that hide or reorder text as \u escapes. JSON
// has them inside of strings only, where the escape means the same.
//
// Two hash signs begin a command in the logs of GitHub's and other runners,
// wherever they stand in a line
// (https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs).
func escapeJSON(text []byte) []byte {
	if bytes.Contains(text, []byte("##")) {
		text = bytes.ReplaceAll(text, []byte("##"), []byte(`#\u0023`))
	}
	if isPlain(text) || !bytes.ContainsFunc(text, hostileInJSON) {
		return text
	}
	out := make([]byte, 0, len(text)+64)
	for len(text) > 0 {
		c, size := utf8.DecodeRune(text)
		switch {
		case !hostileInJSON(c):
			out = append(out, text[:size]...)
		case c > 0xffff: // JSON knows four digits: a surrogate pair
			c -= 0x10000
			out = fmt.Appendf(out, `\u%04x\u%04x`, 0xd800+c>>10, 0xdc00+c&0x3ff)
		default:
			out = fmt.Appendf(out, `\u%04x`, c)
		}
		text = text[size:]
	}
	return out
}

// isPlain reports whether text holds nothing but letters of ASCII and line breaks,
// which is sooner said than what each character is.
func isPlain(text []byte) bool {
	for _, b := range text {
		if (b < 0x20 || b >= 0x7f) && b != '\n' {
			return false
		}
	}
	return true
}

// hostileInJSON excepts the line breaks that stand between members; those in
// strings are escaped already.
func hostileInJSON(c rune) bool { return c != '\n' && hostile(c) }
