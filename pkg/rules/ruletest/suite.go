package ruletest

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/rules"
)

// Report is what came of the cases and tests of the user's rules.
type Report struct {
	Rules    []RuleReport // by id
	Tests    []rules.Test // by file, line and name
	Coverage []rules.Coverage
}

// RuleReport is the cases of one rule.
type RuleReport struct {
	ID    string
	File  string // cases.txtar, as shown
	Cases []CaseReport
	// Lacks says what every rule needs and this one has not; "" for nothing.
	Lacks string
}

// CaseReport is one case with what the rule says of it.
type CaseReport struct {
	Name      string
	Line      int // of cases.txtar
	Want, Got string
	// Wrong says that a bad case was passed or a good one objected to.
	Wrong string
}

// Failed reports whether the case is not as it should be.
func (c CaseReport) Failed() bool { return c.Wrong != "" || c.Want != c.Got }

// Failures counts the rules that lack something, the cases and the tests that failed.
func (r *Report) Failures() int {
	count := 0
	for _, rule := range r.Rules {
		if rule.Lacks != "" {
			count++
		}
		for _, c := range rule.Cases {
			if c.Failed() {
				count++
			}
		}
	}
	for _, test := range r.Tests {
		if test.Failed {
			count++
		}
	}
	return count
}

// attempt is one case of one rule on its way through the sandbox.
type attempt struct {
	rule     *rules.Rule
	c        Case
	problems string
}

// Test runs the cases of the user's rules, laid over base, and their Rego tests.
// Scratch is an empty folder that the cases may be written to. An error is a
// broken rule or case.
func Test(set *rules.Set, own []*rules.Rule, base, scratch string) (*Report, error) {
	report := &Report{}
	var attempts []attempt
	var trials []rules.Trial
	for _, rule := range own {
		cases, err := casesOf(rule, base)
		if err != nil {
			return nil, err
		}
		report.Rules = append(report.Rules, RuleReport{ID: rule.ID, File: casesFile(rule), Lacks: lacks(cases)})
		for _, c := range cases {
			trial, problems, err := c.prepare(filepath.Join(scratch, strconv.Itoa(len(trials))))
			if err != nil {
				return nil, fmt.Errorf("%s:%d: %w", casesFile(rule), c.Line, err)
			}
			trial.Wanted = func(id string) bool { return id == rule.ID }
			trials = append(trials, trial)
			attempts = append(attempts, attempt{rule, c, Output(nil, problems)})
		}
	}
	outcome, err := set.Try(trials, true)
	if err != nil {
		return nil, err
	}
	report.Tests, report.Coverage = outcome.Tests, outcome.Coverage
	for i, a := range attempts {
		found := outcome.Findings[i]
		c := CaseReport{Name: a.c.Name, Line: a.c.Line, Want: a.c.Want, Got: a.problems + strings.Join(sorted(found), "")}
		switch {
		case a.c.IsBad() && len(found) == 0:
			c.Wrong = "the rule must object to a bad case, and did not"
		case !a.c.IsBad() && len(found) > 0:
			c.Wrong = "the rule must not object to a good case, and did"
		}
		of := slices.IndexFunc(report.Rules, func(r RuleReport) bool { return r.ID == a.rule.ID })
		report.Rules[of].Cases = append(report.Rules[of].Cases, c)
	}
	return report, nil
}

func casesFile(rule *rules.Rule) string { return path.Join(path.Dir(rule.File()), "cases.txtar") }

func casesOf(rule *rules.Rule, base string) ([]Case, error) {
	cases, err := Parse(rule.Cases(), base)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", casesFile(rule), err)
	}
	return cases, nil
}

func lacks(cases []Case) string {
	bad := slices.ContainsFunc(cases, Case.IsBad)
	good := slices.ContainsFunc(cases, func(c Case) bool { return !c.IsBad() })
	switch {
	case !bad && !good:
		return "it has no cases: a rule needs a bad case and a good one"
	case !bad:
		return "it has no bad case"
	case !good:
		return "it has no good case"
	}
	return ""
}

// Rewritten gives the cases of a rule with what they got in place of what they
// want.
func (r RuleReport) Rewritten(cases string) string {
	got := map[string]string{}
	for _, c := range r.Cases {
		got[c.Name] = c.Got
	}
	return Update(cases, got)
}
