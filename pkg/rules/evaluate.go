package rules

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"

	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// Evaluate runs the rules that are wanted and called for over a snapshot. An
// error is a broken rule, never bad input.
func (s *Set) Evaluate(ctx context.Context, snap *snapshot.Snapshot, facts *canvas.Facts, c config.Config, wanted func(id string) bool) ([]finding.Finding, error) {
	b := &builder{facts: facts, snapshot: snap, config: c, wanted: wanted, reviews: s.Reviews}
	input := b.build()
	has := b.has(input)
	var builtin, own []*Rule
	for _, rule := range s.Rules {
		switch {
		case !wanted(rule.ID):
		case rule.own:
			own = append(own, rule)
		case rule.hasInput(has):
			builtin = append(builtin, rule)
		}
	}
	var forOwn *Input
	if len(own) > 0 {
		forOwn = b.withDocuments(input, own)
	}
	var findings []finding.Finding
	if len(builtin) > 0 { // the input is not used after this: of large accounts it is large
		results, err := s.query(ctx, builtin, b.withDocuments(input, builtin), snap, shareSize)
		if err != nil {
			return nil, err
		}
		if findings, err = b.findings(builtin, results); err != nil {
			return nil, err
		}
	}
	if len(own) == 0 {
		return findings, nil
	}
	outcome, err := s.apart([]trial{{b, forOwn, own}}, false)
	if err != nil {
		return nil, err
	}
	return append(findings, outcome.Findings[0]...), nil
}

// hasInput reports whether any part of the input is there that the rule looks at.
func (r *Rule) hasInput(has map[string]bool) bool {
	return len(r.Inputs) == 0 || slices.ContainsFunc(r.Inputs, func(part string) bool { return has[part] })
}

// unknownInput gives a name among parts that is no part of the input, else "".
// A rule that waits for such a part would never run. Behind a dot stands a kind
// of the part's items: faults.key-open.
func unknownInput(parts []string) string {
	known := (&builder{snapshot: &snapshot.Snapshot{}}).has(&Input{})
	for _, part := range parts {
		name, _, _ := strings.Cut(part, ".")
		_, whole := known[part]
		if _, ok := known[name]; !ok && !whole {
			return part
		}
	}
	return ""
}

// findings turns the results of built-in rules into findings.
func (b *builder) findings(rules []*Rule, results map[string][]result) ([]finding.Finding, error) {
	var findings []finding.Finding
	for _, rule := range rules {
		for _, result := range results[rule.ID] {
			f, err := b.finding(rule, result)
			if err != nil {
				return nil, fmt.Errorf("rule %s: %w", rule.ID, err)
			}
			findings = append(findings, f)
		}
	}
	return findings, nil
}

// result is one object of a rule's findings.
type result struct {
	At          string           `json:"at"`
	Field       string           `json:"field"`
	Message     string           `json:"message"`
	Severity    finding.Severity `json:"severity"`
	Subject     Subject          `json:"subject"`
	Causes      []CauseInput     `json:"causes"`
	Related     []NoteInput      `json:"related"`
	Fix         *finding.Fix     `json:"fix"`
	OnlyInGuide string           `json:"only_in_guide"`
	// Key tells findings of one rule and subject apart across runs, where the
	// subject does not.
	Key string `json:"key"`
}

// ask asks some rules for all their findings in an input.
func (s *Set) ask(ctx context.Context, chosen []*Rule, snap *snapshot.Snapshot, input func() (ast.Value, error)) (map[string][]result, error) {
	prepared, err := s.prepare(ctx, chosen)
	if err != nil {
		return nil, fmt.Errorf("compile the rules: %w", err)
	}
	value, err := input()
	if err != nil {
		return nil, fmt.Errorf("convert the input: %w", err)
	}
	answers, err := prepared.Eval(context.WithValue(ctx, keysOf{}, snap), rego.EvalParsedInput(value))
	if err != nil {
		return nil, fmt.Errorf("run the rules: %w", err)
	}
	if len(answers) == 0 {
		return nil, errors.New("run the rules: no answer")
	}
	data, err := json.Marshal(answers[0].Bindings["findings"])
	if err != nil {
		return nil, fmt.Errorf("read the rules' results: %w", err)
	}
	decoder := json.NewDecoder(strings.NewReader(string(data)))
	decoder.DisallowUnknownFields()
	var results map[string][]result
	if err := decoder.Decode(&results); err != nil {
		return nil, fmt.Errorf("read the rules' results: %w", err)
	}
	return results, nil
}

// finding turns a result into a finding with positions.
func (b *builder) finding(rule *Rule, r result) (finding.Finding, error) {
	if err := rule.Describe(); err != nil {
		return finding.Finding{}, err
	}
	node := b.node(r.At)
	if r.Field != "" {
		node = node.Find(r.Field)
	}
	span := node.Span()
	switch {
	case span.IsZero():
		return finding.Finding{}, fmt.Errorf("a finding has no place: at %q, field %q", r.At, r.Field)
	case r.Message == "":
		return finding.Finding{}, errors.New("a finding has no message")
	}
	f := finding.Finding{
		Rule: rule.ID, Severity: rule.Severity, Message: r.Message, Place: finding.PlaceOf(span),
		Account: r.Subject.Account, Region: r.Subject.Region, Domain: r.Subject.Domain, Profiles: r.Subject.Profiles,
		Principal: r.Subject.Principal, Resource: r.Subject.Resource, Purpose: r.Subject.Purpose,
		Fix: r.Fix, OnlyInGuide: r.OnlyInGuide, Help: rule.Help(), Snippet: finding.Excerpt(span),
	}
	if r.Severity != "" {
		if !rule.mayCarry(r.Severity) {
			return finding.Finding{}, fmt.Errorf("a finding has the severity %q, which its METADATA does not list", r.Severity)
		}
		f.Severity = r.Severity
	}
	if domain := b.snapshot.Domain(f.Account, f.Region, f.Domain); domain != nil && f.Domain != "" {
		f.DomainName = domain.Name
	}
	if f.OnlyInGuide == "" && len(rule.Guides) == 1 {
		f.OnlyInGuide = rule.Guides[0]
	}
	for _, cause := range r.Causes {
		f.Causes = append(f.Causes, finding.Cause{
			Action: cause.Action, Layer: cause.Layer, Cause: cause.Cause, Message: cause.Message,
			Place: finding.PlaceOf(b.node(cause.At).Span()), Policy: cause.Policy, Profiles: cause.Profiles,
			Missing: cause.Missing, Command: cause.Command,
		})
	}
	for _, note := range r.Related {
		f.Related = append(f.Related, finding.Note{Message: note.Message, Place: finding.PlaceOf(b.node(note.At).Span())})
	}
	key := r.Key
	if key == "" {
		key = node.Text()
	}
	f.Fingerprint = finding.Fingerprint(rule.ID, f.Account, f.Region, f.Domain, f.Principal, f.Resource, string(f.Purpose), key)
	return f, nil
}

// IsPublished reports whether a document is one of AWS's own, which has no file.
func IsPublished(name string) bool {
	return strings.HasPrefix(name, "arn:") || strings.HasPrefix(name, "p-")
}
