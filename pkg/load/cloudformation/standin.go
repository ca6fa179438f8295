package cloudformation

import (
	"regexp"
	"strings"
	"sync"
)

// standInPattern finds stand-ins in a text, those of resources and of values.
var standInPattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`‹[^:‹›]+›|\{[A-Za-z_][^{}:"']*\}`)
})

// cutText is strings.Split that leaves stand-ins whole: a delimiter in the name
// of one is none in its value.
func cutText(text, delimiter string) []string {
	var pieces []string
	start := 0
	holes := standInPattern().FindAllStringIndex(text, -1)
	for at := 0; at < len(text); {
		if len(holes) > 0 && at == holes[0][0] {
			at, holes = holes[0][1], holes[1:]
			continue
		}
		if strings.HasPrefix(text[at:], delimiter) {
			pieces = append(pieces, text[start:at])
			at += len(delimiter)
			start = at
			for len(holes) > 0 && holes[0][0] < at {
				holes = holes[1:]
			}
			continue
		}
		at++
	}
	return append(pieces, text[start:])
}

// hidesDelimiter reports whether the value of a stand-in may hold a delimiter.
// An account id is digits, a Region's name has no delimiter but the hyphen, and
// no value within an ARN's first parts holds a colon.
func hidesDelimiter(piece, delimiter string, inARN bool) bool {
	for _, standIn := range standInPattern().FindAllString(piece, -1) {
		switch {
		case inARN && delimiter == ":":
		case standIn == "‹AccountId›" && strings.Trim(delimiter, "0123456789") != "":
		case standIn == "‹Region›" && strings.ContainsAny(delimiter, ":/,._| "):
		case standIn[0] == '{' && strings.ContainsAny(delimiter, ":/, |"):
		default:
			return true
		}
	}
	return false
}

// asGlob replaces each stand-in by the byte 0, which stands for any text.
func asGlob(text string) string { return standInPattern().ReplaceAllString(text, "\x00") }

// mayBe reports whether two texts, either of which may hold stand-ins, can be
// the same: the literal beginnings and ends agree as far as both have them.
func mayBe(a, b string) bool {
	a, b = asGlob(a), asGlob(b)
	openA, openB := strings.IndexByte(a, 0) >= 0, strings.IndexByte(b, 0) >= 0
	switch {
	case !openA && !openB:
		return a == b
	case openA && openB:
		headA, headB := head(a), head(b)
		tailA, tailB := tail(a), tail(b)
		return (strings.HasPrefix(headA, headB) || strings.HasPrefix(headB, headA)) &&
			(strings.HasSuffix(tailA, tailB) || strings.HasSuffix(tailB, tailA))
	case openB:
		a, b = b, a
	}
	// a is open and b literal: the pieces of a follow each other in b.
	pieces := strings.Split(a, "\x00")
	if !strings.HasPrefix(b, pieces[0]) {
		return false
	}
	b = b[len(pieces[0]):]
	last := len(pieces) - 1
	for _, piece := range pieces[1:last] {
		at := strings.Index(b, piece)
		if at < 0 {
			return false
		}
		b = b[at+len(piece):]
	}
	return strings.HasSuffix(b, pieces[last])
}

func head(glob string) string { return glob[:strings.IndexByte(glob, 0)] }

func tail(glob string) string { return glob[strings.LastIndexByte(glob, 0)+1:] }

// bare is a text without the brackets of its stand-ins.
func bare(text string) string {
	return strings.NewReplacer("‹", "", "›", "", "{", "", "}", "").Replace(text)
}
