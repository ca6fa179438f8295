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
	// Bounded is set where the bound left a key out.
	bounded bool
}

// splitKey is an unknown key that a statement in doubt asks for.
type splitKey struct {
	key        iam.Key
	name       string
	conditions []*iam.Condition
	literals   []string // values that grants compare with
	variable   bool     // its value is put into patterns
	entry      int      // index in the context
	values     []entry  // what it can be; one entry alone is the unknown itself
	matters    bool
}

func newSplit(request *Request, policies *Policies) *split {
	s := &split{request: *request}
	s.request.Context = request.Context.Clone()
	s.eval = newEvaluation(&s.request, policies)
	s.collect()
	for _, k := range s.keys {
		s.list(k)
	}
	s.choose()
	return s
}

// collect finds the keys that the statements in doubt ask for.
func (s *split) collect() {
	s.eval.everyLayer(func(l *Layer, named bool) {
		for i := range l.Documents {
			if l.Documents[i].Policy == nil {
				continue
			}
			for _, statement := range l.Documents[i].Policy.Statements {
				if named && noneOf(s.eval.principal(statement)) || s.eval.body(statement) != maybe {
					continue
				}
				s.collectStatement(statement)
			}
		}
	})
	for i := range s.eval.policies.Grants {
		g := &s.eval.policies.Grants[i]
		if g.matches(&s.eval) != maybe {
			continue
		}
		for _, pair := range append(slices.Clone(g.Equals), g.Subset...) {
			s.addLiteral(iam.NewKey(encryptionContext+pair.Key), pair.Value)
		}
		if g.SourceARN != "" {
			s.addLiteral(sourceArnKey(), g.SourceARN)
		}
	}
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

func (s *split) addLiteral(key iam.Key, text string) {
	if k := s.key(key, key.String()); k != nil {
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
		if k.key == key {
			return k
		}
	}
	if value.name != "" {
		name = value.name
	}
	k := &splitKey{key: key, name: name, entry: -1}
	for i := range s.request.Context.entries {
		if s.request.Context.entries[i].key == key {
			k.entry = i
		}
	}
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
	slices.SortStableFunc(s.keys, func(a, b *splitKey) int {
		return len(b.conditions) + len(b.literals) - len(a.conditions) - len(a.literals)
	})
	cases := 1
	for _, k := range s.keys {
		if len(k.values) > 1 && cases*len(k.values) > maxCases {
			s.bounded = true
			k.values = []entry{s.request.Context.entries[k.entry]}
		}
		cases *= len(k.values)
	}
}

// run decides every case. With hurry it stops as soon as the answer is known
// to be Unknown; without, it also finds out which keys matter.
func (s *split) run(hurry bool) Result {
	total := 1
	for _, k := range s.keys {
		total *= len(k.values)
	}
	var seen [4]bool
	for i := range total {
		s.set(i)
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
		s.weigh()
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

// set makes the context that of a case.
func (s *split) set(number int) {
	for _, k := range s.keys {
		value := k.values[number%len(k.values)]
		number /= len(k.values)
		value.key, value.name = k.key, k.name
		s.request.Context.entries[k.entry] = value
	}
}

// weigh marks the keys that matter: those of which another value alone makes
// another answer, and those that stay unknown in a case without an answer.
func (s *split) weigh() {
	stride := 1
	for _, k := range s.keys {
		n := len(k.values)
		for i, r := range s.results {
			if (i/stride)%n > 0 && differ(r, s.results[i-stride]) {
				k.matters = true
				break
			}
		}
		if n == 1 || k.values[n-1].state > known {
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
		if p.Boundary != nil {
			visit(p.Boundary, false)
		}
		if p.Session != nil {
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
	if p.Endpoint != nil {
		visit(p.Endpoint, true)
	}
	if p.Resource != nil {
		visit(p.Resource, true)
	}
}

// isFree reports whether a key's values are free text: tags and encryption
// contexts. All other keys have the type that AWS gives them.
func isFree(key iam.Key) bool {
	name := key.String()
	return strings.Contains(name, "tag/") || strings.HasPrefix(name, strings.ToLower(encryptionContext))
}
