package fix

import (
	"fmt"
	"maps"
	"slices"

	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/lint"
)

// mostTrials bounds the plans that are made to look for changes that nothing needs.
const mostTrials = 100

// shrink leaves out each change without which as many errors are settled, then
// each two that serve the same need.
func (m *maker) shrink(plan *Plan, without map[string]bool) (*Plan, error) {
	plan, err := m.leaveOut(plan, without, plan.doubtful())
	if err != nil {
		return nil, err
	}
	return m.leaveOut(plan, without, plan.pairs())
}

// doubtful gives the changes that are not needed for sure, each by itself. Needed for
// sure is one that alone is about a role and a resource which were denied before and
// are not any more.
func (p *Plan) doubtful() [][]Change {
	shared := map[string]map[string]bool{} // the changes for each use of a resource
	for _, change := range p.Changes {
		for _, name := range change.uses() {
			if shared[name] == nil {
				shared[name] = map[string]bool{}
			}
			shared[name][change.key] = true
		}
	}
	before, after := deniedIn(p.Before), deniedIn(p.After)
	var list [][]Change
	for _, change := range p.Changes {
		alone := !slices.ContainsFunc(change.uses(), func(name string) bool { return len(shared[name]) > 1 })
		settles := slices.ContainsFunc(change.needs, func(n *canvas.Need) bool { return before[idOf(n)] && !after[idOf(n)] })
		if !alone || !settles {
			list = append(list, []Change{change})
		}
	}
	return list
}

// deniedIn gives the needs of a check that lack something which they cannot do without.
func deniedIn(r *lint.Result) map[string]bool {
	denied := map[string]bool{}
	for _, variant := range r.Variants {
		for _, n := range variant.Facts.Needs {
			if slices.ContainsFunc(n.Actions, func(a *canvas.Action) bool { return a.Result.IsDenied() && a.Lack == finding.Error }) {
				denied[idOf(n)] = true
			}
		}
	}
	return denied
}

// idOf is the same for needs that are alike (canvas.Need.IsLike), of whatever check.
func idOf(n *canvas.Need) string {
	return fmt.Sprintf("%q", []string{n.Role, n.Resource, string(n.Purpose), n.Domain.ID, n.Domain.Account, n.Domain.Region})
}

// pairs gives each two changes that serve the same need.
func (p *Plan) pairs() [][]Change {
	serve := map[string][]int{}
	var list [][]Change
	for i := range p.Changes {
		partners := map[int]bool{}
		for _, need := range p.Changes[i].needs {
			id := idOf(need)
			for _, other := range serve[id] {
				partners[other] = true
			}
			serve[id] = append(serve[id], i)
		}
		delete(partners, i)
		for _, other := range slices.Sorted(maps.Keys(partners)) {
			list = append(list, []Change{p.Changes[other], p.Changes[i]})
		}
	}
	return list
}

// leaveOut leaves out each of some sets of changes without which as much is settled:
// of each cluster one set at a time, and all clusters at once.
func (m *maker) leaveOut(plan *Plan, without map[string]bool, sets [][]Change) (*Plan, error) {
	for len(sets) > 0 && m.trials < mostTrials {
		c := clustersOf(plan.Changes)
		taken := map[int]bool{}
		var batch, later [][]Change
		for _, set := range sets {
			at := c.find(&set[0]) // all of a set are of one cluster
			switch {
			case slices.ContainsFunc(set, func(change Change) bool { return without[change.key] }):
			case taken[at]:
				later = append(later, set)
			default:
				taken[at] = true
				batch = append(batch, set)
			}
		}
		var err error
		if plan, err = m.together(plan, without, batch); err != nil {
			return nil, err
		}
		sets = later
	}
	return plan, nil
}

// together leaves out those of some sets, each of another cluster, without which as much
// is settled. Where it is not settled without all of them, what is worse tells which to
// keep; where it does not tell, each half is tried by itself.
func (m *maker) together(plan *Plan, without map[string]bool, sets [][]Change) (*Plan, error) {
	if m.trials++; len(sets) == 0 || m.trials > mostTrials {
		return plan, nil
	}
	more := maps.Clone(without)
	for _, set := range sets {
		for _, change := range set {
			more[change.key] = true
		}
	}
	fewer, err := m.try(more)
	if err != nil {
		return nil, err
	}
	objections := m.objections(fewer)
	if fewer.isPartOf(plan) && !m.leaves(fewer.After, plan.After) && len(objections) == 0 {
		maps.Copy(without, more)
		return fewer, nil
	}
	if len(sets) == 1 {
		return plan, nil
	}
	if good, ok := m.harmless(plan, fewer, objections, sets); ok {
		return m.together(plan, without, good)
	}
	half := len(sets) / 2
	if plan, err = m.together(plan, without, sets[:half]); err != nil {
		return nil, err
	}
	return m.together(plan, without, sets[half:])
}

// harmless gives the sets of whose clusters nothing is worse without them; false where
// something is worse that may be about several of them, or about none.
func (m *maker) harmless(plan, fewer *Plan, objections []objection, sets [][]Change) ([][]Change, bool) {
	c := clustersOf(plan.Changes)
	tried := map[int]bool{}
	for _, set := range sets {
		tried[c.find(&set[0])] = true
	}
	l := ledger{tried, map[int]int{}, 0}
	for _, o := range objections {
		l.count(c.about(o.principal, o.resource), 1)
	}
	for _, change := range fewer.Changes {
		if _, ok := c.of[change.key]; !ok {
			l.count(c.ofChange(&change), 1)
		}
	}
	for _, of := range []func(*lint.Result) []finding.Finding{Errors, m.brought} {
		for _, f := range of(fewer.After) {
			l.count(c.ofFinding(&f), 1)
		}
		for _, f := range of(plan.After) {
			l.count(c.ofFinding(&f), -1)
		}
	}
	doubt := l.open > 0 || len(fewer.After.Report.Problems) > len(plan.After.Report.Problems) || fewer.After.Undecided && !plan.After.Undecided
	var good [][]Change
	for _, set := range sets {
		if l.worse[c.find(&set[0])] <= 0 {
			good = append(good, set)
		}
	}
	return good, !doubt && len(good) < len(sets)
}

// ledger counts what is worse by the clusters that were tried.
type ledger struct {
	tried map[int]bool
	worse map[int]int
	open  int // what is about several of them, or about none
}

func (l *ledger) count(clusters []int, n int) {
	among := slices.DeleteFunc(clusters, func(at int) bool { return !l.tried[at] })
	if len(among) == 1 {
		l.worse[among[0]] += n
	} else {
		l.open += n
	}
}

// isPartOf reports whether a plan is another one with some changes left out, and
// has none in their place.
func (p *Plan) isPartOf(whole *Plan) bool {
	return len(p.Changes) < len(whole.Changes) && !slices.ContainsFunc(p.Changes, func(c Change) bool {
		return !slices.ContainsFunc(whole.Changes, func(other Change) bool { return other.key == c.key })
	})
}

// leaves reports whether a check has an error, a problem or an unknown that
// another one has not, or a finding that the plan brought.
func (m *maker) leaves(r, other *lint.Result) bool {
	return len(Errors(r)) > len(Errors(other)) || len(r.Report.Problems) > len(other.Report.Problems) ||
		r.Undecided && !other.Undecided || len(m.brought(r)) > len(m.brought(other))
}

// brought gives the errors and warnings that were not there before the plan.
func (m *maker) brought(r *lint.Result) []finding.Finding {
	known := map[string]bool{}
	for _, f := range m.before.Report.Findings {
		known[f.Fingerprint] = true
	}
	return slices.DeleteFunc(slices.Clone(r.Report.Findings), func(f finding.Finding) bool {
		return known[f.Fingerprint] || f.Severity == finding.Info
	})
}
