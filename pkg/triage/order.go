package triage

import (
	"cmp"
	"slices"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

// Sort puts the finding to fix first in front: the worst severity first, what causes
// others before them, findings that one statement causes together, and else by
// place. It drops what stands there twice.
func Sort(kept []finding.Finding) []finding.Finding {
	slices.SortStableFunc(kept, func(a, b finding.Finding) int {
		return cmp.Or(
			cmp.Compare(b.Severity.Rank(), a.Severity.Rank()),
			cmp.Compare(a.File, b.File),
			cmp.Compare(a.Start.Line, b.Start.Line), cmp.Compare(a.Start.Column, b.Start.Column),
			cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Message, b.Message),
		)
	})
	return causesFirst(slices.CompactFunc(kept, func(a, b finding.Finding) bool {
		return a.Fingerprint == b.Fingerprint && a.Place == b.Place && a.Message == b.Message
	}))
}

// start is where something begins, and how bad it is: only findings of one severity
// change places.
type start struct {
	severity     finding.Severity
	file         string
	line, column int
}

func startOf(f *finding.Finding, at finding.Place) start {
	return start{f.Severity, at.File, at.Start.Line, at.Start.Column}
}

// causesFirst moves each finding behind the one that speaks of its cause, or behind
// the first of those with the same cause.
func causesFirst(sorted []finding.Finding) []finding.Finding {
	causes, first := map[start]int{}, map[start]int{}
	for i := range sorted {
		f := &sorted[i]
		at := startOf(f, f.Place)
		if _, known := causes[at]; !known && len(f.Causes) == 0 && f.File != "" {
			causes[at] = i
		}
	}
	behind := make([][]int, len(sorted))
	moved := make([]bool, len(sorted))
	for i := range sorted {
		f := &sorted[i]
		leader, ok := leaderOf(f, causes)
		if culprit, guilty := f.Culprit(); !ok && guilty {
			at := startOf(f, culprit.Place)
			if leader, ok = first[at]; !ok {
				first[at] = i
			}
		}
		if ok && leader != i {
			behind[leader] = append(behind[leader], i)
			moved[i] = true
		}
	}
	ordered := make([]finding.Finding, 0, len(sorted))
	var place func(i int)
	place = func(i int) {
		ordered = append(ordered, sorted[i])
		for _, next := range behind[i] {
			place(next)
		}
	}
	for i := range sorted {
		if !moved[i] {
			place(i)
		}
	}
	return ordered
}

// leaderOf finds the finding that speaks of a cause of this one.
func leaderOf(f *finding.Finding, causes map[start]int) (int, bool) {
	for _, cause := range f.Causes {
		if leader, ok := causes[startOf(f, cause.Place)]; ok {
			return leader, true
		}
	}
	return 0, false
}
