package rules

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"sort"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
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
// canvaslint's own.
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
	for _, ours := range builtins(nil) {
		pinned.Builtins = append(pinned.Builtins, &ast.Builtin{Name: ours.name, Decl: ours.declaration})
	}
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
