package lint

import (
	"fmt"
	"hash/fnv"
	"maps"
	"slices"

	"github.com/canvaslint/canvaslint/pkg/load/survey"
)

// Shard is one of several parts that a check of many accounts is cut into; the zero
// value is all of it. Which account is in which part depends on its id alone.
type Shard struct{ Index, Count int } // Index from 1

func (s Shard) note() string {
	return fmt.Sprintf("This report is on part %d of %d of the accounts; canvaslint merge puts the parts together.", s.Index, s.Count)
}

func (s Shard) isSet() bool { return s.Count > 0 }

// takes reports whether an account is of this part; "" is what lies in no account's
// folder.
func (s Shard) takes(id string) bool {
	if s.Count < 2 {
		return true
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(id))
	return int(h.Sum32()%uint32(s.Count)) == s.Index-1 // #nosec G115 -- a count of processes
}

// wanted gives the groups that have to be judged for this part: its own, those that
// they borrow from, those that borrow from them, and what lies in no account's
// folder.
func (s *streamer) wanted(groups []survey.Group) []survey.Group {
	if s.options.Shard.Count < 2 {
		return groups
	}
	own, need := map[string]bool{}, maps.Clone(s.further)
	for _, g := range groups {
		if slices.ContainsFunc(g.Accounts, s.options.about) {
			for _, account := range g.Accounts {
				own[account], need[account] = true, true
			}
			for _, account := range s.survey.Borrows(g) {
				need[account] = true
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(groups), func(g survey.Group) bool {
		return !g.Has("") && !slices.ContainsFunc(g.Accounts, func(a string) bool { return need[a] }) &&
			!slices.ContainsFunc(s.survey.Borrows(g), func(a string) bool { return own[a] })
	})
}

// widen takes in the accounts of other parts whose fixes may change a file that
// one of this part changes in another account. It reports whether there are any.
func (s *streamer) widen(groups []survey.Group) bool {
	if s.options.Shard.Count < 2 {
		return false
	}
	touched := map[string]bool{}
	for _, g := range groups {
		if !slices.ContainsFunc(g.Accounts, s.options.about) {
			continue
		}
		v := s.seen[g.ID()]
		for _, f := range v.findings {
			if g.Has(f.owner) && slices.ContainsFunc(f.edits, v.sees) {
				for _, account := range v.borrows {
					touched[account] = true
				}
			}
		}
	}
	more := false
	for _, g := range s.survey.Groups() {
		if slices.ContainsFunc(s.survey.Borrows(g), func(a string) bool { return touched[a] }) {
			for _, account := range g.Accounts {
				more = more || !s.further[account] && !s.knows(g)
				s.further[account] = true
			}
		}
	}
	return more
}
