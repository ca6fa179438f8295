package rules

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/types"

	"github.com/canvaslint/canvaslint/pkg/access/cases"
	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// Evaluate runs the rules that are wanted and called for over a snapshot. An
// error is a broken rule, never bad input.
func (s *Set) Evaluate(ctx context.Context, snap *snapshot.Snapshot, facts *canvas.Facts, c config.Config, wanted func(id string) bool) ([]finding.Finding, error) {
	b := &builder{facts: facts, snapshot: snap, config: c}
	input := b.build()
	has := input.has()
	var chosen []*Rule
	for _, rule := range s.Rules {
		if wanted(rule.ID) && (len(rule.Inputs) == 0 || slices.ContainsFunc(rule.Inputs, func(part string) bool { return has[part] })) {
			chosen = append(chosen, rule)
		}
	}
	if len(chosen) == 0 {
		return nil, nil
	}
	results, err := s.query(ctx, chosen, input)
	if err != nil {
		return nil, err
	}
	var findings []finding.Finding
	for _, rule := range chosen {
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

// query compiles the rules and asks for all their findings at once.
func (s *Set) query(ctx context.Context, chosen []*Rule, input *Input) (map[string][]result, error) {
	options := []func(*rego.Rego){
		rego.Query("findings := {id: rule.findings | some id, rule in data.canvaslint}"),
		rego.Capabilities(Capabilities()),
		rego.StrictBuiltinErrors(true),
		decideBuiltin(),
	}
	modules := map[string]string{}
	for name, text := range s.libraries {
		modules[name] = text
	}
	for _, rule := range chosen {
		modules[rule.ID+"/rule.rego"] = rule.module
	}
	for name, text := range modules {
		module, err := ast.ParseModuleWithOpts(name, text, ast.ParserOptions{RegoVersion: ast.RegoV1})
		if err != nil {
			return nil, fmt.Errorf("compile the rules: %w", err)
		}
		options = append(options, rego.ParsedModule(module))
	}
	value, err := ast.InterfaceToValue(input)
	if err != nil {
		return nil, fmt.Errorf("convert the input: %w", err)
	}
	prepared, err := rego.New(options...).PrepareForEval(ctx)
	if err != nil {
		return nil, fmt.Errorf("compile the rules: %w", err)
	}
	answers, err := prepared.Eval(ctx, rego.EvalParsedInput(value))
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

// Capabilities is what rules may use: OPA's pure builtins. Nothing that
// reaches the network, the environment, the clock or chance is among them.
func Capabilities() *ast.Capabilities {
	all := ast.CapabilitiesForThisVersion()
	allowed := *all
	allowed.Builtins = nil
	allowed.AllowNet = []string{}
	for _, builtin := range all.Builtins {
		if !isForbidden(builtin.Name) {
			allowed.Builtins = append(allowed.Builtins, builtin)
		}
	}
	allowed.Builtins = append(allowed.Builtins, &ast.Builtin{Name: decideName, Decl: decideType()})
	sort.Slice(allowed.Builtins, func(i, j int) bool { return allowed.Builtins[i].Name < allowed.Builtins[j].Name })
	return &allowed
}

func isForbidden(name string) bool {
	for _, prefix := range []string{"http.", "net.", "opa.", "rego.", "time.now_ns", "rand.", "uuid.", "trace", "print", "crypto.", "io.jwt", "providers.", "internal.print", "graphql."} {
		if strings.HasPrefix(name, prefix) && name != "net.cidr_contains" {
			return true
		}
	}
	return false
}

const decideName = "canvaslint.decide"

func decideType() *types.Function {
	return types.NewFunction(types.Args(types.A), types.A)
}

// decideBuiltin is canvaslint.decide(request): the answer of pkg/access to a
// question in the form of `canvaslint decide --cases`, as
// {"result": ..., "missing": [...]}. Answers are memoised for the run.
func decideBuiltin() func(*rego.Rego) {
	return rego.Function1(&rego.Function{Name: decideName, Decl: decideType(), Memoize: true, Nondeterministic: false},
		func(_ rego.BuiltinContext, question *ast.Term) (*ast.Term, error) {
			data, err := ast.JSON(question.Value)
			if err != nil {
				return nil, fmt.Errorf("read the request: %w", err)
			}
			text, err := json.Marshal(data)
			if err != nil {
				return nil, fmt.Errorf("read the request: %w", err)
			}
			value, err := ast.ValueFromReader(bytes.NewReader(cases.Answer(text)))
			if err != nil {
				return nil, fmt.Errorf("write the answer: %w", err)
			}
			return ast.NewTerm(value), nil
		})
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
	if f.OnlyInGuide == "" && len(rule.Guides) == 1 {
		f.OnlyInGuide = rule.Guides[0]
	}
	for _, cause := range r.Causes {
		f.Causes = append(f.Causes, finding.Cause{
			Action: cause.Action, Layer: cause.Layer, Cause: cause.Cause, Message: cause.Message,
			Place: finding.PlaceOf(b.node(cause.At).Span()), Policy: cause.Policy,
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
