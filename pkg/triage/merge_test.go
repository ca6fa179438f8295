package triage

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

func TestMerge(t *testing.T) {
	f := func(message string, line int) finding.Finding {
		return finding.Finding{Rule: "r", Severity: finding.Error, Message: message, Fingerprint: message, Place: at("x", line)}
	}
	row := func(purpose finding.Purpose, verdict finding.Verdict, reason string, findings ...string) finding.Readiness {
		return finding.Readiness{Account: "1", Region: "r", Domain: "d", Profile: "a", Purpose: purpose, Verdict: verdict, Reason: reason, Findings: findings}
	}
	variants := []Variant{
		{[]string{"Env is dev", "Own is yes"}, []finding.Finding{f("everywhere", 1), f("dev", 2), f("dev and own", 3)}, []finding.Readiness{
			row(finding.App, finding.NotReady, "no", "dev"), row(finding.Storage, finding.Ready, "", "one"),
		}},
		{[]string{"Env is dev", "Own is no"}, []finding.Finding{f("everywhere", 1), f("dev", 2), f("corners", 4)}, []finding.Readiness{
			row(finding.App, finding.NotReady, "no", "dev"), row(finding.Storage, finding.Ready, "why", "two"), row(finding.Bucket, finding.Ready, ""),
		}},
		{[]string{"Env is prod", "Own is yes"}, []finding.Finding{f("everywhere", 1), f("corners", 4)}, []finding.Readiness{
			row(finding.App, finding.Ready, ""), row(finding.Storage, finding.Ready, "", "one"),
		}},
		{[]string{"Env is prod", "Own is no"}, []finding.Finding{f("everywhere", 1)}, []finding.Readiness{
			row(finding.App, finding.Ready, ""), row(finding.Storage, finding.Ready, ""), row(finding.Bucket, finding.Ready, ""),
		}},
	}
	var got []string
	for _, f := range Merge(variants) {
		got = append(got, f.Message)
	}
	want := []string{
		"everywhere", "dev, where Env is dev", "dev and own, where Env is dev and Own is yes",
		"corners, where Env is dev and Own is no or Env is prod and Own is yes",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	rows := []finding.Readiness{
		row(finding.App, finding.Unknown, "not ready where Env is dev; ready where Env is prod", "dev"),
		row(finding.Storage, finding.Ready, "why", "one", "two"),
		row(finding.Bucket, finding.Unknown, "not there where Own is yes; ready where Own is no"),
	}
	rows[2].Findings = []string{}
	kept := []finding.Finding{{Fingerprint: "dev"}, {Fingerprint: "one"}, {Fingerprint: "two"}}
	if diff := cmp.Diff(rows, MergeReadiness(variants, kept)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(variants[0].Findings, Merge(variants[:1])); diff != "" {
		t.Errorf("one variant is given back as it is: %s", diff)
	}
}

// A finding that holds in every variant is one, whatever the name of what it is
// about is in each.
func TestMergeOfNames(t *testing.T) {
	f := func(name, message string) finding.Finding {
		return finding.Finding{Rule: "r", Severity: finding.Error, Message: message, Fingerprint: message, Place: at("x", 1), Resource: "arn:aws:s3:::" + name}
	}
	inRegion := func(region string) finding.Finding {
		arn := "arn:aws:kms:" + region + ":1:key/{K}"
		return finding.Finding{Rule: "r", Message: "the key " + arn + " is off", Fingerprint: region, Place: at("x", 1), Resource: arn, Region: region}
	}
	for _, c := range []struct {
		name     string
		variants [][]finding.Finding
		want     []string
	}{
		{"one name in each", [][]finding.Finding{{f("acme", "the bucket acme is open")}, {f("acme-gov", "the bucket acme-gov is open")}}, []string{"the bucket acme or acme-gov is open"}},
		{"three variants", [][]finding.Finding{{f("a-1", "a-1 x")}, {f("b-1", "b-1 x")}, {f("a-1", "a-1 x")}}, []string{"a-1 or b-1 x"}},
		{"of any Region", [][]finding.Finding{{inRegion("us-gov-west-1")}, {inRegion("‹Region›")}}, []string{"the key arn:aws:kms:‹Region›:1:key/{K} is off"}},
		{"not in all", [][]finding.Finding{{f("acme", "acme x")}, {f("other", "other x")}, nil}, []string{"acme x, where A is 0", "other x, where A is 1"}},
		{"another sentence", [][]finding.Finding{{f("acme", "acme is open")}, {f("other", "other is shut")}}, []string{"acme is open, where A is 0", "other is shut, where A is 1"}},
		{"both in one variant", [][]finding.Finding{{f("acme", "acme x"), f("other", "other x")}, {f("other", "other x")}}, []string{"acme x, where A is 0", "other x"}},
	} {
		var variants []Variant
		for i, findings := range c.variants {
			variants = append(variants, Variant{Assumptions: []string{"A is " + string(rune('0'+i))}, Findings: findings})
		}
		var got []string
		for _, f := range Merge(variants) {
			got = append(got, f.Message)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}
