package canvas

import (
	"maps"
	"slices"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Groups of the denied actions of a bucket, by what must change.
const (
	Demand   Group = "demand"        // a policy demands a KMS key
	ByBucket Group = "bucket-policy" // the bucket policy denies it
	Missing  Group = "missing"       // anything else
)

// FixGroup is the group whose fix settles an action.
func (a *Action) FixGroup(purpose finding.Purpose) Group {
	if purpose != finding.Bucket {
		return a.Group
	}
	group := Missing
	for _, reason := range a.Reasons {
		switch {
		case a.Group == Write && IsDemand(reason):
			return Demand
		case reason.Cause != access.ExplicitDeny:
		case reason.Layer == access.BucketPolicy:
			group = ByBucket
		}
	}
	return group
}

// fixes finds a fix for each group of denied actions.
func (w *worker) fixes(need *Need) map[Group]*finding.Fix {
	denied := map[Group][]*Action{}
	for _, a := range need.Actions {
		if a.Result.IsDenied() && need.policies != nil && a.canBeAsked() {
			group := a.FixGroup(need.Purpose)
			denied[group] = append(denied[group], a)
		}
	}
	if len(denied[Use]) > 0 {
		denied[Use] = append(denied[Use], denied[Extra]...) // one finding, one fix
		delete(denied, Extra)
	}
	fixes := map[Group]*finding.Fix{}
	for _, group := range slices.Sorted(maps.Keys(denied)) {
		if fix := w.fix(need, denied[group]); fix != nil {
			fixes[group] = fix
		}
	}
	return fixes
}

// fix finds the smallest set of statements that makes denied actions allowed,
// and proves it by deciding again. Where a Deny stands in the way it names the
// statement to narrow, and adds what is missing besides.
func (w *worker) fix(need *Need, denied []*Action) *finding.Fix {
	denies := deniesOf(denied)
	policies := without(need.policies, denies)
	var rest []*Action
	for _, a := range denied {
		if !a.isAllowedBy(policies) {
			rest = append(rest, a)
		}
	}
	added := w.addition(need, policies, rest)
	if len(denies) == 0 {
		return added
	}
	fix := w.narrow(need, denies)
	if added != nil {
		fix.Message += "; then " + added.Message
		fix.File, fix.Statement, fix.More = added.File, added.Statement, added.More
	}
	return fix
}

func (w *worker) addition(need *Need, policies *access.Policies, denied []*Action) *finding.Fix {
	if len(denied) == 0 {
		return nil
	}
	changes := w.changes(need, denied)
	for _, size := range []int{1, 2, 3} {
		for _, chosen := range subsets(changes, size) {
			if helps(policies, denied, chosen) {
				chosen = shrink(policies, denied, chosen)
				need.Additions = append(need.Additions, w.additions(need, denied, chosen)...)
				return w.describe(chosen)
			}
		}
	}
	return nil
}

// subsets gives the ways to choose size changes, in order.
func subsets(changes []change, size int) [][]change {
	if size == 0 {
		return [][]change{nil}
	}
	var all [][]change
	for i := 0; i+size <= len(changes); i++ {
		for _, rest := range subsets(changes[i+1:], size-1) {
			all = append(all, append([]change{changes[i]}, rest...))
		}
	}
	return all
}

// helps decides the denied actions again, with the changes made.
func helps(given *access.Policies, denied []*Action, chosen []change) bool {
	policies := *given
	for _, c := range chosen {
		documents, _ := source.Parse(c.where, []byte(`{"Version":"2012-10-17","Statement":[`+c.write(canvasSid, c.actions)+`]}`), source.JSON)
		if len(documents) == 0 {
			return false
		}
		c.apply(&policies, access.Document{Name: c.where, Policy: iam.Compile(documents[0].Root(), c.kind)})
	}
	for _, a := range denied {
		if !a.isAllowedBy(&policies) {
			return false
		}
	}
	return true
}

// shrink leaves out of each statement the actions that another layer alone
// stops: the fix stays the smallest one.
func shrink(policies *access.Policies, denied []*Action, chosen []change) []change {
	for i := range chosen {
		for _, name := range chosen[i].actions {
			if len(chosen[i].actions) == 1 {
				break
			}
			fewer := slices.Clone(chosen)
			fewer[i].actions = slices.DeleteFunc(slices.Clone(chosen[i].actions), func(other string) bool { return other == name })
			if helps(policies, denied, fewer) {
				chosen = fewer
			}
		}
	}
	return chosen
}

func (w *worker) describe(chosen []change) *finding.Fix {
	fix := &finding.Fix{Message: "add this statement to " + chosen[0].where, File: chosen[0].file, Statement: w.propose(chosen[0])}
	for _, c := range chosen[1:] {
		fix.More = append(fix.More, finding.Addition{Message: "add this statement to " + c.where, File: c.file, Statement: w.propose(c)})
	}
	return fix
}
