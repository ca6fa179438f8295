package access

import (
	"slices"
	"strconv"

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
