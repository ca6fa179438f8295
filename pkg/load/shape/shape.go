// Package shape declares the members that canvaslint reads of each document,
// with the kind of value that AWS prints for each. A value of another kind, or a
// name that differs from a known one in its case only, is a problem, and what it
// may have said stays unknown: it never passes for a setting that is not set.
package shape

import (
	"fmt"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Shape is what AWS prints for one value.
type Shape struct {
	kind kind
	// members are those of an object that are read; names has them by [fold].
	members map[string]Shape
	names   map[string]string
	item    *Shape // of a list
	// fits says more of a text than that it is one, and form what it should be.
	fits func(text string) bool
	form string
}

type kind uint8

const (
	anything kind = iota // known by its name, and read by someone else
	text
	truth
	list
	object
	block
)

// String names the kind in messages.
func (k kind) String() string {
	return [...]string{"any value", "a text", "true or false", "a list", "an object", "a block"}[k]
}

type members map[string]Shape

func objectOf(m members) Shape {
	names := make(map[string]string, len(m))
	for name := range m {
		names[fold(name)] = name
	}
	return Shape{kind: object, members: m, names: names}
}

func listOf(item Shape) Shape { return Shape{kind: list, item: &item} }

// blockOf is a block of Terraform, which JSON has as a list of one.
func blockOf(m members) Shape {
	item := objectOf(m)
	return Shape{kind: block, item: &item}
}

// fold makes the spellings of one name the same: tools write KmsKeyId as
// kmsKeyId, KMSKeyId and kms_key_id.
func fold(name string) string {
	return strings.ToLower(strings.ReplaceAll(strings.ReplaceAll(name, "_", ""), "-", ""))
}

// Dialect says how a format writes values down.
type Dialect struct {
	// Null says that null stands for what is not set.
	Null bool
	// Scalars says that numbers and booleans may be written as texts, and texts
	// without quotation marks.
	Scalars bool
	// Open tells values that are worked out elsewhere, such as functions.
	Open func(source.Node) bool
	// Remedy says what to do about what does not fit.
	Remedy string
}

// Printed is how the AWS CLI writes.
func Printed() Dialect {
	return Dialect{Open: isUndecided, Remedy: "export it again with the AWS CLI (--output json)"}
}

// Translated is how documents are written that another format was translated to.
func Translated() Dialect {
	return Dialect{Null: true, Scalars: true, Open: isUndecided, Remedy: "correct it"}
}

// Sound gives the document with everything that does not fit its shape replaced
// by stand-ins, and a problem for each. A document that fits is given back as
// it is.
func Sound(root source.Node, s Shape, d Dialect) (source.Node, []source.Problem) {
	c := checker{Dialect: d}
	c.check(root, s, "")
	if len(c.problems) == 0 {
		return root, nil
	}
	return source.Derive(c.mend(root, s, "")).Root(), c.problems
}

type checker struct {
	Dialect
	problems []source.Problem
}

func (c *checker) problem(at source.Node, format string, args ...any) {
	c.problems = append(c.problems, source.Problem{Message: fmt.Sprintf(format, args...), Span: at.Span()})
}

// check reports what does not fit.
func (c *checker) check(node source.Node, s Shape, path string) {
	if s.kind == anything {
		return
	}
	if wrong := c.misfit(node, s); wrong != "" {
		c.problem(node, "%s is %s: what it sets is unknown; %s", path, wrong, c.Remedy)
		return
	}
	for item := range node.Items() {
		if s.item != nil {
			c.check(item, *s.item, path)
		}
	}
	if s.kind == block && node.Is(source.Object) {
		c.check(node, *s.item, path)
		return
	}
	if c.Open(node) {
		return
	}
	for key, value := range node.Members() {
		name := key.Text()
		if member, ok := s.members[name]; ok {
			c.check(value, member, join(path, name))
		} else if right := s.real(name); right != "" {
			c.problem(key, "%s is not a name that AWS uses, %s is: what it sets is unknown; %s", join(path, name), right, c.Remedy)
		}
	}
}

// misfit says what is wrong with a value itself, "" where nothing is.
func (c *checker) misfit(node source.Node, s Shape) string {
	if s.kind == anything || c.Open(node) || node.Is(source.Null) && c.Null {
		return ""
	}
	if !c.isOf(s.kind, node) {
		return node.Kind().String() + " where " + s.kind.String() + " belongs"
	}
	if value := node.Text(); s.fits != nil && value != "" && !s.fits(value) && (!iam.HasStandIn(value) || strings.HasPrefix(value, "arn:")) {
		return fmt.Sprintf("%q, and %s belongs there", value, s.form)
	}
	return ""
}

// isOf reports whether a value is of a kind. A block of Terraform is an object,
// or a list of it.
func (c *checker) isOf(k kind, node source.Node) bool {
	switch k {
	case text:
		return node.Is(source.String) || c.Scalars && node.IsScalar()
	case truth:
		return node.Is(source.Bool) || c.Scalars && isTruth(node.Text())
	case list:
		return node.Is(source.Array)
	case object:
		return node.Is(source.Object)
	case block:
		return node.Is(source.Object) || node.Is(source.Array)
	}
	return true
}

// isTruth tells a boolean that is written as a text, or stands for one.
func isTruth(text string) bool {
	switch strings.ToLower(text) {
	case "true", "false", "yes", "no", "on", "off":
		return true
	}
	return iam.HasStandIn(text)
}

// isUndecided tells a value that a condition of a template decides.
func isUndecided(node source.Node) bool {
	_, ok := iam.UndecidedText(node)
	return ok
}

// real gives the member that a name was meant to be, "" for a name of another.
func (s Shape) real(name string) string {
	if len(s.names) == 0 {
		return ""
	}
	return s.names[fold(name)]
}

// mend copies a tree with stand-ins for what does not fit.
func (c *checker) mend(node source.Node, s Shape, path string) source.Value {
	switch {
	case c.misfit(node, s) != "":
		return unknown(node, s, path)
	case node.Is(source.Array) && s.item != nil:
		var items []source.Value
		for item := range node.Items() {
			items = append(items, c.mend(item, *s.item, path))
		}
		return source.List(node, items...)
	case node.Is(source.Object) && s.kind == block:
		return c.mend(node, *s.item, path)
	case node.Is(source.Object) && s.members != nil && !c.Open(node):
		return c.mendObject(node, s, path)
	}
	return source.Copy(node)
}

func (c *checker) mendObject(node source.Node, s Shape, path string) source.Value {
	misspelt := map[string]bool{}
	for key := range node.Members() {
		if name := key.Text(); s.members[name].kind == anything {
			misspelt[s.real(name)] = s.real(name) != name
		}
	}
	made := source.Make(node)
	for key, value := range node.Members() {
		name := key.Text()
		member, ok := s.members[name]
		right := s.real(name)
		switch {
		case ok && misspelt[name]: // two spellings of one name: neither counts
		case ok:
			made = made.WithName(name, key, c.mend(value, member, join(path, name)))
		case right != "":
			made = made.WithName(right, key, unknown(value, s.members[right], join(path, right)))
		default:
			made = made.WithName(name, key, source.Copy(value))
		}
	}
	return made
}

// unknown stands for a value that may be anything of its shape. In the place of
// a list stands an object: the readers of lists take it for one that they could
// not read.
func unknown(at source.Node, s Shape, path string) source.Value {
	switch s.kind {
	case object:
		made := source.Make(at)
		for _, name := range s.sorted() {
			made = made.With(name, unknown(at, s.members[name], join(path, name)))
		}
		return made
	case list:
		return source.Make(at)
	case block:
		return source.List(at, unknown(at, *s.item, path))
	case anything:
		return source.Copy(at)
	}
	return source.Text(iam.UnknownSetting(path), at)
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
