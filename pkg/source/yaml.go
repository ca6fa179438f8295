package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// maxExpanded bounds the nodes that aliases may stand for, all in all.
const maxExpanded = 1 << 18

// parseYAML reads the documents of a YAML stream, as far as they can be read.
func parseYAML(file *File, data []byte) ([]*Document, []Problem) {
	r := &yamlReader{file: file, text: file.Text, lines: yamlLines(file.Text)}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var documents []*Document
	var last *Document
	for {
		node, err := decodeYAML(decoder)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return documents, append(r.problems, r.syntaxProblem(err))
		}
		from := 0
		if last != nil {
			from = r.offset(node)
			last.to = from
		}
		last = &Document{File: file, text: file.Text, yaml: true, from: from, to: len(file.Text)}
		if r.read(last, node) {
			documents = append(documents, last)
		}
	}
	if len(documents) == 0 && len(r.problems) == 0 {
		r.problem(0, 0, "the file is empty but for comments")
	}
	return documents, r.problems
}

// decodeYAML reads one document. The reader is not ours, and has panicked on
// malformed input before: that is an error like any other.
func decodeYAML(decoder *yaml.Decoder) (node *yaml.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("yaml: the reader broke down: %v", r)
		}
	}()
	node = new(yaml.Node)
	err = decoder.Decode(node)
	return node, err
}

// yamlReader turns the nodes of yaml.v3 into records. That reader tells where a
// node starts, tag and anchor included, but neither where its content starts
// nor where anything ends: both are found in the text.
type yamlReader struct {
	file     *File
	text     string
	lines    []int32 // offset of the first byte of each line, by YAML's line breaks
	doc      *Document
	problems []Problem

	// The place found last: positions come mostly in order, and a line can be long.
	lastLine, lastColumn, lastOffset int

	active    map[*yaml.Node]bool // anchored nodes around the current one
	aliases   int                 // depth of aliases around the current node
	expanded  int                 // nodes made for aliases
	outermost int                 // offset of the alias that no other is around
	failed    bool                // the document was given up
}

func (r *yamlReader) problem(start, end int, format string, args ...any) {
	r.problems = append(r.problems, Problem{Message: fmt.Sprintf(format, args...), Span: Span{r.file, start, end}})
}

// read fills a document, and reports whether there is something in it.
func (r *yamlReader) read(d *Document, node *yaml.Node) bool {
	if len(node.Content) == 0 {
		return false
	}
	root := node.Content[0]
	if root.Kind == yaml.ScalarNode && root.Value == "" && root.Style == 0 && root.Anchor == "" {
		return false // nothing between two "---"
	}
	r.doc, r.active, r.aliases, r.expanded, r.failed = d, map[*yaml.Node]bool{}, 0, 0, false
	r.node(root, false, 0)
	return !r.failed
}

// node adds the records of a node and gives the offset at which its text ends.
func (r *yamlReader) node(n *yaml.Node, isName bool, depth int) int {
	at := r.offset(n)
	switch {
	case r.failed:
		return at
	case depth >= maxDepth && n.Kind != yaml.ScalarNode:
		return r.fail(at, errTooDeep{}.Error())
	case r.aliases > 0 && r.expanded == maxExpanded:
		return r.fail(r.outermost, fmt.Sprintf("aliases make more than %d values of this document: it was not analysed; write the values out", maxExpanded))
	case n.Kind == yaml.AliasNode:
		return r.alias(n, isName, depth)
	}
	if r.aliases > 0 {
		r.expanded++
	}
	if n.Anchor != "" {
		r.active[n] = true
		defer delete(r.active, n)
	}
	index := len(r.doc.records)
	if n.Style&yaml.TaggedStyle != 0 {
		if r.doc.tags == nil {
			r.doc.tags = map[int32]string{}
		}
		r.doc.tags[int32(index)] = n.Tag
	}
	at = r.content(n, at)
	var end int
	switch n.Kind {
	case yaml.MappingNode:
		end = r.mapping(n, at, depth)
	case yaml.SequenceNode:
		end = r.sequence(n, at, depth)
	default:
		end = r.scalar(n, at, isName)
	}
	record := &r.doc.records[index]
	record.end, record.next = int32(end), int32(len(r.doc.records))
	return end
}

func (r *yamlReader) fail(at int, message string) int {
	r.failed = true
	r.problem(at, runeEnd(r.text, at), "%s", message)
	return at
}

func (r *yamlReader) alias(n *yaml.Node, isName bool, depth int) int {
	at := r.offset(n)
	end := min(at+1+len(n.Value), len(r.text))
	if r.active[n.Alias] {
		r.fail(at, fmt.Sprintf("the alias *%s stands inside of what it names: write the value out", n.Value))
		return end
	}
	r.enter(at)
	r.node(n.Alias, isName, depth)
	r.aliases--
	return end
}

// enter notes that what follows is made for the alias at an offset.
func (r *yamlReader) enter(at int) {
	r.doc.aliased = true
	if r.aliases++; r.aliases == 1 {
		r.outermost = at
	}
}

func (r *yamlReader) add(kind Kind, start int) {
	r.doc.records = append(r.doc.records, record{kind: kind, start: int32(start)})
}

func (r *yamlReader) sequence(n *yaml.Node, at, depth int) int {
	r.add(Array, at)
	end := at
	flow := n.Style&yaml.FlowStyle != 0 && strings.HasPrefix(r.text[at:], "[")
	if flow {
		end++
	}
	for _, item := range n.Content {
		end = max(end, r.node(item, false, depth+1))
	}
	if !flow && end == at && at < len(r.text) {
		end++ // a "-" with nothing after it
	}
	return r.close(flow, end, ']')
}

func (r *yamlReader) mapping(n *yaml.Node, at, depth int) int {
	index := int32(len(r.doc.records))
	r.add(Object, at)
	end := at
	// In [a: b] the pair is a mapping without braces of its own.
	flow := n.Style&yaml.FlowStyle != 0 && strings.HasPrefix(r.text[at:], "{") &&
		(len(n.Content) == 0 || r.offset(n.Content[0]) > at)
	if flow {
		end++
	}
	var names map[string]bool // made for merge keys only
	for i := 0; i+1 < len(n.Content) && !r.failed; i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch {
		case key.Tag == "!!merge" && key.Kind == yaml.ScalarNode:
			if names == nil {
				names = ownNames(n)
			}
			end = max(end, r.drop(key, value, depth))
			r.merge(value, names, depth)
		case resolve(key).Kind != yaml.ScalarNode:
			keyAt := r.offset(key)
			r.problem(keyAt, runeEnd(r.text, keyAt), "the name of a member is a list or a mapping here, and names are text: quote it, or render the template first if this is a placeholder")
			end = max(end, r.drop(key, value, depth))
		default:
			end = max(end, r.node(key, true, depth+1))
			end = max(end, r.node(value, false, depth+1))
		}
	}
	end = r.close(flow, end, '}')
	if !r.failed && len(n.Content) > 2 && r.aliases == 0 {
		r.doc.records[index].next = int32(len(r.doc.records))
		r.problems = append(r.problems, duplicateNames(Node{r.doc, index})...)
	}
	return end
}

func resolve(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

// ownNames gives the names that a mapping has without its merge keys.
func ownNames(n *yaml.Node) map[string]bool {
	names := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if key := resolve(n.Content[i]); key.Kind == yaml.ScalarNode && key.Tag != "!!merge" {
			names[key.Value] = true
		}
	}
	return names
}

// drop reads a member for its end only.
func (r *yamlReader) drop(key, value *yaml.Node, depth int) int {
	mark := len(r.doc.records)
	end := max(r.node(key, false, depth+1), r.node(value, false, depth+1))
	for i := mark; i < len(r.doc.records); i++ {
		delete(r.doc.texts, int32(i))
		delete(r.doc.tags, int32(i))
	}
	r.doc.records = r.doc.records[:mark]
	return end
}

// merge adds the members that "<<" brings in: the first mapping that has a name
// wins, and the names of the mapping itself win over all.
func (r *yamlReader) merge(value *yaml.Node, names map[string]bool, depth int) {
	n := resolve(value)
	at := r.offset(value)
	switch {
	case r.failed || r.active[n]:
		return // said by drop
	case depth > maxDepth:
		r.fail(at, errTooDeep{}.Error())
		return
	case n.Kind != yaml.MappingNode && n.Kind != yaml.SequenceNode:
		r.problem(at, runeEnd(r.text, at), "<< takes a mapping or a list of mappings: nothing was merged here")
		return
	}
	r.enter(at)
	defer func() { r.aliases-- }()
	r.active[n] = true
	defer delete(r.active, n)
	if n.Kind == yaml.SequenceNode {
		for _, item := range n.Content {
			r.merge(item, names, depth+1)
		}
		return
	}
	own := ownNames(n)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := resolve(n.Content[i])
		switch {
		case key.Kind != yaml.ScalarNode:
		case key.Tag == "!!merge":
			inner := mergedNames(names, own)
			r.merge(n.Content[i+1], inner, depth+1)
			for name := range inner {
				names[name] = names[name] || !own[name]
			}
		case !names[key.Value]:
			names[key.Value] = true
			r.node(n.Content[i], true, depth+1)
			r.node(n.Content[i+1], false, depth+1)
		}
	}
}

func mergedNames(a, b map[string]bool) map[string]bool {
	all := map[string]bool{}
	for _, names := range []map[string]bool{a, b} {
		for name, there := range names {
			if there {
				all[name] = true
			}
		}
	}
	return all
}

// close gives the offset after the bracket that closes a flow collection.
func (r *yamlReader) close(flow bool, end int, bracket byte) int {
	if !flow {
		return end
	}
	for at := end; at < len(r.text); at++ {
		switch c := r.text[at]; {
		case c == bracket:
			return at + 1
		case c == '#':
			at += max(strings.IndexAny(r.text[at:], "\r\n"), 1) - 1
		case c != ' ' && c != '\t' && c != '\r' && c != '\n' && c != ',' && c != ':' && c != '?':
			return end
		}
	}
	return end
}

// content skips the tag and the anchor of a node.
func (r *yamlReader) content(n *yaml.Node, at int) int {
	for at < len(r.text) && (r.text[at] == '!' || r.text[at] == '&') {
		if n.Kind == yaml.MappingNode && len(n.Content) > 0 && r.offset(n.Content[0]) == at {
			break // they belong to the first name
		}
		if n.Anchor != "" && strings.HasPrefix(r.text[at:], "&"+n.Anchor) {
			at += 1 + len(n.Anchor) // a colon may follow at once: [&a:b]
		} else {
			for at < len(r.text) && !isBlank(r.text[at]) && !isFlowEnd(n, r.text[at]) {
				at++
			}
		}
		if next := r.skipBlank(at); !isEmptyScalar(n) || next < len(r.text) && next == skipSpaces(r.text, at) && (r.text[next] == '!' || r.text[next] == '&') {
			at = next
		}
	}
	return at
}

// isFlowEnd reports whether a byte ends a tag or an anchor in a flow collection.
func isFlowEnd(n *yaml.Node, c byte) bool {
	return isEmptyScalar(n) && strings.IndexByte(",]}", c) >= 0
}

func isEmptyScalar(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Value == "" && n.Style&^yaml.TaggedStyle == 0
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

func skipSpaces(text string, at int) int {
	return len(text) - len(strings.TrimLeft(text[at:], " \t"))
}

// skipBlank skips white space, line breaks and comments.
func (r *yamlReader) skipBlank(at int) int {
	for at < len(r.text) {
		switch {
		case isBlank(r.text[at]):
			at++
		case r.text[at] == '#' && at > 0 && isBlank(r.text[at-1]):
			end := strings.IndexAny(r.text[at:], "\r\n")
			if end < 0 {
				return len(r.text)
			}
			at += end
		default:
			return at
		}
	}
	return at
}

// offset turns the line and column of a node into an offset.
func (r *yamlReader) offset(n *yaml.Node) int {
	if n.Line < 1 || n.Line > len(r.lines) {
		return len(r.text)
	}
	at, column := int(r.lines[n.Line-1]), 1
	if n.Line == r.lastLine && n.Column >= r.lastColumn {
		at, column = r.lastOffset, r.lastColumn
	}
	for ; column < n.Column && at < len(r.text); column++ {
		at = runeEnd(r.text, at)
	}
	r.lastLine, r.lastColumn, r.lastOffset = n.Line, column, at
	return at
}

// yamlLines finds the line starts by the line breaks of YAML 1.1: next line
// (U+0085), line and paragraph separator are among them.
func yamlLines(text string) []int32 {
	lines := []int32{0}
	for at := 0; at < len(text); {
		size := breakSize(text, at)
		if size > 0 {
			lines = append(lines, int32(at+size))
		}
		at += max(size, 1)
	}
	return lines
}

// breakSize gives the length of the line break at an offset, or 0.
func breakSize(text string, at int) int {
	switch {
	case at >= len(text):
		return 0
	case text[at] == '\n':
		return 1
	case text[at] == '\r':
		if at+1 < len(text) && text[at+1] == '\n' {
			return 2
		}
		return 1
	case text[at] == 0xc2 && strings.HasPrefix(text[at:], "\u0085"):
		return 2
	case text[at] == 0xe2 && (strings.HasPrefix(text[at:], "\u2028") || strings.HasPrefix(text[at:], "\u2029")):
		return 3
	}
	return 0
}

// yamlComments finds the comments of a YAML document: a "#" that is first in
// its line or follows white space, outside of every scalar.
func (d *Document) yamlComments() (comments []extent) {
	var scalars []extent
	for _, r := range d.records {
		if r.kind == Array || r.kind == Object {
			continue
		}
		start := r.start
		if c := d.text[start:r.end]; c != "" && (c[0] == '|' || c[0] == '>') {
			start += int32(max(strings.IndexAny(c, "\r\n"), 0)) // a comment may stand in its first line
		}
		scalars = append(scalars, extent{start, r.end})
	}
	slices.SortFunc(scalars, func(a, b extent) int { return int(a.start - b.start) })
	for at := d.from; at < d.to; {
		for len(scalars) > 0 && int(scalars[0].end) <= at {
			scalars = scalars[1:]
		}
		switch {
		case len(scalars) > 0 && int(scalars[0].start) <= at:
			at = int(scalars[0].end)
		case d.text[at] == '#' && (at == 0 || isBlank(d.text[at-1])):
			end := at
			for end < d.to && d.text[end] != '\n' && d.text[end] != '\r' {
				end++
			}
			comments = append(comments, extent{int32(at), int32(end)})
			at = end
		default:
			at++
		}
	}
	return comments
}
