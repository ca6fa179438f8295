package terraform

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// dropRepeated keeps one description of each thing where the claims of two can't
// be compared: two plans do not name what they will make, and of a plan and a
// state the plan tells what will be. The state that a plan starts from, and one
// that a later one of its lineage replaces, say nothing new. All other states name
// their resources, so that what they say is compared like two exports.
func (t *teller) dropRepeated() {
	outdated := outdated(t.roots())
	var kept []*input
	for _, form := range []form{plan, state, rawState} {
		for _, in := range t.inputs {
			_, old := outdated[in.root]
			if in.form != form || old {
				continue
			}
			twin := in.twinAmong(kept)
			if twin != nil && twin.form == plan {
				if form == plan || !twin.startsFrom(in) {
					t.problem(in.root, "this %s and the %s %s describe the same resources: only the latter was checked; leave one out", in.form, twin.form, twin.name)
				}
				continue
			}
			kept = append(kept, in)
		}
	}
	t.inputs = kept
}

func (t *teller) roots() []source.Node {
	var roots []source.Node
	for _, in := range t.inputs {
		roots = append(roots, in.root)
	}
	return roots
}

// outdated are the state files that another one of the same lineage replaces: the
// one with the highest serial
// (https://developer.hashicorp.com/terraform/language/state/remote#state-storage).
func outdated(roots []source.Node) map[source.Node]source.Node {
	newest := map[string]source.Node{}
	serial := func(root source.Node) int {
		n, _ := strconv.Atoi(root.Get("serial").Text())
		return n
	}
	for _, root := range roots {
		if lineage := root.Get("lineage").Text(); formOf(root) == rawState && lineage != "" && serial(root) > serial(newest[lineage]) {
			newest[lineage] = root
		}
	}
	old := map[source.Node]source.Node{}
	for _, root := range roots {
		if by := newest[root.Get("lineage").Text()]; formOf(root) == rawState && by.Exists() && serial(root) < serial(by) {
			old[root] = by
		}
	}
	return old
}

// Notes says which state files are out of date.
func Notes(roots []source.Node) []string {
	var notes []string
	old := outdated(roots)
	for _, root := range roots {
		if by, found := old[root]; found {
			notes = append(notes, fmt.Sprintf("%s is an older state than %s, of the same lineage: the newer one counts.", root.Span().File.Name, by.Span().File.Name))
		}
	}
	return notes
}

// twinAmong gives the input that holds a resource of the same address and ARN.
func (in *input) twinAmong(others []*input) *input {
	for _, other := range others {
		for _, r := range in.resources {
			twin := other.byAddress[r.address]
			if r.mode == managed && twin != nil && r.given("arn") != "" && r.given("arn") == twin.given("arn") {
				return other
			}
		}
	}
	return nil
}

// startsFrom reports whether a plan was made on a state: it has, as they were
// before, all resources of the state.
func (in *input) startsFrom(state *input) bool {
	before := map[string]source.Node{}
	for change := range in.root.Get("resource_changes").Items() {
		before[scalar(change.Get("address"))] = change.Path("change", "before")
	}
	for _, r := range state.resources {
		if r.mode == managed && !isEqual(before[r.address], r.values) {
			return false
		}
	}
	return true
}

// isEqual compares two values as JSON does; a member that is null is one that is
// not there.
func isEqual(a, b source.Node) bool {
	if !a.Exists() || a.Is(source.Null) {
		return !b.Exists() || b.Is(source.Null)
	}
	if a.Kind() != b.Kind() {
		return false
	}
	if a.IsScalar() {
		return a.Text() == b.Text()
	}
	for name, value := range a.Members() {
		if !isEqual(value, b.Get(name.Text())) {
			return false
		}
	}
	for name, value := range b.Members() {
		if !a.Get(name.Text()).Exists() && !value.Is(source.Null) {
			return false
		}
	}
	x, y := slices.Collect(a.Items()), slices.Collect(b.Items())
	return slices.EqualFunc(x, y, isEqual)
}
