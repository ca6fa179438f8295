package source

import (
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Embedded reads the text of a string as a JSON document of its own, plain or
// percent-encoded as the IAM API has it. Every position in it, and in the
// problems, is one of the outermost file. It gives neither a document nor a
// problem where the node is no string, or its text does not start as an object
// or a list does.
//
// IAM encodes as RFC 3986 has it, so that "+" stands for itself:
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html
func (n Node) Embedded() (*Document, []Problem) { return n.embedded(false) }

// EmbeddedValue is Embedded for a string that may also hold a JSON string,
// number, boolean or null: AWS Config quotes every member of
// supplementaryConfiguration, texts included.
func (n Node) EmbeddedValue() (*Document, []Problem) { return n.embedded(true) }

func (n Node) embedded(scalars bool) (*Document, []Problem) {
	if n.Kind() != String {
		return nil, nil
	}
	text := n.Text()
	made, isMade := n.origin()
	if !isMade {
		text = n.decoded() // byte for byte: positions are counted in it
	}
	if isMade && made.from.Kind() == String && made.from.Text() == text {
		return made.from.embedded(scalars)
	}
	plain := opensJSON(text) || scalars && opensScalar(text)
	if !plain && !opensEncoded(text) {
		return nil, nil
	}
	inner := &Document{File: n.file(), text: text}
	if isMade {
		inner.origin.Store(everywhere(n.Span(), len(text)))
	} else {
		inner.within, inner.literal = n, n.doc.literal
	}
	if !plain {
		decoded, escapes, bad := percentDecode(text)
		if bad >= 0 {
			return nil, []Problem{{Message: "not valid percent-encoding: % takes two hexadecimal digits; decode the document yourself, or export it again", Span: inner.span(bad, bad+1)}}
		}
		if isMade {
			inner.origin.Store(escapes.through(inner.mapping(), len(decoded)))
		}
		inner.text, inner.encoded = decoded, true
		if at := undecodable(decoded); at >= 0 {
			return nil, []Problem{{Message: fmt.Sprintf("the percent-encoded byte 0x%02x is no part of UTF-8 text: export the document again", decoded[at]), Span: inner.span(at, at+1)}}
		}
	}
	return readEmbedded(inner)
}

// isQuoted reports whether the document is the content of a string.
func (d *Document) isQuoted() bool { return d.within.Exists() || d.origin.Load() != nil }

// mapping maps the text of a document that is the content of a string to the text of the
// file.
func (d *Document) mapping() *mapping {
	if known := d.origin.Load(); known != nil {
		return known
	}
	outer, text := d.within.doc, d.within.decoded()
	made := d.within.mapping()
	if outer.isQuoted() {
		made = made.through(outer.mapping(), len(text))
	}
	if d.encoded {
		_, escapes, _ := percentDecode(text)
		made = escapes.through(made, len(d.text))
	}
	d.origin.CompareAndSwap(nil, made)
	return d.origin.Load()
}

func readEmbedded(d *Document) (*Document, []Problem) {
	p := &jsonParser{doc: d, data: []byte(d.text)}
	if err := p.read(); err != nil {
		return nil, append(p.problems, p.syntaxProblem(err))
	}
	rest := strings.TrimLeft(d.text[p.end:], " \t\r\n")
	if rest != "" {
		at := len(d.text) - len(rest)
		p.problem(at, runeEnd(d.text, at), "text follows the end of the document in this string: remove it, or look for a bracket that closes too early")
	}
	return d, p.problems
}

// opensScalar reports whether text is a JSON string, number, boolean or null.
func opensScalar(text string) bool {
	text = strings.Trim(text, " \t\r\n")
	if len(text) > 1 && text[0] == '"' && text[len(text)-1] == '"' {
		return true
	}
	switch text {
	case "true", "false", "null":
		return true
	}
	return text != "" && strings.Trim(text, "0123456789") == "" && (text[0] != '0' || text == "0")
}

// opensEncoded reports whether text starts as a percent-encoded document does.
func opensEncoded(text string) bool {
	text = strings.TrimLeft(text, " \t\r\n")
	return len(text) >= 3 && (strings.EqualFold(text[:3], "%7B") || strings.EqualFold(text[:3], "%5B"))
}

// undecodable gives the offset of the first byte that JSON text cannot hold, or -1.
func undecodable(text string) int {
	if at := strings.IndexByte(text, 0); at >= 0 {
		return at
	}
	if !utf8.ValidString(text) {
		return invalidUTF8([]byte(text))
	}
	return -1
}

// percentDecode gives the decoded text and where it came from, or the offset of
// the first malformed escape, else -1.
func percentDecode(text string) (string, *mapping, int) {
	var out strings.Builder
	escapes := strings.Count(text, "%")
	out.Grow(max(len(text)-2*escapes, 0))
	m := &mapping{jumps: make([]jump, 0, escapes)}
	for i := 0; i < len(text); {
		next := strings.IndexByte(text[i:], '%')
		if next < 0 {
			out.WriteString(text[i:])
			break
		}
		out.WriteString(text[i : i+next])
		i += next
		if i+3 > len(text) || hex(text[i+1]) < 0 || hex(text[i+2]) < 0 {
			return "", nil, i
		}
		m.add(out.Len(), i, 3, 1)
		out.WriteByte(byte(hex(text[i+1])<<4 | hex(text[i+2])))
		i += 3
	}
	return out.String(), m, -1
}

func hex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// mapping maps the node's decoded text to the text of its document.
func (n Node) mapping() *mapping {
	r := n.doc.records[n.index]
	switch raw := n.Raw(); {
	case n.doc.yaml:
		return yamlMapping(n.doc.text, int(r.start), len(raw), n.decoded())
	case r.quoted:
		return jsonMapping(raw, int(r.start))
	}
	return &mapping{base: int(r.start)}
}

// jsonMapping maps the text of a JSON string, given with its quotes.
func jsonMapping(raw string, start int) *mapping {
	m := &mapping{base: start + 1, jumps: make([]jump, 0, strings.Count(raw, `\`))}
	text := 0
	for i := 1; i < len(raw)-1; {
		next := strings.IndexByte(raw[i:], '\\')
		if next < 0 {
			break
		}
		text, i = text+next, i+next
		taken, given := 2, 1
		if raw[i+1] == 'u' {
			taken, given = unicodeEscape(raw[i:])
		}
		m.add(text, start+i, taken, given)
		text, i = text+given, i+taken
	}
	return m
}

// unicodeEscape measures the \uXXXX or surrogate pair that raw starts with, and
// the UTF-8 it stands for.
func unicodeEscape(raw string) (taken, given int) {
	r := hexRune(raw[2:6])
	if !utf16.IsSurrogate(r) {
		return 6, utf8.RuneLen(r)
	}
	return 12, 4
}

func hexRune(digits string) (r rune) {
	for i := range len(digits) {
		r = r<<4 | rune(hex(digits[i]))
	}
	return r
}
