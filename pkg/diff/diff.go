// Package diff compares what two snapshots let principals do. It compares
// access, not text: documents in another order, format or spelling make no
// difference.
package diff

import (
	"cmp"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/parallel"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// Report is what differs.
type Report struct {
	Version int `json:"version"`
	// Gains are allowed now and were not, Losses the reverse, and Unknowns are
	// unknown now and were decided, or depend on other conditions than before.
	Gains    []Change `json:"gains"`
	Losses   []Change `json:"losses"`
	Unknowns []Change `json:"unknowns"`
	// Readiness are the profiles and purposes whose verdict differs.
	Readiness []Readiness `json:"readiness"`
	// Compared counts the decisions that were made on each side.
	Compared int `json:"compared"`
}

// Change is access that differs: who, what, on which resource.
type Change struct {
	Principal string `json:"principal"` // ARN, service, or "*" for anyone without credentials
	Action    string `json:"action"`
	Resource  string `json:"resource"` // ARN
	// Via are the services through which the call is made, "direct" for none.
	// Empty is however it is made.
	Via    []string `json:"via,omitempty"`
	Before string   `json:"before"`
	After  string   `json:"after"`
	// Witness is a request whose answer differs.
	Witness Witness `json:"witness"`
	// Because says in a sentence what makes the difference, at Place: a statement
	// that only the new side has, else one that only the old side has.
	Because string `json:"because,omitempty"`
	finding.Place
}

// Witness is a request as "canvaslint decide" takes it.
type Witness struct {
	Principal string              `json:"principal"`
	Action    string              `json:"action"`
	Resource  string              `json:"resource"`
	Context   map[string][]string `json:"context,omitempty"`
	// Absent are keys that the request does not have.
	Absent []string `json:"absent,omitempty"`
}

// Readiness is a row of the readiness that changed.
type Readiness struct {
	Account string          `json:"account"`
	Region  string          `json:"region"`
	Domain  string          `json:"domain"`
	Profile string          `json:"profile,omitempty"`
	Purpose finding.Purpose `json:"purpose"`
	Before  finding.Verdict `json:"before"` // "" where there was no such row
	After   finding.Verdict `json:"after"`
}

// Side is one of the two states to compare.
type Side struct {
	Snapshot  *snapshot.Snapshot
	Readiness []finding.Readiness
	// Assumptions are those under which the state is so: values of a template's
	// parameters.
	Assumptions []string
}

// CompareVariants compares two states that depend on assumptions: those that assume
// the same with each other, and where none do, each with each. What differs in
// any pair differs.
func CompareVariants(before, after []Side, c config.Config) *Report {
	var merged *Report
	compare := func(alike bool) {
		for _, old := range before {
			for _, side := range after {
				if alike && !slices.Equal(old.Assumptions, side.Assumptions) {
					continue
				}
				if r := Compare(old, side, c); merged == nil {
					merged = r
				} else {
					merged.add(r)
				}
			}
		}
	}
	if compare(true); merged == nil {
		compare(false)
	}
	return merged
}

// add takes in what another report has and this one has not.
func (r *Report) add(other *Report) {
	into := func(list *[]Change, more []Change) {
		known := map[string]bool{}
		for _, c := range *list {
			known[c.call()] = true
		}
		for _, c := range more {
			if !known[c.call()] {
				*list = append(*list, c)
			}
		}
		slices.SortStableFunc(*list, byName)
	}
	into(&r.Gains, other.Gains)
	into(&r.Losses, other.Losses)
	into(&r.Unknowns, other.Unknowns)
	r.Compared += other.Compared
}

// call is what the change is about.
func (c *Change) call() string {
	return strings.Join(append([]string{c.Principal, c.Action, c.Resource}, c.Via...), "\n")
}

func byName(a, b Change) int {
	return cmp.Or(strings.Compare(a.Principal, b.Principal), strings.Compare(a.Resource, b.Resource), strings.Compare(a.Action, b.Action))
}

// Compare decides everything that may differ on both sides.
func Compare(before, after Side, c config.Config) *Report {
	r := &Report{Version: 1, Gains: []Change{}, Losses: []Change{}, Unknowns: []Change{}, Readiness: compareReadiness(before.Readiness, after.Readiness)}
	was, is := newSurvey(before.Snapshot), newSurvey(after.Snapshot)
	askers := [2]*canvas.Asker{canvas.NewAsker(before.Snapshot, c), canvas.NewAsker(after.Snapshot, c)}
	actions := compared(before.Snapshot, after.Snapshot)
	index := newIndex(was, is, askers[0], askers[1], &actions)
	for _, part := range inParts(index, askers, union(was.principals, is.principals)) {
		r.Gains, r.Losses, r.Unknowns = append(r.Gains, part.Gains...), append(r.Losses, part.Losses...), append(r.Unknowns, part.Unknowns...)
		r.Compared += part.Compared
	}
	for _, list := range []*[]Change{&r.Gains, &r.Losses, &r.Unknowns} {
		slices.SortFunc(*list, byName)
	}
	return r
}

// fewCallers are compared sooner than they are spread over processors.
const fewCallers = 64

// inParts compares the principals in parts, on all processors.
func inParts(index *index, askers [2]*canvas.Asker, principals []string) []*Report {
	size := max(fewCallers, len(principals)/(8*runtime.GOMAXPROCS(0)))
	chunks := slices.Collect(slices.Chunk(principals, size))
	parts := make([]*Report, len(chunks))
	parallel.Do(len(chunks), func(i int) {
		d := &comparison{report: &Report{}, search: newSearch(index), before: askers[0].Fork(), after: askers[1].Fork(), routed: map[*iam.Policy]tells{}}
		for _, principal := range chunks[i] {
			d.principal(principal)
		}
		parts[i] = d.report
	})
	return parts
}

// comparison compares one principal after another. It is for one goroutine.
type comparison struct {
	*search
	report        *Report
	before, after *canvas.Asker
	// routed is what policies tell of how a call is made.
	routed map[*iam.Policy]tells
}

// principal compares what a principal can do.
func (d *comparison) principal(name string) {
	d.calls(d.caller(name, d.before, d.after), func(t *target, actions set) {
		for i, action := range d.actions.names {
			if actions.has(i) {
				d.compare(name, action, t.name)
			}
		}
	})
}

// compare decides an action of a principal on a resource, however it is called.
func (d *comparison) compare(principal, action, resource string) {
	routes := routesOf(action, resource)
	var gains, losses, unknowns []answer
	for i, route := range routes {
		request := witness(principal, action, resource, route)
		a := answer{route: route, before: ask(d.before, request), after: ask(d.after, request)}
		d.report.Compared++
		switch was, is := a.before.result, a.after.result; {
		case is == access.Allowed && was != access.Allowed:
			gains = append(gains, a)
		case was == access.Allowed && is.IsDenied():
			losses = append(losses, a)
		case is == access.Unknown && (was != access.Unknown || !slices.Equal(conditionsOf(&a.before), conditionsOf(&a.after))):
			unknowns = append(unknowns, a)
		}
		if i == 0 && !d.tellsRoutes(action, &a) {
			routes = routes[:1] // the answer is that of all
			break
		}
	}
	add := func(list *[]Change, answers []answer) {
		if len(answers) > 0 {
			*list = append(*list, d.change(principal, action, resource, answers, len(routes)))
		}
	}
	add(&d.report.Gains, gains)
	add(&d.report.Losses, losses)
	add(&d.report.Unknowns, unknowns)
}

// conditionsOf gives prints of the conditions that an unknown answer depends on. Where
// both sides have other ones, who meets the new ones may not have met the old.
func conditionsOf(s *said) []uint64 {
	var prints []uint64
	for _, reason := range s.reasons() {
		if reason.Statement != nil {
			prints = append(prints, printOf(reason.Statement.Node.Get("Condition")))
		}
	}
	slices.Sort(prints)
	return slices.Compact(prints)
}

// answer is what both sides say of a call by one route.
type answer struct {
	route         route
	before, after said
}

// said is the answer of one side. Its reasons are worked out where they are asked for.
type said struct {
	result   access.Result
	request  *access.Request
	policies *access.Policies
}

// reasons explains the answer. What nothing allows needs no reason here.
func (s *said) reasons() []access.Reason {
	if s.request == nil || s.result == access.ImplicitlyDenied {
		return nil
	}
	return access.Explain(s.request, s.policies).Reasons
}

// witness is a call by a route.
func witness(principal, action, resource string, r route) Witness {
	w := Witness{Principal: principal, Action: action, Resource: resource}
	switch {
	case r.service != "":
		w.Context = map[string][]string{"kms:ViaService": {r.service}}
	case strings.HasPrefix(action, "kms:"):
		w.Absent = []string{"kms:ViaService"}
	}
	if action == "kms:CreateGrant" {
		// Services make grants for themselves, callers for whom they like
		// (https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-grant-is-for-aws-resource).
		if w.Context == nil {
			w.Context = map[string][]string{}
		}
		w.Context["kms:GrantIsForAWSResource"] = []string{strconv.FormatBool(r.service != "")}
	}
	return w
}

func ask(a *canvas.Asker, w Witness) said {
	request, policies, err := a.Ask(canvas.Question{Principal: w.Principal, Action: w.Action, Resource: w.Resource, Context: w.Context, Absent: w.Absent})
	if err != nil {
		return said{}
	}
	return said{access.Decide(request, policies), request, policies}
}

// change puts the answers of several routes into one.
func (d *comparison) change(principal, action, resource string, answers []answer, routes int) Change {
	first := answers[0]
	c := Change{
		Principal: principal, Action: action, Resource: resource, Before: first.before.result.String(), After: first.after.result.String(),
		Witness: witness(principal, action, resource, first.route),
	}
	if len(answers) < routes {
		for _, a := range answers {
			c.Via = append(c.Via, a.route.name())
		}
	}
	before, after := first.before.reasons(), first.after.reasons()
	reason, ok := decisive(after, &d.new, &d.old)
	if !ok {
		reason, ok = decisive(before, &d.old, &d.new)
	}
	if !ok {
		reason = slices.Concat(after, before, []access.Reason{{}})[0]
	}
	c.Because = reason.Message
	if reason.Statement != nil {
		c.Place = finding.PlaceOf(reason.Statement.Node.Span())
	}
	return c
}

// decisive gives the first reason of one side that rests on a statement which the other
// does not have.
func decisive(reasons []access.Reason, own, other *survey) (access.Reason, bool) {
	for _, reason := range reasons {
		if reason.Statement != nil && !other.statements[own.printed(reason.Statement)] {
			return reason, true
		}
	}
	return access.Reason{}, false
}

func compareReadiness(before, after []finding.Readiness) []Readiness {
	id := func(r finding.Readiness) Readiness {
		return Readiness{Account: r.Account, Region: r.Region, Domain: r.Domain, Profile: r.Profile, Purpose: r.Purpose}
	}
	was := map[Readiness]finding.Verdict{}
	for _, r := range before {
		was[id(r)] = r.Verdict
	}
	changed := []Readiness{}
	for _, r := range after {
		row := id(r)
		verdict := was[row]
		delete(was, row)
		if verdict != r.Verdict {
			row.Before, row.After = verdict, r.Verdict
			changed = append(changed, row)
		}
	}
	for _, r := range before {
		if _, gone := was[id(r)]; gone {
			row := id(r)
			row.Before = r.Verdict
			changed = append(changed, row)
		}
	}
	return changed
}
