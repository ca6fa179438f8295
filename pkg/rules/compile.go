package rules

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// compile checks the user's modules as strictly as OPA does, with the types of
// the input where the job has its schema.
func (e *evaluation) compile() (*ast.Compiler, error) {
	modules, err := e.parse(false)
	if err != nil {
		return nil, err
	}
	e.modules = modules
	compiler, err := e.newCompiler()
	if err != nil {
		return nil, err
	}
	if compiler.Compile(modules); compiler.Failed() {
		return nil, faults(compiler.Errors)
	}
	return compiler, nil
}

func (e *evaluation) newCompiler() (*ast.Compiler, error) {
	compiler := ast.NewCompiler().WithCapabilities(Capabilities()).WithStrict(true).WithDefaultRegoVersion(ast.RegoV1)
	if len(e.job.Schema) == 0 {
		return compiler, nil
	}
	var schema any
	if err := json.Unmarshal(e.job.Schema, &schema); err != nil {
		return nil, fmt.Errorf("read the schema of the input: %w", err)
	}
	schemas := ast.NewSchemaSet()
	schemas.Put(ast.SchemaRootRef, schema)
	return compiler.WithSchemas(schemas), nil
}

// parse reads the modules of the job, those with tests too where wanted.
func (e *evaluation) parse(tests bool) (map[string]*ast.Module, error) {
	modules := map[string]*ast.Module{}
	e.lines = map[string]int{}
	var wrong ast.Errors
	for _, m := range e.job.Modules {
		if m.Builtin {
			e.placer.ours[m.File] = true
		}
		if m.Test && !tests {
			continue
		}
		parsed, err := ast.ParseModuleWithOpts(m.File, m.Text, ast.ParserOptions{RegoVersion: ast.RegoV1})
		var list ast.Errors
		switch {
		case errors.As(err, &list):
			wrong = append(wrong, list...)
			continue
		case err != nil:
			return nil, broken("%s:1: %w", m.File, err)
		}
		if err := e.checkPackage(m, parsed); err != nil {
			return nil, err
		}
		if err := checkDocuments(parsed, e.asked(m)); err != nil && !m.Test {
			return nil, broken("%w", err)
		}
		modules[m.File] = parsed
	}
	if len(wrong) > 0 {
		return nil, faults(wrong)
	}
	return modules, nil
}

// asked gives the parts of the input that a module may read: those that its rule
// asks for, or, for what rules share, those that any of them does.
func (e *evaluation) asked(m module) []string {
	if m.Rule != "" {
		return m.Inputs
	}
	var all []string
	for _, other := range e.job.Modules {
		all = append(all, other.Inputs...)
	}
	return all
}

// checkPackage sees to it that a module says what it is: a rule the package of
// its folder, anything else one that is no one's.
func (e *evaluation) checkPackage(m module, parsed *ast.Module) error {
	path := parsed.Package.Path
	at := fmt.Sprintf("%s:%d", m.File, parsed.Package.Location.Row)
	switch {
	case m.Rule != "":
		if want := ast.MustParseRef(fmt.Sprintf("data.canvaslint[%q]", m.Rule)); !path.Equal(want) {
			return broken("%s: the package of this rule must be canvaslint[%q], the name of its folder", at, m.Rule)
		}
		e.lines[m.Rule] = parsed.Package.Location.Row
		for _, rule := range parsed.Rules {
			if rule.Head.Ref()[0].Equal(ast.VarTerm("findings")) {
				e.lines[m.Rule] = rule.Location.Row
				return nil
			}
		}
		return broken("%s: rule %s makes no findings; write \"findings contains finding if { ... }\"", at, m.Rule)
	case !m.Builtin && !m.Test && (path.HasPrefix(ast.MustParseRef("data.lib")) || path.HasPrefix(ast.MustParseRef("data.canvaslint"))):
		return broken("%s: the package %s is canvaslint's own; name yours after your company", at, strings.TrimPrefix(path.String(), "data."))
	}
	return nil
}

// faults words what the compiler found, a line each, by file and line.
func faults(list ast.Errors) error {
	var lines []string
	list.Sort()
	for _, e := range list {
		line := e.Message
		if e.Location != nil {
			line = fmt.Sprintf("%s:%d:%d: %s", e.Location.File, e.Location.Row, e.Location.Col, e.Message)
		}
		if e.Details != nil && e.Code == ast.TypeErr {
			for _, detail := range e.Details.Lines() {
				if detail = strings.TrimSpace(detail); strings.Trim(detail, "^") != "" {
					line += "\n    " + detail
				}
			}
		}
		if name, ok := strings.CutPrefix(e.Message, "undefined function "); ok && isBuiltin(name) {
			line += ": rules may not use it; \"canvaslint rules capabilities\" lists what they may"
		}
		if !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	if rest := len(lines) - maxFaults; rest > 0 {
		lines = append(lines[:maxFaults], fmt.Sprintf("and %d more", rest))
	}
	return broken("%s", strings.Join(lines, "\n"))
}

// isBuiltin reports whether OPA has a function that the user's rules lack.
func isBuiltin(name string) bool {
	return slices.ContainsFunc(ast.Builtins, func(b *ast.Builtin) bool { return b.Name == name })
}
