package access

import (
	"slices"
	"strconv"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// tooMany is what an answer lacks that was given up.
const tooMany = "there are too many patterns, values and unknown keys to try all combinations"

// maxExplained bounds the cases of a split whose reasons are gathered.
const maxExplained = 64

// Explain is Decide with reasons.
func Explain(request *Request, policies *Policies) Decision {
	x := explainer{evaluation: newEvaluation(request, policies)}
	if exempt := x.withoutPermission(); exempt != nil {
		return x.exempted(exempt)
	}
	if request.isSet() {
		return explainSet(request, policies)
	}
	var t tally
	x.count(&t)
	result := resultOf(x.allowed(&t), t.deny)
	if result != Unknown || !request.Context.hasUnknowns() && !policies.hasGuards() {
		x.explainTally(result, &t)
		return x.decision(result)
	}
	s := newSplit(request, policies, nil)
	result = s.run(false)
	if result != Unknown {
		x.explainCases(s, func(Result) bool { return true })
		return x.decision(result)
	}
	for _, k := range s.keys {
		if k.matters {
			x.missing = append(x.missing, k.name)
		}
	}
	if len(x.missing) > 0 || s.bounded {
		x.explain(Unknown)
	}
	// A case can be open for another reason than the keys.
	x.explainCases(s, func(r Result) bool { return r == Unknown })
	if s.bounded {
		x.missing = append(x.missing, tooMany)
	}
	return x.decision(Unknown)
}

// explainer gathers the reasons of a decision.
type explainer struct {
	evaluation
	reasons []Reason
	missing []string
	layers  []view // what views gives, once asked for
}

func (x *explainer) views() []view {
	if x.layers == nil {
		x.layers = x.evaluation.views()
	}
	return x.layers
}

func (x *explainer) decision(result Result) Decision {
	d := Decision{Result: result, Reasons: x.reasons}
	if result == Unknown {
		slices.Sort(x.missing)
		d.Missing = slices.Compact(x.missing)
	}
	return d
}

// explainCases gathers the reasons of the cases of some results.
func (x *explainer) explainCases(s *split, wanted func(Result) bool) {
	explained := 0
	for i, r := range s.results {
		if !wanted(r) {
			continue
		}
		if explained++; explained > maxExplained {
			return
		}
		s.setCase(i)
		one := explainer{evaluation: s.eval}
		one.explain(s.results[i])
		for _, r := range one.reasons {
			x.add(r)
		}
		x.missing = append(x.missing, one.missing...)
	}
}

// add takes a reason, once.
func (x *explainer) add(r Reason) {
	r.Action = x.request.Action
	for i := range x.reasons {
		old := &x.reasons[i]
		if old.Layer == r.Layer && old.Cause == r.Cause && old.Policy == r.Policy && old.Statement == r.Statement && old.Node == r.Node {
			return
		}
	}
	x.reasons = append(x.reasons, r)
}

func (x *explainer) explain(result Result) {
	var t tally
	x.count(&t)
	x.explainTally(result, &t)
}

// explainTally is explain with what the layers were found to say.
func (x *explainer) explainTally(result Result, t *tally) {
	switch result {
	case ExplicitlyDenied:
		x.denials(yes)
	case Allowed:
		x.allowances()
	case ImplicitlyDenied:
		x.gaps(t)
		x.denials(maybe)
	case Unknown:
		if x.allowed(t) != yes {
			x.gaps(t)
		}
		x.denials(maybe)
		if x.settle(); len(x.missing) == 0 && x.has(x.policies.Resource) != no {
			// The resource's side may allow under a cap that does not.
			x.gap(view{name: x.resourceLayer(), layer: x.policies.Resource, named: true, binds: true}, NoStatement)
			x.narrower()
			x.settle()
		}
	}
}

// settle says of each doubt what would settle it.
func (x *explainer) settle() {
	for i := range x.reasons {
		switch r := &x.reasons[i]; {
		case r.Question != "":
			x.missing = append(x.missing, r.Question)
		case len(r.Awaits) > 0:
			x.missing = append(x.missing, r.Awaits...)
		case r.Cause == Undocumented:
			x.missing = append(x.missing, "AWS does not document: "+r.Message)
		case r.Cause == ContextUnknown && r.Statement != nil && r.Node == r.Statement.PrincipalNode:
			x.missing = append(x.missing, "the name of the role's session")
		}
	}
}

// denials adds the Deny statements that match for sure, or may match.
func (x *explainer) denials(sure truth) {
	for _, v := range x.views() {
		if !v.binds {
			continue
		}
		for d := range x.documents(v.layer) {
			for _, s := range d.Policy.Statements {
				if s.Effect == iam.Allow {
					continue
				}
				f := x.fit(s, v, d)
				switch {
				case f.match != sure:
				case sure == yes:
					x.add(Reason{Layer: v.name, Cause: ExplicitDeny, Policy: d.Name, Statement: s, Node: s.Node,
						Message: label(s, d.Name) + " denies it"})
				default:
					x.add(Reason{Layer: v.name, Cause: f.cause, Policy: d.Name, Statement: s, Node: f.node, Awaits: f.waits, Question: f.question,
						Message: label(s, d.Name) + " may deny it: " + f.why})
				}
			}
		}
		if sure == maybe {
			x.absentDocuments(v)
		}
	}
}

func (x *explainer) absentDocuments(v view) {
	for _, text := range v.layer.Missing {
		x.add(Reason{Layer: v.name, Cause: DocumentMissing, Policy: text, Message: text + " is missing and may matter"})
		x.missing = append(x.missing, text)
	}
	for d := range x.documents(v.layer) {
		if unreadable(d.Policy) {
			x.add(Reason{Layer: v.name, Cause: DocumentMissing, Policy: d.Name, Node: d.Policy.Node, Message: d.Name + " could not be read as a policy"})
			x.missing = append(x.missing, d.Name)
		}
	}
}

// allowances adds the statements and grants that allow.
func (x *explainer) allowances() {
	for _, v := range x.views() {
		if !v.binds || v.name != IdentityPolicy && v.layer != x.policies.Resource {
			continue
		}
		for d := range x.documents(v.layer) {
			for _, s := range d.Policy.Statements {
				if s.Effect == iam.Allow && x.fit(s, v, d).match == yes {
					x.add(Reason{Layer: v.name, Policy: d.Name, Statement: s, Node: s.Node, Message: label(s, d.Name) + " allows it"})
				}
			}
		}
	}
	for i := range x.policies.Grants {
		if g := &x.policies.Grants[i]; g.matches(&x.evaluation) == yes {
			x.add(Reason{Layer: GrantLayer, Policy: g.ID, Node: g.Node, Message: "the grant " + g.ID + " allows it"})
		}
	}
}

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

// label names a statement as people find it.
func label(s *iam.Statement, policy string) string {
	if policy == "" {
		policy = "the policy"
	}
	if s.Sid != "" {
		return "statement " + strconv.Quote(s.Sid) + " of " + policy
	}
	return "statement " + strconv.Itoa(s.Index+1) + " of " + policy
}

// nameOf is the name of a layer's only document.
func nameOf(l *Layer) string {
	if len(l.Documents) == 1 {
		return l.Documents[0].Name
	}
	return ""
}

// statements is the Statement element of a layer's first document.
func statements(l *Layer) source.Node {
	for i := range l.Documents {
		if p := l.Documents[i].Policy; p != nil && p.Node.Exists() {
			if s := p.Node.Get("Statement"); s.Exists() {
				return s
			}
			return p.Node
		}
	}
	return source.Node{}
}
