package access

import (
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
)

// maxCases bounds the combinations that one decision is split into.
const maxCases = 4096

// split decides a request once for every combination of the values that its
// unknown keys can take, as far as the policies tell values apart. A key whose
// values could not be listed stays unknown within each case, so that the
// answer is never more certain than it may be.
type split struct {
	request Request
	eval    evaluation
	keys    []*splitKey
	results []Result // by case, the first key fastest; empty until run
	// bounded is set where the bound left a key out.
	bounded bool
	steps   *int     // left, of maxSteps
	weight  int      // what deciding one case looks at
	set     *members // where the split is one into the members of a set
}

// splitKey is an unknown key that a statement in doubt asks for.
type splitKey struct {
	key        iam.Key
	choice     *iam.Choice // in place of a key
	name       string
	conditions []*iam.Condition
	literals   []string // values that grants compare with
	variable   bool     // its value is put into patterns
	uses       int      // how often statements in doubt ask for it
	entry      int      // index in the context, or among the cases looked at
	values     []entry  // what a key can be; one entry alone is the unknown itself
	cases      int      // how many it is split into
	matters    bool
}

func newSplit(request *Request, policies *Policies, steps *int) *split {
	if steps == nil {
		all := maxSteps
		steps = &all
	}
	s := &split{request: *request, steps: steps}
	s.request.Context = request.Context.Clone()
	s.eval = newEvaluation(&s.request, policies)
	s.collect()
	for _, k := range s.keys {
		if k.choice == nil {
			s.list(k)
			k.cases, k.uses = len(k.values), len(k.conditions)+len(k.literals)
		}
	}
	s.choose()
	return s
}

// collect finds the keys that the statements in doubt ask for.
func (s *split) collect() {
	s.eval.everyLayer(func(l *Layer, named bool) {
		s.addChoices(l.Guards)
		for d := range s.eval.documents(l) {
			if unreadable(d.Policy) {
				s.addChoices(d.Guards)
			}
			for _, statement := range d.Policy.Statements {
				s.weight += weigh(statement)
				match := s.eval.body(statement)
				if match == no || named && noneOf(s.eval.principal(statement)) {
					continue
				}
				s.addChoices(d.Guards)
				s.addChoices(l.Guards)
				if match == maybe {
					s.collectStatement(statement)
				}
			}
		}
	})
	for i := range s.eval.policies.Grants {
		g := &s.eval.policies.Grants[i]
		if g.matches(&s.eval) != maybe {
			continue
		}
		s.addChoices(g.Guards)
		for _, pair := range append(slices.Clone(g.Equals), g.Subset...) {
			s.addLiteral(encryptionContext+pair.Key, pair.Value)
		}
		if g.SourceARN != "" {
			s.addLiteral("aws:SourceArn", g.SourceARN)
		}
	}
}

// addChoices notes the open choices on which something hangs that matters.
func (s *split) addChoices(guards iam.Guards) {
next:
	for i := range guards {
		choice := guards[i].Choice
		for _, k := range s.keys {
			if k.choice == choice {
				k.uses++
				continue next
			}
		}
		s.keys = append(s.keys, &splitKey{choice: choice, name: choice.Question, uses: 1, entry: -1, cases: choice.Cases})
	}
}

// weigh counts what comparing a statement looks at.
func weigh(statement *iam.Statement) int {
	n := 1 + len(statement.Actions) + len(statement.NotActions) + len(statement.Resources) + len(statement.NotResources) + len(statement.Principals) + len(statement.NotPrincipals)
	for i := range statement.Conditions {
		n += len(statement.Conditions[i].Values)
	}
	return n
}

func noneOf(g graded) bool { return g.any() == no }

func (s *split) collectStatement(statement *iam.Statement) {
	for i := range statement.Conditions {
		c := &statement.Conditions[i]
		if k := s.key(c.Name, c.Key); k != nil {
			k.conditions = append(k.conditions, c)
		}
		for j := range c.Values {
			s.addVariables(&c.Values[j].Pattern)
		}
	}
	for _, list := range [...][]iam.Pattern{statement.Resources, statement.NotResources} {
		for i := range list {
			s.addVariables(&list[i])
			if s.set != nil {
				s.set.addResource(&s.eval, &list[i])
			}
		}
	}
}

func (s *split) addVariables(p *iam.Pattern) {
	for _, name := range p.Variables() {
		if k := s.key(name, name.String()); k != nil {
			k.variable = true
		}
	}
}

// addLiteral notes what a grant compares a key with, given as AWS spells it.
func (s *split) addLiteral(name, text string) {
	if k := s.key(iam.NewKey(name), name); k != nil {
		k.literals = append(k.literals, text)
	}
}

// key gives the record of a key that is not known, nil for one that is.
func (s *split) key(key iam.Key, name string) *splitKey {
	value := s.request.Context.get(key)
	if value.state <= known {
		return nil
	}
	for _, k := range s.keys {
		if k.choice == nil && k.key == key {
			return k
		}
	}
	if value.name != "" {
		name = value.name
	}
	k := &splitKey{key: key, name: name}
	k.entry = slices.IndexFunc(s.request.Context.entries, func(e entry) bool { return e.key == key })
	if k.entry < 0 {
		k.entry = len(s.request.Context.entries)
		value.name = name
		s.request.Context.entries = append(s.request.Context.entries, value)
	}
	s.keys = append(s.keys, k)
	return k
}

// choose keeps the number of cases within the bound. A key that occurs often
// is split first: a key that occurs once decides nothing that logic on three
// values would not.
func (s *split) choose() {
	// What depends on a choice once needs no cases at all: they would only cost time.
	s.keys = slices.DeleteFunc(s.keys, func(k *splitKey) bool { return k.choice != nil && k.uses == 1 })
	slices.SortStableFunc(s.keys, func(a, b *splitKey) int { return b.uses - a.uses })
	cases, most := 1, s.mostCases()
	for _, k := range s.keys {
		if k.cases > 1 && cases*k.cases > most {
			s.bounded = true
			k.cases = 1
			if k.choice == nil {
				k.values = []entry{s.request.Context.entries[k.entry]}
			}
		}
		cases *= k.cases
		if k.choice != nil && k.cases > 1 {
			k.entry = len(s.eval.chosen)
			s.eval.chosen = append(s.eval.chosen, chosen{choice: k.choice})
		}
	}
}

// mostCases is how many cases can be tried within the bounds.
func (s *split) mostCases() int {
	return max(1, min(maxCases, *s.steps/max(1, s.weight)))
}

// run decides every case. With hurry it stops as soon as the answer is known
// to be Unknown; without, it also finds out which keys matter.
func (s *split) run(hurry bool) Result {
	total := 1
	for _, k := range s.keys {
		total *= k.cases
	}
	var seen [4]bool
	for i := range total {
		s.setCase(i)
		*s.steps -= s.weight
		r := s.eval.decide()
		seen[r] = true
		if hurry && (seen[Unknown] || seen[Allowed] && (seen[ImplicitlyDenied] || seen[ExplicitlyDenied])) {
			return Unknown
		}
		if !hurry {
			s.results = append(s.results, r)
		}
	}
	if !hurry {
		s.mark()
	}
	switch {
	case seen[Unknown]:
		return Unknown
	case seen[Allowed] && !seen[ImplicitlyDenied] && !seen[ExplicitlyDenied]:
		return Allowed
	case seen[Allowed]:
		return Unknown
	case seen[ImplicitlyDenied]:
		return ImplicitlyDenied
	}
	return ExplicitlyDenied
}

// setCase makes the context that of a case.
func (s *split) setCase(number int) {
	for _, k := range s.keys {
		at := number % k.cases
		number /= k.cases
		switch {
		case k.choice == nil:
			value := k.values[at]
			value.key, value.name = k.key, k.name
			s.request.Context.entries[k.entry] = value
		case k.entry >= 0:
			s.eval.chosen[k.entry].at = at
		}
	}
}

// mark marks the keys that matter: those of which another value alone makes
// another answer, and those that stay unknown in a case without an answer.
func (s *split) mark() {
	stride := 1
	for _, k := range s.keys {
		n := k.cases
		for i, r := range s.results {
			if (i/stride)%n > 0 && differ(r, s.results[i-stride]) {
				k.matters = true
				break
			}
		}
		if n == 1 || k.choice == nil && k.values[n-1].state > known {
			k.matters = k.matters || slices.Contains(s.results, Unknown)
		}
		stride *= n
	}
}

func differ(a, b Result) bool { return a != b && !(a.IsDenied() && b.IsDenied()) }

// everyLayer visits the layers that have a say, with whether their statements
// name principals.
func (e *evaluation) everyLayer(visit func(l *Layer, named bool)) {
	p := e.policies
	if e.request.Principal.hasPolicies() {
		visit(&p.Identity, false)
		if e.has(p.Boundary) != no {
			visit(p.Boundary, false)
		}
		if e.has(p.Session) != no {
			visit(p.Session, false)
		}
	}
	if e.bindsSCPs() {
		for i := range p.SCPs {
			visit(&p.SCPs[i].Layer, false)
		}
	}
	if e.bindsRCPs() != no {
		for i := range p.RCPs {
			visit(&p.RCPs[i].Layer, true)
		}
	}
	if e.has(p.Endpoint) != no {
		visit(p.Endpoint, true)
	}
	if e.has(p.Resource) != no {
		visit(p.Resource, true)
	}
}

// isFree reports whether a key's values are free text: tags and encryption
// contexts. All other keys have the type that AWS gives them.
func isFree(key iam.Key) bool {
	name := key.String()
	return strings.Contains(name, "tag/") || strings.HasPrefix(name, strings.ToLower(encryptionContext))
}
