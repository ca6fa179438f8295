package lsp

import (
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// word is what is being typed, with its place in the document.
type word struct {
	cursor
	start, end int    // of what it replaces
	typed      string // before the cursor
	quoted     bool   // in quotes already, or in a format that needs none
	// opens says that the word stands alone in a line of YAML: what reads as a value
	// may be the first name of a mapping.
	opens bool
}

// stand is put in the place of what is being typed, so that the document can be read:
// it is a word in every format.
const stand = "canvaslintcursor"

// wordAt finds what is being typed at an offset. The document is read with a word in
// its place. Where that does not parse, which is the rule while people type JSON, what
// stands before it is read alone, with its brackets closed.
func wordAt(t text, offset int) (word, bool) {
	start, end := offset, offset
	for start > 0 && !isBreak(t.Text[start-1]) {
		start--
	}
	for end < len(t.Text) && !isBreak(t.Text[end]) {
		end++
	}
	w := word{start: start, end: end, typed: t.Text[start:offset], quoted: true}
	before, after := t.Text[:start], t.Text[end:]
	isJSON := strings.HasPrefix(strings.TrimLeft(t.Text, " \t\r\n"), "{")
	if w.quoted = !isJSON || openString(before); !w.quoted {
		before, after = before+`"`, `"`+after
	}
	for _, candidate := range candidates(before, after, isJSON, strings.HasSuffix(t.Text[offset:end], ":")) {
		documents, _ := source.Parse(t.Name, []byte(candidate), source.Auto)
		if at, ok := find(documents, func(n source.Node) bool { return strings.Contains(n.Raw(), stand) }); ok && strings.Contains(at.node.Text(), stand) {
			w.cursor = at
			w.opens = !isJSON && !at.isName && strings.TrimSpace(t.Text[strings.LastIndexByte(t.Text[:start], '\n')+1:start]) == ""
			if w.keyed(t.Text) {
				w.end--
			}
			return w, true
		}
	}
	return word{}, false
}

// candidates are the texts in which the place is looked for.
func candidates(before, after string, isJSON, colon bool) []string {
	if !isJSON {
		whole := []string{before + stand + after, before + stand + ":" + after}
		if colon {
			slices.Reverse(whole)
		}
		return whole
	}
	list := []string{before + stand + after}
	if strings.HasSuffix(before, `"`) {
		closing := `"` + closers(before+`"`)
		list = append(list, before+stand+closing, before+stand+`": null`+closers(before+`"`))
	}
	return list
}

// keyed reports whether what follows is the colon of a name of YAML.
func (w word) keyed(text string) bool {
	return w.isName && w.end > w.start && text[w.end-1] == ':' && w.end > w.start+len(w.typed)
}

// quote gives a text as it is put there.
func (w word) quote(text string) string {
	if w.quoted {
		return text
	}
	return `"` + text + `"`
}

// isBreak reports whether a byte ends what is being typed.
func isBreak(c byte) bool { return strings.IndexByte(" \t\r\n\"'[]{},\\", c) >= 0 }

// openString reports whether a JSON text ends within a string.
func openString(text string) bool {
	open := false
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\' && open:
			i++
		case text[i] == '"':
			open = !open
		case text[i] == '\n':
			open = false // no string goes on behind its line
		}
	}
	return open
}

// closers are the brackets that a JSON text leaves open, the innermost first.
func closers(text string) string {
	var open []byte
	inside := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case inside && c == '\\':
			i++
		case c == '"':
			inside = !inside
		case c == '\n':
			inside = false
		case inside:
		case c == '{':
			open = append(open, '}')
		case c == '[':
			open = append(open, ']')
		case (c == '}' || c == ']') && len(open) > 0:
			open = open[:len(open)-1]
		}
	}
	slices.Reverse(open)
	return string(open)
}
