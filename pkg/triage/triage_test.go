package triage

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/source"
)

func at(file string, line int) finding.Place {
	return finding.Place{File: file, Start: source.Position{Line: line, Column: 1}, End: source.Position{Line: line, Column: 2}}
}

func same(file string) string { return file }

func TestApply(t *testing.T) {
	findings := []finding.Finding{
		{Rule: "a", Severity: finding.Info, Message: "1", Place: at("x", 9)},
		{Rule: "b", Severity: finding.Error, Message: "2", Place: at("y", 1)},
		{Rule: "c", Severity: finding.Error, Message: "3", Place: at("x", 3)},
		{Rule: "off", Severity: finding.Error, Message: "4", Place: at("x", 1)},
		{Rule: "c", Severity: finding.Error, Message: "3", Place: at("x", 3)},
		{Rule: "raised", Severity: finding.Info, Message: "5", Place: at("x", 2)},
	}
	c := config.Config{
		Rules:     map[string]finding.Severity{"off": finding.Off, "raised": finding.Error},
		Overrides: []config.Override{{Paths: []string{"x/**", "x"}, Rules: map[string]finding.Severity{"raised": finding.Warning}}, {Accounts: []string{"9"}, Rules: map[string]finding.Severity{"a": finding.Off}}},
	}
	var got []string
	for _, f := range Apply(findings, &c, same) {
		got = append(got, string(f.Severity)+" "+f.Message)
	}
	want := []string{"error 3", "error 2", "warning 5", "info 1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAttach(t *testing.T) {
	row := func(profile string, purpose finding.Purpose, verdict finding.Verdict) finding.Readiness {
		return finding.Readiness{Account: "1", Region: "r", Domain: "d", Profile: profile, Purpose: purpose, Verdict: verdict, Findings: []string{}}
	}
	rows := []finding.Readiness{
		row("alice", finding.App, finding.Ready), row("bob", finding.App, finding.Ready),
		row("alice", finding.Storage, finding.Unknown), row("alice", finding.Bucket, finding.Ready),
		row("alice", finding.GenerativeAI, finding.Ready), row("alice", finding.LargeData, finding.Ready), row("", finding.App, finding.Ready),
	}
	rows[4].Role, rows[5].Role = "bedrock", "emr"
	rows = Attach(rows, []finding.Finding{
		{Severity: finding.Error, Message: "no", Account: "1", Region: "r", Domain: "d", Profiles: []string{"alice"}, Purpose: finding.App, Fingerprint: "f1"},
		{Severity: finding.Warning, Message: "hm", Account: "1", Region: "r", Domain: "d", Purpose: finding.Storage, Fingerprint: "f2"},
		{Severity: finding.Error, Message: "other", Account: "2", Region: "r", Domain: "d", Purpose: finding.Bucket, Fingerprint: "f3"},
		{Severity: finding.Error, Message: "helper", Account: "1", Region: "r", Domain: "d", Principal: "emr", Purpose: finding.Helper, Fingerprint: "f4"},
	})
	type verdict struct {
		Verdict  finding.Verdict
		Findings []string
		Reason   string
	}
	var got []verdict
	for _, r := range rows {
		got = append(got, verdict{r.Verdict, r.Findings, r.Reason})
	}
	want := []verdict{
		{finding.NotReady, []string{"f1"}, "no"}, {finding.Ready, []string{}, ""}, {finding.Unknown, []string{"f2"}, ""}, {finding.Ready, []string{}, ""},
		{finding.Ready, []string{}, ""}, {finding.NotReady, []string{"f4"}, "helper"}, {finding.NotReady, []string{"f1"}, "no"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestFails(t *testing.T) {
	findings := []finding.Finding{{Severity: finding.Warning}}
	for threshold, want := range map[string]bool{"error": false, "warning": true, "info": true, "never": false} {
		if got := Fails(findings, threshold); got != want {
			t.Errorf("--fail-on %s: %v, want %v", threshold, got, want)
		}
	}
	if diff := cmp.Diff(map[string]int{"error": 0, "warning": 1, "info": 0}, Summary(findings)); diff != "" {
		t.Error(diff)
	}
}
