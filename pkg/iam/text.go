package iam

import (
	"slices"
	"sync/atomic"
	"weak"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// Text is a policy as it stands in a document. It is compiled when someone asks what it
// says, and let go of when no one holds the compiled policy or a statement of it any
// more: of an account's tens of thousands of policies few decide anything, and those
// that allow what is needed do not matter afterwards. Any number of goroutines may ask.
type Text struct {
	Node     source.Node
	Kind     Kind
	compiled atomic.Pointer[weak.Pointer[Policy]]
}

// NewText takes the node of a policy document for a policy of a kind.
func NewText(node source.Node, kind Kind) *Text { return &Text{Node: node, Kind: kind} }

// Policy gives the compiled policy: the same one to all who hold it at a time, so that
// statements in it can be told apart.
func (t *Text) Policy() *Policy {
	for {
		known := t.compiled.Load()
		if p := held(known); p != nil {
			return p
		}
		made := Compile(t.Node, t.Kind)
		made.Text = t
		handle := weak.Make(made)
		if t.compiled.CompareAndSwap(known, &handle) {
			return made
		}
	}
}

// held is the policy of a handle, nil where no one holds it.
func held(handle *weak.Pointer[Policy]) *Policy {
	if handle == nil {
		return nil
	}
	return handle.Value()
}

// Holds reports whether a statement is one of those that Policy gives.
func (t *Text) Holds(s *Statement) bool {
	p := held(t.compiled.Load())
	return p != nil && slices.Contains(p.Statements, s)
}

// Glance is Policy for those who look through all policies and hold nothing: it compiles
// one that no one else holds for the caller alone. Nodes in it are those of the document.
func (t *Text) Glance() *Policy {
	if p := held(t.compiled.Load()); p != nil {
		return p
	}
	return Compile(t.Node, t.Kind)
}
