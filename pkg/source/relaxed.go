package source

import (
	"fmt"
	"strings"
)

// extent is a range of offsets of a text.
type extent struct{ start, end int32 }

// extras are what JSON with comments has and JSON has not.
type extras struct {
	comments []extent
	commas   []int32 // the commas after a last item or member
	first    int     // offset of the first of either
	message  string  // what to say of it
}

func (e *extras) none() bool { return len(e.comments) == 0 && len(e.commas) == 0 }

// relax overwrites comments and trailing commas with spaces in a copy of data,
// so that all offsets stay. "#" opens a comment as well: AWS's own pages have
// such notes in their JSON. What else may be wrong is left for the reader of
// strict JSON to find.
func relax(data []byte) ([]byte, extras) {
	out := append([]byte(nil), data...)
	e := extras{first: len(data)}
	comma, last := -1, byte(0) // the comma that may be trailing; the last byte that is not blank
	for i := 0; i < len(out); {
		switch c := out[i]; {
		case c == '"':
			i, last, comma = stringEnd(out, i), c, -1
			continue
		case commentAt(out, i):
			end := commentEnd(out, i)
			e.comments = append(e.comments, extent{int32(i), int32(end)})
			e.note(i, commentMessage(c))
			blank(out[i:end])
			i = end
			continue
		case c == ',':
			comma = -1
			if last != 0 && strings.IndexByte("{[,:", last) < 0 {
				comma = i
			}
			last = c
		case c == '}' || c == ']':
			if comma >= 0 {
				e.commas = append(e.commas, int32(comma))
				e.note(comma, fmt.Sprintf("this comma has nothing but %q after it: JSON allows no trailing comma, and AWS refuses the document; remove it", c))
				out[comma] = ' '
			}
			last, comma = c, -1
		case c != ' ' && c != '\t' && c != '\r' && c != '\n':
			last, comma = c, -1
		}
		i++
	}
	return out, e
}

func (e *extras) note(at int, message string) {
	if at < e.first {
		e.first, e.message = at, message
	}
}

func commentMessage(first byte) string {
	if first == '#' {
		return "this is a comment: JSON has none, neither with # nor with //, and AWS refuses the document; remove it"
	}
	return "this is a comment: JSON has none, and AWS refuses the document; remove it, or name the file *.jsonc if it never goes to AWS"
}

// stringEnd gives the offset after the string that opens at i. A string ends at
// a line break at the latest, so that a lost quote spoils one line only.
func stringEnd(data []byte, i int) int {
	for i++; i < len(data); i++ {
		switch data[i] {
		case '"':
			return i + 1
		case '\\':
			i++
		case '\n', '\r':
			return i
		}
	}
	return len(data)
}

func commentAt(data []byte, i int) bool {
	if data[i] == '#' {
		return true
	}
	if data[i] != '/' || i+1 == len(data) {
		return false
	}
	// A block comment that does not end is left as it is: a syntax error.
	return data[i+1] == '/' || data[i+1] == '*' && blockEnd(data, i) > 0
}

func commentEnd(data []byte, i int) int {
	if data[i] == '/' && data[i+1] == '*' {
		return blockEnd(data, i)
	}
	for i < len(data) && data[i] != '\n' && data[i] != '\r' {
		i++
	}
	return i
}

func blockEnd(data []byte, i int) int {
	for k := i + 3; k < len(data); k++ {
		if data[k] == '/' && data[k-1] == '*' && k-1 >= i+2 {
			return k + 1
		}
	}
	return -1
}

func blank(data []byte) {
	for i, c := range data {
		if c != '\n' && c != '\r' && c != '\t' {
			data[i] = ' '
		}
	}
}

// skipComments drops the comments before the first character of a text.
func skipComments(text string) string {
	for {
		text = strings.TrimLeft(text, " \t\r\n")
		switch {
		case strings.HasPrefix(text, "//"):
			end := strings.IndexAny(text, "\r\n")
			if end < 0 {
				return ""
			}
			text = text[end:]
		case strings.HasPrefix(text, "/*"):
			end := strings.Index(text[2:], "*/")
			if end < 0 {
				return text
			}
			text = text[2+end+2:]
		default:
			return text
		}
	}
}

// Comments gives the comments of the document in source order, with the
// characters that open and close them. Those of a YAML stream belong to the
// document after whose "---" they stand.
func (d *Document) Comments() []Span {
	if d == nil {
		return nil
	}
	comments := d.comments
	if d.yaml {
		comments = d.yamlComments()
	}
	spans := make([]Span, len(comments))
	for i, c := range comments {
		spans[i] = Span{d.File, int(c.start), int(c.end)}
	}
	return spans
}
