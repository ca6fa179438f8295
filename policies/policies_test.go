package policies_test

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/rules"
	"github.com/canvaslint/canvaslint/pkg/rules/ruletest"
	"github.com/canvaslint/canvaslint/policies"
)

var update = flag.Bool("update", false, "rewrite the expectations of the cases")

func loadRules(t *testing.T) *rules.Set {
	t.Helper()
	set, err := rules.Load(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// Every built-in rule has all its parts.
func TestRulesAreComplete(t *testing.T) {
	base := readBase(t)
	for _, rule := range loadRules(t).Rules {
		if err := rule.Describe(); err != nil {
			t.Error(err)
		}
		if rule.Cases() == "" {
			t.Errorf("the rule %s has no cases.txtar", rule.ID)
			continue
		}
		cases, err := ruletest.Parse(rule.Cases(), base)
		if err != nil {
			t.Errorf("%s: %v", rule.ID, err)
		}
		bad, good := 0, 0
		for _, c := range cases {
			if c.IsBad() {
				bad++
			} else {
				good++
			}
		}
		if bad < 2 || good < 2 {
			t.Errorf("the rule %s has %d bad and %d good cases; it needs two of each", rule.ID, bad, good)
		}
	}
}

func readBase(t *testing.T) string {
	t.Helper()
	base, err := fs.ReadFile(policies.FS, "lib/base.txtar")
	if err != nil {
		t.Fatal(err)
	}
	return string(base)
}

// Every case gives exactly what it says.
func TestCases(t *testing.T) {
	set := loadRules(t)
	base := readBase(t)
	for _, rule := range set.Rules {
		t.Run(rule.ID, func(t *testing.T) {
			cases, err := ruletest.Parse(rule.Cases(), base)
			if err != nil {
				t.Fatal(err)
			}
			outputs := map[string]string{}
			for _, c := range cases {
				got, err := ruletest.Run(set, rule.ID, c, t.TempDir())
				if err != nil {
					t.Fatalf("%s: %v", c.Name, err)
				}
				outputs[c.Name] = got
				if objects := strings.Contains(got, ":"); objects != c.IsBad() {
					t.Errorf("%s: the rule must object to bad cases and to no good one; it reported:\n%s", c.Name, got)
				}
				if got != c.Want && !*update {
					t.Errorf("%s:\ngot:\n%s\nwant:\n%s", c.Name, got, c.Want)
				}
			}
			if *update && rule.Cases() != "" {
				file := filepath.Join(rule.ID, "cases.txtar")
				if err := os.WriteFile(file, []byte(ruletest.Update(rule.Cases(), outputs)), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// The base account, over which all cases are laid, has nothing to object to.
func TestBaseIsClean(t *testing.T) {
	set := loadRules(t)
	cases, err := ruletest.Parse("-- good-base/want --\n", readBase(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range set.Rules {
		got, err := ruletest.Run(set, rule.ID, cases[0], t.TempDir())
		if err != nil || got != "" {
			t.Errorf("%s: %v\n%s", rule.ID, err, got)
		}
	}
}

// Severities that the METADATA lists are known words.
func TestSeverities(t *testing.T) {
	for _, rule := range loadRules(t).Rules {
		if err := rule.Describe(); err != nil {
			t.Fatal(err)
		}
		for _, severity := range append([]finding.Severity{rule.Severity}, rule.Severities...) {
			if severity.Rank() == 0 && severity != finding.Off {
				t.Errorf("%s: %q is no severity", rule.ID, severity)
			}
		}
	}
}

// docs/rules.md is what the rules say of themselves.
func TestDocs(t *testing.T) {
	want, err := ruletest.Markdown(loadRules(t))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("..", "docs", "rules.md")
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got, err := os.ReadFile(file); err != nil || string(got) != want {
		t.Errorf("docs/rules.md is not current (%v); run: go test ./policies -update", err)
	}
}
