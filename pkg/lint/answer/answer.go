// Package answer answers one question over documents that were read: may this
// principal do that? It tells how each statement was read, and compares with what AWS
// said of a denied call.
package answer

import (
	"fmt"
	"maps"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/rules"
	"github.com/canvaslint/canvaslint/pkg/source"
	"github.com/canvaslint/canvaslint/pkg/triage"
)

// ParseContext reads context keys with their values, as key=value; a key that is there
// more than once has several.
func ParseContext(pairs []string) (map[string][]string, error) {
	context := map[string][]string{}
	for _, pair := range pairs {
		key, value, ok := strings.Cut(pair, "=")
		if !ok {
			return nil, fmt.Errorf("--context takes key=value, not %q", pair)
		}
		context[key] = append(context[key], value)
	}
	return context, nil
}

// Ask answers a question in every variant. Where the variants do not agree, the
// answer is unknown, and each answer is told with what it assumes.
func Ask(loaded *load.Result, c config.Config, q canvas.Question) (Answer, error) {
	var first Answer
	var results []string
	by := map[string][]int{}
	assumptions := make([][]string, len(loaded.Variants))
	for i, variant := range loaded.Variants {
		own := q
		own.Context = maps.Clone(q.Context)
		request, layers, err := canvas.Ask(variant.Snapshot, c, own)
		if err != nil {
			return Answer{}, err
		}
		a := newAnswer(request, access.Explain(request, layers), access.Trace(request, layers))
		if i == 0 {
			first = a
		}
		if by[a.Result] == nil {
			results = append(results, a.Result)
		}
		by[a.Result] = append(by[a.Result], i)
		assumptions[i] = variant.Assumptions
	}
	if len(results) == 1 {
		return first, nil
	}
	first.Result, first.Reasons, first.Layers, first.Witness = access.Unknown.String(), []Reason{}, []Layer{}, ""
	first.Missing, first.Decision = nil, access.Decision{}
	for _, result := range results {
		first.Missing = append(first.Missing, fmt.Sprintf("%s where %s", result, triage.Assumed(assumptions, by[result])))
	}
	return first, nil
}

// Answer is what decide prints.
type Answer struct {
	Principal string   `json:"principal"`
	Action    string   `json:"action"`
	Resource  string   `json:"resource"`
	Result    string   `json:"result"`
	Reasons   []Reason `json:"reasons"`
	Missing   []string `json:"missing"`
	// Witness is a member of a set of resources that is not allowed.
	Witness string  `json:"witness,omitempty"`
	Layers  []Layer `json:"layers"`
	// Decision is what the answer tells; unknown where the variants do not agree.
	Decision access.Decision `json:"-"`
}

// Reason is why the answer is what it is, with the place that decides.
type Reason struct {
	Layer   string `json:"layer"`
	Cause   string `json:"cause,omitempty"`
	Policy  string `json:"policy,omitempty"`
	Message string `json:"message"`
	finding.Place
}

// Layer is one kind of policy that the request had to pass, with its statements.
type Layer struct {
	Layer      string      `json:"layer"`
	Level      string      `json:"level,omitempty"`
	Document   string      `json:"document,omitempty"`
	Binds      bool        `json:"binds"`
	Missing    []string    `json:"missing,omitempty"`
	Statements []Statement `json:"statements"`
}

// Statement is how one statement was read: whether it applies, and if not, why.
type Statement struct {
	Number  int    `json:"number"` // from 1
	Sid     string `json:"sid,omitempty"`
	Effect  string `json:"effect"`
	Match   string `json:"match"`
	Element string `json:"element,omitempty"` // the one that failed or is in doubt
	Why     string `json:"why,omitempty"`
	finding.Place
}

func newAnswer(request *access.Request, decision access.Decision, traces []access.LayerTrace) Answer {
	a := Answer{
		Principal: request.Principal.ARN, Action: request.Action, Resource: request.Resource, Result: decision.Result.String(),
		Reasons: []Reason{}, Missing: append([]string{}, decision.Missing...), Witness: decision.Witness, Layers: []Layer{}, Decision: decision,
	}
	for i := range decision.Reasons {
		r := &decision.Reasons[i]
		a.Reasons = append(a.Reasons, Reason{Layer: string(r.Layer), Cause: string(r.Cause), Policy: r.Policy, Message: r.Message, Place: placeOf(r.Node)})
	}
	for _, trace := range traces {
		layer := Layer{Layer: string(trace.Layer), Level: trace.Level, Document: trace.Document, Binds: trace.Binds, Missing: trace.Missing, Statements: []Statement{}}
		for _, s := range trace.Statements {
			layer.Statements = append(layer.Statements, newStatement(s))
		}
		a.Layers = append(a.Layers, layer)
	}
	return a
}

func newStatement(s access.StatementTrace) Statement {
	node := s.Node
	if !node.Exists() {
		node = firstValue(s.Statement)
	}
	return Statement{
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
