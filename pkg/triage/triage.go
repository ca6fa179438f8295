// Package triage lays what the user decided over the findings: severities and
// order, and from both the readiness of each profile.
package triage

import (
	"cmp"
	"slices"

	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
)

// Relative turns a file as it is shown into a path relative to the config's
// folder, which its patterns mean.
type Relative func(file string) string

// Apply sets the severities that the config gives and drops what it switches
// off, then sorts.
func Apply(findings []finding.Finding, c *config.Config, relative Relative) []finding.Finding {
	kept := make([]finding.Finding, 0, len(findings))
	for _, f := range findings {
		if severity, ok := c.Severity(f.Rule, relative(f.File), f.Account); ok {
			f.Severity = severity
		}
		if f.Severity != finding.Off {
			kept = append(kept, f)
		}
	}
	return Sort(kept)
}

// Sort puts the finding to fix first in front, and drops what stands there twice.
func Sort(kept []finding.Finding) []finding.Finding {
	slices.SortStableFunc(kept, func(a, b finding.Finding) int {
		return cmp.Or(
			cmp.Compare(b.Severity.Rank(), a.Severity.Rank()),
			cmp.Compare(a.File, b.File),
			cmp.Compare(a.Start.Line, b.Start.Line), cmp.Compare(a.Start.Column, b.Start.Column),
			cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Message, b.Message),
		)
	})
	return slices.CompactFunc(kept, func(a, b finding.Finding) bool {
		return a.Fingerprint == b.Fingerprint && a.Place == b.Place && a.Message == b.Message
	})
}

// Attach gives each row of readiness the findings that speak against it; an
// error makes it not ready.
func Attach(rows []finding.Readiness, findings []finding.Finding) []finding.Readiness {
	for i := range rows {
		row := &rows[i]
		if row.Verdict == finding.NotChecked && row.Reason != "" && row.Purpose != finding.TimeSeries && row.Purpose != finding.Dataset {
			continue
		}
		for _, f := range findings {
			if !concerns(f, row) {
				continue
			}
			row.Findings = append(row.Findings, f.Fingerprint)
			if f.Severity == finding.Error {
				if row.Verdict != finding.NotReady || row.Reason == "" {
					row.Reason = f.Message
				}
				row.Verdict = finding.NotReady
			}
		}
	}
	return rows
}

func concerns(f finding.Finding, row *finding.Readiness) bool {
	if f.Domain != row.Domain || f.Account != row.Account || f.Region != row.Region || !serves(f, row) {
		return false
	}
	return row.Profile == "" || len(f.Profiles) == 0 || slices.Contains(f.Profiles, row.Profile)
}

// serves reports whether a finding speaks of what a row is about. What a helper
// role may not do speaks against every capability that it serves.
func serves(f finding.Finding, row *finding.Readiness) bool {
	if f.Purpose == finding.Helper {
		return (row.Purpose == finding.GenerativeAI || row.Purpose == finding.LargeData) && f.Principal == row.Role
	}
	return f.Purpose == row.Purpose
}

// Summary counts findings by severity.
func Summary(findings []finding.Finding) map[string]int {
	counts := map[string]int{"error": 0, "warning": 0, "info": 0}
	for _, f := range findings {
		counts[string(f.Severity)]++
	}
	return counts
}

// Fails reports whether a finding is at or above a threshold: error, warning,
// info or never.
func Fails(findings []finding.Finding, threshold string) bool {
	rank := finding.Severity(threshold).Rank()
	return rank > 0 && slices.ContainsFunc(findings, func(f finding.Finding) bool { return f.Severity.Rank() >= rank })
}
