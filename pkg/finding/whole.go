package finding

import (
	"iter"
	"slices"
)

// Whole is a report whose long lists come one by one: of thousands of accounts they
// are too long to be held at once. Each of them can be gone through again.
type Whole struct {
	// Head is the report without its long lists.
	Head      *Report
	Findings  iter.Seq[Finding]
	Waived    iter.Seq[Finding]
	Problems  iter.Seq[Problem]
	Readiness iter.Seq[Readiness]
	Ignored   iter.Seq[Ignored]
	Inputs    iter.Seq[Input]
}

// WholeOf gives a report that is held at once as one whose lists come one by one.
func WholeOf(r *Report) Whole {
	return Whole{
		Head: r, Findings: slices.Values(r.Findings), Waived: slices.Values(r.Waived), Problems: slices.Values(r.Problems),
		Readiness: slices.Values(r.Readiness), Ignored: slices.Values(r.Coverage.Ignored), Inputs: slices.Values(r.Coverage.Inputs),
	}
}

// Report gathers the lists, for those who need them at once.
func (w Whole) Report() *Report {
	r := *w.Head
	r.Findings, r.Waived, r.Problems = slices.Collect(w.Findings), slices.Collect(w.Waived), slices.Collect(w.Problems)
	r.Readiness, r.Coverage.Ignored, r.Coverage.Inputs = slices.Collect(w.Readiness), slices.Collect(w.Ignored), slices.Collect(w.Inputs)
	return &r
}
