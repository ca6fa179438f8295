package source

import (
	"fmt"
	"sort"
	"strings"
	"sync"
	"unicode/utf8"
)

// File is one input file as UTF-8 text. Offsets everywhere in this package
// count bytes of Text, which is the file's content without a byte order mark
// and, for UTF-16 files, decoded.
type File struct {
	// Name is the path as it is shown to the user, with forward slashes; "-" is
	// standard input.
	Name string
	// Text is the content; it never changes after NewFile.
	Text string

	once  sync.Once
	lines []int32 // offset of the first byte of each line
}

// NewFile makes a file of text that is already UTF-8 and free of a byte order mark.
func NewFile(name, text string) *File { return &File{Name: name, Text: text} }

// Position is a place as an editor shows it. Both numbers start at 1. A column
// counts Unicode code points (SARIF's unicodeCodePoints); a tab is one column.
type Position struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

// IsZero reports whether the position is unknown.
func (p Position) IsZero() bool { return p.Line == 0 }

// String gives "line:column".
func (p Position) String() string { return fmt.Sprintf("%d:%d", p.Line, p.Column) }

// Span is a range of bytes of a file: Start is the first byte, End is the byte
// after the last one. The zero Span is "no place known".
type Span struct {
	File       *File
	Start, End int
}

// IsZero reports whether the span names no place.
func (s Span) IsZero() bool { return s.File == nil }

// Positions gives the first position and the one after the last character.
func (s Span) Positions() (start, end Position) {
	if s.File == nil {
		return Position{}, Position{}
	}
	return s.File.Position(s.Start), s.File.Position(s.End)
}

// String gives "file:line:column" of the first character.
func (s Span) String() string {
	if s.File == nil {
		return "?"
	}
	return s.File.Name + ":" + s.File.Position(s.Start).String()
}

// Position turns a byte offset into line and column; an offset outside of the
// text is moved to its nearest end.
func (f *File) Position(offset int) Position {
	f.index()
	offset = min(max(offset, 0), len(f.Text))
	line := sort.Search(len(f.lines), func(i int) bool { return int(f.lines[i]) > offset }) - 1
	start := int(f.lines[line])
	return Position{Line: line + 1, Column: utf8.RuneCountInString(f.Text[start:offset]) + 1}
}

// Line gives the text of a line (counted from 1) without its line break, and ""
// for a line that is not there.
func (f *File) Line(number int) string {
	f.index()
	if number < 1 || number > len(f.lines) {
		return ""
	}
	start, end := int(f.lines[number-1]), len(f.Text)
	if number < len(f.lines) {
		end = int(f.lines[number])
	}
	for end > start && (f.Text[end-1] == '\n' || f.Text[end-1] == '\r') {
		end--
	}
	return f.Text[start:end]
}

// index finds the line starts once. A line ends with LF, CRLF or a lone CR, as
// editors have it.
func (f *File) index() {
	f.once.Do(func() {
		f.lines = append(f.lines, 0)
		if strings.IndexByte(f.Text, '\r') < 0 {
			f.indexLF()
			return
		}
		for i := range len(f.Text) {
			switch f.Text[i] {
			case '\r':
				if i+1 < len(f.Text) && f.Text[i+1] == '\n' {
					continue
				}
				f.lines = append(f.lines, int32(i+1))
			case '\n':
				f.lines = append(f.lines, int32(i+1))
			}
		}
	})
}

// indexLF is index for text without a CR.
func (f *File) indexLF() {
	for start := 0; ; {
		at := strings.IndexByte(f.Text[start:], '\n')
		if at < 0 {
			return
		}
		start += at + 1
		f.lines = append(f.lines, int32(start))
	}
}

// Problem is input that could not be analysed: what is wrong, where, and what
// to do about it.
type Problem struct {
	Message string
	Span    Span
	// Path names the input where there is no text to point into (an unreadable
	// or missing file); Span is zero then.
	Path string
}

// String gives "file:line:column: message".
func (p Problem) String() string {
	switch {
	case !p.Span.IsZero():
		return p.Span.String() + ": " + p.Message
	case p.Path != "":
		return p.Path + ": " + p.Message
	}
	return p.Message
}
