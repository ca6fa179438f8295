package access

import (
	"fmt"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// resources is what a question over a set is about.
type resources struct {
	pattern iam.Glob
	start   string // what all members begin with
	// alone is set where every text that begins so is a member.
	alone bool
}

func newResources(request *Request) *resources {
	if !request.Set {
		return nil
	}
	pattern := iam.SetGlob(request.Resource)
	start, alone := pattern.Lead()
	return &resources{pattern, start, alone}
}

// Over makes the request one about a resource, or where the last part of the
// ARN holds * or ? about everything that fits it; ${*} and ${?} stand for the
// characters themselves. It returns an error for wildcards elsewhere, and for
// keys: each has a policy of its own.
func (r *Request) Over(resource string) error {
	if text, ok := iam.SetText(resource); ok {
		r.Resource, r.Set = text, false
		return nil
	}
	arn, ok := iam.ParseARN(resource)
	switch {
	case resource == "*":
	case !ok || strings.ContainsAny(strings.TrimSuffix(resource, arn.Resource), "*?"):
		return fmt.Errorf("read the resource %q: wildcards can stand in the last part of an ARN only; ${*} is the character itself", resource)
	case arn.Service == "kms":
		return fmt.Errorf("read the resource %q: each key has a policy of its own; ask for one key", resource)
	default:
		r.Resource, r.Set = resource, true
		return nil
	}
	r.Resource, r.Set = resource, false
	return nil
}

// isSet reports whether the question is about more than one request.
func (r *Request) isSet() bool { return r.Set || r.Context.hasEvery() }

// ofSet is resource for a set: yes where the statement is about all members, no
// where it is about none.
func (e *evaluation) ofSet(s *iam.Statement) truth {
	switch {
	case len(s.Resources) == 0:
		return e.noneOfSet(s.NotResources)
	case len(s.NotResources) == 0:
		return e.anyOfSet(s.Resources, refused(s))
	}
	return max(e.anyOfSet(s.Resources, refused(s)), e.noneOfSet(s.NotResources))
}

func (e *evaluation) anyOfSet(patterns []iam.Pattern, refused truth) truth {
	t := no
	for i := range patterns {
		switch p := &patterns[i]; {
		case p.Symbolic:
			t = max(t, maybe)
		case p.Malformed:
			t = max(t, refused)
		default:
			c := e.covers(p)
			t = max(t, c.truth)
		}
	}
	return t
}

func (e *evaluation) noneOfSet(patterns []iam.Pattern) truth {
	t := yes
	for i := range patterns {
		p := &patterns[i]
		if p.Symbolic || p.Malformed {
			t = min(t, maybe)
			continue
		}
		c := e.covers(p)
		if !c.resolved {
			return no
		}
		if t = min(t, c.truth.not()); !c.exact {
			t = min(t, maybe) // a variable may have no value
		}
	}
	return t
}

// cover is what a pattern takes of a set: all members, none, or some.
type cover struct {
	truth
	resolved bool // false where a variable has no value
	exact    bool // false where nothing is known of one
}

func (e *evaluation) covers(p *iam.Pattern) cover {
	if e.awaits(p) {
		return cover{truth(p.FitBeginning(e.over.start, e.variable)), true, true}
	}
	glob, ok, exact := p.Resolve(e.variable)
	if !ok {
		return cover{exact: true}
	}
	t := truth(glob.FitBeginning(e.over.start))
	switch {
	case t == maybe && !e.over.alone && !glob.Overlaps(&e.over.pattern):
		t = no
	case !exact:
		t = min(t, maybe)
	}
	return cover{t, true, exact}
}

// members are the classes of a set that the policies tell apart, one member of
// each, the shortest first.
type members struct {
	of       *Request
	requests []*Request
	// whole is set where not every class could be listed; bounded says that the
	// bounds are why.
	whole, bounded bool
	globs          []*iam.Glob // that tell resources apart
}

// listMembers takes a set apart: patterns of statements in doubt are the only
// ones that members can differ by.
func listMembers(e *evaluation, steps *int) *members {
	request := e.request
	m := &members{of: request}
	s := &split{request: *request, steps: steps, set: m, eval: *e}
	if request.Context.hasUnknowns() { // collecting notes the keys that no one set
		s.request.Context = request.Context.Clone()
	}
	s.eval.request, s.eval.context = &s.request, s.request.Context
	s.collect()
	m.requests = []*Request{request}
	if request.Set {
		m.listResources(s)
	}
	if request.Context.hasEvery() {
		for value := range s.request.Context.all() {
			if value.state == every {
				m.listValues(s, value)
			}
		}
	}
	m.bounded = m.bounded || s.bounded
	m.whole = m.whole || s.bounded
	return m
}

// addResource notes a pattern that tells resources of the set apart.
func (m *members) addResource(e *evaluation, p *iam.Pattern) {
	if e.over == nil || p.Symbolic || p.Malformed || e.covers(p).truth != maybe {
		return
	}
	if e.awaits(p) {
		m.whole = true
	}
	values, all := resolutions(e, p)
	m.whole = m.whole || !all
	for _, value := range values {
		if glob, ok, _ := p.Resolve(value); ok {
			m.globs = append(m.globs, &glob)
		}
	}
}

// resolutions gives the values that the variables of a pattern have in the cases
// of a member: a key that has one of several values takes each, and what is not
// known at all stays so. It reports false where they are too many.
func resolutions(e *evaluation, p *iam.Pattern) (values []func(iam.Key) (string, iam.Resolution), all bool) {
	values = append(values, e.variable)
	for _, key := range p.Variables() {
		value := e.context.get(key)
		if value.state != oneOf {
			continue
		}
		if len(values)*len(value.values) > maxElements*maxElements {
			return values, false
		}
		var with []func(iam.Key) (string, iam.Resolution)
		for _, base := range values {
			for _, text := range value.values {
				with = append(with, func(asked iam.Key) (string, iam.Resolution) {
					if asked == key {
						return text, iam.OneValue
					}
					return base(asked)
				})
			}
		}
		values = with
	}
	return values, true
}

func (m *members) listResources(s *split) {
	over := s.eval.over
	within := &over.pattern
	if over.alone {
		within = nil
	}
	texts, ok := witnesses(m.globs, over.start, within, s.steps)
	m.bounded = m.bounded || !ok
	m.whole = m.whole || !ok
	open := iam.HasStandIn(m.of.Resource)
	m.multiply(texts, func(r *Request, text string) {
		if r.Resource, r.Set = text, false; !open {
			r.Resource = source.Literal(text) // a member's name is text as the set's is
		}
	})
}

// listValues is listResources for a key that takes every value of a pattern.
func (m *members) listValues(s *split, value *entry) {
	glob := iam.SetGlob(value.values[0])
	texts := []string{glob.Sample()}
	for _, k := range s.keys {
		if k.choice != nil || k.key != value.key {
			continue
		}
		if found, ok := s.texts(k, value); ok && !k.variable && len(found) > 0 {
			texts = found
		} else {
			m.whole = true
		}
	}
	m.multiply(texts, func(r *Request, text string) {
		r.Context = r.Context.Clone()
		r.Context.Set(value.name, text)
	})
}

// multiply combines the members with each value of one more thing.
func (m *members) multiply(texts []string, set func(*Request, string)) {
	all := make([]*Request, 0, len(m.requests)*len(texts))
	for _, r := range m.requests {
		for _, text := range texts {
			if len(all) == maxCases {
				m.whole, m.bounded = true, true
				break
			}
			member := *r
			set(&member, text)
			all = append(all, &member)
		}
	}
	m.requests = all
}

// verdict is the answer for a set, with the member that decides; nil where the
// set could not be taken apart, and where all are allowed.
type verdict struct {
	*members
	result Result
	member *Request
}

// decideSet answers for a set of which the layers as a whole say something. It
// is denied with the first member that is, and allowed with the last.
func decideSet(e *evaluation, whole Result) verdict {
	steps := maxSteps
	v := verdict{members: listMembers(e, &steps), result: Allowed}
	for _, member := range v.requests {
		if steps < 0 {
			v.whole, v.bounded = true, true
			break
		}
		r := decide(member, e.policies, &steps)
		if r.IsDenied() {
			v.result, v.member = r, member
			return v
		}
		if r == Unknown && v.member == nil {
			v.result, v.member = r, member
		}
	}
	if v.whole {
		v.result = whole
	}
	return v
}

// explainSet is Explain for a question over a set. The reasons are those of the
// member that decides, asked alone; where all are allowed, those of each.
func explainSet(request *Request, policies *Policies) Decision {
	e := newEvaluation(request, policies)
	whole := e.decide()
	v := decideSet(&e, whole)
	switch {
	case v.result == Allowed:
		return v.explainAll(&e)
	case v.member == nil:
		return v.explainWhole(&e)
	}
	v.lengthen(policies)
	d := Explain(v.member, policies)
	d.Result, d.Partial = v.result, whole == Unknown
	d.Witness, d.WitnessOf = witnessOf(request, v.member)
	return d
}

// lengthen gives a witness that ends like a folder a name in it, where that
// makes no difference.
func (v *verdict) lengthen(policies *Policies) {
	set := newResources(v.of)
	if set == nil || !strings.HasSuffix(v.member.Resource, "/") {
		return
	}
	longer := *v.member
	longer.Resource += "x"
	if set.pattern.Matches(source.Spelled(longer.Resource)) && Decide(&longer, policies) == v.result {
		v.member = &longer
	}
}

// explainAll gathers what allows the members.
func (v *verdict) explainAll(e *evaluation) Decision {
	x := explainer{evaluation: *e}
	for i, member := range v.requests {
		if i == maxExplained {
			break
		}
		for _, r := range Explain(member, e.policies).Reasons {
			x.add(r)
		}
	}
	return x.decision(Allowed)
}

// explainWhole says why a set could not be taken apart.
func (v *verdict) explainWhole(e *evaluation) Decision {
	x := explainer{evaluation: *e}
	x.explain(v.result)
	switch {
	case v.bounded:
		x.missing = append(x.missing, tooMany)
	case len(x.missing) == 0:
		x.missing = append(x.missing, "which of what fits "+e.request.Resource+" the policies mean")
	}
	return x.decision(v.result)
}

// witnessOf says what of a member makes it one.
func witnessOf(request, member *Request) (text, of string) {
	if request.Set {
		return member.Resource, ""
	}
	for value := range request.Context.all() {
		if value.state == every {
			return member.Context.get(value.key).values[0], value.name
		}
	}
	return "", ""
}
