package triage

import (
	"cmp"
	"slices"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

// Entries makes a baseline of findings, sorted so that a later one differs
// from it in what changed only.
func Entries(findings []finding.Finding) []finding.BaselineEntry {
	entries := make([]finding.BaselineEntry, 0, len(findings))
	for _, f := range findings {
		entries = append(entries, finding.BaselineEntry{
			Fingerprint: f.Fingerprint, Count: 1, Rule: f.Rule, Severity: f.Severity,
			Resource: cmp.Or(f.Resource, f.Principal, f.Domain), Message: f.Message, Claims: claims(f),
		})
	}
	slices.SortFunc(entries, func(a, b finding.BaselineEntry) int {
		return cmp.Or(cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.Fingerprint, b.Fingerprint),
			cmp.Compare(b.Severity.Rank(), a.Severity.Rank()), slices.Compare(a.Claims, b.Claims), cmp.Compare(a.Message, b.Message))
	})
	var merged []finding.BaselineEntry
	for _, entry := range entries {
		if last := len(merged) - 1; last >= 0 && isSameEntry(merged[last], entry) {
			merged[last].Count++
			continue
		}
		merged = append(merged, entry)
	}
	return merged
}

func isSameEntry(a, b finding.BaselineEntry) bool {
	return a.Fingerprint == b.Fingerprint && a.Severity == b.Severity && slices.Equal(a.Claims, b.Claims)
}

// Compare lays a baseline over the findings: those that it has, as many as it
// counts, are known; the others are left. A finding that has become worse than its
// entry (more severe, or with a claim that the entry does not have) is left. An entry
// that fewer findings answer to than it counts is stale, with the number that is gone.
func Compare(findings []finding.Finding, entries []finding.BaselineEntry) (left, known []finding.Finding, stale []finding.BaselineEntry) {
	b := newBaseline(entries)
	matched := make([]bool, len(findings))
	// Who is the same as ever takes its entry before one that has changed does.
	for _, accepts := range []func(finding.BaselineEntry, finding.Finding, []string) bool{isAsBefore, knows} {
		for i, f := range findings {
			matched[i] = matched[i] || b.take(f, accepts)
		}
	}
	left, known = make([]finding.Finding, 0, len(findings)), []finding.Finding{}
	for i, f := range findings {
		if matched[i] {
			known = append(known, f)
			continue
		}
		left = append(left, f)
		// The entry of one that is worse is not stale.
		b.take(f, func(finding.BaselineEntry, finding.Finding, []string) bool { return true })
	}
	return left, known, b.stale()
}

func isAsBefore(entry finding.BaselineEntry, f finding.Finding, claimed []string) bool {
	return entry.Severity == f.Severity && slices.Equal(entry.Claims, claimed)
}

// baseline counts how many findings each entry still stands for.
type baseline struct {
	entries []finding.BaselineEntry
	free    []int
	of      map[string][]int // entries by fingerprint
}

func newBaseline(entries []finding.BaselineEntry) *baseline {
	b := &baseline{entries: entries, of: map[string][]int{}}
	for i, entry := range entries {
		b.free = append(b.free, max(entry.Count, 1))
		b.of[entry.Fingerprint] = append(b.of[entry.Fingerprint], i)
	}
	return b
}

// take uses up an entry that accepts a finding, if there is one.
func (b *baseline) take(f finding.Finding, accepts func(finding.BaselineEntry, finding.Finding, []string) bool) bool {
	candidates := b.of[f.Fingerprint]
	if len(candidates) == 0 {
		return false
	}
	claimed := claims(f)
	for _, i := range candidates {
		if b.free[i] > 0 && accepts(b.entries[i], f, claimed) {
			b.free[i]--
			return true
		}
	}
	return false
}

func (b *baseline) stale() []finding.BaselineEntry {
	stale := []finding.BaselineEntry{}
	for i, entry := range b.entries {
		if b.free[i] > 0 {
			entry.Count = b.free[i]
			stale = append(stale, entry)
		}
	}
	return stale
}
