package source

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Edit puts a text in the place of a range of bytes of a file.
type Edit struct {
	Span Span
	Text string
}

// ErrNotWritten says that no text of a file stands for a node alone: a function
// of a template made it, or an alias of YAML repeats it.
var ErrNotWritten = errors.New("no text of the file stands for this alone")

// Append gives the edits that add values at the end of a list, written as the
// items before them are. One value in place of a list becomes its first item.
func Append(list Node, items ...Node) ([]Edit, error) {
	at, err := editable(list)
	if err != nil {
		return nil, err
	}
	switch {
	case !at.IsScalar() && strings.HasPrefix(at.Tag(), "!"):
		return nil, fmt.Errorf("append to what a function takes: %w", ErrNotWritten)
	case at.isBlock():
		return appendBlock(at, items)
	case !at.Is(Array):
		return wrap(at, items)
	}
	style := styleOf(at)
	return style.insert(at, func(separator, indent string) string {
		return style.joined(items, separator, func(item Node) string { return style.flow(item, indent) })
	})
}

// Replace gives the edit that puts a value in the place of a scalar, a list or
// an object.
func Replace(old, value Node) ([]Edit, error) {
	at, err := editable(old)
	if err != nil {
		return nil, err
	}
	if at.isBlock() {
		return nil, fmt.Errorf("replace a YAML block: %w", ErrNotWritten)
	}
	start, err := at.startWithTag()
	if err != nil {
		return nil, err
	}
	style := styleOf(at)
	text := style.flow(value, style.indentAt(start))
	if start == at.end() && start > 0 && !strings.ContainsRune(" \t\n", rune(at.doc.text[start-1])) {
		text = " " + text // behind the colon of a name without a value
	}
	return []Edit{at.doc.edit(start, at.end(), text)}, nil
}

// SetMember gives the edits that give a member of an object a value, whether the
// object has it or not.
func SetMember(object Node, name string, value Node) ([]Edit, error) {
	at, err := editable(object)
	if err != nil {
		return nil, err
	}
	if old := at.Get(name); old.Exists() {
		return Replace(old, value)
	}
	if !at.Is(Object) || strings.HasPrefix(at.Tag(), "!") {
		return nil, fmt.Errorf("set %s of %s: %w", name, at.Kind(), ErrNotWritten)
	}
	style := styleOf(at)
	if at.isBlock() {
		last := at.lastChild()
		indent := offsetInLine(at.doc.text, int(at.doc.records[at.index].start))
		text := style.newline + strings.Repeat(" ", indent) + style.block(member(name, value), indent, style.unit)
		end := lineEnd(at.doc.text, last.end())
		return []Edit{at.doc.edit(end, end, text)}, nil
	}
	return style.insert(at, func(_, indent string) string { return jsonText(name) + style.colon + style.flow(value, indent) })
}

// Apply gives a text with edits made; they must not overlap.
func Apply(text string, edits []Edit) (string, error) {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b Edit) int { return a.Span.Start - b.Span.Start })
	var b strings.Builder
	last := 0
	for _, e := range edits {
		if e.Span.Start < last || e.Span.End > len(text) {
			return "", fmt.Errorf("edit bytes %d to %d: another edit is there", e.Span.Start, e.Span.End)
		}
		b.WriteString(text[last:e.Span.Start])
		b.WriteString(e.Text)
		last = e.Span.End
	}
	b.WriteString(text[last:])
	return b.String(), nil
}

// editable gives the node of the text that an edit of a node goes to.
func editable(n Node) (Node, error) {
	n = n.Written()
	switch {
	case !n.Exists():
		return n, fmt.Errorf("nothing is there: %w", ErrNotWritten)
	case n.doc.aliased:
		return n, fmt.Errorf("the document has aliases: %w", ErrNotWritten)
	case n.doc.isQuoted() && !n.doc.within.Exists():
		return n, ErrNotWritten
	}
	return n, nil
}

// edit makes an edit of a range of the document's text. What is written into a
// quoted document is escaped as the document is.
func (d *Document) edit(start, end int, text string) Edit {
	span := Span{d.File, start, end}
	if d.isQuoted() {
		origin := d.mapping()
		span.Start = origin.start(start)
		span.End = max(span.Start, origin.end(end))
		if start == end && start > 0 {
			span.Start = origin.end(start)
			span.End = span.Start
		}
	}
	for d.within.Exists() {
		if d.encoded {
			text = percentEncode(text)
		}
		text = d.within.encode(text)
		d = d.within.doc
	}
	return Edit{span, text}
}

// encode writes a text as it stands within the string.
func (n Node) encode(text string) string {
	raw := n.Raw()
	switch {
	case !n.doc.yaml || strings.HasPrefix(raw, `"`):
		quoted := jsonText(text)
		return quoted[1 : len(quoted)-1]
	case strings.HasPrefix(raw, "'"):
		return strings.ReplaceAll(unbroken(text), "'", "''")
	case strings.HasPrefix(raw, "|"):
		_, body, _ := strings.Cut(raw, "\n")
		indent := body[:len(body)-len(strings.TrimLeft(body, " "))]
		return strings.ReplaceAll(text, "\n", "\n"+indent)
	}
	return unbroken(text)
}

// unbroken gives a text without line breaks, which YAML would fold.
func unbroken(text string) string {
	lines := strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' })
	for i := range lines[min(1, len(lines)):] {
		lines[i+1] = strings.TrimLeft(lines[i+1], " \t")
	}
	return strings.Join(lines, " ")
}

// percentEncode writes a text as the IAM API does (RFC 3986).
func percentEncode(text string) string {
	var b strings.Builder
	for i := range len(text) {
		c := text[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-_.~", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		fmt.Fprintf(&b, "%%%02X", c)
	}
	return b.String()
}

// startWithTag is where the node begins, with its tag: "!GetAtt Key.Arn" is one value.
func (n Node) startWithTag() (int, error) {
	start := int(n.start())
	tag := n.Tag()
	if tag == "" {
		return start, nil
	}
	before := strings.TrimRight(n.doc.text[:start], " \t")
	if !strings.HasSuffix(before, tag) {
		return 0, fmt.Errorf("an anchor or a line break stands behind the tag %s: %w", tag, ErrNotWritten)
	}
	return len(before) - len(tag), nil
}

// isBlock reports whether a list or object is written as a YAML block.
func (n Node) isBlock() bool {
	if !n.doc.yaml || n.Kind() != Array && n.Kind() != Object {
		return false
	}
	start := n.doc.records[n.index].start
	return !strings.HasPrefix(n.doc.text[start:], "[") && !strings.HasPrefix(n.doc.text[start:], "{")
}

// end is the offset after the node in its document's text.
func (n Node) end() int { return int(n.doc.records[n.index].end) }

// lastChild gives the last item or the last value.
func (n Node) lastChild() Node {
	var last Node
	for child := range n.children() {
		last = child
	}
	return last
}

// insert adds items or a member behind the last one of a list or an object in
// brackets; write gives their text, for what stands between two of them and for
// an indentation.
func (s style) insert(into Node, write func(separator, indent string) string) ([]Edit, error) {
	d, r := into.doc, into.doc.records[into.index]
	last := into.lastChild()
	if !last.Exists() {
		inner := s.indentAt(int(r.start)) + s.unitText()
		if !s.lines {
			return []Edit{d.edit(int(r.start)+1, int(r.end)-1, write(","+s.space, ""))}, nil
		}
		return []Edit{d.edit(int(r.start)+1, int(r.end)-1, s.newline+inner+write(","+s.newline+inner, inner)+s.newline+s.indentAt(int(r.start)))}, nil
	}
	end := last.end()
	broken := strings.Contains(d.text[int(r.start):int(into.firstChild().start())], "\n")
	if !broken {
		return []Edit{d.edit(end, end, ","+s.space+write(","+s.space, s.indentAt(end)))}, nil
	}
	indent := s.indentAt(int(into.firstChild().start()))
	text := s.newline + indent + write(","+s.newline+indent, indent)
	if rest := d.text[end : r.end-1]; strings.Trim(rest, " \t\r\n") != "" { // a comment, or a comma that ends the list
		tail := end + len(strings.TrimRight(rest, " \t\r\n"))
		edits := []Edit{d.edit(tail, tail, text)}
		if !strings.HasPrefix(strings.TrimLeft(rest, " \t\r\n"), ",") {
			edits = append([]Edit{d.edit(end, end, ",")}, edits...)
		}
		return edits, nil
	}
	return []Edit{d.edit(end, end, ","+text)}, nil
}

// joined writes items with something between them.
func (s style) joined(items []Node, separator string, write func(Node) string) string {
	texts := make([]string, len(items))
	for i, item := range items {
		texts[i] = write(item)
	}
	return strings.Join(texts, separator)
}

func (n Node) firstChild() Node {
	for child := range n.children() {
		return child
	}
	return Node{}
}

func (n Node) start() int32 { return n.doc.records[n.index].start }

// wrap makes a list of the one value in place of it and others.
func wrap(one Node, items []Node) ([]Edit, error) {
	start, err := one.startWithTag()
	if err != nil {
		return nil, err
	}
	r, style := one.doc.records[one.index], styleOf(one)
	indent := style.indentAt(start)
	rest := style.joined(items, ","+style.space, func(item Node) string { return style.flow(item, indent) })
	return []Edit{
		one.doc.edit(start, start, "["),
		one.doc.edit(int(r.end), int(r.end), ","+style.space+rest+"]"),
	}, nil
}

// appendBlock adds items to a YAML list of a line for each item, or makes a
// list of one block.
func appendBlock(list Node, items []Node) ([]Edit, error) {
	d, style := list.doc, styleOf(list)
	text := d.text
	lines := func(indent int) string {
		dash := style.newline + strings.Repeat(" ", indent) + "- "
		return dash + style.joined(items, dash, func(item Node) string { return style.block(item, indent+2, style.unit) })
	}
	if list.Is(Array) {
		first := list.firstChild()
		dash := strings.LastIndexByte(text[:first.start()], '-')
		if dash < 0 {
			return nil, ErrNotWritten
		}
		indent := offsetInLine(text, dash)
		end := lineEnd(text, list.lastChild().end())
		return []Edit{d.edit(end, end, lines(indent))}, nil
	}
	start, end := int(list.start()), list.end()
	indent := offsetInLine(text, start)
	edits := []Edit{d.edit(start, start, "- ")}
	for at := start; at < end; at++ {
		if text[at] == '\n' && at+1 < end {
			edits = append(edits, d.edit(at+1, at+1, "  "))
		}
	}
	last := lineEnd(text, end)
	return append(edits, d.edit(last, last, lines(indent))), nil
}

// offsetInLine gives how far behind the beginning of its line an offset is: what a
// block begins at, also behind the dash of an item.
func offsetInLine(text string, at int) int { return at - strings.LastIndexByte(text[:at], '\n') - 1 }

// lineEnd gives the end of the line that an offset lies in.
func lineEnd(text string, at int) int {
	if at > 0 && text[at-1] == '\n' { // a block scalar takes its line break with it
		at--
	}
	for at > 0 && text[at-1] == '\r' {
		at--
	}
	for at < len(text) && text[at] != '\n' && text[at] != '\r' {
		at++
	}
	return at
}
