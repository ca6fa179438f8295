package main

import (
	"io"

	"github.com/canvaslint/canvaslint/pkg/diff"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/report"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// gained is the rule that the gains of a comparison are results of, in SARIF.
const gained = "access-gained"

// writeGains writes what is gained as SARIF, a warning for each, so that a review
// shows it beside the line that opens it.
func writeGains(w io.Writer, r *diff.Report) error {
	const help = "https://github.com/canvaslint/canvaslint/blob/main/docs/fix.md#diff"
	out := &finding.Report{
		Version: report.Version, Tool: finding.Tool{Name: "canvaslint", Version: version()}, Findings: []finding.Finding{}, Summary: map[string]int{},
		Rules: []finding.Rule{{
			ID: gained, Title: "A principal gains access", Severity: finding.Warning, Help: help,
			Description: "The new state allows a request that the old one does not allow.",
		}},
	}
	for _, gain := range r.Gains {
		message := gain.Principal + " may now call " + gain.Action + " on " + gain.Resource + gain.Through()
		if gain.Because != "" {
			message += ": " + gain.Because
		}
		out.Findings = append(out.Findings, finding.Finding{
			Rule: gained, Severity: finding.Warning, Message: source.Spelled(message), Place: gain.Place, Principal: source.Spelled(gain.Principal), Resource: source.Spelled(gain.Resource), Help: help,
			Fingerprint: finding.Fingerprint(gained, gain.Principal, gain.Action, gain.Resource, gain.Through()),
		})
	}
	return report.WriteSARIF(w, out)
}
