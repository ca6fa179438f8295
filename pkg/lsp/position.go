package lsp

import (
	"strings"
	"unicode/utf8"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/lsp/protocol"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// byteOrderMark may begin a client's text; that of a source.File has none.
const byteOrderMark = "\ufeff"

// text is the text of a document with its positions in UTF-16 code units, as the
// client counts them.
type text struct {
	*source.File
	marked bool // the client's text begins with a byte order mark
}

func newText(name, content string) text {
	plain, marked := strings.CutPrefix(content, byteOrderMark)
	return text{source.NewFile(name, plain), marked}
}

// whole gives the client's text.
func (t text) whole() string {
	if t.marked {
		return byteOrderMark + t.Text
	}
	return t.Text
}

// offset turns a position into an offset of Text. One behind the end of its line
// is that end, one behind the last line the end of the text.
func (t text) offset(p protocol.Position) int {
	line := t.Line(int(p.Line) + 1)
	start := t.LineStart(int(p.Line) + 1)
	units := int(p.Character)
	if t.marked && p.Line == 0 {
		units--
	}
	at := 0
	for at < len(line) && units > 0 {
		r, size := utf8.DecodeRuneInString(line[at:])
		units -= unitsOf(r)
		at += size
	}
	return start + at
}

// position turns an offset of Text into a position.
func (t text) position(offset int) protocol.Position {
	at := t.File.Position(offset)
	return t.unitPosition(at)
}

// unitPosition turns a position in characters into one in code units.
func (t text) unitPosition(at source.Position) protocol.Position {
	if at.IsZero() {
		return protocol.Position{}
	}
	units, left := 0, at.Column-1
	if t.marked && at.Line == 1 {
		units++
	}
	for _, r := range t.Line(at.Line) {
		if left == 0 {
			break
		}
		units += unitsOf(r)
		left--
	}
	return protocol.Position{Line: uint32(at.Line - 1), Character: uint32(units)} // #nosec G115 -- lines of a file below 2^31 bytes
}

// span gives the range of two offsets.
func (t text) span(start, end int) protocol.Range {
	return protocol.Range{Start: t.position(start), End: t.position(end)}
}

// place gives the range of a place. One without an end reaches to that of its line.
func (t text) place(p finding.Place) protocol.Range {
	start := t.unitPosition(p.Start)
	end := t.unitPosition(p.End)
	if p.End.IsZero() && !p.Start.IsZero() {
		end = t.position(t.LineStart(p.Start.Line) + len(t.Line(p.Start.Line)))
	}
	return protocol.Range{Start: start, End: end}
}

// change gives the text after a change of the client's.
func (t text) change(c protocol.ContentChange) text {
	if c.Range == nil {
		return newText(t.Name, c.Text)
	}
	start, end := t.offset(c.Range.Start), t.offset(c.Range.End)
	end = max(start, end)
	if t.marked && c.Range.Start == (protocol.Position{}) {
		return t.changeMark(c, end)
	}
	return text{source.NewFile(t.Name, t.Text[:start]+c.Text+t.Text[end:]), t.marked}
}

// changeMark is a change that begins before the byte order mark.
func (t text) changeMark(c protocol.ContentChange, end int) text {
	rest := t.Text[end:]
	if c.Range.End == (protocol.Position{}) {
		rest = t.whole()
	}
	return newText(t.Name, c.Text+rest)
}

// unitsOf counts the UTF-16 code units of a character. What is no UTF-8 reaches
// the client as one replacement character.
func unitsOf(r rune) int {
	if r > 0xffff {
		return 2
	}
	return 1
}
