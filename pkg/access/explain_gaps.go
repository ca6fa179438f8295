package access

import (
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
)

// gaps adds what keeps the request from being allowed.
func (x *explainer) gaps(t *tally) {
	for _, v := range x.views() {
		if denied := no; v.binds && v.name == SCP && x.limit(v.layer, &denied) != yes {
			x.gap(v, NotAllowedByGuardrail)
		}
		if v.name == EndpointPolicy && t.endpoint != yes {
			x.gap(v, NotAllowedByGuardrail)
		}
	}
	x.grantGaps()
	x.grantSlips()
	caller := &x.request.Principal
	if !caller.hasPolicies() && caller.Kind != RootUser {
		if max(t.resource.any(), t.grant) != yes || caller.Kind == Anonymous {
			x.resourceGap(NoStatement)
		}
		return
	}
	same := x.sameAccount()
	if same == maybe {
		x.ownerUnknown()
	}
	if same != no {
		x.gapsWithin(t)
	} else {
		x.gapsAcross(t)
	}
}

// ownerUnknown adds that caller and resource may be of one account or of two.
func (x *explainer) ownerUnknown() {
	r := Reason{Layer: x.resourceLayer(), Cause: ContextUnknown, Message: "the account that owns the resource is not known"}
	missing := []string{"the account that owns " + x.request.Resource}
	if waits := iam.Differing(x.owner(), x.request.Principal.Account); len(waits) > 0 {
		missing = phrases(waits)
		r.Message, r.Awaits = "whether caller and resource are of one account is "+waitWords(waits), missing
	}
	x.missing = append(x.missing, missing...)
	x.add(r)
}

// gapsWithin looks at a request within one account.
func (x *explainer) gapsWithin(t *tally) {
	limit := min(t.boundary, t.session)
	direct := max(t.resource[exact], t.resource[everyoneARN])
	if direct == yes {
		return
	}
	x.caps(t, max(t.resource[everyone], t.grant))
	if t.resource[role] == yes || t.resource[everyone] == yes || t.grant == yes {
		return
	}
	delegated := x.delegated(t)
	switch {
	case t.identity == yes && delegated == yes && limit != yes:
		return
	case delegated == no && t.identity == yes:
		x.resourceGap(IAMNotEnabled)
		return
	case delegated == no:
		x.resourceGap(NoStatement)
		return
	}
	if t.identity != yes {
		x.gap(view{name: IdentityPolicy, layer: &x.policies.Identity, binds: true}, NoStatement)
	}
	switch {
	case x.has(x.policies.Resource) == no:
	case delegated == maybe || x.hasNear():
		x.resourceGap(IAMNotEnabled)
	default:
		x.addSlip(view{name: x.resourceLayer(), layer: x.policies.Resource, named: true, binds: true}, NoStatement, true)
	}
}

// hasNear reports whether a statement of the resource's policy would allow but
// for a condition.
func (x *explainer) hasNear() bool {
	v := view{layer: x.policies.Resource, named: true}
	for d := range x.documents(v.layer) {
		for _, s := range d.Policy.Statements {
			if f := x.fit(s, v, d); s.Effect == iam.Allow && (f.near || f.match == maybe) {
				return true
			}
		}
	}
	return false
}

// gapsAcross looks at a request across accounts.
func (x *explainer) gapsAcross(t *tally) {
	if !x.worksAcrossAccounts() {
		x.add(Reason{Layer: x.resourceLayer(), Cause: NoStatement, Message: "KMS does not let principals of other accounts do " + x.request.Action + ", whatever the policies say"})
		return
	}
	x.caps(t, t.grant)
	if t.grant == yes {
		return
	}
	there := t.resource.any()
	if there != yes {
		cause := NoStatement
		if t.identity == yes {
			cause = OtherSideMissing
		}
		x.resourceGap(cause)
	}
	if t.identity != yes {
		cause := NoStatement
		if there == yes {
			cause = OtherSideMissing
		}
		x.gap(view{name: IdentityPolicy, layer: &x.policies.Identity, binds: true}, cause)
	}
}

// caps adds boundary and session policy where they do not allow. What they
// make of access that names no one in particular is not documented.
func (x *explainer) caps(t *tally, unnamed truth) {
	for _, v := range x.views() {
		var allow truth
		switch {
		case v.name == Boundary && v.binds:
			allow = t.boundary
		case v.name == SessionPolicy && v.binds:
			allow = t.session
		default:
			continue
		}
		switch {
		case allow == yes:
		case unnamed == yes && allow == no:
			x.add(Reason{Layer: v.name, Cause: Undocumented, Policy: nameOf(v.layer), Node: statements(v.layer),
				Message: "whether the " + words(v.name) + ", which does not allow it, limits a grant or a statement for every principal"})
		default:
			x.gap(v, NotAllowedByGuardrail)
		}
	}
}

func (x *explainer) grantGaps() {
	for i := range x.policies.Grants {
		g := &x.policies.Grants[i]
		if g.matches(&x.evaluation) == maybe {
			r := Reason{Layer: GrantLayer, Cause: ContextUnknown, Policy: g.ID, Node: g.Node}
			why := g.Unclear
			waits := g.waits(&x.evaluation)
			switch {
			case x.question(g.Guards) != "":
				r.Cause, r.Question = PolicyInDoubt, x.question(g.Guards)
				why = "it is not known " + r.Question
			case len(waits) > 0:
				why, r.Awaits = waitWords(waits), phrases(waits)
			case why == "":
				why = "its constraints ask for what is not known"
			}
			r.Message = "the grant " + g.ID + " may allow it: " + why
			x.add(r)
		}
	}
}

// resourceGap is gap for the resource's policy, which may not be there.
func (x *explainer) resourceGap(cause CauseName) {
	name := x.resourceLayer()
	if x.has(x.policies.Resource) == no {
		x.add(Reason{Layer: name, Cause: cause, Message: "there is no " + words(name)})
		return
	}
	x.gap(view{name: name, layer: x.policies.Resource, named: true, binds: true}, cause)
}

// gap adds why a layer does not allow, or not for sure: a statement that only
// lacks a condition, one in doubt, and where nothing comes near the lack of a
// statement.
func (x *explainer) gap(v view, cause CauseName) {
	found := false
	for d := range x.documents(v.layer) {
		for _, s := range d.Policy.Statements {
			if s.Effect == iam.Deny {
				continue
			}
			found = x.nearly(v, d, s) || found
		}
	}
	x.absentDocuments(v)
	found = x.addSlip(v, cause, found) || found
	if found || len(v.layer.Missing) > 0 {
		return
	}
	x.addGap(v, Reason{Layer: v.name, Cause: cause, Policy: nameOf(v.layer), Node: statements(v.layer), Message: lack(v, cause)})
}

// addGap adds that no statement of a layer allows it; where it is not known
// whether the layer is there, that is the doubt.
func (x *explainer) addGap(v view, r Reason) {
	if r.Question = x.question(v.layer.Guards); r.Question != "" {
		r.Cause, r.Message = PolicyInDoubt, r.Message+", and it is not known "+r.Question
	}
	x.add(r)
}

// addSlip adds the statement of a layer that comes closest. Beside others that
// only lack a condition, it must be a slip of the pen.
func (x *explainer) addSlip(v view, cause CauseName, beside bool) bool {
	d, s, found := x.closest(v)
	if found == nil || found.far && beside {
		return false
	}
	message := label(s, d.Name) + " would allow it, but " + found.words()
	if cause == IAMNotEnabled || cause == OtherSideMissing {
		message += "; " + lack(v, cause)
	}
	x.addGap(v, Reason{Layer: v.name, Cause: cause, Policy: d.Name, Near: s, Node: found.node, Message: message, Corrections: found.corrections()})
	return true
}

// nearly adds a statement that would allow but for one thing.
func (x *explainer) nearly(v view, d *Document, s *iam.Statement) bool {
	f := x.fit(s, v, d)
	r := Reason{Layer: v.name, Policy: d.Name, Statement: s, Node: f.node}
	switch {
	case f.match == maybe:
		r.Question = f.question
		r.Cause, r.Message, r.Awaits = f.cause, label(s, d.Name)+" may allow it: "+f.why, f.waits
	case f.near:
		r.Cause, r.Message = ConditionNotMet, label(s, d.Name)+" would allow it, but "+f.why
		x.slipsOf(s, &r)
	case s.WithoutEffect && s.Effect == iam.Allow && len(s.Actions) > 0 && x.action(s) == yes && x.principal(s).any() == yes:
		r.Cause, r.Message = NoStatement, label(s, d.Name)+" does not count: "+f.why
	default:
		return false
	}
	x.add(r)
	return true
}

// slipsOf adds what to write where conditions miss by a slip. Corrections are
// given only where they make up for every condition that fails.
func (x *explainer) slipsOf(s *iam.Statement, r *Reason) {
	all := true
	for i := range s.Conditions {
		if x.condition(&s.Conditions[i]) != no {
			continue
		}
		text, corrections := x.conditionSlip(&s.Conditions[i])
		if text != "" {
			r.Message += "; " + text
		}
		all = all && text != ""
		r.Corrections = append(r.Corrections, corrections...)
	}
	if !all {
		r.Corrections = nil
	}
}

// lack says in words what a layer lacks.
func lack(v view, cause CauseName) string {
	name := words(v.name)
	if v.level != "" {
		name += " of " + v.level
	}
	switch cause {
	case IAMNotEnabled:
		return "the " + name + " does not let the account's IAM policies decide, so the identity policy has no effect"
	case OtherSideMissing:
		return "the other account's side allows it, but no statement of the " + name + " does"
	}
	return "no statement of the " + name + " allows it"
}

func words(name LayerName) string {
	switch name {
	case SCP:
		return "service control policies"
	case RCP:
		return "resource control policies"
	}
	return strings.ReplaceAll(string(name), "-", " ")
}
