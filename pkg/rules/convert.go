package rules

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// valueOf gives a value as Rego sees it: what JSON would make of it, without
// writing it down and reading it again, which took a third of a large run.
func valueOf(value any) (ast.Value, error) {
	c := converter{structs: map[reflect.Type][]member{}, own: map[reflect.Type]bool{}, texts: map[string]*ast.Term{}}
	term, err := c.term(reflect.ValueOf(value))
	if err != nil {
		return nil, err
	}
	return term.Value, nil
}

// converter remembers how the types of one input are written.
type converter struct {
	structs map[reflect.Type][]member
	own     map[reflect.Type]bool // see speaksForItself
	// texts are the terms of texts: accounts, keys and words stand there thousands
	// of times, and no rule can change a term.
	texts map[string]*ast.Term
}

func (c *converter) text(text string) *ast.Term {
	term := c.texts[text]
	if term == nil {
		term = ast.StringTerm(strings.ToValidUTF8(text, "\ufffd"))
		c.texts[text] = term
	}
	return term
}

// member is a field of a struct under the name that JSON gives it.
type member struct {
	name      *ast.Term
	field     int
	omitEmpty bool
	omitZero  bool
}

func (c *converter) term(v reflect.Value) (*ast.Term, error) {
	switch {
	case !v.IsValid():
		return ast.InternedNullTerm, nil
	case c.speaksForItself(v.Type()):
		other, err := ast.InterfaceToValue(v.Interface())
		return ast.NewTerm(other), err
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return ast.InternedNullTerm, nil
		}
		return c.term(v.Elem())
	case reflect.String:
		return c.text(v.String()), nil
	case reflect.Bool:
		return ast.InternedTerm(v.Bool()), nil
	case reflect.Int:
		return ast.IntNumberTerm(int(v.Int())), nil
	case reflect.Slice:
		return c.list(v)
	case reflect.Map:
		return c.mapping(v)
	case reflect.Struct:
		return c.object(v)
	}
	return nil, fmt.Errorf("no rule has met a %s yet", v.Type())
}

// speaksForItself reports whether a type has a way of its own to be written, or
// takes in the members of another, whose rules are left to encoding/json.
func (c *converter) speaksForItself(t reflect.Type) bool {
	own, ok := c.own[t]
	if !ok {
		own = speaksForItself(t)
		c.own[t] = own
	}
	return own
}

func speaksForItself(t reflect.Type) bool {
	if t.Kind() == reflect.Struct {
		for i := range t.NumField() {
			if t.Field(i).Anonymous {
				return true
			}
		}
	}
	return t.Implements(reflect.TypeFor[json.Marshaler]()) || t.Implements(reflect.TypeFor[encoding.TextMarshaler]())
}

func (c *converter) list(v reflect.Value) (*ast.Term, error) {
	if v.IsNil() {
		return ast.InternedNullTerm, nil
	}
	if v.Len() == 0 {
		return ast.InternedEmptyArray, nil
	}
	terms := make([]*ast.Term, v.Len())
	for i := range terms {
		term, err := c.term(v.Index(i))
		if err != nil {
			return nil, err
		}
		terms[i] = term
	}
	return ast.ArrayTerm(terms...), nil
}

func (c *converter) mapping(v reflect.Value) (*ast.Term, error) {
	if v.IsNil() {
		return ast.InternedNullTerm, nil
	}
	pairs := make([][2]*ast.Term, 0, v.Len())
	for entries := v.MapRange(); entries.Next(); {
		name, err := c.term(entries.Key())
		if err != nil {
			return nil, err
		}
		value, err := c.term(entries.Value())
		if err != nil {
			return nil, err
		}
		pairs = append(pairs, ast.Item(name, value))
	}
	return ast.ObjectTerm(pairs...), nil
}

func (c *converter) object(v reflect.Value) (*ast.Term, error) {
	members := c.members(v.Type())
	pairs := make([][2]*ast.Term, 0, len(members))
	for _, m := range members {
		field := v.Field(m.field)
		if m.omitZero && field.IsZero() || m.omitEmpty && isEmpty(field) {
			continue
		}
		value, err := c.term(field)
		if err != nil {
			return nil, err
		}
		pairs = append(pairs, ast.Item(m.name, value))
	}
	return ast.ObjectTerm(pairs...), nil
}

// isEmpty is what encoding/json leaves out for omitempty.
func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

func (c *converter) members(t reflect.Type) []member {
	if known, ok := c.structs[t]; ok {
		return known
	}
	var members []member
	for i := range t.NumField() {
		field := t.Field(i)
		tag := strings.Split(field.Tag.Get("json"), ",")
		if !field.IsExported() || tag[0] == "-" {
			continue
		}
		name := tag[0]
		if name == "" {
			name = field.Name
		}
		members = append(members, member{
			name: ast.StringTerm(name), field: i,
			omitEmpty: slices.Contains(tag[1:], "omitempty"), omitZero: slices.Contains(tag[1:], "omitzero"),
		})
	}
	c.structs[t] = members
	return members
}
