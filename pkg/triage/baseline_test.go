package triage

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

func TestBaseline(t *testing.T) {
	was := []finding.Finding{
		{Rule: "b", Severity: finding.Error, Message: "twice", Fingerprint: "2", Resource: "k"},
		{Rule: "b", Severity: finding.Error, Message: "twice", Fingerprint: "2", Resource: "k"},
		{Rule: "a", Severity: finding.Info, Message: "once", Fingerprint: "1", Principal: "p"},
	}
	once := finding.BaselineEntry{Fingerprint: "1", Count: 1, Rule: "a", Severity: finding.Info, Resource: "p", Message: "once", Claims: []string{"every profile"}}
	twice := finding.BaselineEntry{Fingerprint: "2", Count: 2, Rule: "b", Severity: finding.Error, Resource: "k", Message: "twice", Claims: []string{"every profile"}}
	entries := Entries(was)
	if diff := cmp.Diff([]finding.BaselineEntry{once, twice}, entries); diff != "" {
		t.Error(diff)
	}
	fresh := finding.Finding{Rule: "b", Severity: finding.Error, Fingerprint: "3", Message: "new"}
	left, known, stale := Compare([]finding.Finding{was[0], fresh}, entries)
	if diff := cmp.Diff([]finding.Finding{fresh}, left); diff != "" {
		t.Error("left:", diff)
	}
	if diff := cmp.Diff([]finding.Finding{was[0]}, known); diff != "" {
		t.Error("known:", diff)
	}
	twice.Count = 1
	if diff := cmp.Diff([]finding.BaselineEntry{once, twice}, stale); diff != "" {
		t.Error("stale:", diff)
	}
}

// lacks is an access finding as the rules make them.
func lacks(severity finding.Severity, message string, profiles []string, causes ...finding.Cause) finding.Finding {
	return finding.Finding{Rule: "r", Severity: severity, Message: message, Fingerprint: "f", Profiles: profiles, Causes: causes}
}

// TestWorse lays baselines of one finding over another of the same fingerprint:
// what got worse in any way is new, what got better is known.
func TestWorse(t *testing.T) {
	decrypt := finding.Cause{Action: "kms:Decrypt", Layer: "key-policy", Cause: "explicit-deny", Message: `statement "Stop" denies it`}
	generate := finding.Cause{Action: "kms:GenerateDataKey", Layer: "identity-policy", Cause: "no-statement", Message: "no statement allows it"}
	elsewhere := decrypt
	elsewhere.Layer = "scp"
	other := decrypt
	other.Message = `statement "Halt" denies it`
	onlyAlice := decrypt
	onlyAlice.Profiles = []string{"alice"}
	moved := decrypt
	moved.File, moved.Start.Line = "other.json", 9
	both := []string{"alice", "bob"}
	alice := []string{"alice"}
	tests := []struct {
		name           string
		before, after  finding.Finding
		there, andBack bool // after is known by before's baseline, and before by after's
	}{
		{"the same", lacks("error", "m", both, decrypt), lacks("error", "m", both, decrypt), true, true},
		{"moved", lacks("error", "m", both, decrypt), lacks("error", "m", both, moved), true, true},
		{"more severe", lacks("warning", "m", both), lacks("error", "m", both), false, true},
		{"another action", lacks("error", "may not call kms:Decrypt", both, decrypt), lacks("error", "may not call kms:Decrypt and kms:GenerateDataKey", both, decrypt, generate), false, true},
		{"another layer", lacks("error", "m", both, decrypt), lacks("error", "m", both, decrypt, elsewhere), false, true},
		{"another statement", lacks("error", "m", both, decrypt), lacks("error", "m", both, decrypt, other), false, true},
		{"one statement for another", lacks("error", "m", both, decrypt), lacks("error", "m", both, other), false, false},
		{"a second cause of the same words", lacks("error", "m", both, decrypt), lacks("error", "m", both, decrypt, decrypt), false, true},
		{"another profile", lacks("error", "m", alice, decrypt), lacks("error", "m", both, decrypt), false, true},
		{"every profile", lacks("error", "m", alice, decrypt), lacks("error", "m", nil, decrypt), false, true},
		{"a cause for one more profile", lacks("error", "m", both, onlyAlice), lacks("error", "m", both, decrypt), false, true},
		{"one profile of two is gone", lacks("error", "m", alice, decrypt), lacks("error", "m", both, onlyAlice), false, true},
		{"a wider action", lacks("error", "allows kms:Decrypt to everyone", nil), lacks("error", "allows kms:* to everyone", nil), false, true},
		{"all actions", lacks("error", "allows kms:* to everyone", nil), lacks("error", "allows * to everyone", nil), false, true},
		{"another bucket", lacks("info", "cannot use these: acme-data", nil), lacks("info", "cannot use these: acme-data, acme-logs", nil), false, true},
		{"words and counts", lacks("error", "denies 2 of 3 (and more)", nil), lacks("error", "refuses 1", nil), true, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			lay := func(before, after finding.Finding) bool {
				_, known, stale := Compare([]finding.Finding{after}, Entries([]finding.Finding{before}))
				if len(stale) > 0 {
					t.Errorf("stale: %v", stale)
				}
				return len(known) == 1
			}
			if known := lay(test.before, test.after); known != test.there {
				t.Errorf("known %v, want %v: %q against %q", known, test.there, claims(test.after), claims(test.before))
			}
			if known := lay(test.after, test.before); known != test.andBack {
				t.Errorf("back: known %v, want %v", known, test.andBack)
			}
		})
	}
}

// TestBaselineOfSeveral gives the entry of a finding that is as before to it, and
// not to one that has become better.
func TestBaselineOfSeveral(t *testing.T) {
	wide, narrow := lacks("error", "allows kms:* to everyone", nil), lacks("error", "allows kms:Decrypt to everyone", nil)
	left, known, stale := Compare([]finding.Finding{narrow, wide}, Entries([]finding.Finding{wide, narrow}))
	if len(left) != 0 || len(known) != 2 || len(stale) != 0 {
		t.Errorf("%d left, %d known, %d stale; want both known", len(left), len(known), len(stale))
	}
	left, known, stale = Compare([]finding.Finding{wide, wide}, Entries([]finding.Finding{wide, narrow}))
	if len(left) != 1 || len(known) != 1 || len(stale) != 0 {
		t.Errorf("%d left, %d known, %d stale; want one left, one known", len(left), len(known), len(stale))
	}
}
