package lint

import "github.com/canvaslint/canvaslint/pkg/diff"

// Sides are the variants of a check as they are compared with those of another.
func (r *Result) Sides() []diff.Side {
	var list []diff.Side
	for _, variant := range r.Variants {
		list = append(list, diff.Side{Snapshot: variant.Snapshot, Readiness: r.Report.Readiness, Assumptions: variant.Assumptions})
	}
	return list
}
