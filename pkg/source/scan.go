package source

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// maxScanned bounds the nesting that the scanner follows.
const maxScanned = 64

// scanner reads what nearly all documents are made of, several times as fast
// as a decoder of tokens does. It takes nothing that strict JSON does not, and
// gives up at whatever is rare or wrong: fractions, exponents, \u escapes,
// escapes in names, names that occur twice. The decoder then starts again, and
// says what is wrong.
type scanner struct {
	doc  *Document
	data []byte
	at   int
}

// scan reads the object or list at the parser's base, or reports false.
func (p *jsonParser) scan() bool {
	s := scanner{p.doc, p.data, p.base}
	s.doc.records, s.doc.texts = make([]record, 0, p.estimate()), nil
	if c := s.next(); c != '{' && c != '[' || !s.value(0) {
		return false
	}
	p.end = s.at
	return true
}

// next skips white space and gives the byte that follows, 0 at the end.
func (s *scanner) next() byte {
	for ; s.at < len(s.data); s.at++ {
		switch c := s.data[s.at]; c {
		case ' ', '\t', '\r', '\n':
		default:
			return c
		}
	}
	return 0
}

func (s *scanner) value(depth int) bool {
	switch s.next() {
	case '{':
		return depth < maxScanned && s.object(depth)
	case '[':
		return depth < maxScanned && s.list(depth)
	case '"':
		return s.text(String)
	case 't':
		return s.word("true", Bool)
	case 'f':
		return s.word("false", Bool)
	case 'n':
		return s.word("null", Null)
	}
	return s.integer()
}

// open adds an object or list, and steps behind its bracket.
func (s *scanner) open(kind Kind) (index int32) {
	index = int32(len(s.doc.records))
	s.doc.records = append(s.doc.records, record{kind: kind, start: int32(s.at)})
	s.at++
	return index
}

// close steps behind the closing bracket.
func (s *scanner) close(index int32) {
	s.at++
	r := &s.doc.records[index]
	r.end, r.next = int32(s.at), int32(len(s.doc.records))
}

func (s *scanner) object(depth int) bool {
	index := s.open(Object)
	c := s.next()
	for members := 0; c != '}'; members++ {
		if members > 0 {
			if c != ',' {
				return false
			}
			s.at++
			c = s.next()
		}
		if c != '"' || !s.text(name) || s.next() != ':' {
			return false
		}
		s.at++
		if !s.value(depth + 1) {
			return false
		}
		c = s.next()
	}
	s.close(index)
	return s.distinct(index)
}

func (s *scanner) list(depth int) bool {
	index := s.open(Array)
	c := s.next()
	for items := 0; c != ']'; items++ {
		if items > 0 {
			if c != ',' {
				return false
			}
			s.at++
		}
		if !s.value(depth + 1) {
			return false
		}
		c = s.next()
	}
	s.close(index)
	return true
}

// scalar adds a value that ends at an offset.
func (s *scanner) scalar(kind Kind, end int) {
	s.doc.records = append(s.doc.records, record{
		kind: kind, quoted: kind == String || kind == name,
		start: int32(s.at), end: int32(end), next: int32(len(s.doc.records)) + 1,
	})
	s.at = end
}

func (s *scanner) word(word string, kind Kind) bool {
	end := s.at + len(word)
	if end > len(s.data) || string(s.data[s.at:end]) != word {
		return false
	}
	s.scalar(kind, end)
	return true
}

// integer reads a whole number without leading zeros; what follows it is
// looked at by the object or list around it.
func (s *scanner) integer() bool {
	at := s.at
	if at < len(s.data) && s.data[at] == '-' {
		at++
	}
	first := at
	for at < len(s.data) && s.data[at] >= '0' && s.data[at] <= '9' {
		at++
	}
	if at == first || s.data[first] == '0' && at > first+1 {
		return false
	}
	s.scalar(Number, at)
	return true
}

// text reads a string or a member's name.
func (s *scanner) text(kind Kind) bool {
	var all byte
	escaped := false
	for at := s.at + 1; ; at++ {
		at += plain(s.data[at:])
		if at == len(s.data) {
			return false
		}
		c := s.data[at]
		all |= c
		switch {
		case c == '"':
			return s.quoted(kind, at+1, escaped, all)
		case c < ' ':
			return false
		case c == '\\':
			at++
			escaped = true
			if kind == name || at == len(s.data) || strings.IndexByte(`"\/bfnrt`, s.data[at]) < 0 {
				return false
			}
		}
	}
}

// plain counts the bytes at the start that are ASCII and stand for themselves
// in a string, eight at a time: a byte's high bit is set in stop where the
// byte is not ASCII, below a space, a quote or a backslash. The lowest such
// bit is right; borrows can only set those above it.
func plain(data []byte) int {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	at := 0
	for ; at+8 <= len(data); at += 8 {
		word := binary.LittleEndian.Uint64(data[at:])
		quote, backslash := word^(ones*'"'), word^(ones*'\\')
		stop := (word | (word-ones*' ')&^word | (quote-ones)&^quote | (backslash-ones)&^backslash) & high
		if stop != 0 {
			return at + bits.TrailingZeros64(stop)/8
		}
	}
	for at < len(data) && data[at] >= ' ' && data[at] < utf8.RuneSelf && data[at] != '"' && data[at] != '\\' {
		at++
	}
	return at
}

// quoted adds a string that ends at an offset; all has the bits of its bytes.
func (s *scanner) quoted(kind Kind, end int, escaped bool, all byte) bool {
	raw := s.data[s.at:end]
	if all >= utf8.RuneSelf && !utf8.Valid(raw) {
		return false
	}
	index := int32(len(s.doc.records))
	s.scalar(kind, end)
	if escaped {
		text, err := jsontext.AppendUnquote(nil, raw)
		s.doc.setText(index, string(text))
		return err == nil
	}
	return true
}

// distinct reports whether no name occurs twice in an object. The names have
// no escapes: equal names are equal bytes.
func (s *scanner) distinct(object int32) bool {
	records := s.doc.records
	end := records[object].next
	if end-object > 512 {
		return s.distinctOfMany(object)
	}
	for i := object + 1; i < end; i = records[i+1].next {
		one := s.data[records[i].start:records[i].end]
		for j := object + 1; j < i; j = records[j+1].next {
			if bytes.Equal(one, s.data[records[j].start:records[j].end]) {
				return false
			}
		}
	}
	return true
}

func (s *scanner) distinctOfMany(object int32) bool {
	seen := map[string]bool{}
	records := s.doc.records
	for i := object + 1; i < records[object].next; i = records[i+1].next {
		text := s.doc.text[records[i].start:records[i].end]
		if seen[text] {
			return false
		}
		seen[text] = true
	}
	return true
}
