package fix

import (
	"fmt"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/diff"
	"github.com/canvaslint/canvaslint/pkg/lint"
)

// Refusal is a change that would settle an error and open something else.
type Refusal struct {
	Change Change
	Opens  []diff.Change
}

// Reason says in a sentence what the change would open.
func (r Refusal) Reason() string {
	first := r.Opens[0]
	more := ""
	if n := len(r.Opens) - 1; n > 0 {
		more = fmt.Sprintf(" and %d more", n)
	}
	return fmt.Sprintf("not proposed, since it would also allow %s to call %s on %s%s: %s", first.Principal, first.Action, first.Resource, more, r.Change.Message)
}

// prove leaves out the changes that open more than the needs of Canvas.
func (m *maker) prove(plan *Plan, without map[string]bool) (*Plan, error) {
	var refused []Refusal
	for {
		opened := m.opened(plan)
		if len(opened) == 0 {
			break
		}
		fewer, refusal, err := m.refuse(plan, opened, without)
		if err != nil {
			return nil, err
		}
		refused = append(refused, refusal...)
		plan = fewer
	}
	plan.Refused = refused
	return plan, nil
}

// refuse leaves out the one change without which less is opened; if there is
// none, all of them.
func (m *maker) refuse(plan *Plan, opened []diff.Change, without map[string]bool) (*Plan, []Refusal, error) {
	for _, change := range plan.Changes {
		without[change.key] = true
		fewer, err := m.try(without)
		if err != nil {
			return nil, nil, err
		}
		if len(m.opened(fewer)) < len(opened) {
			return fewer, []Refusal{{change, opened}}, nil
		}
		delete(without, change.key)
	}
	var all []Refusal
	for _, change := range plan.Changes {
		without[change.key] = true
		all = append(all, Refusal{change, opened})
	}
	none, err := m.try(without)
	return none, all, err
}

// opened gives the gains that no need of Canvas asks for.
func (m *maker) opened(plan *Plan) []diff.Change {
	if len(plan.Changes) == 0 {
		return nil
	}
	needed := neededAccess(plan.Before)
	for name := range neededAccess(plan.After) {
		needed[name] = true
	}
	plan.Access = diff.Compare(side(plan.Before), side(plan.After), m.options.Settings.Config)
	var opened []diff.Change
	for _, gain := range plan.Access.Gains {
		if !needed[accessName(gain.Principal, gain.Action, gain.Resource)] {
			opened = append(opened, gain)
		}
	}
	return opened
}

func side(r *lint.Result) diff.Side {
	return diff.Side{Snapshot: r.Worlds[0].Snapshot, Readiness: r.Report.Readiness}
}

// neededAccess names what the needs of a check ask for.
func neededAccess(r *lint.Result) map[string]bool {
	needed := map[string]bool{}
	for _, need := range r.Worlds[0].Facts.Needs {
		for _, action := range need.Actions {
			principal, name := need.Role, action.Name
			if need.Service != "" {
				principal, name = need.Service, "sts:AssumeRole"
			}
			needed[accessName(principal, name, need.Resource)] = true
		}
	}
	return needed
}

// accessName names access to a key, or to a bucket with its objects.
func accessName(principal, action, resource string) string {
	return principal + " " + strings.ToLower(action) + " " + strings.TrimSuffix(resource, "/*")
}
