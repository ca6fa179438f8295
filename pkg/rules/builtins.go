package rules

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/types"

	"github.com/canvaslint/canvaslint/pkg/access/cases"
	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// builtin is a function of canvaslint's own that rules may call. Its answer
// depends on its arguments and the names of keys alone, so that it is the same
// wherever the rule runs, and is given once per run. Without an answer it is
// undefined.
type builtin struct {
	name        string
	declaration *types.Function
	answer      func(ctx context.Context, arguments []*ast.Term) (any, error)
}

func (b builtin) option() func(*rego.Rego) {
	function := &rego.Function{Name: b.name, Decl: b.declaration, Memoize: true}
	return rego.FunctionDyn(function, func(c rego.BuiltinContext, arguments []*ast.Term) (*ast.Term, error) {
		// Behind the arguments may stand the variable that takes the answer.
		answer, err := b.answer(c.Context, arguments[:len(b.declaration.FuncArgs().Args)])
		if err != nil || answer == nil {
			return nil, err
		}
		value, err := ast.InterfaceToValue(answer)
		if err != nil {
			return nil, fmt.Errorf("write the answer: %w", err)
		}
		return ast.NewTerm(value), nil
	})
}

// builtins are the functions. Keys are looked up in the snapshot of the run.
func builtins(keys func(context.Context) *snapshot.Snapshot) []builtin {
	return []builtin{
		{"canvaslint.decide", types.NewFunction(types.Args(types.A), types.A), decide},
		{"canvaslint.matches", types.NewFunction(types.Args(types.S, types.S), types.B), matches},
		{"canvaslint.resolve_key", types.NewFunction(types.Args(types.S, types.S, types.S), resolvedType()), func(ctx context.Context, arguments []*ast.Term) (any, error) {
			texts, err := textsOf(arguments)
			if err != nil {
				return nil, err
			}
			return resolveKey(keys(ctx), texts[0], texts[1], texts[2]), nil
		}},
	}
}

// decide is canvaslint.decide(request): the answer of pkg/access to a question
// in the form of `canvaslint decide --cases`, as {"result": ..., "missing": [...]}.
func decide(_ context.Context, arguments []*ast.Term) (any, error) {
	data, err := ast.JSON(arguments[0].Value)
	if err != nil {
		return nil, fmt.Errorf("read the request: %w", err)
	}
	if request, ok := data.(map[string]any); ok {
		request["standIns"] = true // the input of rules has them
	}
	text, err := json.Marshal(data)
	if err != nil {
		return nil, fmt.Errorf("read the request: %w", err)
	}
	var answer any
	decoder := json.NewDecoder(bytes.NewReader(cases.Answer(text)))
	decoder.UseNumber()
	if err := decoder.Decode(&answer); err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	return answer, nil
}

// matches is canvaslint.matches(pattern, text): `*` stands for any characters and
// `?` for one, as in the Action and Resource of a policy. The name of an action
// is compared without regard to case, everything else with it
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html).
// It is undefined where only a deployment gives one of the two.
func matches(_ context.Context, arguments []*ast.Term) (any, error) {
	texts, err := textsOf(arguments)
	if err != nil {
		return nil, err
	}
	pattern, text := texts[0], texts[1]
	if iam.HasStandIn(pattern) || iam.HasStandIn(text) {
		return nil, nil //nolint:nilnil // no answer
	}
	glob := iam.WildcardGlob(pattern, isAction(text))
	return glob.Matches(text), nil
}

// isAction tells the name of an action: a service, a colon and letters.
func isAction(text string) bool {
	service, name, ok := strings.Cut(text, ":")
	letters := func(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' }
	return ok && service != "" && name != "" &&
		strings.IndexFunc(service, func(r rune) bool { return !letters(r) && r != '-' }) < 0 &&
		strings.IndexFunc(name, func(r rune) bool { return !letters(r) }) < 0
}

func textsOf(arguments []*ast.Term) ([]string, error) {
	var texts []string
	for i, argument := range arguments {
		text, ok := argument.Value.(ast.String)
		if !ok {
			return nil, fmt.Errorf("argument %d is no string", i+1)
		}
		texts = append(texts, string(text))
	}
	return texts, nil
}

// resolved is what canvaslint.resolve_key answers.
type resolved struct {
	Form       snapshot.Form    `json:"form"`
	Existence  canvas.Existence `json:"existence"` // found, "not found" (proven), unknown, malformed
	ARN        string           `json:"arn"`       // of the key, "" where it is unknown
	Account    string           `json:"account"`
	Region     string           `json:"region"`
	AWSManaged bool             `json:"aws_managed"`
}

func resolvedType() types.Type {
	text := func(name string) *types.StaticProperty { return types.NewStaticProperty(name, types.S) }
	return types.NewObject([]*types.StaticProperty{
		text("form"), text("existence"), text("arn"), text("account"), text("region"), types.NewStaticProperty("aws_managed", types.B),
	}, nil)
}

// resolveKey is canvaslint.resolve_key(value, account, region): the key that an
// id, an ARN or an alias means for a caller of an account in a Region.
func resolveKey(keys *snapshot.Snapshot, value, account, region string) resolved {
	r := canvas.Resolve(keys, value, account, region)
	return resolved{r.Name.Form, r.Existence, r.ARN, r.Account, r.Region, r.AWSManaged}
}

// keyNames is what of a snapshot tells which key a name means; it goes with the
// job of the user's rules, which have no snapshot.
type keyNames struct {
	Keys     []keyName `json:"keys,omitempty"`
	Aliases  []keyName `json:"aliases,omitempty"`
	Complete []string  `json:"complete,omitempty"`
	NotFound []string  `json:"not_found,omitempty"`
}

// keyName is a key, or an alias with the id of its key as target.
type keyName struct {
	ARN     string `json:"arn,omitempty"`
	ID      string `json:"id,omitempty"`
	Name    string `json:"name,omitempty"`
	Target  string `json:"target,omitempty"`
	Account string `json:"account"`
	Region  string `json:"region"`
	Manager string `json:"manager,omitempty"`
}

func keyNamesOf(s *snapshot.Snapshot) keyNames {
	var names keyNames
	for _, k := range s.Keys {
		names.Keys = append(names.Keys, keyName{ARN: k.ARN, ID: k.ID, Account: k.Account, Region: k.Region, Manager: k.Manager.Value})
	}
	for _, a := range s.Aliases {
		names.Aliases = append(names.Aliases, keyName{ARN: a.ARN, Name: a.Name, Target: a.Target, Account: a.Account, Region: a.Region})
	}
	for _, list := range slices.Sorted(maps.Keys(s.Complete)) {
		if s.Complete[list] && strings.Contains(list, "/kms/") {
			names.Complete = append(names.Complete, list)
		}
	}
	for _, missing := range s.Missing {
		if missing.Service == "kms" && missing.Reason == "not-found" && missing.Resource != "" {
			names.NotFound = append(names.NotFound, missing.Resource)
		}
	}
	return names
}

// snapshot gives a snapshot that knows the keys by name.
func (n keyNames) snapshot() *snapshot.Snapshot {
	s := &snapshot.Snapshot{Complete: map[string]bool{}}
	for _, k := range n.Keys {
		s.Keys = append(s.Keys, &snapshot.Key{ARN: k.ARN, ID: k.ID, Account: k.Account, Region: k.Region, Manager: snapshot.Setting{State: snapshot.Given, Value: k.Manager}})
	}
	for _, a := range n.Aliases {
		s.Aliases = append(s.Aliases, &snapshot.Alias{ARN: a.ARN, Name: a.Name, Target: a.Target, Account: a.Account, Region: a.Region})
	}
	for _, list := range n.Complete {
		s.Complete[list] = true
	}
	for _, resource := range n.NotFound {
		s.Missing = append(s.Missing, snapshot.Missing{Service: "kms", Resource: resource, Reason: "not-found"})
	}
	return s
}
