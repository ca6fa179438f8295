package rules

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// Task is work for a Sandbox: a job as Worker.Serve reads it.
type Task struct {
	Job []byte
	// Input is the size in bytes of the largest input in it. It comes from the
	// documents, not from the rules, and is no part of what the rules may use.
	Input int
}

// Sandbox has a Worker serve a task where a rule can do no harm, and hands on
// each line of the answer. It is the program's, for only the program starts
// processes. It returns an error where the worker did not end by itself; its
// text is for the user.
type Sandbox func(task Task, line func(text []byte) error) error

// module is one Rego file of a job.
type module struct {
	File string `json:"file"`
	Text string `json:"text"`
	Rule string `json:"rule,omitempty"` // the id, for a rule.rego
	// Inputs are the parts of the input that the METADATA of a rule asks for.
	Inputs  []string `json:"inputs,omitempty"`
	Test    bool     `json:"test,omitempty"`    // holds tests
	Builtin bool     `json:"builtin,omitempty"` // ours: never to blame
}

// job is what a worker is to do. Inputs come with it as text, so that the rules
// cannot reach what they were not given.
type job struct {
	Modules []module        `json:"modules"`
	Runs    []run           `json:"runs"`
	Schema  json.RawMessage `json:"schema,omitempty"`
	Tests   bool            `json:"tests,omitempty"` // run the tests too, and measure coverage
}

// run is an input with the ids of the rules to run over it.
type run struct {
	Input json.RawMessage `json:"input"`
	Rules []string        `json:"rules"`
	Names keyNames        `json:"names"` // for canvaslint.resolve_key
}

// answer is one line of a worker; one of the members is set.
type answer struct {
	// Results are those of one rule over one run.
	Results *results `json:"results,omitempty"`
	// Fault is what ended the work: messages for the user, which name file and line.
	Fault string `json:"fault,omitempty"`
	Test  *Test  `json:"test,omitempty"`
	// Coverage is of the rules and what they share, by file.
	Coverage []Coverage `json:"coverage,omitempty"`
	Done     bool       `json:"done,omitempty"`
	// At is the line that is at work, "file:line", for the case that no fault
	// can be written any more.
	At string `json:"at,omitempty"`
}

// results are what one rule found in one run.
type results struct {
	Run   int      `json:"run"`
	Rule  string   `json:"rule"`
	Line  int      `json:"line"` // of rule.rego, where findings are made
	Found []result `json:"found"`
}

// Test is the outcome of one test of a *_test.rego.
type Test struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Name    string `json:"name"` // with its package
	Failed  bool   `json:"failed,omitempty"`
	Skipped bool   `json:"skipped,omitempty"` // todo_test_...
	Message string `json:"message,omitempty"`
}

// Coverage is which lines of a Rego file were evaluated.
type Coverage struct {
	File    string `json:"file"`
	Covered int    `json:"covered"` // lines
	// Missed are the lines that hold code and were not evaluated, in order.
	Missed []int `json:"missed,omitempty"`
}

// Trial is one snapshot to run the user's rules over.
type Trial struct {
	Snapshot *snapshot.Snapshot
	Facts    *canvas.Facts
	Config   config.Config
	Wanted   func(id string) bool
}

// Outcome is what came of trials.
type Outcome struct {
	Findings [][]finding.Finding // by trial
	Tests    []Test              // by file, line and name
	Coverage []Coverage          // by file
}

// Try runs the user's rules of the set over snapshots, all in one sandbox, with
// their own tests where tests is set. An error is a broken rule.
func (s *Set) Try(trials []Trial, tests bool) (*Outcome, error) {
	var prepared []trial
	for _, t := range trials {
		b := &builder{facts: t.Facts, snapshot: t.Snapshot, config: t.Config}
		input := b.build()
		var wanted []*Rule
		for _, rule := range s.Rules {
			if rule.own && t.Wanted(rule.ID) {
				wanted = append(wanted, rule)
			}
		}
		prepared = append(prepared, trial{b, b.withDocuments(input, wanted), wanted})
	}
	return s.apart(prepared, tests)
}

// trial is a Trial that is ready to run. All its rules are compiled, so that a
// broken one is found; those that have an input are run.
type trial struct {
	builder *builder
	input   *Input
	rules   []*Rule
}

// apart runs rules of the user in the sandbox, and gives their results places.
func (s *Set) apart(trials []trial, tests bool) (*Outcome, error) {
	if s.Sandbox == nil {
		return nil, errors.New("run the rules: there is no sandbox for rules of your own")
	}
	task, err := s.task(trials, tests)
	if err != nil {
		return nil, err
	}
	outcome := &Outcome{Findings: make([][]finding.Finding, len(trials))}
	done, fault := false, ""
	ended := s.Sandbox(task, func(text []byte) error {
		var a answer
		if err := json.Unmarshal(text, &a); err != nil {
			return fmt.Errorf("run the rules: read an answer: %w", err)
		}
		switch {
		case a.Results != nil:
			return outcome.take(trials, a.Results)
		case a.Fault != "":
			fault = a.Fault
		case a.Test != nil:
			outcome.Tests = append(outcome.Tests, *a.Test)
		}
		outcome.Coverage = append(outcome.Coverage, a.Coverage...)
		done = done || a.Done
		return nil
	})
	switch {
	case fault != "":
		return nil, errors.New(fault)
	case ended != nil:
		return nil, ended
	case !done:
		return nil, errors.New("run the rules: the process that runs them ended early")
	}
	return outcome, nil
}

// take adds the findings of one rule.
func (o *Outcome) take(trials []trial, r *results) error {
	if r.Run < 0 || r.Run >= len(trials) {
		return fmt.Errorf("run the rules: an answer for run %d of %d", r.Run, len(trials))
	}
	t := trials[r.Run]
	index := slices.IndexFunc(t.rules, func(rule *Rule) bool { return rule.ID == r.Rule })
	if index < 0 {
		return fmt.Errorf("run the rules: an answer of the rule %q, which did not run", r.Rule)
	}
	rule := t.rules[index]
	for _, found := range r.Found {
		f, err := t.builder.finding(rule, found)
		if err == nil {
			err = t.builder.ownFix(f.Fix)
		}
		if err != nil {
			return fmt.Errorf("%s:%d: rule %s: %w", rule.file, r.Line, rule.ID, err)
		}
		o.Findings[r.Run] = append(o.Findings[r.Run], f)
	}
	return nil
}

// ownFix refuses a fix of files that were not read: a rule of the user's must
// not have other files changed.
func (b *builder) ownFix(fix *finding.Fix) error {
	if fix == nil {
		return nil
	}
	known := map[string]bool{"": true}
	for _, node := range b.nodes {
		known[node.Span().File.Name] = true
	}
	for _, need := range b.facts.Needs {
		for _, ours := range need.Fixes {
			for _, file := range filesOf(ours) {
				known[file] = true
			}
		}
	}
	for _, file := range filesOf(fix) {
		if !known[file] {
			return fmt.Errorf("a fix changes %q, which is none of the files that were read", file)
		}
	}
	return nil
}

func filesOf(fix *finding.Fix) []string {
	if fix == nil {
		return nil
	}
	files := []string{fix.File}
	for _, edit := range fix.Edits {
		files = append(files, edit.File)
	}
	return files
}

// task packs the rules and inputs.
func (s *Set) task(trials []trial, tests bool) (Task, error) {
	j := job{Tests: tests, Schema: s.Schema}
	for file, text := range s.libraries {
		j.Modules = append(j.Modules, module{File: file, Text: text, Builtin: true})
	}
	for _, rule := range s.Rules {
		if slices.ContainsFunc(trials, func(t trial) bool { return slices.Contains(t.rules, rule) }) {
			j.Modules = append(j.Modules, module{File: rule.file, Text: rule.module, Rule: rule.ID, Inputs: rule.Inputs})
		}
	}
	for _, m := range s.shared {
		if !m.Test || tests {
			j.Modules = append(j.Modules, m)
		}
	}
	var task Task
	for _, t := range trials {
		input, err := json.Marshal(t.input)
		if err != nil {
			return task, fmt.Errorf("write the input of the rules: %w", err)
		}
		r := run{Input: input, Rules: []string{}, Names: keyNamesOf(t.builder.snapshot)}
		has := t.builder.has(t.input)
		for _, rule := range t.rules {
			if rule.hasInput(has) {
				r.Rules = append(r.Rules, rule.ID)
			}
		}
		j.Runs = append(j.Runs, r)
		task.Input = max(task.Input, len(input))
	}
	text, err := json.Marshal(j)
	if err != nil {
		return task, fmt.Errorf("write the job of the rules: %w", err)
	}
	task.Job = text
	return task, nil
}
