package triage

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/source"
)

func TestWaive(t *testing.T) {
	file := source.NewFile("k/policy.yaml", "one\ntwo\nthree\nfour\n")
	line := func(from, to int) source.Span { return source.Span{File: file, Start: from, End: to} }
	findings := []finding.Finding{
		{Rule: "r", Message: "path", Place: at("k/policy.yaml", 1)},
		{Rule: "r", Message: "other path", Place: at("b/policy.json", 1)},
		{Rule: "r", Message: "resource", Place: at("b/policy.json", 2), Resource: "arn:aws:kms:eu-central-1:111122223333:key/a"},
		{Rule: "s", Message: "scope", Place: at("k/policy.yaml", 2)},
		{Rule: "s", Message: "below the scope", Place: at("k/policy.yaml", 3)},
		{Rule: "s", Message: "before the scope", Place: at("k/policy.yaml", 1)},
		{Rule: "s", Message: "another file", Place: at("b/policy.json", 2)},
		{Rule: "expired", Message: "expired", Place: at("k/policy.yaml", 1)},
		{Rule: "last-day", Message: "last day", Place: at("k/policy.yaml", 1)},
	}
	waivers := []config.Waiver{
		{Rule: "r", Path: "k/**", Reason: "path", Span: line(0, 3)},
		{Rule: "r", Resource: "arn:aws:kms:*:111122223333:key/*", Reason: "resource", Owner: "me", Span: line(0, 3)},
		{Rule: "r", Resource: "arn:aws:kms:*", Path: "k/**", Reason: "both must fit", Span: line(4, 7)},
		{Rule: "s", Reason: "scope", Span: line(4, 7), Scope: line(4, 7)},
		{Rule: "expired", Path: "**", Reason: "expired", Until: "2026-01-30", Span: line(8, 9)},
		{Rule: "last-day", Path: "**", Reason: "last day", Until: "2026-01-31", Span: line(8, 9)},
		{Rule: "not-run", Path: "**", Reason: "not run", Span: line(8, 9)},
	}
	left, waived, states := Waive(findings, waivers, "2026-01-31", same, func(rule string) bool { return rule != "not-run" })
	var got struct{ Left, Waived, States []string }
	for _, f := range left {
		got.Left = append(got.Left, f.Message)
	}
	for _, f := range waived {
		got.Waived = append(got.Waived, f.Message+" by "+f.Waiver.Reason+f.Waiver.Owner)
	}
	for _, s := range states {
		got.States = append(got.States, s.Rule+" "+s.State+" "+s.Start.String()+" "+s.Until)
	}
	want := struct{ Left, Waived, States []string }{
		[]string{"other path", "below the scope", "before the scope", "another file", "expired"},
		[]string{"path by path", "resource by resourceme", "scope by scope", "last day by last day"},
		[]string{"r used 1:1 ", "r used 1:1 ", "r unused 2:1 ", "s used 2:1 ", "expired expired 3:1 2026-01-30", "last-day used 3:1 2026-01-31"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
