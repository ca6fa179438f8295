package source

import (
	"math"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// scalar adds a scalar whose content starts at an offset and gives its end.
func (r *yamlReader) scalar(n *yaml.Node, at int, isName bool) int {
	index := int32(len(r.doc.records))
	r.add(yamlKind(n), at)
	record := &r.doc.records[index]
	record.quoted = n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0
	if isName {
		record.kind = name
	}
	end, ok := scalarEnd(r.text, at, n)
	if !ok {
		end = scanScalar(r.text, at, n.Value).end
	}
	if n.Style&^yaml.TaggedStyle == 0 {
		r.checkSpaces(at, end)
	}
	if text := r.text[at:end]; record.quoted && (len(text) < 2 || text[1:len(text)-1] != n.Value) || !record.quoted && text != n.Value {
		record.quoted = false
		r.doc.setText(index, n.Value)
	}
	return end
}

// yamlKind takes the type of a plain scalar from its spelling. A value with a
// tag of one's own ("!Ref") is text, and so is a date: policies have versions.
func yamlKind(n *yaml.Node) Kind {
	switch tag := n.Tag; {
	case n.Style&^yaml.TaggedStyle != 0:
		return String
	case tag == "!!null":
		return Null
	case tag == "!!bool":
		return Bool
	case tag == "!!int" || tag == "!!float":
		return Number
	}
	return String
}

// scalarEnd finds the end of a scalar that stands in one line as it is meant:
// nearly all do.
func scalarEnd(text string, at int, n *yaml.Node) (end int, ok bool) {
	quote := ""
	switch n.Style &^ yaml.TaggedStyle {
	case 0:
	case yaml.DoubleQuotedStyle:
		quote = `"`
	case yaml.SingleQuotedStyle:
		quote = "'"
	default:
		return at, false
	}
	if strings.ContainsAny(n.Value, "\n\u0085\u2028\u2029") || quote != "" && strings.ContainsAny(n.Value, `\'"`) {
		return at, false
	}
	rest := text[at:]
	whole := quote + n.Value + quote
	return at + len(whole), strings.HasPrefix(rest, whole)
}

// checkSpaces looks for non-breaking spaces that a reader takes for part of a
// plain scalar, and an editor shows as an ordinary one.
func (r *yamlReader) checkSpaces(start, end int) {
	const space = "\u00a0"
	text := r.text[start:end]
	at := strings.Index(text, space)
	if at < 0 {
		return
	}
	if strings.HasSuffix(text, space) {
		at = strings.LastIndex(text, space)
	} else if colon := strings.Index(text, ":"+space); colon >= 0 {
		at = colon + 1
	} else if at != 0 && text[:at] != "-" {
		return
	}
	r.problem(start+at, start+at+len(space), "a non-breaking space stands here, which YAML takes for a letter of %q: replace it with an ordinary space", text)
}

// yamlMapping maps the text of a YAML scalar of that length to the text of its
// document.
func yamlMapping(text string, at, length int, value string) *mapping {
	if scan := scanScalar(text, at, value); scan.ok {
		return &scan.mapping
	}
	// Not understood: every byte comes from the whole scalar.
	m := &mapping{base: at}
	for i := 0; i < len(value); i += math.MaxUint16 {
		given := min(len(value)-i, math.MaxUint16)
		m.jumps = append(m.jumps, jump{int32(i), int32(at), uint16(min(length, math.MaxUint16)), uint16(given)})
	}
	return m
}

// scalarScan reads one scalar of YAML, and keeps where its text came from.
type scalarScan struct {
	text    string
	at      int
	out     []byte
	mapping mapping
	end     int
	ok      bool // the text read is the one that was expected
}

// scanScalar reads the scalar at an offset; value is the text that it has, as
// another reader found it.
func scanScalar(text string, at int, value string) *scalarScan {
	s := &scalarScan{text: text, at: at, mapping: mapping{base: at}, end: at}
	if at >= len(text) {
		s.ok = value == ""
		return s
	}
	switch text[at] {
	case '"', '\'':
		s.at++
		s.mapping.base++
		s.quoted(text[at])
	case '|', '>':
		return scanBlock(text, at, value)
	default:
		s.plain(value)
	}
	s.end = s.at
	s.ok = string(s.out) == value
	return s
}

// copy takes bytes as they are.
func (s *scalarScan) copy(count int) {
	s.out = append(s.out, s.text[s.at:s.at+count]...)
	s.at += count
}

// jump takes bytes that stand for others.
func (s *scalarScan) jump(taken int, given string) {
	s.mapping.add(len(s.out), s.at, taken, len(given))
	s.out = append(s.out, given...)
	s.at += taken
}

func (s *scalarScan) plain(value string) {
	for len(s.out) < len(value) && s.at < len(s.text) {
		if !s.fold() {
			s.copy(runeEnd(s.text, s.at) - s.at)
		}
	}
}

func (s *scalarScan) quoted(quote byte) {
	for s.at < len(s.text) {
		rest := s.text[s.at:]
		switch {
		case quote == '\'' && strings.HasPrefix(rest, "''"):
			s.jump(2, "'")
		case rest[0] == quote:
			s.at++
			return
		case quote == '"' && rest[0] == '\\':
			s.escape()
		case !s.fold():
			s.copy(runeEnd(s.text, s.at) - s.at)
		}
	}
}

// fold takes a run of white space. A line break in it folds into a space, and
// more than one into one less; white space around them goes.
func (s *scalarScan) fold() bool {
	breaks, first := "", ""
	at := s.at
	for at < len(s.text) {
		size := breakSize(s.text, at)
		switch {
		case size > 0 && first == "":
			first = normalBreak(s.text[at : at+size])
		case size > 0:
			breaks += normalBreak(s.text[at : at+size])
		case s.text[at] == ' ' || s.text[at] == '\t':
			size = 1
		}
		if size == 0 {
			break
		}
		at += size
	}
	switch {
	case at == s.at:
		return false
	case first == "":
		s.copy(at - s.at)
	case first != "\n":
		s.jump(at-s.at, first+breaks)
	case breaks == "":
		s.jump(at-s.at, " ")
	default:
		s.jump(at-s.at, breaks)
	}
	return true
}

// normalBreak gives the text of a line break.
func normalBreak(source string) string {
	if source == "\u2028" || source == "\u2029" {
		return source
	}
	return "\n"
}

// escape takes an escape of a double-quoted scalar.
func (s *scalarScan) escape() {
	rest := s.text[s.at:]
	if size := breakSize(rest, 1); size > 0 {
		s.continueLine(1 + size)
		return
	}
	if len(rest) < 2 {
		s.copy(len(rest))
		return
	}
	var digits int
	switch rest[1] {
	case 'x':
		digits = 2
	case 'u':
		digits = 4
	case 'U':
		digits = 8
	default:
		s.jump(2, yamlEscape(rest[1]))
		return
	}
	if len(rest) < 2+digits {
		s.copy(len(rest))
		return
	}
	s.jump(2+digits, string(utf8.AppendRune(nil, hexRune(rest[2:2+digits]))))
}

// yamlEscape gives what an escape of one letter stands for; most stand for the
// letter itself.
func yamlEscape(c byte) string {
	switch c {
	case '0':
		return "\x00"
	case 'a':
		return "\a"
	case 'b':
		return "\b"
	case 't':
		return "\t"
	case 'n':
		return "\n"
	case 'v':
		return "\v"
	case 'f':
		return "\f"
	case 'r':
		return "\r"
	case 'e':
		return "\x1b"
	case 'N':
		return "\u0085"
	case '_':
		return "\u00a0"
	case 'L':
		return "\u2028"
	case 'P':
		return "\u2029"
	}
	return string(c)
}

// continueLine takes an escaped line break: it goes, with the white space at
// the start of the next line, and further line breaks stay.
func (s *scalarScan) continueLine(taken int) {
	given := ""
	for s.at+taken < len(s.text) {
		size := breakSize(s.text, s.at+taken)
		switch c := s.text[s.at+taken]; {
		case size > 0:
			given += normalBreak(s.text[s.at+taken : s.at+taken+size])
		case c == ' ' || c == '\t':
			size = 1
		}
		if size == 0 {
			break
		}
		taken += size
	}
	s.jump(taken, given)
}

// scanBlock reads a literal or folded scalar. Its indentation is that of its
// first line, or given by a digit relative to a parent that is not known here:
// then every indentation is tried against the value.
func scanBlock(text string, at int, value string) *scalarScan {
	header := at + 1
	for header < len(text) && strings.IndexByte("+-0123456789", text[header]) >= 0 {
		header++
	}
	indicators := text[at+1 : header]
	if strings.Trim(value, "\n\u2028\u2029") == "" {
		s := &scalarScan{text: text, mapping: mapping{base: at}, end: header, ok: value == ""}
		return s
	}
	body := header
	for body < len(text) && breakSize(text, body) == 0 {
		body++
	}
	first := firstIndent(text, body)
	s := readBlock(text, at, body, first, indicators, value)
	if !strings.ContainsAny(indicators, "123456789") {
		return s
	}
	for indent := first - 1; indent > 0 && !s.ok; indent-- {
		s = readBlock(text, at, body, indent, indicators, value)
	}
	return s
}

// firstIndent counts the spaces before the first line that has more than spaces.
func firstIndent(text string, at int) int {
	indent := 0
	for ; at < len(text); at++ {
		if size := breakSize(text, at); size > 0 {
			indent = 0
			at += size - 1
			continue
		}
		if text[at] != ' ' {
			break
		}
		indent++
	}
	return indent
}

// readBlock reads the lines of a block scalar from the end of its first line on.
func readBlock(text string, at, body, indent int, indicators, value string) *scalarScan {
	s := &scalarScan{text: text, at: body, mapping: mapping{base: body}, end: body}
	folded := text[at] == '>'
	leading, blankBefore := "", false // the line break before this line, and whether the line before is indented
	skipped, breaks := blockBreaks(text, body+breakSize(text, body), indent)
	taken := breakSize(text, body) + skipped
	for column(text, s.at+taken) == indent && s.at+taken < len(text) {
		next := s.at + taken
		blank := text[next] == ' ' || text[next] == '\t'
		given := leading + breaks
		if folded && leading == "\n" && !blankBefore && !blank {
			given = breaks
			if breaks == "" {
				given = " "
			}
		}
		s.jump(taken, given)
		blankBefore = blank
		end := next
		for end < len(text) && breakSize(text, end) == 0 {
			end++
		}
		s.copy(end - next)
		s.end = end
		size := breakSize(text, end)
		leading = ""
		if size > 0 {
			leading = normalBreak(text[end : end+size])
		}
		skipped, breaks = blockBreaks(text, end+size, indent)
		taken = size + skipped
	}
	s.chomp(leading, breaks, taken, indicators)
	s.ok = string(s.out) == value
	return s
}

// chomp adds the line breaks at the end that count: one, none ("-") or all ("+").
func (s *scalarScan) chomp(leading, breaks string, taken int, indicators string) {
	switch {
	case strings.Contains(indicators, "-"):
	case strings.Contains(indicators, "+"):
		s.jump(taken, leading+breaks)
	default:
		s.jump(taken, leading)
	}
}

// blockBreaks measures indentation and empty lines before a line of a block.
func blockBreaks(text string, from, indent int) (taken int, breaks string) {
	at, spaces := from, 0
	for at < len(text) {
		if size := breakSize(text, at); size > 0 {
			breaks += normalBreak(text[at : at+size])
			at, spaces = at+size, 0
			continue
		}
		if text[at] != ' ' || spaces == indent {
			break
		}
		at++
		spaces++
	}
	return at - from, breaks
}

// column counts the spaces directly before an offset, up to its line's start.
func column(text string, at int) int {
	count := 0
	for at-count > 0 && text[at-count-1] == ' ' {
		count++
	}
	return count
}
