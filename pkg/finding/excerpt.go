package finding

import (
	"unicode/utf8"

	"github.com/canvaslint/canvaslint/pkg/source"
)

const (
	// mostLines is how many lines of a long span an excerpt has.
	mostLines = 10
	// aside is how many characters of a line it has on each side of the place
	// where the span begins: exports often stand on a single line of megabytes.
	aside = 240
)

// Excerpt gives the lines of a span, the first few where there are many, and of
// a long line what is around the span's beginning.
func Excerpt(span source.Span) []Line {
	start, end := span.Positions()
	last := end.Line
	if end.Column == 1 && last > start.Line {
		last--
	}
	var lines []Line
	for number := start.Line; number <= min(last, start.Line+mostLines-1); number++ {
		line := Line{Line: number, Text: span.File.Line(number)}
		switch {
		case len(line.Text) <= 2*aside:
		case number == start.Line:
			line.cut(min(span.Start-span.File.LineStart(number), len(line.Text)), start.Column)
		default:
			line.cut(0, 1)
		}
		lines = append(lines, line)
	}
	return lines
}

// cut keeps what is around a column, whose character begins at an offset of the
// text. It looks at no more of the line than it keeps.
func (l *Line) cut(at, column int) {
	first, last := at, at
	for range min(column-1, aside) {
		_, size := utf8.DecodeLastRuneInString(l.Text[:first])
		first -= size
	}
	for range 2 * aside {
		_, size := utf8.DecodeRuneInString(l.Text[last:])
		last += size
	}
	text := l.Text[first:last]
	if column > aside {
		l.Column = column - aside
		_, size := utf8.DecodeRuneInString(text)
		text = "…" + text[size:]
	}
	if last < len(l.Text) {
		text += "…"
	}
	l.Text = text
}
