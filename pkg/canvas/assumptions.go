package canvas

import (
	"slices"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Variants are the facts of one run under different assumptions on what is
// deployed. There is always one.
type Variants []*Facts

// Undecided gives what the permissions are about that stayed unknown in any variant,
// whose lack would be an error, and that no one settled for.
func (w Variants) Undecided(settled func(*Need) bool) []finding.Undecided {
	var undecided []finding.Undecided
	for _, facts := range w {
		for _, need := range facts.Undecided(settled) {
			if !facts.about(need.Domain.Account) {
				continue
			}
			undecided = append(undecided, UndecidedOf(need))
		}
	}
	return undecided
}

// UndecidedOf is what a need is about, where it is unknown.
func UndecidedOf(need *Need) finding.Undecided {
	return finding.Undecided{
		Account: need.Domain.Account, Region: need.Domain.Region, Domain: need.Domain.ID,
		Principal: need.Role, Resource: need.Resource, Purpose: need.Purpose,
	}
}

// Problems are those of all variants, each once.
func (w Variants) Problems() []source.Problem {
	var all []source.Problem
	seen := map[source.Problem]bool{}
	for _, facts := range w {
		for _, p := range facts.Problems {
			if !seen[p] {
				seen[p] = true
				all = append(all, p)
			}
		}
	}
	return all
}

// Remarks are those of all variants, each once.
func (w Variants) Remarks() []finding.Remark {
	var all []finding.Remark
	for _, facts := range w {
		for _, remark := range facts.Remarks {
			if !slices.ContainsFunc(all, func(r finding.Remark) bool { return r.String() == remark.String() }) {
				all = append(all, remark)
			}
		}
	}
	return all
}

// least is the variant in which the least was in scope.
func (w Variants) least() *Facts {
	return slices.MinFunc(w, func(a, b *Facts) int { return a.Scope.Checked - b.Scope.Checked })
}

// Scope is what was in scope in the variant where that is least.
func (w Variants) Scope() finding.Scope { return w.least().Scope }

// Unchecked says what is wrong with the scope, nil for nothing.
func (w Variants) Unchecked() *source.Problem {
	if len(w) == 0 {
		return nil // the check was broken off
	}
	facts := w.least()
	problem := facts.Scope.Problem()
	if problem == nil {
		return nil
	}
	at := facts.expectedAt
	if facts.Scope.Checked >= facts.Scope.Expected {
		at = facts.leftAt
	}
	return &source.Problem{Span: at, Path: problem.File, Message: problem.Message}
}

// Decisions counts the answers to the actions of needs. The same answer to the
// same question counts once, in however many variants it is given.
func (w Variants) Decisions() (allowed, denied, unknown int) {
	type subject struct {
		account, region, domain, role, resource string
		purpose                                 finding.Purpose
		maybe                                   bool
	}
	seen := map[subject][]*Action{}
	for _, facts := range w {
		for _, need := range facts.Needs {
			if !facts.about(need.Domain.Account) {
				continue
			}
			of := subject{need.Domain.Account, need.Domain.Region, need.Domain.ID, need.Role, need.Resource, need.Purpose, need.Maybe != ""}
			before := seen[of]
			for _, a := range need.Actions {
				if slices.ContainsFunc(before, func(b *Action) bool { return b.Name == a.Name && b.Result == a.Result }) {
					continue
				}
				switch {
				case a.Result == access.Allowed:
					allowed++
				case a.Result == access.Unknown:
					unknown++
				default:
					denied++
				}
			}
			if before == nil {
				seen[of] = need.Actions
			} else {
				seen[of] = slices.Concat(before, need.Actions)
			}
		}
	}
	return allowed, denied, unknown
}
