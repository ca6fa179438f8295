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
	// characters counts those that begin before each multiple of step bytes, so
	// that a column far along a line costs no more than one at its start. It is
	// nil where every character is one byte.
	characters []int32
}

// step is the distance in bytes between two counts of characters.
const step = 1 << 10

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
	return Position{Line: line + 1, Column: f.charactersBefore(offset) - f.charactersBefore(start) + 1}
}

// charactersBefore counts the characters that begin before a byte offset.
func (f *File) charactersBefore(offset int) int {
	if f.characters == nil {
		return offset
	}
	last := offset / step
	return int(f.characters[last]) + charactersIn(f.Text[last*step:offset])
}

// charactersIn counts the characters that begin in the text, which may begin
// and end inside of one.
func charactersIn(text string) int {
	count := 0
	for i := range len(text) {
		if utf8.RuneStart(text[i]) {
			count++
		}
	}
	return count
}

// Line gives the text of a line (counted from 1) without its line break, and ""
// for a line that is missing.
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

// LineStart gives the offset of the first byte of a line (counted from 1), and
// the length of the text for a line that is missing.
func (f *File) LineStart(number int) int {
	f.index()
	if number < 1 || number > len(f.lines) {
		return len(f.Text)
	}
	return int(f.lines[number-1])
}

// index finds the line starts once. A line ends with LF, CRLF or a lone CR, as
// editors have it.
func (f *File) index() {
	f.once.Do(func() {
		f.indexCharacters()
		f.lines = append(make([]int32, 0, 1+strings.Count(f.Text, "\n")), 0)
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

// indexCharacters counts characters where some have more than one byte.
func (f *File) indexCharacters() {
	if isASCII(f.Text) {
		return
	}
	f.characters = make([]int32, 1, len(f.Text)/step+1)
	for start := 0; start+step <= len(f.Text); start += step {
		f.characters = append(f.characters, f.characters[len(f.characters)-1]+int32(charactersIn(f.Text[start:start+step])))
	}
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
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
