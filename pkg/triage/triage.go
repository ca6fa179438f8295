// Package triage lays what the user decided over the findings: severities and
// order, and from both the readiness of each profile.
package triage

import (
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

// Attach gives each row of readiness the findings that speak against it; an
// error makes it not ready.
func Attach(rows []finding.Readiness, findings []finding.Finding) []finding.Readiness {
	index := indexOf(findings)
	for i := range rows {
		row := &rows[i]
		if row.Verdict == finding.NotChecked && row.Reason != "" && row.Purpose != finding.TimeSeries && row.Purpose != finding.Dataset {
			continue
		}
		for _, f := range index.of(row) {
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

// concern is what a finding speaks of and a row is about; Profile is "" for
// findings of every profile.
type concern struct {
	account, region, domain, profile string
	purpose                          finding.Purpose
	// role is set for what a helper role may not do.
	role string
}

// index holds findings by all that they concern: an account has thousands of
// rows and of findings.
type index struct {
	findings []finding.Finding
	byOne    map[concern][]int
	byDomain map[concern][]int // whatever the profile
}

func indexOf(findings []finding.Finding) *index {
	x := &index{findings: findings, byOne: map[concern][]int{}, byDomain: map[concern][]int{}}
	for i := range findings {
		f := &findings[i]
		c := concern{account: f.Account, region: f.Region, domain: f.Domain, purpose: f.Purpose}
		if f.Purpose == finding.Helper {
			c.role = f.Principal
		}
		x.byDomain[c] = append(x.byDomain[c], i)
		profiles := f.Profiles
		if len(profiles) == 0 {
			profiles = []string{""}
		}
		for _, c.profile = range profiles {
			x.byOne[c] = append(x.byOne[c], i)
		}
	}
	return x
}

// of gives the findings that concern a row, in their order. What a helper role
// may not do speaks against every capability that the role serves; a row of
// the domain's default settings takes what is said of any profile.
func (x *index) of(row *finding.Readiness) []*finding.Finding {
	own := concern{account: row.Account, region: row.Region, domain: row.Domain, purpose: row.Purpose}
	concerns := []concern{own}
	if row.Purpose == finding.GenerativeAI || row.Purpose == finding.LargeData {
		own.purpose, own.role = finding.Helper, row.Role
		concerns = append(concerns, own)
	}
	var at []int
	for _, c := range concerns {
		if row.Profile == "" {
			at = append(at, x.byDomain[c]...)
			continue
		}
		at = append(at, x.byOne[c]...)
		c.profile = row.Profile
		at = append(at, x.byOne[c]...)
	}
	slices.Sort(at)
	var found []*finding.Finding
	for _, i := range slices.Compact(at) {
		found = append(found, &x.findings[i])
	}
	// In an order that does not depend on findings of other domains.
	slices.SortStableFunc(found, func(a, b *finding.Finding) int { return compareFindings(*a, *b) })
	return found
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
