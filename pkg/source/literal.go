package source

import (
	"strings"
	"unicode/utf8"
)

// What only a deployment gives has a stand-in that loaders write into text:
// ‹Region› and {AppKey}. Text of a document that is spelled so is text. In a
// document that is literal, the character that opens such a spelling is read as
// another one, of Unicode's private use area, which no stand-in begins with.
// One character stands for one, so wildcards count the same, and Spelled gives
// the text back where it is shown.
const (
	brace, bracket               = '{', '‹'
	literalBrace, literalBracket = '\ue07b', '\ue039'
)

// Literal makes every text of the document one that holds no stand-in.
func (d *Document) Literal() { d.literal = true }

// Literal is the text as it reads in a literal document.
func Literal(text string) string {
	if strings.IndexByte(text, brace) < 0 && strings.IndexByte(text, "‹"[0]) < 0 {
		return text
	}
	var b strings.Builder
	before, written := rune(0), 0
	for i, r := range text {
		literal := rune(0)
		switch {
		case r == bracket:
			literal = literalBracket
		case r == brace && before != '$' && before != brace && i+1 < len(text) && isNameStart(text[i+1]):
			literal = literalBrace
		}
		if literal != 0 {
			b.WriteString(text[written:i])
			b.WriteRune(literal)
			written = i + utf8.RuneLen(r)
		}
		before = r
	}
	if written == 0 {
		return text
	}
	b.WriteString(text[written:])
	return b.String()
}

func isNameStart(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' }

// SpelledRune is a character of a text as its document spells it.
func SpelledRune(r rune) rune {
	switch r {
	case literalBrace:
		return brace
	case literalBracket:
		return bracket
	}
	return r
}

// Spelled is a text as its document spells it.
func Spelled(text string) string {
	const lead = 0xEE // of both characters, in UTF-8
	if strings.IndexByte(text, lead) < 0 {
		return text
	}
	return strings.NewReplacer(string(literalBrace), string(brace), string(literalBracket), string(bracket)).Replace(text)
}
