package canvas

import (
	"slices"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Worlds are the facts of one run under different assumptions on what is
// deployed. There is always one.
type Worlds []*Facts

// Undecided reports whether a permission whose lack would be an error stayed
// unknown in any world, and nobody settled for that.
func (w Worlds) Undecided(settled func(*Need) bool) bool {
	return slices.ContainsFunc(w, func(f *Facts) bool { return f.Undecided(settled) })
}

// Problems are those of all worlds, each once.
func (w Worlds) Problems() []source.Problem {
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

// Notes are those of all worlds, each once.
func (w Worlds) Notes() []string {
	var all []string
	for _, facts := range w {
		for _, note := range facts.Notes {
			if !slices.Contains(all, note) {
				all = append(all, note)
			}
		}
	}
	return all
}

// Decisions counts the answers to the actions of needs. The same answer to the
// same question counts once, in however many worlds it is given.
func (w Worlds) Decisions() (allowed, denied, unknown int) {
	type answer struct {
		account, region, domain, role, resource, action string
		purpose                                         finding.Purpose
		maybe                                           bool
		result                                          access.Result
	}
	seen := map[answer]bool{}
	for _, facts := range w {
		for _, need := range facts.Needs {
			for _, a := range need.Actions {
				one := answer{
					need.Domain.Account, need.Domain.Region, need.Domain.ID, need.Role, need.Resource, a.Name,
					need.Purpose, need.Maybe != "", a.Result,
				}
				if seen[one] {
					continue
				}
				seen[one] = true
				switch {
				case a.Result == access.Allowed:
					allowed++
				case a.Result == access.Unknown:
					unknown++
				default:
					denied++
				}
			}
		}
	}
	return allowed, denied, unknown
}
