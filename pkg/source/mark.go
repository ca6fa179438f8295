package source

import "strings"

// Mark is a comment of a document that holds a word looked for.
type Mark struct {
	// Text is what follows the word, to the end of the line or of the comment.
	Text string
	// Span is the word and the text.
	Span Span
	// Scope is what the comment is about: the line that it ends, or else the next
	// line that holds more than comments, with all values that begin there.
	Scope Span
}

// Marks gives the comments of JSON with comments and of YAML that hold a word,
// in source order.
func (d *Document) Marks(word string) []Mark {
	if d.derived != nil || d.isQuoted() || d.yaml && !strings.Contains(d.text[d.from:d.to], word) {
		return nil
	}
	var found []Mark
	for _, comment := range d.Comments() {
		text := d.text[comment.Start:comment.End]
		at := strings.Index(text, word)
		if at < 0 {
			continue
		}
		text, _, _ = strings.Cut(text[at+len(word):], "\n")
		text = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text), "*/"))
		end := comment.Start + at + len(word)
		if text != "" {
			end += strings.Index(d.text[end:], text) + len(text)
		}
		found = append(found, Mark{Text: text, Span: Span{d.File, comment.Start + at, end}, Scope: d.scope(comment.Start, comment.End)})
	}
	return found
}

// scope gives what a comment is about.
func (d *Document) scope(start, end int) Span {
	line := strings.LastIndexAny(d.text[:start], "\r\n") + 1
	if strings.TrimSpace(d.text[line:start]) == "" {
		line = d.nextContent(end)
	}
	span := Span{d.File, line, len(d.text)}
	if next := strings.IndexAny(d.text[line:], "\r\n"); next >= 0 {
		span.End = line + next
	}
	last := span.End
	for i, r := range d.records {
		switch {
		case int(r.start) < line || int(r.start) >= last:
		case r.kind == name && i+1 < len(d.records):
			span.End = max(span.End, int(d.records[i+1].end)) // its value may begin further down
		case d.opensAt(int(r.start), line):
			span.End = max(span.End, int(r.end))
		}
	}
	return span
}

// opensAt tells a value that begins at an offset from a block of YAML whose
// first entry does: a list, or a mapping that is no entry of a list.
func (d *Document) opensAt(start, line int) bool {
	if !d.yaml || d.text[start] == '{' || d.text[start] == '[' {
		return true
	}
	before := strings.TrimSpace(d.text[line:start])
	return before != "" && strings.Trim(before, "- ") == ""
}

// nextContent gives the start of the next line that holds more than comments.
func (d *Document) nextContent(at int) int {
	for at < len(d.text) {
		next := strings.IndexAny(d.text[at:], "\r\n")
		if next < 0 {
			return len(d.text)
		}
		at += next + 1
		text := strings.TrimLeft(d.text[at:], " \t")
		if text != "" && text[0] != '#' && text[0] != '\r' && text[0] != '\n' && !strings.HasPrefix(text, "//") {
			return at
		}
	}
	return at
}
