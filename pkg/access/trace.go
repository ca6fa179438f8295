package access

import (
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// LayerTrace is how one document was read for a request.
type LayerTrace struct {
	Layer    LayerName
	Level    string // of an organization's policies
	Document string
	// Binds is false for a layer that has no say over this caller or resource.
	Binds      bool
	Statements []StatementTrace
	// Missing are documents of the layer that were not given.
	Missing []string
}

// Match is how a statement fits a request.
type Match string

// The matches.
const (
	Matched    Match = "matched"
	NotMatched Match = "not matched"
	MayMatch   Match = "may match"
)

// StatementTrace is how one statement fits, and the one element that kept it
// from matching or that is in doubt.
type StatementTrace struct {
	Statement *iam.Statement
	Match     Match
	Element   string // "action", "resource", "principal", "condition", "statement"; "" where all matched
	Node      source.Node
	Why       string // one sentence about the element
}

// Trace reads every document of a request, layer by layer, with the unknowns
// left unknown.
func Trace(request *Request, policies *Policies) []LayerTrace {
	e := newEvaluation(request, policies)
	var traces []LayerTrace
	for _, v := range e.views() {
		for i := range v.layer.Documents {
			d := &v.layer.Documents[i]
			trace := LayerTrace{Layer: v.name, Level: v.level, Document: d.Name, Binds: v.binds}
			if d.Policy != nil {
				for _, s := range d.Policy.Statements {
					trace.Statements = append(trace.Statements, e.traceStatement(s, v, d))
				}
			}
			traces = append(traces, trace)
		}
		if len(v.layer.Missing) > 0 {
			traces = append(traces, LayerTrace{Layer: v.name, Level: v.level, Binds: v.binds, Missing: v.layer.Missing})
		}
	}
	return traces
}

func (e *evaluation) traceStatement(s *iam.Statement, v view, d *Document) StatementTrace {
	f := e.fit(s, v, d)
	trace := StatementTrace{Statement: s, Match: MayMatch, Element: f.element, Node: f.node, Why: f.why}
	switch f.match {
	case yes:
		trace.Match = Matched
	case no:
		trace.Match = NotMatched
	}
	return trace
}

// view is a layer with what its place makes of it.
type view struct {
	name  LayerName
	level string
	layer *Layer
	named bool // its statements name principals
	binds bool
	doubt string // why it is not documented that the layer binds
}

// views lists the layers in the order in which people look for a reason.
func (e *evaluation) views() []view {
	p := e.policies
	own := e.request.Principal.hasPolicies()
	views := make([]view, 0, 5+len(p.SCPs)+len(p.RCPs))
	views = append(views, view{name: IdentityPolicy, layer: &p.Identity, binds: own})
	if e.has(p.Resource) != no {
		views = append(views, view{name: e.resourceLayer(), layer: p.Resource, named: true, binds: true})
	}
	if e.has(p.Boundary) != no {
		views = append(views, view{name: Boundary, layer: p.Boundary, binds: own})
	}
	if e.has(p.Session) != no {
		views = append(views, view{name: SessionPolicy, layer: p.Session, binds: own})
	}
	for i := range p.SCPs {
		if e.has(&p.SCPs[i].Layer) == no {
			continue
		}
		views = append(views, view{name: SCP, level: p.SCPs[i].Name, layer: &p.SCPs[i].Layer, binds: e.bindsSCPs()})
	}
	for i := range p.RCPs {
		if e.has(&p.RCPs[i].Layer) == no {
			continue
		}
		v := view{name: RCP, level: p.RCPs[i].Name, layer: &p.RCPs[i].Layer, named: true, binds: e.bindsRCPs() != no}
		if e.bindsRCPs() == maybe {
			v.doubt = "whether resource control policies apply to this service is not known: the list of services grows"
		}
		views = append(views, v)
	}
	if e.has(p.Endpoint) != no {
		views = append(views, view{name: EndpointPolicy, layer: p.Endpoint, named: true, binds: true})
	}
	return views
}

// resourceLayer is the kind of policy that the action's resource has.
func (e *evaluation) resourceLayer() LayerName {
	service, _, _ := strings.Cut(e.request.Action, ":")
	switch strings.ToLower(service) {
	case "kms":
		return KeyPolicy
	case "sts":
		return TrustPolicy
	}
	if strings.Contains(e.request.Resource, ":accesspoint/") {
		return PointPolicy
	}
	return BucketPolicy
}

// fitting is how a statement fits, and which element decided that.
type fitting struct {
	match   truth
	element string
	node    source.Node
	why     string
	cause   CauseName // of a doubt
	near    bool      // a condition alone keeps it from matching
	waits   []string  // of a doubt, what is known only once deployed
	// question is, of a policy that may be in force, what is not known.
	question string
}

// fit is body and principal together, with the element that decided: the
// first that does not match, else the first that is in doubt.
func (e *evaluation) fit(s *iam.Statement, v view, d *Document) fitting {
	f := fitting{match: yes}
	check := func(t truth, element string, node source.Node, why string, cause CauseName) {
		if t < f.match {
			f = fitting{match: t, element: element, node: node, why: why, cause: cause}
		}
	}
	if s.WithoutEffect {
		return fitting{match: no, element: "statement", node: s.Node, why: "it has no Action or no Resource, and therefore no effect"}
	}
	action, resource := e.action(s), e.resource(s)
	check(action, "action", s.ActionNode, reasonOf(action, "its action is another one", "whether its action fits is not known"), ContextUnknown)
	check(resource, "resource", s.ResourceNode, reasonOf(resource, e.resourceWords(), "whether its resource fits is not known"), ContextUnknown)
	if v.named {
		f = e.fitPrincipal(s, f)
	}
	if f.match == no {
		return f
	}
	if question := e.question(d.Guards, v.layer.Guards); question != "" {
		check(maybe, "statement", s.Node, "it is not known "+question, PolicyInDoubt)
		f.question = question
	}
	if v.doubt != "" {
		check(maybe, "statement", s.Node, v.doubt, Undocumented)
	}
	if s.Uncertain != "" {
		cause := Undocumented
		if len(s.Awaits) > 0 {
			cause = ContextUnknown
		}
		check(maybe, "statement", s.Node, s.Uncertain, cause)
	}
	for i := range s.Conditions {
		c := &s.Conditions[i]
		t := e.condition(c)
		if t < f.match {
			cause := e.conditionDoubt(c)
			check(t, "condition", c.Node, e.conditionWords(c, t, cause), cause)
			f.near = t == no
		}
	}
	if f.match == maybe {
		f.wait(e.waits(s, v.named))
	}
	return f
}

// fitPrincipal is the part of fit about the principal.
func (e *evaluation) fitPrincipal(s *iam.Statement, f fitting) fitting {
	t := e.principal(s).any()
	if t >= f.match {
		return f
	}
	f = fitting{match: t, element: "principal", node: s.PrincipalNode, why: e.principalWords(s, t), cause: e.principalDoubt(s)}
	p := e.policies
	if e.has(p.Boundary) != maybe && e.has(p.Session) != maybe || t == no {
		return f
	}
	// Whom a statement names can depend on whether there is a boundary, or a session policy.
	var guards iam.Guards
	for _, l := range [...]*Layer{p.Boundary, p.Session} {
		if l != nil {
			guards = guards.And(l.Guards)
		}
	}
	f.question, f.cause = e.question(guards), PolicyInDoubt
	f.why = "it is not known " + f.question
	return f
}

// reasonOf gives the reason of a no, or of a doubt.
func reasonOf(t truth, no, doubt string) string {
	if t == maybe {
		return doubt
	}
	return no
}

// wait lets a doubt say what is known only once a template is deployed.
func (f *fitting) wait(waits []string) {
	if len(waits) == 0 {
		return
	}
	f.waits = phrases(waits)
	switch f.element {
	case "action", "resource", "principal":
		f.why, f.cause = waitWords(waits), ContextUnknown
	case "condition":
		f.why, f.cause = f.why+"; "+waitWords(waits), ContextUnknown
	}
}

func (e *evaluation) resourceWords() string {
	if e.over != nil {
		return "its resource is not all that fits " + e.request.Resource
	}
	return "its resource is another one"
}

func (e *evaluation) principalWords(s *iam.Statement, t truth) string {
	switch {
	case t == no:
		return "it does not name this principal"
	case s.PrincipalDoubt != "":
		return s.PrincipalDoubt + ", so whom it means is not known"
	case len(s.NotPrincipals) > 0:
		return "what its NotPrincipal makes of this caller is not documented"
	case len(s.Principals) == 0 && s.Uncertain != "":
		return s.Uncertain
	case e.request.Principal.SessionUnknown:
		return "whether it names the session of the role is not known"
	}
	return "whether it names this principal is not known"
}

func (e *evaluation) principalDoubt(s *iam.Statement) CauseName {
	if len(s.NotPrincipals) > 0 || s.PrincipalDoubt != "" || s.Uncertain != "" && len(s.Awaits) == 0 {
		return Undocumented
	}
	return ContextUnknown
}

// conditionDoubt tells a condition on something unknown from one whose outcome
// AWS does not document.
func (e *evaluation) conditionDoubt(c *iam.Condition) CauseName {
	if value := e.context.get(c.Name); value.state > known {
		return ContextUnknown
	}
	for i := range c.Values {
		if c.Values[i].Symbolic {
			return ContextUnknown
		}
		for _, key := range c.Values[i].Variables() {
			if value := e.context.get(key); value.state > known {
				return ContextUnknown
			}
		}
	}
	return Undocumented
}

// conditionWords says what a condition found.
func (e *evaluation) conditionWords(c *iam.Condition, t truth, cause CauseName) string {
	value := e.context.get(c.Name)
	var found string
	switch {
	case value.state == absent || value.state == known && len(value.values) == 0:
		found = "the request has no " + c.Key
	case value.state == known:
		found = c.Key + " is " + strings.Join(value.values, ", ")
	case value.state == begins:
		found = c.Key + " begins with " + value.values[0]
	case value.state == every:
		found = c.Key + " is anything that fits " + value.values[0]
	case value.state == oneOf:
		found = c.Key + " is one of " + strings.Join(value.values, ", ")
	default:
		found = c.Key + " is not known"
	}
	if t == maybe && cause == Undocumented {
		return found + ", and AWS does not document what " + c.Operator + " makes of it"
	}
	texts := make([]string, len(c.Values))
	for i := range c.Values {
		texts[i] = c.Values[i].Text
	}
	return c.Operator + " asks for " + strings.Join(texts, " or ") + ", and " + found
}
