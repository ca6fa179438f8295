package cloudformation

import (
	"slices"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// value is what a node of a template comes to.
type value struct {
	// kind is Absent for what is missing or was taken away (AWS::NoValue).
	kind source.Kind
	text string
	// at is where the value stands: the function in the property, or the branch
	// of Fn::If that was taken, never the parameter's declaration.
	at    source.Node
	items []value // of a list, or an object's values
	names []source.Node
	// taken marks a scalar that stands in the file as it is.
	taken bool
	// open is the condition that decides what this is, where it is not known;
	// items are then what it is in either case.
	open string
	// block says that one of an open value's branches is an object or a list.
	block bool
	// cut is set for a list that Fn::Split made: items from there on could be
	// cut otherwise, by a delimiter within unknown text.
	cut  bool
	from int
	what string // the text that was split
}

func text(at source.Node, text string) value {
	return value{kind: source.String, text: text, at: at}
}

func (v value) exists() bool { return v.kind != source.Absent || v.open != "" }

// scalar gives the value as a text; false for lists, objects and nothing.
func (v value) scalar() (string, bool) {
	switch {
	case v.open != "":
		return iam.Undecided(v.open), true
	case v.kind == source.String, v.kind == source.Number, v.kind == source.Bool:
		return v.text, true
	}
	return "", false
}

// undecided is a value that is one of two, as a condition decides.
func undecided(condition string, at source.Node, one, other value) value {
	if same(one, other) {
		return one
	}
	isBlock := func(v value) bool { return v.block || v.kind == source.Object || v.kind == source.Array }
	return value{open: condition, at: at, items: []value{one, other}, block: isBlock(one) || isBlock(other)}
}

// get gives a member; that of an open object is open too, unless both branches
// have the same.
func (v value) get(name string) value {
	if v.open != "" {
		return undecided(v.open, v.at, v.items[0].get(name), v.items[1].get(name))
	}
	if v.kind != source.Object {
		return value{}
	}
	for i := len(v.names) - 1; i >= 0; i-- {
		if v.names[i].Text() == name {
			return v.items[i]
		}
	}
	return value{}
}

func (v value) path(names ...string) value {
	for _, name := range names {
		v = v.get(name)
	}
	return v
}

// each gives the items of a list, or the one value in place of it.
func (v value) each() []value {
	switch {
	case v.open == "" && v.kind == source.Array:
		return v.items
	case v.exists():
		return []value{v}
	}
	return nil
}

// moved gives the value as it stands at a node that refers to it.
func (v value) moved(at source.Node) value {
	v.at, v.taken, v.names = at, false, slices.Clone(v.names)
	v.items = slices.Clone(v.items)
	for i := range v.items {
		v.items[i] = v.items[i].moved(at)
	}
	return v
}

// same reports whether two values come to the same.
func same(a, b value) bool {
	if a.kind != b.kind || a.text != b.text || a.open != b.open || len(a.items) != len(b.items) {
		return false
	}
	for i := range a.items {
		if !same(a.items[i], b.items[i]) || a.kind == source.Object && a.names[i].Text() != b.names[i].Text() {
			return false
		}
	}
	return true
}

// made turns the value into one of a derived document. An open block is translated to
// templates have it, by Fn::If with both branches worked out: in a policy each
// is what may be there.
func (v value) made() source.Value {
	switch {
	case v.open != "" && v.block:
		return choice(v.open, v.at, v.items[0], v.items[1])
	case v.open != "":
		return source.Text(iam.Undecided(v.open), v.at)
	case v.taken:
		return source.Copy(v.at)
	case v.kind == source.Array:
		items := make([]source.Value, len(v.items))
		for i, item := range v.items {
			items[i] = item.made()
		}
		return source.List(v.at, items...)
	case v.kind == source.Object:
		made := source.Make(v.at)
		for i, name := range v.names {
			made = made.WithName(name.Text(), name, v.items[i].made())
		}
		return made
	}
	if v.kind == source.Bool {
		return source.Truth(v.text == "true", v.at)
	}
	return source.Text(v.text, v.at)
}

func choice(condition string, at source.Node, one, other value) source.Value {
	parts := []source.Value{source.Text(condition, at)}
	for _, branch := range []value{one, other} {
		if branch.exists() {
			parts = append(parts, branch.made())
			continue
		}
		parts = append(parts, source.Make(at).With("Ref", source.Text("AWS::NoValue", at)))
	}
	return source.Make(at).With("Fn::If", source.List(at, parts...))
}
