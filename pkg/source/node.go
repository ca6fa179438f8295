package source

import (
	"iter"
	"strings"
	"sync/atomic"
)

// Kind is what a node is.
type Kind uint8

// The kinds of JSON, which YAML documents are read into as well.
const (
	Absent Kind = iota // the zero Node
	Null
	Bool
	Number
	String
	Array
	Object
	name // the name of the member that follows; never seen by callers as a value
)

// String names the kind as messages do.
func (k Kind) String() string {
	return [...]string{"nothing", "null", "a boolean", "a number", "a string", "a list", "an object", "a name"}[k]
}

// Document is one parsed tree: a whole file, one document of a YAML stream, or
// the content of a string inside another document. It keeps all its nodes in
// one slice in source order, so that a node costs twenty bytes and a tree of a
// large account dump is one allocation.
type Document struct {
	File *File
	// text is what the offsets of the records count; File.Text itself unless
	// the document was quoted inside another one.
	text    string
	records []record
	// texts holds the decoded text of scalars that are not a plain slice of
	// text: strings with escapes, and folded or quoted YAML.
	texts map[int32]string
	// origin maps offsets of text to offsets of File.Text. It takes as much memory as
	// the text has escapes: of a document quoted in a string it is made when a place is
	// asked for.
	origin atomic.Pointer[mapping]
	// tags holds YAML's explicit tags ("!Ref"), by record.
	tags map[int32]string
	// comments are those of JSON with comments, in source order.
	comments []extent
	// literal says that no text of the document holds a stand-in.
	literal bool
	// yaml says that scalars are written as YAML has it.
	yaml bool
	// aliased says that aliases or merge keys were expanded: such nodes lie where
	// their anchor is, outside of the nodes around them.
	aliased bool
	// derived are the nodes that the records stand for, and made the texts of those
	// that have their own; nil unless the document was made by [Derive]. Such records
	// have neither start nor end.
	derived []Node
	made    []string
	// from and to are where the document lies in a YAML stream.
	from, to int
	// within is the string that quotes the document, and encoded says that its
	// text is percent-encoded there.
	within  Node
	encoded bool
}

// record is one node. next is the index of the first record after the subtree.
type record struct {
	kind       Kind
	quoted     bool // JSON string or quoted YAML scalar: quotes are inside start:end
	start, end int32
	next       int32
}

// Node is a value of a document: a pointer and an index, passed by value. The
// zero Node stands for a value that is missing, and every method of it works.
type Node struct {
	doc   *Document
	index int32
}

// Root is the document's outermost value.
func (d *Document) Root() Node {
	if d == nil || len(d.records) == 0 {
		return Node{}
	}
	return Node{d, 0}
}

// Exists reports whether there is a value.
func (n Node) Exists() bool { return n.doc != nil }

// Document gives the document that the node belongs to, nil for the zero Node.
func (n Node) Document() *Document { return n.doc }

// Index is the node's number within its document; together they identify it.
func (n Node) Index() int { return int(n.index) }

// At gives back the node with an index that Index returned.
func (d *Document) At(index int) Node {
	if d == nil || index < 0 || index >= len(d.records) {
		return Node{}
	}
	return Node{d, int32(index)}
}

// Kind says what the node is.
func (n Node) Kind() Kind {
	if n.doc == nil {
		return Absent
	}
	if k := n.doc.records[n.index].kind; k != name {
		return k
	}
	return String
}

// Is reports whether the node is of a kind.
func (n Node) Is(kind Kind) bool { return n.Kind() == kind }

// IsScalar reports whether the node is a string, a number or a boolean.
func (n Node) IsScalar() bool { k := n.Kind(); return k == String || k == Number || k == Bool }

// Text is the decoded text of a scalar or member name. Numbers, booleans and
// null keep the spelling of the source. For other kinds it is "".
func (n Node) Text() string {
	if n.doc == nil {
		return ""
	}
	r := n.doc.records[n.index]
	if r.kind == Array || r.kind == Object {
		return ""
	}
	if d, ok := n.origin(); ok {
		if d.taken {
			return d.from.Text()
		}
		return d.text
	}
	if n.doc.literal {
		return Literal(n.decoded())
	}
	return n.decoded()
}

// decoded is the text of a scalar of a document that was read.
func (n Node) decoded() string {
	r := n.doc.records[n.index]
	if n.doc.texts != nil {
		if text, ok := n.doc.texts[n.index]; ok {
			return text
		}
	}
	if r.quoted {
		return n.doc.text[r.start+1 : r.end-1]
	}
	return n.doc.text[r.start:r.end]
}

// Raw is the source text of the node as it stands in its document.
func (n Node) Raw() string {
	if n.doc == nil {
		return ""
	}
	if d, ok := n.origin(); ok {
		return d.from.Raw()
	}
	r := n.doc.records[n.index]
	return n.doc.text[r.start:r.end]
}

// Tag is the explicit YAML tag of the node ("!Ref"), or "".
func (n Node) Tag() string {
	if d, ok := n.origin(); ok && d.taken {
		return d.from.Tag()
	}
	if n.doc == nil || n.doc.tags == nil {
		return ""
	}
	return n.doc.tags[n.index]
}

// Span is the node's place in the outermost file.
func (n Node) Span() Span {
	if n.doc == nil {
		return Span{}
	}
	if d, ok := n.origin(); ok {
		return d.from.Span()
	}
	r := n.doc.records[n.index]
	return n.doc.span(int(r.start), int(r.end))
}

// Written gives the node of a file's text that the node stands for: the node
// itself, unless its document was made by [Derive].
func (n Node) Written() Node {
	for d, ok := n.origin(); ok; d, ok = n.origin() {
		n = d.from
	}
	return n
}

func (d *Document) span(start, end int) Span {
	if !d.isQuoted() {
		return Span{d.File, start, end}
	}
	origin := d.mapping()
	first := origin.start(start)
	// A line that is continued leaves a gap: an empty range at it would end
	// before it starts.
	return Span{d.File, first, max(first, origin.end(end))}
}

// Len is the number of items or members.
func (n Node) Len() int {
	count := 0
	for range n.children() {
		count++
	}
	if n.Kind() == Object {
		return count / 2
	}
	return count
}

// children walks the direct child records, names included.
func (n Node) children() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		if k := n.Kind(); k != Array && k != Object {
			return
		}
		records := n.doc.records
		for i := n.index + 1; i < records[n.index].next; i = records[i].next {
			if !yield(Node{n.doc, i}) {
				return
			}
		}
	}
}

// Items walks the items of an array; of anything else it walks nothing.
//
// The walks are single function literals, so that the compiler sees through
// them and keeps the loops that use them off the heap.
func (n Node) Items() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		if n.Kind() != Array {
			return
		}
		records := n.doc.records
		for i := n.index + 1; i < records[n.index].next; i = records[i].next {
			if !yield(Node{n.doc, i}) {
				return
			}
		}
	}
}

// Each walks the items of an array, or the one value that stands in place of
// it: AWS takes one string or a list in most places.
func (n Node) Each() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		if n.Kind() != Array {
			if n.Exists() {
				yield(n)
			}
			return
		}
		records := n.doc.records
		for i := n.index + 1; i < records[n.index].next; i = records[i].next {
			if !yield(Node{n.doc, i}) {
				return
			}
		}
	}
}

// Members walks an object: the name's node and the value's.
func (n Node) Members() iter.Seq2[Node, Node] {
	return func(yield func(Node, Node) bool) {
		if n.Kind() != Object {
			return
		}
		records := n.doc.records
		for i := n.index + 1; i < records[n.index].next; i = records[i+1].next {
			if !yield(Node{n.doc, i}, Node{n.doc, i + 1}) {
				return
			}
		}
	}
}

// Get gives the member of that exact name, the last one where the source has
// several, and the zero Node where there is none.
func (n Node) Get(name string) Node {
	var found Node
	if n.Kind() != Object {
		return found
	}
	// Where all texts are slices of the source, lengths tell most names apart.
	records, sliced := n.doc.records, n.doc.texts == nil && n.doc.derived == nil
	end, size := records[n.index].next, int32(len(name))+2
	for i := n.index + 1; i < end; i = records[i+1].next {
		if r := &records[i]; sliced && r.quoted && r.end-r.start != size {
			continue
		}
		if (Node{n.doc, i}).Text() == name {
			found = Node{n.doc, i + 1}
		}
	}
	return found
}

// GetFold is Get without regard to case: the AWS Config and SDK spellings of
// member names differ in it only.
func (n Node) GetFold(name string) Node {
	var found Node
	for key, value := range n.Members() {
		if strings.EqualFold(key.Text(), name) {
			found = value
		}
	}
	return found
}

// Path follows member names down.
func (n Node) Path(names ...string) Node {
	for _, name := range names {
		n = n.Get(name)
	}
	return n
}

// Name gives the name of the member whose value the node is, else the zero Node.
func (n Node) Name() Node {
	if n.doc == nil || n.index == 0 || n.doc.records[n.index-1].kind != name {
		return Node{}
	}
	return Node{n.doc, n.index - 1}
}

// Find follows a slash-separated path of member names and list indices
// ("Statement/0/Action"), with ~1 for a slash and ~0 for a tilde inside a name,
// as JSON Pointer has it. An empty path is the node itself.
func (n Node) Find(path string) Node {
	if path == "" {
		return n
	}
	for step := range strings.SplitSeq(path, "/") {
		step = strings.ReplaceAll(strings.ReplaceAll(step, "~1", "/"), "~0", "~")
		n = n.step(step)
	}
	return n
}

func (n Node) step(step string) Node {
	if n.Kind() == Object {
		return n.Get(step)
	}
	index, count := 0, 0
	for _, c := range []byte(step) {
		if c < '0' || c > '9' || index > 1<<24 {
			return Node{}
		}
		index = index*10 + int(c-'0')
	}
	for item := range n.Each() {
		if count == index {
			return item
		}
		count++
	}
	return Node{}
}

// Value gives the value of the member whose name the node is, else the zero Node.
func (n Node) Value() Node {
	if n.doc == nil || n.doc.records[n.index].kind != name {
		return Node{}
	}
	return Node{n.doc, n.index + 1}
}
