package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// checkDocuments refuses a module that reads documents that are not asked for:
// they are not built, and the rule would find nothing in silence.
func checkDocuments(module *ast.Module, asked []string) error {
	var wrong error
	ast.WalkRefs(module, func(ref ast.Ref) bool {
		if wrong != nil || len(ref) < 2 || !ref[0].Equal(ast.InputRootDocument) || !ref[1].Equal(ast.StringTerm("documents")) {
			return false
		}
		part, named := ast.String(""), false
		if len(ref) > 2 {
			part, named = ref[2].Value.(ast.String)
		}
		place := module.Package.Location
		if at := ref[0].Location; at != nil {
			place = at
		}
		switch {
		case !named:
			wrong = fmt.Errorf("%s:%d: name the part of input.documents that is read, as in input.documents.keys", place.File, place.Row)
		case !slices.ContainsFunc(asked, func(name string) bool {
			return name == documentsPrefix+string(part) || strings.HasPrefix(name, documentsPrefix+string(part)+".")
		}):
			wrong = fmt.Errorf("%s:%d: input.documents.%s is read, and no METADATA asks for it: write inputs: [documents.%s]", place.File, place.Row, string(part), string(part))
		}
		return false
	})
	return wrong
}

// asked gives the parts of the input that a built-in module may read.
func (s *Set) asked(chosen []*Rule, file string) []string {
	var all []string
	for _, rule := range chosen {
		if file == rule.ID+"/rule.rego" || s.libraries[file] != "" {
			all = append(all, rule.Inputs...)
		}
	}
	return all
}
