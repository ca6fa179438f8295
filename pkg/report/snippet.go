package report

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

const (
	tabStop  = 4
	ellipsis = "…"
	// leastText is what a source line gets on even the narrowest terminal.
	leastText = 24
	// mostMarked is how many lines of a long span are shown: its first ones and
	// its last one.
	mostMarked = 5
)

// cell is one character of a source line as it is printed: a tab is some
// blanks, a control character its escape.
type cell struct {
	text  string
	width int
}

// cellsOf expands a source line; index i of the result is column i+1.
func cellsOf(line string) []cell {
	line = strings.TrimRight(line, "\r\n")
	cells := make([]cell, 0, len(line))
	at := 0
	hash := false
	for len(line) > 0 {
		c, size := utf8.DecodeRuneInString(line)
		var next cell
		if c == '\t' {
			next.width = tabStop - at%tabStop
			next.text = strings.Repeat(" ", next.width)
		} else {
			next.text = visible(c, line[:size])
			if c == '#' && hash {
				next.text = `\#` // as in Clean
			}
			next.width = textWidth(next.text)
		}
		hash = c == '#'
		cells = append(cells, next)
		at += next.width
		line = line[size:]
	}
	return cells
}

// marked gives the part of a line, as indexes of its cells, that a place covers.
// An empty range at the place's start still is one mark wide; ok is false where
// the place leaves the line alone.
func marked(cells []cell, line finding.Line, at finding.Place) (from, to int, ok bool) {
	number := line.Line
	if cut := line.Column - 1; cut > 0 {
		at.Start.Column, at.End.Column = at.Start.Column-cut, at.End.Column-cut
	}
	start, end := at.Start, at.End
	if end.Line < start.Line || end.Line == start.Line && end.Column <= start.Column {
		end = start
		end.Column++
	}
	if start.IsZero() || number < start.Line || number > end.Line {
		return 0, 0, false
	}
	to = len(cells)
	if number == end.Line {
		to = min(end.Column-1, len(cells))
	}
	if number == start.Line {
		from = max(0, min(start.Column-1, len(cells)))
		return from, max(to, from+1), true
	}
	for from < to && strings.TrimSpace(cells[from].text) == "" {
		from++
	}
	return from, to, from < to
}

// window picks the cells [first, last) of a line to show in limit cells, so
// that the marked part, or at least its beginning, can be seen.
func window(cells []cell, from, to, limit int) (first, last int) {
	if span(cells) <= limit {
		return 0, len(cells)
	}
	to = min(to, len(cells))
	room := limit - 1 // an ellipsis on the right
	if span(cells[:to]) > room {
		room-- // and one on the left
		// What is left of the room goes to both sides of the mark.
		spare := max(0, room-span(cells[from:to])) / 2
		for first = from; first > 0 && spare >= cells[first-1].width; first-- {
			spare -= cells[first-1].width
		}
	}
	last = first
	for used := 0; last < len(cells) && used+cells[last].width <= room; last++ {
		used += cells[last].width
	}
	return first, last
}

// span is the width of some cells.
func span(cells []cell) int {
	total := 0
	for _, c := range cells {
		total += c.width
	}
	return total
}

// sourceLine is a line of source text, cut to the room there is, and the line
// of marks below it (empty where nothing is marked).
func sourceLine(line finding.Line, at finding.Place, limit int) (text, marks string) {
	cells := cellsOf(line.Text)
	from, to, ok := marked(cells, line, at)
	first, last := window(cells, from, to, limit)
	var out strings.Builder
	indent := 0
	if first > 0 {
		out.WriteString(ellipsis)
		indent = 1
	}
	for _, c := range cells[first:last] {
		out.WriteString(c.text)
	}
	if last < len(cells) {
		out.WriteString(ellipsis)
	}
	text = strings.TrimRight(out.String(), " ")
	if !ok {
		return text, ""
	}
	shown := span(cells[min(from, last):min(to, last)])
	indent += span(cells[first:min(from, last)])
	return text, strings.Repeat(" ", indent) + strings.Repeat("^", max(1, shown))
}

// snippet prints the source lines of a finding, its exact range marked.
func (p *printer) snippet(f finding.Finding) {
	if len(f.Snippet) == 0 {
		return
	}
	gutter := 0
	for _, line := range f.Snippet {
		gutter = max(gutter, len(strconv.Itoa(line.Line)))
	}
	limit := max(leastText, p.width-gutter-5)
	blank := p.dim.Sprint(strings.Repeat(" ", gutter+3) + "|")
	p.line(blank)
	hidden := false
	for _, line := range f.Snippet {
		if skipped(line.Line, f.Place) {
			if !hidden {
				p.line(p.dim.Sprint(strings.Repeat(" ", gutter+3) + "| " + ellipsis))
			}
			hidden = true
			continue
		}
		text, marks := sourceLine(line, f.Place, limit)
		number := p.dim.Sprint(fmt.Sprintf("  %*d |", gutter, line.Line))
		p.line(strings.TrimRight(number+" "+text, " "))
		if marks != "" {
			p.line(blank + " " + p.of(f.Severity).Sprint(marks))
		}
	}
}

// skipped reports whether a line lies in the middle of a long marked range.
func skipped(number int, at finding.Place) bool {
	return at.End.Line-at.Start.Line >= mostMarked &&
		number >= at.Start.Line+mostMarked-2 && number < at.End.Line
}
