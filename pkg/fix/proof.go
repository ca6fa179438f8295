package fix

import (
	"fmt"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/diff"
	"github.com/canvaslint/canvaslint/pkg/finding"
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

// prove leaves out the changes that do more than settle errors.
func (m *maker) prove(plan *Plan, without map[string]bool) (*Plan, error) {
	var refused []Refusal
	for {
		objections := m.objections(plan)
		if len(objections) == 0 {
			break
		}
		fewer, refusal, err := m.refuse(plan, objections, without)
		if err != nil {
			return nil, err
		}
		refused = append(refused, refusal...)
		plan = fewer
	}
	plan.Refused = refused
	return plan, nil
}

// refuse leaves out the one change without which there is less to object to; if
// there is none, all of them.
func (m *maker) refuse(plan *Plan, objections []string, without map[string]bool) (*Plan, []Refusal, error) {
	for _, change := range plan.Changes {
		without[change.key] = true
		fewer, err := m.try(without)
		if err != nil {
			return nil, nil, err
		}
		if len(m.objections(fewer)) < len(objections) {
			return fewer, []Refusal{{change, objections}}, nil
		}
		delete(without, change.key)
	}
	var all []Refusal
	for _, change := range plan.Changes {
		without[change.key] = true
		all = append(all, Refusal{change, objections})
	}
	none, err := m.try(without)
	return none, all, err
}

// objections say what a plan does besides settling errors: what it opens that no
// need of Canvas asks for, what it takes away, what it brings to light that was
// no finding before, and what AWS would refuse.
func (m *maker) objections(plan *Plan) []string {
	if len(plan.Changes) == 0 {
		return nil
	}
	plan.Access = diff.CompareVariants(plan.Before.Sides(), plan.After.Sides(), m.options.Settings.Config)
	needed := neededAccess(plan.Before)
	for name := range neededAccess(plan.After) {
		needed[name] = true
	}
	var list []string
	for _, gain := range plan.Access.Gains {
		// Canvas has AWS services make grants; the role itself is not to make any.
		grants := gain.Action == "kms:CreateGrant" && (len(gain.Via) == 0 || slices.Contains(gain.Via, "direct"))
		if grants || !needed[accessName(gain.Principal, gain.Action, gain.Resource)] {
			list = append(list, fmt.Sprintf("it would also allow %s to call %s on %s", gain.Principal, gain.Action, gain.Resource))
		}
	}
	for _, unknown := range plan.Access.Unknowns {
		if unknown.Before == access.Unknown.String() {
			continue
		}
		list = append(list, fmt.Sprintf("it would be unknown whether %s may call %s on %s", unknown.Principal, unknown.Action, unknown.Resource))
	}
	for _, loss := range plan.Access.Losses {
		if isKnown(plan.Before, loss.Principal) {
			list = append(list, fmt.Sprintf("%s could no longer call %s on %s", loss.Principal, loss.Action, loss.Resource))
		}
	}
	for _, f := range m.brought(plan.After) {
		if !slices.ContainsFunc(plan.Before.Report.Findings, func(old finding.Finding) bool { return old.Rule == f.Rule }) {
			list = append(list, fmt.Sprintf("it would lead to %s (%s)", f.Rule, f.Message))
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
func oversize(plan *Plan) []string {
	var list []string
	inline := map[string]int{}
	for _, policy := range plan.After.Variants[0].Snapshot.Policies {
		changed := slices.ContainsFunc(plan.Changes, func(c Change) bool { return c.Layer != "" && c.Owner == policy.Owner })
		if !changed || policy.AWSManaged || !policy.Node.Exists() {
			continue
		}
		if iam.IsOversize(policy.Glance(), policy.Owner) {
			list = append(list, source.Spelled(where(policy)+" would be longer than AWS takes it"))
		}
		if policy.Kind == iam.IdentityPolicy && strings.Contains(policy.Owner, ":role/") && !strings.HasPrefix(policy.Name, "arn:") {
			inline[policy.Owner] += iam.Length(policy.Node)
		}
	}
	for owner, length := range inline {
		if length > iam.InlineQuota {
			list = append(list, source.Spelled(fmt.Sprintf("the inline policies of %s would have %d characters, and AWS takes %d", owner, length, iam.InlineQuota)))
		}
	}
	slices.Sort(list)
	return list
}

// circles says which resources of a template come to wait for each other.
func circles(plan *Plan) []string {
	known := map[string]bool{}
	for _, circle := range cloudformation.Circles(plan.Before.Documents.Templates) {
		known[circle] = true
	}
	var list []string
	for _, circle := range cloudformation.Circles(plan.After.Documents.Templates) {
		if !known[circle] {
			list = append(list, "the template would have resources that wait for each other ("+circle+")")
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
