package triage

import (
	"cmp"
	"slices"

	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/iam"
)

// Waive takes out the findings that waivers speak of. It gives those that are
// left, those that are waived, each with its waiver, and what became of every
// waiver: one past its last day waives nothing. Today is YYYY-MM-DD. Waivers of
// rules that did not run are left out: nothing can be said of them.
func Waive(findings []finding.Finding, waivers []config.Waiver, today string, relative Relative, ran func(rule string) bool) (left, waived []finding.Finding, states []finding.Waiver) {
	states = make([]finding.Waiver, 0, len(waivers))
	used := make([]bool, len(waivers))
	left = make([]finding.Finding, 0, len(findings))
	for _, f := range findings {
		by := -1
		for i, w := range waivers {
			if w.Expired(today) || !covers(w, f, relative) {
				continue
			}
			used[i] = true
			if by < 0 {
				by = i
			}
		}
		if by < 0 {
			left = append(left, f)
			continue
		}
		state := stateOf(waivers[by], "used")
		f.Waiver = &state
		waived = append(waived, f)
	}
	for i, w := range waivers {
		state := "unused"
		switch {
		case !ran(w.Rule):
			continue
		case w.Expired(today):
			state = "expired"
		case used[i]:
			state = "used"
		}
		states = append(states, stateOf(w, state))
	}
	slices.SortStableFunc(states, compareWaivers)
	return left, waived, states
}

func compareWaivers(a, b finding.Waiver) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Start.Line, b.Start.Line), cmp.Compare(a.Start.Column, b.Start.Column), cmp.Compare(a.Rule, b.Rule))
}

func stateOf(w config.Waiver, state string) finding.Waiver {
	place := finding.PlaceOf(w.Span)
	return finding.Waiver{Rule: w.Rule, State: state, File: place.File, Start: place.Start, Reason: w.Reason, Owner: w.Owner, Until: w.Until}
}

// covers reports whether a waiver speaks of a finding.
func covers(w config.Waiver, f finding.Finding, relative Relative) bool {
	switch {
	case w.Rule != f.Rule:
		return false
	case !w.Scope.IsZero():
		scope := finding.PlaceOf(w.Scope)
		return scope.File == f.File && !before(f.Place, scope) && beforeEnd(f.Place, scope)
	case w.Path != "" && !config.Matches(w.Path, relative(f.File)):
		return false
	case w.Resource == "":
		return true
	}
	glob := iam.WildcardGlob(w.Resource, false)
	return slices.ContainsFunc([]string{f.Resource, f.Principal, f.Domain}, func(name string) bool { return name != "" && glob.Matches(name) })
}

func before(a, b finding.Place) bool {
	return cmp.Or(cmp.Compare(a.Start.Line, b.Start.Line), cmp.Compare(a.Start.Column, b.Start.Column)) < 0
}

func beforeEnd(a, scope finding.Place) bool {
	return cmp.Or(cmp.Compare(a.Start.Line, scope.End.Line), cmp.Compare(a.Start.Column, scope.End.Column)) < 0
}
