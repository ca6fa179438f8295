package source

import (
	"strings"
	"unicode/utf8"
)

const missingComma = "; a comma is probably missing before this"

// hint adds what experience says about the byte that broke the syntax of JSON.
func (p *jsonParser) hint(at int) string {
	text := p.doc.text
	if at >= len(text) {
		return ""
	}
	rest, before := text[at:], strings.TrimRight(text[:at], " \t\r\n")
	if p.base == 0 && jsonBelow(text, at) {
		return "; this line is no part of the JSON that follows: remove it"
	}
	switch r, _ := utf8.DecodeRuneInString(rest); {
	case strings.HasPrefix(rest, "${") || strings.HasPrefix(rest, "{{") || strings.HasPrefix(rest, "{%"):
		return "; " + placeholder(rest) + " stands here unquoted: render the template first, or put the value there in quotes"
	case strings.HasPrefix(rest, "{") && strings.HasSuffix(before, "{"):
		return "; " + placeholder("{"+rest) + " stands here unquoted: render the template first, or put the value there in quotes"
	case strings.HasPrefix(rest, `\u`):
		return "; a character beyond U+FFFF takes two such escapes"
	case r == '\\':
		return `; a backslash is written \\`
	case strings.HasPrefix(rest, "/*"):
		return "; this comment is not closed"
	case r == ',' && endsList(rest[1:]) && before != "" && strings.IndexByte("[{,:", before[len(before)-1]) < 0:
		return "; nothing follows this comma: remove it"
	case r == ',':
		return "; a value is missing before this comma"
	case r == '#':
		return "; JSON has no comments: remove it"
	case r == '\'' || strings.ContainsRune("\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb", r):
		return `; strings take straight double quotes (")`
	case r == '\u00a0' || r == '\u202f' || r == '\u3000' || r == '\u200b' || r == '\ufeff':
		return "; there is an invisible character here (such as a non-breaking space): replace it with an ordinary space"
	case (r == '\t' || r == '\n' || r == '\r') && strings.Count(line(text, at), `"`)%2 == 1:
		return "; a string is not closed on this line: add the quote, or write the line break as \\n"
	case (r == '"' || r == '{' || r == '[') && before != "" && strings.IndexByte("\"}]0123456789el", before[len(before)-1]) >= 0:
		return missingComma
	case r == '}' && strings.HasSuffix(before, `"`):
		return "; a list of values takes [ ], not { }"
	case startsWord(rest, "True") || startsWord(rest, "False") || startsWord(rest, "None"):
		return "; this is Python's spelling: write true, false or null"
	case r == '<':
		return "; " + placeholder(rest) + " of a documentation page stands here: put the real value there, in quotes"
	case r == '-' || r == '_' || r == ':' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z':
		return "; text, dates and ARNs take double quotes"
	}
	return ""
}

// endsList reports whether a list or an object ends next.
func endsList(text string) bool {
	next := strings.TrimLeft(text, " \t\r\n")
	return strings.HasPrefix(next, "]") || strings.HasPrefix(next, "}")
}

// placeholder names the placeholder that text starts with.
func placeholder(text string) string {
	for _, brackets := range [][2]string{{"${", "}"}, {"{{", "}}"}, {"{%", "%}"}, {"<", ">"}} {
		if !strings.HasPrefix(text, brackets[0]) {
			continue
		}
		end := strings.Index(text, brackets[1])
		if name := text[:max(0, end)]; end > 0 && len(name) < 80 && !strings.ContainsAny(name, "\r\n\"") {
			return "the placeholder " + name + brackets[1]
		}
	}
	return "a placeholder"
}

// fragment says what to do with members that have no object around them: most
// often they were cut out of a statement.
func fragment(member string) string {
	switch member {
	case "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition", "Effect", "Sid":
		return "this is a fragment of an object: put { before its first member and } after its last; " + member + " is part of a statement, which needs Effect, an action and what it is about beside it"
	}
	return "this is a fragment of an object: put { before its first member and } after its last"
}

// jsonBelow recognises a log line before the document: the syntax breaks on the
// first line that is not blank, and the next one opens an object or a list.
func jsonBelow(text string, at int) bool {
	start := len(text) - len(strings.TrimLeft(text, " \t\r\n"))
	first := text[start:]
	if end := strings.IndexAny(first, "\r\n"); end >= 0 {
		first = first[:end]
	}
	return at <= start+len(first) && len(first) > 2 && !strings.Contains(first, `"`) && opensJSON(text[start+len(first):])
}

// line gives the part of the line before an offset.
func line(text string, at int) string {
	return text[strings.LastIndexAny(text[:at], "\r\n")+1 : at]
}

func startsWord(text, word string) bool {
	rest, ok := strings.CutPrefix(text, word)
	return ok && (rest == "" || strings.IndexByte(" \t\r\n,]}", rest[0]) >= 0)
}

// runeEnd gives the offset after the character at an offset.
func runeEnd(text string, at int) int {
	if at >= len(text) {
		return len(text)
	}
	_, size := utf8.DecodeRuneInString(text[at:])
	return at + size
}

// runeStart gives the offset of the character that an offset lies in.
func runeStart(text string, at int) int {
	for at > 0 && at < len(text) && !utf8.RuneStart(text[at]) {
		at--
	}
	return at
}
