package access

import (
	"slices"

	"github.com/canvaslint/canvaslint/pkg/iam"
)

// standIns says which texts of a request hold stand-ins: worked out once, and
// only where it matters, so that requests without any are compared as fast as
// ever.
type standIns struct {
	caller, context    bool
	resource, resolved bool // whether the resource has some, and whether that was asked
}

// resourceHas reports whether the resource holds stand-ins.
func (e *evaluation) resourceHas() bool {
	if !e.standIns.resolved {
		e.standIns.resource, e.standIns.resolved = iam.HasStandIn(e.request.Resource), true
	}
	return e.standIns.resource
}

func newEvaluation(request *Request, policies *Policies) evaluation {
	caller := &request.Principal
	return evaluation{request: request, policies: policies, context: request.Context, over: newResources(request), standIns: standIns{
		caller:  caller.standIn || caller.RoleARN != "" && caller.RoleARN != caller.ARN && iam.HasStandIn(caller.RoleARN),
		context: request.Context != nil && request.Context.standIns,
	}}
}

// awaits reports whether a pattern, or what it is compared with, holds stand-ins.
func (e *evaluation) awaits(p *iam.Pattern) bool {
	return p.HasStandIn() || e.standIns.context && len(p.Variables()) > 0 || e.resourceHas()
}

// comparison is a pattern without variables and the text that it was compared with:
// the answer is the same in every case that a question is split into.
type comparison struct {
	pattern *iam.Pattern
	text    string
}

// fits compares a pattern with a text where either side holds stand-ins.
func (e *evaluation) fits(p *iam.Pattern, text string) truth {
	if len(p.Variables()) > 0 {
		return truth(p.Fit(text, e.variable))
	}
	pair := comparison{p, text}
	known, ok := e.compared[pair]
	if !ok {
		if e.compared == nil {
			e.compared = map[comparison]truth{}
		}
		known = truth(p.Fit(text, e.variable))
		e.compared[pair] = known
	}
	return known
}

// awaiting compares a condition's value where either side holds stand-ins.
func (e *evaluation) awaiting(c *iam.Condition, v *iam.Value, text string) truth {
	switch c.Op.Test {
	case iam.String, iam.StringIgnoreCase, iam.StringLike, iam.ArnLike:
		return e.fits(&v.Pattern, text)
	}
	return maybe // a number, a date or an address is none before it is known
}

// same compares a part of a principal with a part of the caller.
func (e *evaluation) same(p *iam.Principal, part, of string) truth {
	if !p.HasStandIn() && !e.standIns.caller {
		return truthOf(part == of)
	}
	return truth(iam.Same(part, of))
}

// namesAwaited compares a principal of which it is not known what it names: a
// stand-in for an account, a role or anyone else.
func (e *evaluation) namesAwaited(p *iam.Principal) (grade, truth) {
	caller := &e.request.Principal
	switch {
	case p.Value == caller.RoleARN:
		return role, yes
	case p.Value == caller.ARN:
		return exact, yes
	case p.Value == caller.Account:
		return account, yes
	case p.Account != "" && iam.Same(p.Account, caller.Account) == iam.Never:
		return everyone, no
	}
	return exact, maybe
}

// waits gathers what of a statement in doubt is known only once a template is
// deployed: stand-ins as they stand in the text, and in words what intrinsic
// functions refer to.
func (e *evaluation) waits(s *iam.Statement, named bool) []string {
	waits := slices.Clone(s.Awaits)
	for _, list := range [...][]iam.Pattern{s.Actions, s.NotActions} {
		waits = append(waits, e.patternWaits(e.request.Action, list)...)
	}
	for _, list := range [...][]iam.Pattern{s.Resources, s.NotResources} {
		waits = append(waits, e.patternWaits(e.request.Resource, list)...)
	}
	if named {
		waits = append(waits, e.principalWaits(s)...)
	}
	for i := range s.Conditions {
		c := &s.Conditions[i]
		if e.condition(c) != maybe {
			continue
		}
		values := e.context.get(c.Name).values
		for j := range c.Values {
			p := &c.Values[j].Pattern
			if p.Symbolic || len(values) == 0 && p.HasStandIn() {
				waits = append(waits, p.Awaits()...)
				continue
			}
			for _, text := range values {
				waits = append(waits, e.patternWaits(text, []iam.Pattern{*p})...)
			}
		}
	}
	return waits
}

// patternWaits looks at patterns that a text is compared with.
func (e *evaluation) patternWaits(text string, patterns []iam.Pattern) []string {
	var waits []string
	for i := range patterns {
		switch p := &patterns[i]; {
		case p.Symbolic:
			waits = append(waits, p.Awaits()...)
		case p.HasStandIn() || e.standIns.context && len(p.Variables()) > 0 || iam.HasStandIn(text):
			waits = append(waits, p.Doubtful(text, e.variable)...)
		}
	}
	return waits
}

func (e *evaluation) principalWaits(s *iam.Statement) []string {
	caller := &e.request.Principal
	var waits []string
	for _, list := range [...][]iam.Principal{s.Principals, s.NotPrincipals} {
		for i := range list {
			p := &list[i]
			_, t := e.names(p)
			switch {
			case p.Symbolic:
				waits = append(waits, p.Awaits()...)
			case t != maybe || !p.HasStandIn() && !e.standIns.caller:
			case p.Form == iam.AccountForm:
				waits = append(waits, iam.Differing(p.Account, caller.Account)...)
			case p.Form == iam.RoleForm && caller.RoleARN == "", p.Form == iam.SessionForm && caller.Kind != Session:
				waits = append(waits, iam.Differing(p.Account, caller.Account)...)
				waits = append(waits, iam.Differing(p.Name, caller.Name)...)
			case p.Form != iam.SessionForm && caller.RoleARN != "":
				waits = append(waits, iam.Differing(p.Value, caller.RoleARN)...)
			default:
				waits = append(waits, iam.Differing(p.Value, caller.ARN)...)
			}
		}
	}
	return waits
}

// narrower adds the statements that name the caller's account and may name the
// caller besides, which is worth more.
func (x *explainer) narrower() {
	for d := range x.documents(x.policies.Resource) {
		for _, s := range d.Policy.Statements {
			waits := x.principalWaits(s)
			if s.Effect == iam.Deny || len(waits) == 0 || x.body(s) == no || x.principal(s).any() != yes {
				continue
			}
			x.add(Reason{
				Layer: x.resourceLayer(), Cause: ContextUnknown, Policy: d.Name, Statement: s, Node: s.PrincipalNode, Awaits: phrases(waits),
				Message: label(s, d.Name) + " may name the caller itself: " + waitWords(waits),
			})
		}
	}
}

// waits is what of the grant is known only once a template is deployed.
func (g *Grant) waits(e *evaluation) []string {
	var waits []string
	if p := &e.request.Principal; g.isFor(p) == maybe {
		arn := p.ARN
		if p.RoleARN != "" {
			arn = p.RoleARN
		}
		waits = iam.Differing(g.Grantee, arn)
	}
	if g.isOfKey(e.request.Resource) == maybe {
		waits = append(waits, iam.Differing(g.KeyID, e.request.Resource)...)
	}
	for _, pair := range append(g.Equals[:len(g.Equals):len(g.Equals)], g.Subset...) {
		for _, value := range e.context.get(iam.NewKey(encryptionContext + pair.Key)).values {
			waits = append(waits, iam.Differing(pair.Value, value)...)
		}
	}
	return waits
}

// waitWords is the sentence on what is known only once a template is deployed,
// or once someone says which document is right.
func waitWords(waits []string) string { return iam.Waiting(waits) }

// phrases gives what would settle the waits.
func phrases(waits []string) []string {
	var words []string
	for _, w := range waits {
		words = append(words, iam.Phrase(w))
	}
	return words
}
