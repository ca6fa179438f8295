package rules

import (
	"context"
	"strconv"
	"strings"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"

	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// prepared are compiled rules, by the rules that were chosen. Compiling takes
// longer than running them over a small input, and whoever checks again and again
// (a plan of edits, an editor) chooses the same ones nearly every time.
type prepared struct {
	lock    sync.Mutex
	queries map[string]rego.PreparedEvalQuery
}

// mostPrepared bounds the choices that are kept: each takes some megabytes.
const mostPrepared = 16

// keysOf is the key of the snapshot in a query's context: compiled rules serve
// every snapshot.
type keysOf struct{}

func (s *Set) prepare(ctx context.Context, chosen []*Rule) (rego.PreparedEvalQuery, error) {
	var id strings.Builder
	for _, rule := range chosen {
		id.WriteString(rule.ID + " ")
	}
	s.prepared.lock.Lock()
	defer s.prepared.lock.Unlock()
	if query, ok := s.prepared.queries[id.String()]; ok {
		return query, nil
	}
	query, err := s.compile(ctx, chosen)
	if err != nil {
		return query, err
	}
	if len(s.prepared.queries) >= mostPrepared || s.prepared.queries == nil {
		s.prepared.queries = map[string]rego.PreparedEvalQuery{}
	}
	s.prepared.queries[id.String()] = query
	return query, nil
}

// compile makes one query of the chosen rules.
func (s *Set) compile(ctx context.Context, chosen []*Rule) (rego.PreparedEvalQuery, error) {
	var ids []string
	for _, rule := range chosen {
		ids = append(ids, strconv.Quote(rule.ID))
	}
	options := []func(*rego.Rego){
		// What a rule needs on the way is worked out only where it is asked for.
		rego.Query("findings := {id: found | some id in [" + strings.Join(ids, ", ") + "]; found := data.canvaslint[id].findings}"),
		rego.Capabilities(Capabilities()),
		rego.StrictBuiltinErrors(true),
	}
	for _, builtin := range builtins(func(ctx context.Context) *snapshot.Snapshot {
		snap, _ := ctx.Value(keysOf{}).(*snapshot.Snapshot)
		return snap
	}) {
		options = append(options, builtin.option())
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
			return rego.PreparedEvalQuery{}, err
		}
		if err := checkDocuments(module, s.asked(chosen, name)); err != nil {
			return rego.PreparedEvalQuery{}, err
		}
		options = append(options, rego.ParsedModule(module))
	}
	return rego.New(options...).PrepareForEval(ctx)
}
