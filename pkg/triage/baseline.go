package triage

import (
	"cmp"
	"slices"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

// Entries makes a baseline of findings, sorted so that a later one differs
// from it in what changed only.
func Entries(findings []finding.Finding) []finding.BaselineEntry {
	index := map[string]int{}
	entries := make([]finding.BaselineEntry, 0, len(findings))
	for _, f := range findings {
		if i, ok := index[f.Fingerprint]; ok {
			entries[i].Count++
			continue
		}
		index[f.Fingerprint] = len(entries)
		entries = append(entries, finding.BaselineEntry{
			Fingerprint: f.Fingerprint, Count: 1, Rule: f.Rule, Resource: cmp.Or(f.Resource, f.Principal, f.Domain), Message: f.Message,
		})
	}
	slices.SortFunc(entries, func(a, b finding.BaselineEntry) int {
		return cmp.Or(cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.Fingerprint, b.Fingerprint))
	})
	return entries
}

// Compare lays a baseline over the findings: those that it has, as many as it
// counts, are known; the others are left. An entry that fewer findings answer
// to than it counts is stale, with the number that is gone.
func Compare(findings []finding.Finding, entries []finding.BaselineEntry) (left, known []finding.Finding, stale []finding.BaselineEntry) {
	counts := map[string]int{}
	for _, entry := range entries {
		counts[entry.Fingerprint] += max(entry.Count, 1)
	}
	left, known, stale = make([]finding.Finding, 0, len(findings)), []finding.Finding{}, []finding.BaselineEntry{}
	for _, f := range findings {
		if counts[f.Fingerprint] == 0 {
			left = append(left, f)
			continue
		}
		counts[f.Fingerprint]--
		known = append(known, f)
	}
	for _, entry := range entries {
		if gone := counts[entry.Fingerprint]; gone > 0 {
			entry.Count, counts[entry.Fingerprint] = gone, 0
			stale = append(stale, entry)
		}
	}
	return left, known, stale
}
