package load

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/load/cloudformation"
	"github.com/canvaslint/canvaslint/pkg/load/document"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// maxVariants bounds the assignments that are followed.
const maxVariants = 8

// Variant is what there is under one assignment of values to the parameters that
// conditions of templates depend on.
type Variant struct {
	Snapshot *snapshot.Snapshot
	// Assumptions say what was assumed, a phrase for each parameter, in the same
	// order in every variant: "Env is prod". Empty where nothing is left open.
	Assumptions []string
}

// assignment is a value for each parameter that is given or assumed.
type assignment struct {
	given       cloudformation.Given
	assumptions []string
}

// take adds the variant of a builder. What is wrong in every variant is said once,
// and what is wrong only in some with what they assume.
func (r *Result) take(b *builder, a assignment) {
	r.Variants = append(r.Variants, Variant{Snapshot: b.snapshot, Assumptions: a.assumptions})
	if r.Documents == nil {
		r.Documents, r.Inputs = b.documents, sortInputs(b.inputs)
		r.Ignored = append(r.Ignored, b.ignored...)
	}
	notes := slices.Concat(b.claims.notes, b.notes)
	slices.Sort(notes) // whatever the order of the folders
	for _, note := range notes {
		if !slices.Contains(r.Notes, note) {
			r.Notes = append(r.Notes, note)
		}
	}
	known := map[string]bool{}
	for _, problem := range r.Problems {
		known[problem.String()] = true
	}
	for _, problem := range b.problems {
		if !known[problem.String()] {
			r.Problems = append(r.Problems, problem)
		}
	}
}

// passedOver counts the files of which each document turned out to be none of ours.
func (b *builder) passedOver(contents []document.Content) int {
	left := map[string]int{}
	for _, c := range contents {
		for _, doc := range c.Documents {
			left[doc.Name]++
		}
		for _, f := range c.Formatted {
			left[f.Root.Span().File.Name]++
		}
	}
	files := 0
	for _, ignored := range b.ignored {
		if !b.scope.has(ignored.File) {
			continue
		}
		if left[ignored.File]--; left[ignored.File] == 0 {
			files++
		}
	}
	return files
}

// assignments lists what to assume of the parameters without a value. Those
// that make more variants than the bound are left open, and named.
func assignments(templates []source.Node, given cloudformation.Given) ([]assignment, []source.Problem, error) {
	list := []assignment{{given: given}}
	if err := known(given.Parameters, templates); err != nil || len(templates) == 0 {
		return list, nil, err
	}
	choices := cloudformation.Choices(templates, given)
	all := count(choices)
	if all > maxVariants {
		for i, choice := range choices {
			choices[i] = choice.Fewer()
		}
		all = count(choices)
	}
	var left []string
	for _, choice := range choices {
		if len(list)*len(choice.Values) > maxVariants {
			left = append(left, choice.Parameter)
			continue
		}
		var next []assignment
		for _, a := range list {
			for _, value := range choice.Values {
				parameters := maps.Clone(a.given.Parameters)
				if parameters == nil {
					parameters = map[string]string{}
				}
				parameters[choice.Parameter] = value
				next = append(next, assignment{cloudformation.Given{Parameters: parameters, Homes: given.Homes}, append(slices.Clone(a.assumptions), choice.Phrase(value))})
			}
		}
		list = next
	}
	if len(left) == 0 {
		return list, nil, nil
	}
	message := fmt.Sprintf("conditions depend on parameters without a value, which allow %d different stacks; canvaslint follows at most %d and did not follow the values of %s: give them with --parameters", all, maxVariants, strings.Join(left, ", "))
	return list, []source.Problem{{Message: message, Path: templates[0].Span().File.Name}}, nil
}

// assumed says where the templates are taken to be deployed.
func assumed(templates []source.Node, given cloudformation.Given) []string {
	var flags []string
	missing := func(flag, parameter string, is func(layout.Home) bool) {
		homeless := slices.ContainsFunc(templates, func(root source.Node) bool { return !is(given.Homes[root.Span().File.Name]) })
		if homeless && given.Parameters[parameter] == "" {
			flags = append(flags, flag)
		}
	}
	missing("--account", "AWS::AccountId", func(h layout.Home) bool { return h.Account != "" })
	missing("--region", "AWS::Region", func(h layout.Home) bool { return h.Region != "" })
	if len(flags) == 0 {
		return nil
	}
	return []string{"Templates that do not say where they are deployed are treated as stacks of one account and one Region; " + strings.Join(flags, " and ") + " can tell."}
}

// count gives the number of variants that the choices make.
func count(choices []cloudformation.Choice) int {
	all := 1
	for _, choice := range choices {
		all = min(all*len(choice.Values), 1<<30)
	}
	return all
}

// known refuses values for parameters that no template has: a misspelt name
// would leave the true one open.
func known(given map[string]string, templates []source.Node) error {
	if len(given) == 0 {
		return nil
	}
	if len(templates) == 0 {
		return errors.New("parameters were given, but none of the files is a CloudFormation template")
	}
	names := cloudformation.Parameters(templates)
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if !slices.Contains(names, name) {
			return fmt.Errorf("no template has a parameter %q; they have %s", name, strings.Join(names, ", "))
		}
	}
	if refused := cloudformation.Refused(templates, given); refused != "" {
		return errors.New(refused)
	}
	return nil
}
