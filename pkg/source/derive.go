package source

import (
	"math"
	"slices"
)

// Value is a value of a document that is made of values of other documents: a
// template's resource told as AWS would describe it. Each value stands for a
// node, whose place in the file it has. The zero Value is null and has no place.
type Value struct {
	kind  Kind
	text  string
	from  Node
	whole bool      // from is taken over with all that is in it
	items []Value   // of a list
	last  *addition // member of an object
}

// addition is a member of an object that is made, after another one: objects that begin
// alike share what they begin with.
type addition struct {
	before *addition
	name   label
	value  Value
}

// label is the name of a member, and the node it stands for.
type label struct {
	text string
	from Node
}

// Copy takes a node over as it is, with all that is in it.
func Copy(node Node) Value { return Value{kind: node.Kind(), from: node, whole: true} }

// Text makes a string that stands for a node; its text may be another one.
func Text(text string, from Node) Value { return Value{kind: String, text: text, from: from} }

// Truth makes a boolean that stands for a node.
func Truth(truth bool, from Node) Value {
	if truth {
		return Value{kind: Bool, text: "true", from: from}
	}
	return Value{kind: Bool, text: "false", from: from}
}

// List makes a list that stands for a node.
func List(from Node, items ...Value) Value { return Value{kind: Array, from: from, items: items} }

// Make makes an object without members that stands for a node.
func Make(from Node) Value { return Value{kind: Object, from: from} }

// With gives the object with one member more. The member's name has the place
// of the name of the node that the value stands for, where it has one.
func (v Value) With(name string, value Value) Value {
	at := value.from.Name()
	if !at.Exists() {
		at = value.from
	}
	return v.WithName(name, at, value)
}

// WithName is With for a member whose name stands for a node of its own.
func (v Value) WithName(name string, at Node, value Value) Value {
	v.last = &addition{v.last, label{name, at}, value}
	return v
}

// From gives the node that the value stands for.
func (v Value) From() Node { return v.from }

// derivation says what a record of a derived document stands for.
type derivation struct {
	from  Node
	text  string // of scalars and names that are not taken
	taken bool   // as it is, with its text and its tag
}

// Derive makes a document. Its nodes have the places of the nodes they stand
// for, whichever files those are in, and a string that was taken over can be
// read with [Node.Embedded] as exactly as the original.
func Derive(root Value) *Document {
	size := root.size()
	d := &Document{File: root.from.file(), records: make([]record, 0, size), derived: make([]Node, 0, size)}
	d.derive(root)
	d.made = slices.Clip(d.made)
	return d
}

// size counts the records of a value.
func (v Value) size() int {
	if v.whole && v.from.Exists() {
		return int(v.from.doc.records[v.from.index].next - v.from.index)
	}
	size := 1
	for i := range v.items {
		size += v.items[i].size()
	}
	for m := v.last; m != nil; m = m.before {
		size += 1 + m.value.size()
	}
	return size
}

// file gives the file that a node is in; nil for the zero Node.
func (n Node) file() *File {
	n = n.Written()
	if n.doc == nil {
		return nil
	}
	return n.doc.File
}

func (d *Document) derive(v Value) {
	if v.whole {
		d.take(v.from)
		return
	}
	index := d.add(v.kind, v.text, v.from)
	for i := range v.items {
		d.derive(v.items[i])
	}
	var members []*addition
	for m := v.last; m != nil; m = m.before {
		members = append(members, m)
	}
	for _, m := range slices.Backward(members) {
		d.add(name, m.name.text, m.name.from)
		d.derive(m.value)
	}
	d.records[index].next = int32(len(d.records))
}

// take copies a node with all that is in it.
func (d *Document) take(n Node) {
	if !n.Exists() {
		d.add(Null, "null", n)
		return
	}
	base := int32(len(d.records)) - n.index
	for i := n.index; i < n.doc.records[n.index].next; i++ {
		r := n.doc.records[i]
		d.records = append(d.records, record{kind: r.kind, start: taken, next: r.next + base})
		d.derived = append(d.derived, Node{n.doc, i})
	}
}

// taken is the start of a record of a derived document that is taken over as it is; that
// of another one is the index of its text.
const taken = -1

// add adds a record with a text of its own.
func (d *Document) add(kind Kind, text string, from Node) int {
	if kind == Absent {
		kind, text = Null, "null"
	}
	d.records = append(d.records, record{kind: kind, start: int32(len(d.made)), next: int32(len(d.records)) + 1})
	d.derived, d.made = append(d.derived, from), append(d.made, text)
	return len(d.records) - 1
}

// origin gives what a node of a derived document stands for; ok is false for
// nodes of documents that were parsed.
func (n Node) origin() (derivation, bool) {
	if n.doc == nil || n.doc.derived == nil {
		return derivation{}, false
	}
	from := n.doc.derived[n.index]
	if text := n.doc.records[n.index].start; text != taken {
		return derivation{from: from, text: n.doc.made[text]}, true
	}
	return derivation{from: from, taken: true}, true
}

// everywhere maps each byte of a text to the whole of a span: the text was
// made, and no part of it has a place of its own.
func everywhere(span Span, size int) *mapping {
	m := &mapping{base: span.Start}
	for text := 0; text < size; text += math.MaxUint16 {
		m.jumps = append(m.jumps, jump{int32(text), int32(span.Start), uint16(min(span.End-span.Start, math.MaxUint16)), uint16(min(size-text, math.MaxUint16))})
	}
	return m
}
