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
	slices.SortStableFunc(kept, compareFindings)
	kept = slices.CompactFunc(kept, isSameFinding)
	ordered := make([]finding.Finding, 0, len(kept))
	for _, i := range causesFirst(kept) {
		ordered = append(ordered, kept[i])
	}
	return ordered
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

// causesFirst gives the order in which each finding stands behind the one that speaks
// of its cause, or behind the first of those with the same cause.
func causesFirst(sorted []finding.Finding) []int {
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
	ordered := make([]int, 0, len(sorted))
	var place func(i int)
	place = func(i int) {
		ordered = append(ordered, i)
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

// compareFindings puts the finding to fix first in front. What is told apart by
// nothing else is by what it is about, so that the order never depends on who found
// it first.
func compareFindings(a, b finding.Finding) int {
	return cmp.Or(
		cmp.Compare(b.Severity.Rank(), a.Severity.Rank()),
		cmp.Compare(a.File, b.File),
		cmp.Compare(a.Start.Line, b.Start.Line), cmp.Compare(a.Start.Column, b.Start.Column),
		cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Message, b.Message),
		cmp.Compare(a.Account, b.Account), cmp.Compare(a.Region, b.Region), cmp.Compare(a.Domain, b.Domain),
		cmp.Compare(a.Principal, b.Principal), cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.Fingerprint, b.Fingerprint),
	)
}

// isSameFinding reports whether one of two neighbours says nothing new.
func isSameFinding(a, b finding.Finding) bool {
	return a.Fingerprint == b.Fingerprint && a.Place == b.Place && a.Message == b.Message
}

func compareProblems(a, b finding.Problem) int {
	return cmp.Or(finding.ComparePlaces(finding.Place{File: a.File, Start: a.Start}, finding.Place{File: b.File, Start: b.Start}), cmp.Compare(a.Message, b.Message))
}

// SortProblems puts problems in the order of their places, each once.
func SortProblems(problems []finding.Problem) []finding.Problem {
	slices.SortFunc(problems, compareProblems)
	return slices.Compact(problems)
}

func compareIgnored(a, b finding.Ignored) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Reason, b.Reason))
}

// SortIgnored puts ignored files in the order of their names.
func SortIgnored(ignored []finding.Ignored) { slices.SortFunc(ignored, compareIgnored) }

// SortRules puts rules in the order of their ids.
func SortRules(rules []finding.Rule) {
	slices.SortFunc(rules, func(a, b finding.Rule) int { return cmp.Compare(a.ID, b.ID) })
}

// compareDomains orders rows of readiness by their domains; those of one domain
// keep their order.
func compareDomains(a, b finding.Readiness) int {
	return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Region, b.Region), cmp.Compare(a.Domain, b.Domain))
}

// SortReadiness puts the rows in the order of their domains.
func SortReadiness(rows []finding.Readiness) []finding.Readiness {
	slices.SortStableFunc(rows, compareDomains)
	return rows
}

func compareInputs(a, b finding.Input) int {
	return cmp.Or(finding.ComparePlaces(finding.Place{File: a.File, Start: a.Start}, finding.Place{File: b.File, Start: b.Start}))
}
