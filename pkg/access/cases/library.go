package cases

import (
	"hash/maphash"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// The bounds of a library, in bytes of the policies' texts.
const (
	maxLibrary = 1 << 20
	maxLent    = 64 << 10
)

// library keeps the compiled policies that come again from line to line, as
// they do where many questions are asked of the same account. It is of one
// goroutine.
type library struct {
	policies map[volume]*iam.Policy
	size     int
	// met has the hashes of texts that came once: a policy moves in the second
	// time, so that policies which never come again cost next to nothing.
	met  [1024]uint64
	seed maphash.Seed
}

// volume is what a compiled policy depends on.
type volume struct {
	kind iam.Kind
	text string
}

func newLibrary() *library {
	return &library{policies: map[volume]*iam.Policy{}, seed: maphash.MakeSeed()}
}

// policy gives a policy in a file of its own, nil where the text is new.
func (l *library) policy(node source.Node, kind iam.Kind) *iam.Policy {
	text := node.Raw()
	if len(text) > maxLent {
		return nil
	}
	if p := l.policies[volume{kind, text}]; p != nil {
		return p
	}
	hash := maphash.String(l.seed, text)
	if slot := &l.met[hash%uint64(len(l.met))]; *slot != hash {
		*slot = hash
		return nil
	}
	text = strings.Clone(text)
	documents, problems := source.Parse("-", []byte(text), source.JSON)
	if len(documents) != 1 || len(problems) > 0 {
		return nil
	}
	if l.size += len(text); l.size > maxLibrary {
		clear(l.policies)
		l.size = len(text)
	}
	documents[0].Literal()
	p := iam.Compile(documents[0].Root(), kind)
	l.policies[volume{kind, text}] = p
	return p
}

// lent is a policy of the library with the place of its text in the line.
type lent struct {
	policy *iam.Policy
	start  int
}

// compile takes a policy from the library if it can. The same policy twice in
// a line is two policies: what is said of one must not point at the other.
func (c *Case) compile(node source.Node, kind iam.Kind) *iam.Policy {
	if c.known == nil {
		return iam.Compile(node, kind)
	}
	p := c.known.policy(node, kind)
	if p == nil {
		return iam.Compile(node, kind)
	}
	for _, other := range c.lent {
		if other.policy == p {
			return iam.Compile(node, kind)
		}
	}
	c.lent = append(c.lent, lent{p, node.Span().Start})
	return p
}

// column is where a node stands in the line, the nodes of the library's
// policies included.
func (c *Case) column(node source.Node) int {
	file, start := c.Root.Document().File, node.Span().Start
	for _, l := range c.lent {
		if l.policy.Node.Document() == node.Document() {
			start += l.start
		}
	}
	return file.Position(start).Column
}
