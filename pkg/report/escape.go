package report

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// hostile reports whether a character could act on a terminal, break a line or
// hide or reorder the text around it: controls (ANSI escapes begin with one),
// bidirectional and other format characters, line and paragraph separators.
func hostile(c rune) bool {
	return c < 0x20 || c >= 0x7f && unicode.In(c, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}

// Clean makes text from input harmless to print on one line: hostile characters
// and bytes that are not UTF-8 stand as escapes, such as \x1b. A second hash sign
// in a row gets a backslash: "##[" begins a command in the logs of CI runners,
// wherever it stands in a line
// (https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs).
func Clean(text string) string {
	if utf8.ValidString(text) && !strings.ContainsFunc(text, hostile) && !strings.Contains(text, "##") {
		return text
	}
	var out strings.Builder
	hash := false
	for len(text) > 0 {
		c, size := utf8.DecodeRuneInString(text)
		if hash && c == '#' {
			out.WriteByte('\\')
		}
		hash = c == '#'
		out.WriteString(visible(c, text[:size]))
		text = text[size:]
	}
	return out.String()
}

// cleanLine makes a clean line harmless also where it begins a line of a log: there
// "::" begins a command of GitHub's runner, "section_start:" one of GitLab's
// (https://docs.gitlab.com/ci/jobs/job_logs/#custom-collapsible-sections).
func cleanLine(text string) string {
	line := strings.TrimLeft(text, " \t")
	for _, command := range []string{"::", "section_start:", "section_end:"} {
		if strings.HasPrefix(line, command) {
			return text[:len(text)-len(line)] + `\` + line
		}
	}
	return text
}

// Log writes text of several lines to a terminal or the log of a runner: it goes
// through, but for what could act on either. Each write begins with a whole character.
type Log struct {
	To io.Writer
	// within is set where the last write did not end its line.
	within bool
}

// Write cleans the text line by line; tabs stay.
func (l *Log) Write(data []byte) (int, error) {
	var out strings.Builder
	for line := range strings.Lines(string(data)) {
		text := strings.TrimSuffix(line, "\n")
		cells := strings.Split(text, "\t")
		for i, cell := range cells {
			cells[i] = Clean(cell)
		}
		clean := strings.Join(cells, "\t")
		if !l.within {
			clean = cleanLine(clean)
		}
		out.WriteString(clean)
		l.within = text == line
		if !l.within {
			out.WriteByte('\n')
		}
	}
	if _, err := io.WriteString(l.To, out.String()); err != nil {
		return 0, err
	}
	return len(data), nil
}

// visible gives one character of input as it is printed; raw is its bytes.
func visible(c rune, raw string) string {
	switch {
	case c == utf8.RuneError && len(raw) == 1:
		return fmt.Sprintf(`\x%02x`, raw[0])
	case !hostile(c):
		return raw
	case c == '\n':
		return `\n`
	case c == '\r':
		return `\r`
	case c == '\t':
		return `\t`
	case c < 0x80:
		return fmt.Sprintf(`\x%02x`, c)
	case c <= 0xffff:
		return fmt.Sprintf(`\u%04x`, c)
	}
	return fmt.Sprintf(`\U%08x`, c)
}

// textWidth is the number of terminal cells that cleaned text takes.
func textWidth(text string) int {
	cells := 0
	for _, c := range text {
		cells += runeWidth(c)
	}
	return cells
}

// runeWidth is the number of terminal cells of a character: none for combining
// marks, two for the wide and full-width ones of Unicode's annex 11
// (https://www.unicode.org/reports/tr11/), else one.
func runeWidth(c rune) int {
	if c < 0x300 {
		return 1
	}
	if unicode.In(c, unicode.Mn, unicode.Me) {
		return 0
	}
	switch width.LookupRune(c).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// wrap breaks text at blanks into lines of at most limit cells; a longer word
// keeps a line to itself. The result has at least one line.
func wrap(text string, limit int) []string {
	var lines []string
	line, used := "", 0
	for word := range strings.FieldsSeq(text) {
		size := textWidth(word)
		switch {
		case line == "":
			line, used = word, size
		case used+1+size <= limit:
			line, used = line+" "+word, used+1+size
		default:
			lines = append(lines, line)
			line, used = word, size
		}
	}
	return append(lines, line)
}
