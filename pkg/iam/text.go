package iam

import (
	"slices"
	"sync/atomic"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// Text is a policy as it stands in a document. It is compiled when someone asks what it
// says: of an account's tens of thousands of policies few decide anything. Any number of
// goroutines may ask.
type Text struct {
	Node     source.Node
	Kind     Kind
	compiled atomic.Pointer[Policy]
}

// NewText takes the node of a policy document for a policy of a kind.
func NewText(node source.Node, kind Kind) *Text { return &Text{Node: node, Kind: kind} }

// Policy gives the compiled policy: the same one each time, so that statements in it can
// be told apart.
func (t *Text) Policy() *Policy {
	if p := t.compiled.Load(); p != nil {
		return p
	}
	made := Compile(t.Node, t.Kind)
	made.Text = t
	t.compiled.CompareAndSwap(nil, made)
	return t.compiled.Load()
}

// Holds reports whether a statement is one of those that Policy gives.
func (t *Text) Holds(s *Statement) bool {
	p := t.compiled.Load()
	return p != nil && slices.Contains(p.Statements, s)
}

// Glance is Policy for those who look through all policies: it compiles one that no one
// else asked for anew, and keeps nothing. Nodes in it are those of the document.
func (t *Text) Glance() *Policy {
	if p := t.compiled.Load(); p != nil {
		return p
	}
	return Compile(t.Node, t.Kind)
}
