package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/access/cases"
	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/lint"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/reference"
	"github.com/canvaslint/canvaslint/pkg/report"
	"github.com/canvaslint/canvaslint/pkg/rules"
	"github.com/canvaslint/canvaslint/pkg/source"
	"github.com/canvaslint/canvaslint/pkg/triage"
)

// decideFlags are the flags of decide.
type decideFlags struct {
	cases, principal, action, resource, config, format string
	account, region                                    string
	context, unknown, parameters                       []string
}

func decideCommand(s streams) *cobra.Command {
	var flags decideFlags
	command := &cobra.Command{
		Use:   "decide --principal ARN --action ACTION --resource ARN [PATH...] | --cases FILE",
		Short: "Answer one access question with its reasons, or many from NDJSON",
		Long: `Decide answers whether a principal can do an action on a resource, from the files and
folders it is given, and shows how each statement of each policy was read.

Exit status: 0 allowed; 1 denied; 3 unknown; 2 usage error.
With --cases it answers one question a line; the status is 0 when every line was answered.`,
		RunE: func(_ *cobra.Command, paths []string) error {
			if flags.cases != "" {
				return decideCases(s, flags.cases)
			}
			return decide(s, flags, paths)
		},
	}
	f := command.Flags()
	f.StringVar(&flags.cases, "cases", "", "NDJSON `file` of questions, - for standard input")
	f.StringVar(&flags.principal, "principal", "", "`ARN` of the role, session or user who asks")
	f.StringVar(&flags.action, "action", "", "`action` such as kms:Decrypt")
	f.StringVar(&flags.resource, "resource", "", "`ARN` of the key, bucket or object; with * or ? in its last part, all that fits")
	f.StringArrayVar(&flags.context, "context", nil, "context `key=value`; repeat a key for several values")
	f.StringArrayVar(&flags.unknown, "unknown", nil, "context `key` to leave unknown")
	f.StringArrayVar(&flags.parameters, "parameters", nil, parametersHelp)
	f.StringVar(&flags.account, "account", "", accountHelp)
	f.StringVar(&flags.region, "region", "", regionHelp)
	f.StringVar(&flags.config, "config", "", "config `file` (default: .canvaslint.yaml, upwards from the paths, else from here)")
	flags.format = "text"
	oneOf(f, &flags.format, "format", "format of the answer: text or json", "text", "json")
	return command
}

// decideCases streams: little of what it allocates lives on, so the collector
// may wait longer.
func decideCases(s streams, file string) error {
	var in io.Reader = s.in
	if file != "-" {
		opened, err := os.Open(file)
		if err != nil {
			return usageError(fmt.Errorf("read the cases: %w", err))
		}
		defer func() { _ = opened.Close() }()
		in = opened
	}
	debug.SetGCPercent(400)
	if err := cases.Run(in, s.out); err != nil {
		return statusError{exitInternal, err}
	}
	return nil
}

func decide(s streams, flags decideFlags, paths []string) error {
	if flags.principal == "" || flags.action == "" || flags.resource == "" {
		return usageError(errors.New("decide needs --principal, --action and --resource, or --cases FILE (- for standard input)"))
	}
	c, _, err := readConfig(s, checkFlags{config: flags.config, rules: defaultRules()}, paths)
	if err != nil {
		return usageError(err)
	}
	question := canvas.Question{Principal: flags.principal, Action: flags.action, Resource: flags.resource, Unknown: flags.unknown, Context: map[string][]string{}}
	for _, pair := range flags.context {
		key, value, ok := strings.Cut(pair, "=")
		if !ok {
			return usageError(fmt.Errorf("--context takes key=value, not %q", pair))
		}
		question.Context[key] = append(question.Context[key], value)
	}
	loaded, err := loadDocuments(s, c, paths, flags.account, flags.region, flags.parameters)
	if err != nil {
		return usageError(err)
	}
	a, err := ask(loaded, c.Config, question)
	if err != nil {
		return usageError(err)
	}
	for _, problem := range loaded.Problems {
		fmt.Fprintln(s.err, "problem: "+problem.String())
	}
	if wrong := iam.NewChecker(&reference.Vocabulary{}).Action(flags.action); wrong != "" {
		fmt.Fprintln(s.err, "warning: "+strings.TrimSuffix(wrong, "?")+": the policies are evaluated with the name as given")
	}
	if flags.format == "json" {
		err = a.writeJSON(s.out)
	} else {
		err = a.writeText(s.text)
	}
	if err != nil {
		return statusError{exitInternal, err}
	}
	switch a.Result {
	case access.Allowed.String():
		return nil
	case access.Unknown.String():
		return statusError{status: exitIncomplete}
	}
	return statusError{status: exitFindings}
}

// loadDocuments reads the documents that a question is about.
func loadDocuments(s streams, c lint.Settings, paths []string, account, region string, parameters []string) (*load.Result, error) {
	o := lint.Options{Paths: paths, Read: s.reading(), Settings: c}
	var err error
	if o.Read.Homes, err = homes(account, region); err != nil {
		return nil, err
	}
	if o.Read.Parameters, err = lint.ReadParameters(o.Read, parameters); err != nil {
		return nil, err
	}
	return lint.Load(o)
}

// ask answers the question in every world. Where the worlds do not agree, the
// answer is unknown, and each answer is told with what it assumes.
func ask(loaded *load.Result, c config.Config, q canvas.Question) (answer, error) {
	var first answer
	var results []string
	by := map[string][]int{}
	assumptions := make([][]string, len(loaded.Worlds))
	for i, world := range loaded.Worlds {
		own := q
		own.Context = maps.Clone(q.Context)
		request, layers, err := canvas.Ask(world.Snapshot, c, own)
		if err != nil {
			return answer{}, err
		}
		a := newAnswer(request, access.Explain(request, layers), access.Trace(request, layers))
		if i == 0 {
			first = a
		}
		if by[a.Result] == nil {
			results = append(results, a.Result)
		}
		by[a.Result] = append(by[a.Result], i)
		assumptions[i] = world.Assumptions
	}
	if len(results) == 1 {
		return first, nil
	}
	first.Result, first.Reasons, first.Layers, first.Witness = access.Unknown.String(), []reason{}, []layerAnswer{}, ""
	first.Missing, first.decision = nil, access.Decision{}
	for _, result := range results {
		first.Missing = append(first.Missing, fmt.Sprintf("%s where %s", result, triage.Assumed(assumptions, by[result])))
	}
	return first, nil
}

// answer is what decide prints.
type answer struct {
	Principal string   `json:"principal"`
	Action    string   `json:"action"`
	Resource  string   `json:"resource"`
	Result    string   `json:"result"`
	Reasons   []reason `json:"reasons"`
	Missing   []string `json:"missing"`
	// Witness is a member of a set of resources that is not allowed.
	Witness string        `json:"witness,omitempty"`
	Layers  []layerAnswer `json:"layers"`
	// decision is what the answer tells; unknown where the worlds do not agree.
	decision access.Decision
}

type reason struct {
	Layer   string `json:"layer"`
	Cause   string `json:"cause,omitempty"`
	Policy  string `json:"policy,omitempty"`
	Message string `json:"message"`
	finding.Place
}

type layerAnswer struct {
	Layer      string            `json:"layer"`
	Level      string            `json:"level,omitempty"`
	Document   string            `json:"document,omitempty"`
	Binds      bool              `json:"binds"`
	Missing    []string          `json:"missing,omitempty"`
	Statements []statementAnswer `json:"statements"`
}

type statementAnswer struct {
	Number  int    `json:"number"` // from 1
	Sid     string `json:"sid,omitempty"`
	Effect  string `json:"effect"`
	Match   string `json:"match"`
	Element string `json:"element,omitempty"` // the one that failed or is in doubt
	Why     string `json:"why,omitempty"`
	finding.Place
}

func newAnswer(request *access.Request, decision access.Decision, traces []access.LayerTrace) answer {
	a := answer{
		Principal: request.Principal.ARN, Action: request.Action, Resource: request.Resource, Result: decision.Result.String(),
		Reasons: []reason{}, Missing: append([]string{}, decision.Missing...), Witness: decision.Witness, Layers: []layerAnswer{}, decision: decision,
	}
	for i := range decision.Reasons {
		r := &decision.Reasons[i]
		a.Reasons = append(a.Reasons, reason{Layer: string(r.Layer), Cause: string(r.Cause), Policy: r.Policy, Message: r.Message, Place: placeOf(r.Node)})
	}
	for _, trace := range traces {
		layer := layerAnswer{Layer: string(trace.Layer), Level: trace.Level, Document: trace.Document, Binds: trace.Binds, Missing: trace.Missing, Statements: []statementAnswer{}}
		for _, s := range trace.Statements {
			layer.Statements = append(layer.Statements, newStatement(s))
		}
		a.Layers = append(a.Layers, layer)
	}
	return a
}

func newStatement(s access.StatementTrace) statementAnswer {
	node := s.Node
	if !node.Exists() {
		node = firstValue(s.Statement)
	}
	return statementAnswer{
		Number: s.Statement.Index + 1, Sid: s.Statement.Sid, Effect: s.Statement.Effect.String(),
		Match: string(s.Match), Element: s.Element, Why: s.Why, Place: placeOf(node),
	}
}

// firstValue is where a statement begins to say something.
func firstValue(s *iam.Statement) source.Node {
	for name := range s.Node.Members() {
		return name
	}
	return s.Node
}

// placeOf is empty for policies that AWS publishes: they have no file.
func placeOf(node source.Node) finding.Place {
	place := finding.PlaceOf(node.Span())
	if rules.IsPublished(place.File) {
		return finding.Place{}
	}
	return place
}

func (a answer) writeJSON(out io.Writer) error {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(a); err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	if _, err := io.WriteString(out, source.Spelled(b.String())); err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	return nil
}

func (a answer) writeText(out io.Writer) error {
	var b strings.Builder
	line := func(format string, parts ...any) {
		b.WriteString(report.Clean(fmt.Sprintf(format, parts...)) + "\n")
	}
	line("%s: %s, %s on %s", a.Result, a.Principal, a.Action, a.Resource)
	if a.Witness != "" {
		line("  for instance on %s", a.Witness)
	}
	for _, r := range a.Reasons {
		line("  %s%s: %s%s", r.Layer, parenthesis(r.Cause), r.Message, at(r.Place))
	}
	for _, missing := range a.Missing {
		line("  needed to decide: %s", missing)
	}
	for _, layer := range a.Layers {
		b.WriteString("\n")
		line("%s%s %s", layer.Layer, parenthesis(layer.Level), layer.Document)
		if !layer.Binds {
			b.WriteString("  does not apply to this caller or resource\n")
		}
		for _, missing := range layer.Missing {
			line("  missing: %s", missing)
		}
		others := 0
		for _, s := range layer.Statements {
			if s.Match == string(access.NotMatched) && s.Element == "action" {
				others++
				continue
			}
			line("  %-11s  %s %s%s%s", s.Match, s.Effect, s.name(), colon(s.Why), at(s.Place))
		}
		if others > 0 {
			line("  %-11s  %d statements on other actions", access.NotMatched, others)
		}
	}
	if _, err := io.WriteString(out, source.Spelled(b.String())); err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	return nil
}

func (s statementAnswer) name() string {
	if s.Sid != "" {
		return fmt.Sprintf("%q", s.Sid)
	}
	return fmt.Sprintf("statement %d", s.Number)
}

func parenthesis(text string) string {
	if text == "" {
		return ""
	}
	return " (" + text + ")"
}

func colon(text string) string {
	if text == "" {
		return ""
	}
	return ": " + text
}

func at(place finding.Place) string {
	if place.File == "" {
		return ""
	}
	return fmt.Sprintf("  [%s:%s]", place.File, place.Start)
}
