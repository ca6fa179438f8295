package lint

import "github.com/canvaslint/canvaslint/pkg/diff"

// Sides are the worlds of a check as they are compared with those of another.
func (r *Result) Sides() []diff.Side {
	var list []diff.Side
	for _, world := range r.Worlds {
		list = append(list, diff.Side{Snapshot: world.Snapshot, Readiness: r.Report.Readiness, Assumptions: world.Assumptions})
	}
	return list
}
