package fix

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/diff"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/lint"
	"github.com/canvaslint/canvaslint/pkg/load/cloudformation"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Refusal is a change that would settle an error and do something else besides.
type Refusal struct {
	Change Change
	// Because says what else: "it would also allow ...".
	Because []string
}

// Reason says in a sentence why the change is not part of the plan.
func (r Refusal) Reason() string {
	more := ""
	if n := len(r.Because) - 1; n > 0 {
		more = fmt.Sprintf(" and %d more", n)
	}
	return fmt.Sprintf("not proposed, since %s%s: %s", r.Because[0], more, r.Change.Message)
}

// objection says what a plan does besides settling errors, to whom and on what.
type objection struct{ text, principal, resource string }

func reasons(objections []objection) []string {
	list := make([]string, len(objections))
	for i, o := range objections {
		list[i] = o.text
	}
	return list
}

// prove leaves out the changes that do more than settle errors.
func (m *maker) prove(plan *Plan, without map[string]bool) (*Plan, error) {
	var refused []Refusal
	for {
		objections := m.objections(plan)
		if len(objections) == 0 {
			break
		}
		fewer, refusals, err := m.refuse(plan, objections, without)
		if err != nil {
			return nil, err
		}
		refused = append(refused, refusals...)
		plan = fewer
	}
	plan.Refused = refused
	return plan, nil
}

// refuse leaves out of each cluster that is objected to the one change without which
// there is less to object to; if there is none, all of the cluster.
func (m *maker) refuse(plan *Plan, objections []objection, without map[string]bool) (*Plan, []Refusal, error) {
	c := clustersOf(plan.Changes)
	c.unite(objections)
	before := c.blame(objections)
	suspects := map[int][]Change{}
	for _, change := range plan.Changes {
		if at := c.find(&change); len(before[at]) > 0 {
			suspects[at] = append(suspects[at], change)
		}
	}
	var refused []Refusal
	var next *Plan
	for step := 0; ; step++ {
		tried := map[int]Change{}
		for at, changes := range suspects {
			if step < len(changes) {
				tried[at], without[changes[step].key] = changes[step], true
			}
		}
		if len(tried) == 0 {
			break
		}
		fewer, err := m.try(without)
		if err != nil {
			return nil, nil, err
		}
		next = fewer
		left := c.blame(m.objections(fewer))
		for _, at := range slices.Sorted(maps.Keys(tried)) {
			if change := tried[at]; len(left[at]) < len(before[at]) {
				refused = append(refused, Refusal{change, reasons(before[at])})
				delete(suspects, at)
			} else {
				delete(without, change.key)
				next = nil
			}
		}
	}
	for _, at := range slices.Sorted(maps.Keys(suspects)) {
		next = nil
		for _, change := range suspects[at] {
			without[change.key] = true
			refused = append(refused, Refusal{change, reasons(before[at])})
		}
	}
	if next != nil {
		return next, refused, nil
	}
	next, err := m.try(without)
	return next, refused, err
}

// unite makes one cluster of those that the same objection may be about; all, where
// it may be about any.
func (c *clusters) unite(objections []objection) {
	for _, o := range objections {
		list := c.suspects(o)
		for _, other := range list[1:] {
			c.join(list[0], other)
		}
	}
}

// suspects gives the clusters that an objection may be about: all, where it tells none.
func (c *clusters) suspects(o objection) []int {
	if list := c.about(o.principal, o.resource); len(list) > 0 {
		return list
	}
	return c.all()
}

// blame gives the objections that may be about each cluster.
func (c *clusters) blame(objections []objection) map[int][]objection {
	found := map[int][]objection{}
	for _, o := range objections {
		for _, at := range c.suspects(o) {
			found[at] = append(found[at], o)
		}
	}
	return found
}

// objections say what a plan does besides settling errors: what it opens that no
// need of Canvas asks for, what it takes away, what it brings to light that was
// no finding before, and what AWS would refuse.
func (m *maker) objections(plan *Plan) []objection {
	if len(plan.Changes) == 0 {
		return nil
	}
	plan.Access = diff.CompareVariants(plan.Before.Sides(), plan.After.Sides(), m.options.Settings.Config)
	needed := neededAccess(plan.Before)
	for name := range neededAccess(plan.After) {
		needed[name] = true
	}
	var list []objection
	add := func(principal, resource, text string, values ...any) {
		list = append(list, objection{fmt.Sprintf(text, values...), principal, resource})
	}
	for _, gain := range plan.Access.Gains {
		// Canvas has AWS services make grants; the role itself is not to make any.
		grants := gain.Action == "kms:CreateGrant" && (len(gain.Via) == 0 || slices.Contains(gain.Via, "direct"))
		if grants || !needed[accessName(gain.Principal, gain.Action, gain.Resource)] {
			add(gain.Principal, gain.Resource, "it would also allow %s to call %s on %s", gain.Principal, gain.Action, gain.Resource)
		}
	}
	for _, unknown := range plan.Access.Unknowns {
		if unknown.Before == access.Unknown.String() {
			continue
		}
		add(unknown.Principal, unknown.Resource, "it would be unknown whether %s may call %s on %s", unknown.Principal, unknown.Action, unknown.Resource)
	}
	for _, loss := range plan.Access.Losses {
		if isKnown(plan.Before, loss.Principal) {
			add(loss.Principal, loss.Resource, "%s could no longer call %s on %s", loss.Principal, loss.Action, loss.Resource)
		}
	}
	found := map[string]bool{}
	for _, old := range plan.Before.Report.Findings {
		found[old.Rule] = true
	}
	for _, f := range m.brought(plan.After) {
		if !found[f.Rule] {
			add(f.Principal, f.Resource, "it would lead to %s (%s)", f.Rule, f.Message)
		}
	}
	list = append(list, oversize(plan)...)
	return append(list, circles(plan)...)
}

// isKnown reports whether a principal is one that there is: a slip of the pen in
// a policy names no one, who loses nothing.
func isKnown(r *lint.Result, principal string) bool {
	return !strings.Contains(principal, ":role/") && !strings.Contains(principal, ":user/") ||
		slices.ContainsFunc(r.Variants, func(w lint.Variant) bool { return w.Snapshot.Role(principal) != nil })
}

// oversize says which policies become longer than AWS takes them.
func oversize(plan *Plan) []objection {
	var list []objection
	owners := map[string]bool{}
	for _, c := range plan.Changes {
		if c.Layer != "" {
			owners[c.Owner] = true
		}
	}
	inline := map[string]int{}
	for _, policy := range plan.After.Variants[0].Snapshot.Policies {
		if !owners[policy.Owner] || policy.AWSManaged || !policy.Node.Exists() {
			continue
		}
		if iam.IsOversize(policy.Glance(), policy.Owner) {
			list = append(list, objection{source.Spelled(where(policy) + " would be longer than AWS takes it"), "", policy.Owner})
		}
		if policy.Kind == iam.IdentityPolicy && strings.Contains(policy.Owner, ":role/") && !strings.HasPrefix(policy.Name, "arn:") {
			inline[policy.Owner] += iam.Length(policy.Node)
		}
	}
	for owner, length := range inline {
		if length > iam.InlineQuota {
			list = append(list, objection{source.Spelled(fmt.Sprintf("the inline policies of %s would have %d characters, and AWS takes %d", owner, length, iam.InlineQuota)), owner, ""})
		}
	}
	slices.SortFunc(list, func(a, b objection) int { return strings.Compare(a.text, b.text) })
	return list
}

// circles says which resources of a template come to wait for each other.
func circles(plan *Plan) []objection {
	known := map[string]bool{}
	for _, circle := range cloudformation.Circles(plan.Before.Documents.Templates) {
		known[circle] = true
	}
	var list []objection
	for _, circle := range cloudformation.Circles(plan.After.Documents.Templates) {
		if !known[circle] {
			list = append(list, objection{text: "the template would have resources that wait for each other (" + circle + ")"})
		}
	}
	return list
}

// neededAccess names what the needs of a check ask for.
func neededAccess(r *lint.Result) map[string]bool {
	needed := map[string]bool{}
	for _, variant := range r.Variants {
		for _, need := range variant.Facts.Needs {
			for _, action := range need.Actions {
				principal, name := need.Role, action.Name
				if need.Service != "" {
					principal, name = need.Service, "sts:AssumeRole"
				}
				needed[accessName(principal, name, need.Resource)] = true
			}
		}
	}
	return needed
}

// accessName names access to a key, or to a bucket with its objects.
func accessName(principal, action, resource string) string {
	return principal + " " + strings.ToLower(action) + " " + strings.TrimSuffix(resource, "/*")
}
