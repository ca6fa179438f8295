// Package compare checks two states of an account, and writes who has more or less access
// in the second one.
package compare

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/canvaslint/canvaslint/pkg/diff"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/lint"
	"github.com/canvaslint/canvaslint/pkg/report"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Comparison is the difference between two states.
type Comparison struct {
	Access *diff.Report

	states  [2]*lint.Result // the old one and the new one
	version string
}

// States compares two states. Both are judged by the settings of the new one.
func States(ctx context.Context, before, after lint.Options) (*Comparison, error) {
	c := &Comparison{version: after.Version}
	var err error
	if c.states[0], err = lint.Check(ctx, before); err != nil {
		return nil, err
	}
	if c.states[1], err = lint.Check(ctx, after); err != nil {
		return nil, err
	}
	c.Access = diff.CompareVariants(c.states[0].Sides(), c.states[1].Sides(), after.Settings.Config)
	return c, nil
}

// Problems lists what could not be analysed, in sentences.
func (c *Comparison) Problems() []string {
	var texts []string
	for i, side := range []string{"old", "new"} {
		for _, p := range c.states[i].Report.Problems {
			texts = append(texts, fmt.Sprintf("%s side: %s:%s: %s", side, p.File, p.Start, p.Message))
		}
	}
	return texts
}

// Formats are the formats that Write knows.
func Formats() []string { return []string{"text", "markdown", "json", "html", "sarif"} }

// Write writes what differs.
func (c *Comparison) Write(w io.Writer, format string) error {
	switch format {
	case "json":
		return c.Access.WriteJSON(w)
	case "markdown":
		return c.Access.WriteMarkdown(w)
	case "html":
		return c.Access.WriteHTML(w)
	case "sarif":
		return c.writeGains(w)
	}
	return c.Access.WriteText(w)
}

// Fails reports whether there is what one of these words names: gained, lost, unknown or
// not-ready.
func (c *Comparison) Fails(on string) bool {
	r := c.Access
	switch on {
	case "gained":
		return len(r.Gains) > 0
	case "lost":
		return len(r.Losses) > 0
	case "unknown":
		return len(r.Unknowns) > 0
	case "not-ready":
		return slices.ContainsFunc(r.Readiness, func(row diff.Readiness) bool { return row.After == finding.NotReady })
	}
	return false
}

// gained is the rule that the gains of a comparison are results of, in SARIF.
const gained = "access-gained"

// writeGains writes what is gained as SARIF, a warning for each, so that a review
// shows it beside the line that opens it.
func (c *Comparison) writeGains(w io.Writer) error {
	const help = "https://github.com/canvaslint/canvaslint/blob/main/docs/fix.md#diff"
	out := &finding.Report{
		Version: report.Version, Tool: finding.Tool{Name: "canvaslint", Version: c.version}, Findings: []finding.Finding{}, Summary: map[string]int{},
		Rules: []finding.Rule{{
			ID: gained, Title: "A principal gains access", Severity: finding.Warning, Help: help,
			Description: "The new state allows a request that the old one does not allow.",
		}},
	}
	for _, gain := range c.Access.Gains {
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
