package iam

import (
	"slices"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// redundant looks for words that others take in, and for statements that say
// nothing beside another.
func (l *look) redundant() {
	if !l.Redundant {
		return
	}
	for i, s := range l.policy.Statements {
		l.s = s
		for _, list := range [...][]Pattern{s.Actions, s.NotActions, s.Resources, s.NotResources} {
			l.redundantWords(list)
		}
		for j := range s.Conditions {
			l.redundantValues(&s.Conditions[j])
		}
		if other := slices.IndexFunc(l.policy.Statements, func(o *Statement) bool { return takesIn(o, s) }); other >= 0 && other != i {
			l.fault(FaultRedundant, statementPlace(s), "", "statement %d covers the whole statement", other+1)
		}
	}
	l.s = nil
}

// redundantWords finds the words of a list that another of it takes in. Of two
// that are equal the second is redundant.
func (l *look) redundantWords(list []Pattern) {
	for i := range list {
		p := &list[i]
		for j := range list {
			wide := &list[j]
			if i != j && isPlain(p) && isPlain(wide) && !wide.short && wide.Matches(p.Text) && (p.Text != wide.Text || j < i) {
				l.fault(FaultRedundant, p.Node, "", "%q covers %q", wide.Text, p.Text)
				break
			}
		}
	}
}

func (l *look) redundantValues(c *Condition) {
	if c.Op.Test.isTextual() {
		for i := range c.Values {
			for j := range c.Values {
				narrow, wide := &c.Values[i].Pattern, &c.Values[j].Pattern
				if i != j && isPlain(narrow) && isPlain(wide) && !wide.short && wide.Matches(narrow.Text) && (narrow.Text != wide.Text || j < i) {
					l.fault(FaultRedundant, narrow.Node, "", "%q covers %q", wide.Text, narrow.Text)
					break
				}
			}
		}
		return
	}
	if c.Op.Test == Numeric && c.Op.Compare != Equal && len(c.Values) > 1 {
		l.fault(FaultRedundant, c.Node, "", "%s needs one value: the others have no effect", c.Operator)
	}
}

// takesIn reports whether a statement says all that another does, and is
// another; of two that are equal the first does.
func takesIn(wide, narrow *Statement) bool {
	if wide.Index == narrow.Index || wide.Effect != narrow.Effect || wide.Uncertain != "" || narrow.Uncertain != "" || wide.WithoutEffect || narrow.WithoutEffect {
		return false
	}
	if len(wide.NotActions)+len(wide.NotResources)+len(wide.NotPrincipals)+len(narrow.NotActions)+len(narrow.NotResources)+len(narrow.NotPrincipals) > 0 {
		return false
	}
	if len(wide.Conditions) > 0 && !sameText(wide.Node.Get("Condition"), narrow.Node.Get("Condition")) {
		return false
	}
	covered := coverAll(wide.Actions, narrow.Actions, nil) && coverAll(wide.Resources, narrow.Resources, nil) && coverPrincipals(wide, narrow)
	return covered && (wide.Index < narrow.Index || !takesIn(narrow, wide))
}

func coverPrincipals(wide, narrow *Statement) bool {
	for i := range narrow.Principals {
		p := &narrow.Principals[i]
		if p.Symbolic || !slices.ContainsFunc(wide.Principals, func(w Principal) bool { return w.Type == p.Type && w.Value == p.Value && !w.Symbolic }) {
			return false
		}
	}
	return true
}

// sameText reports whether two values are written alike.
func sameText(a, b source.Node) bool { return a.Raw() == b.Raw() }

func statementPlace(s *Statement) source.Node {
	if sid := s.Node.Get("Sid"); sid.Exists() {
		return sid
	}
	return s.Node.Get("Effect")
}
