package rules

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"sort"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/types"

	"github.com/canvaslint/canvaslint/pkg/access/cases"
)

// builtinNames are OPA's functions that rules may use, a closed list: a later
// OPA adds nothing to it by itself. Left out is all that reaches the network,
// the environment, the clock, chance or a file; json.match_schema and
// json.verify_schema are among the latter, for a $ref in a schema opens files,
// and so are the functions that take the name of a time zone.
//
//go:embed builtins.txt
var builtinNames string

// Capabilities is what rules may use: the pure ones of OPA's functions, and
// canvaslint.decide.
func Capabilities() *ast.Capabilities {
	allowed := map[string]bool{}
	for _, name := range strings.Fields(builtinNames) {
		allowed[name] = true
	}
	pinned := *ast.CapabilitiesForThisVersion()
	all := pinned.Builtins
	pinned.Builtins, pinned.AllowNet = nil, []string{}
	for _, builtin := range all {
		if allowed[builtin.Name] {
			pinned.Builtins = append(pinned.Builtins, builtin)
		}
	}
	pinned.Builtins = append(pinned.Builtins, &ast.Builtin{Name: decideName, Decl: decideType()})
	sort.Slice(pinned.Builtins, func(i, j int) bool { return pinned.Builtins[i].Name < pinned.Builtins[j].Name })
	return &pinned
}

// CapabilitiesJSON is Capabilities as `opa check --capabilities` reads it.
func CapabilitiesJSON() ([]byte, error) {
	text, err := json.MarshalIndent(Capabilities(), "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write the capabilities: %w", err)
	}
	return append(text, '\n'), nil
}

const decideName = "canvaslint.decide"

func decideType() *types.Function {
	return types.NewFunction(types.Args(types.A), types.A)
}

// decideBuiltin is canvaslint.decide(request): the answer of pkg/access to a
// question in the form of `canvaslint decide --cases`, as
// {"result": ..., "missing": [...]}. Answers are memoised for the run. The
// question holds all that decides it, so that it is answered the same wherever
// the rule runs.
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
