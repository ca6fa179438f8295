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
		around := 1
		if number == start.Line {
			around = start.Column
		}
		lines = append(lines, cut(number, span.File.Line(number), around))
	}
	return lines
}

// cut keeps what is around a column of a line.
func cut(number int, text string, around int) Line {
	if len(text) <= 2*aside {
		return Line{Line: number, Text: text}
	}
	line := Line{Line: number}
	first, last, column := 0, len(text), 1
	for at := range text {
		if column == around-aside {
			first, line.Column = at, column
		}
		if column == around+2*aside {
			last = at
			break
		}
		column++
	}
	line.Text = text[first:last]
	if line.Column > 0 {
		_, size := utf8.DecodeRuneInString(line.Text)
		line.Text = "…" + line.Text[size:]
	}
	if last < len(text) {
		line.Text += "…"
	}
	return line
}
