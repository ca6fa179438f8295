// Package cloudformation tells CloudFormation templates, CDK's among them, as
// an export of the deployed account would have it. Functions, parameters and
// conditions are worked out as far as they can be without deploying; what only
// AWS will know is a stand-in ([iam.Unknown], [iam.Identity]), so that the same
// key is the same text however a template spells it.
//
// Templates without a home are treated as stacks of one account and one Region,
// unless the parameters AWS::AccountId and AWS::Region say which.
package cloudformation

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/load/markers"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Fits reports whether a tree is a template: it has resources with a type such
// as AWS::KMS::Key, or names the format's version. What "aws cloudformation
// get-template" prints is one too.
func Fits(root source.Node) bool {
	if body := root.Get("TemplateBody"); body.Exists() {
		return body.Is(source.String) || Fits(body)
	}
	if root.Get("AWSTemplateFormatVersion").Exists() || isEmptyCDK(root) {
		return true
	}
	for _, resource := range root.Get("Resources").Members() {
		if strings.Contains(resource.Get("Type").Text(), "::") {
			return true
		}
	}
	return false
}

// isEmptyCDK recognises what CDK writes for a stack without resources, such as
// those of its integration tests.
func isEmptyCDK(root source.Node) bool {
	return root.Path("Parameters", "BootstrapVersion").Exists() && !root.Get("Resources").Exists()
}

// Given is what is known of templates besides their text.
type Given struct {
	// Parameters are values by name. A parameter whose value is its own stand-in
	// is one of which it is assumed that it has none of the values that conditions
	// compare it with.
	Parameters map[string]string
	// Homes are where templates are deployed, by the file's name as it is shown.
	Homes map[string]layout.Home
}

// Translate tells the templates of a run.
func Translate(roots []source.Node, given Given) ([]layout.Document, []source.Problem) {
	r := newRun(roots, given)
	r.translate()
	return r.documents, r.problems
}

// Choice is a parameter without a value that a condition compares with
// literals: which resources and settings there are depends on it. What only AWS
// will know, such as an output of someone's own resource, can be one too.
type Choice struct {
	Parameter string
	// Values are what the parameter can be told apart by: those that the
	// template allows, or those that it is compared with and, as the
	// parameter's own stand-in, any other.
	Values []string
	// fewer are the values that conditions tell apart.
	fewer []string
}

// Fewer gives the choice among the values that conditions tell apart, where the
// template allows more than these.
func (c Choice) Fewer() Choice {
	if len(c.fewer) < len(c.Values) {
		c.Values = c.fewer
	}
	return c
}

// Choices lists the parameters that leave conditions open, in the order in
// which they are met.
func Choices(roots []source.Node, given Given) []Choice {
	r := newRun(roots, given)
	r.translate()
	choices := make([]Choice, 0, len(r.compared))
	for _, c := range r.compared {
		subject := r.subject(c.standIn)
		fewer := slices.Clone(c.literals)
		if !c.closed {
			fewer = append(fewer, c.standIn)
		}
		values := r.allowed(subject)
		if len(values) == 0 {
			values = fewer
		}
		choices = append(choices, Choice{subject, values, fewer})
	}
	return choices
}

// Phrase says in words what a value of the choice assumes: "Env is prod".
func (c Choice) Phrase(value string) string {
	switch {
	case !iam.IsStandIn(value) && value == "":
		return c.Parameter + " is empty"
	case !iam.IsStandIn(value):
		return c.Parameter + " is " + value
	case len(c.Values) == 2 && c.Values[0] == "":
		return c.Parameter + " is not empty"
	case len(c.Values) == 2:
		return c.Parameter + " is not " + c.Values[0]
	}
	var others []string
	for _, other := range c.Values {
		switch {
		case other == "":
			others = append(others, `""`)
		case other != value:
			others = append(others, other)
		}
	}
	last := len(others) - 1
	return c.Parameter + " is neither " + strings.Join(others[:last], ", ") + " nor " + others[last]
}

// Parameters names the parameters of all templates, sorted, and after them the
// pseudo parameters that can be given a value.
func Parameters(roots []source.Node) []string {
	names := map[string]bool{}
	for _, root := range roots {
		for name := range unwrap(root).Get("Parameters").Members() {
			names[name.Text()] = true
		}
	}
	return append(slices.Sorted(maps.Keys(names)), "AWS::AccountId", "AWS::Region", "AWS::Partition", "AWS::StackName", "AWS::StackId", "AWS::URLSuffix")
}

// unwrap gives the template of what get-template prints.
func unwrap(root source.Node) source.Node {
	body := root.Get("TemplateBody")
	if !body.Exists() {
		return root
	}
	if inner, _ := body.Embedded(); inner != nil {
		return inner.Root()
	}
	return body
}

// Notes says which templates hold markers of a tool that was not run.
func Notes(roots []source.Node) []string {
	var notes []string
	for _, root := range roots {
		if at, found := markers.Find(unwrap(root)); found != "" {
			start, _ := at.Span().Positions()
			notes = append(notes, fmt.Sprintf("%s was not rendered: the values of %s in line %d and of similar markers are unknown; check the template that the tool renders from it, such as \"serverless package\".", root.Span().File.Name, found, start.Line))
		}
	}
	return notes
}

// run is one translation of all templates.
type run struct {
	parameters map[string]string
	homes      map[string]layout.Home
	templates  []*template
	stacks     []*stack
	documents  []layout.Document
	problems   []source.Problem
	said       map[source.Problem]bool
	compared   []*comparison
	// standIns gives the parameter that a stand-in stands for.
	standIns map[string]string
	// mapped are the stand-ins for what a map gives for a key that is not known:
	// the key is what to choose.
	mapped map[string]bool
	// logical counts the stacks that have a resource of a name.
	logical   map[string]int
	partition string
	active    map[string]bool // what is being worked out, against circles
	known     map[string]value
	claimed   map[string]source.Node // the first resource of each name
	exports   []export
	exported  bool
	hasDomain bool
	roles     []*role
	budget    budget
}

// budget bounds the work on functions and conditions, since a small template
// can ask for any amount of it.
type budget struct {
	left int
	over bool // a problem said so
}

// Steps that are allowed at least, and for each byte of the templates. Working
// out a template takes a step for each of its values and each use of them.
const (
	leastSteps   = 1 << 16
	stepsPerByte = 16
)

// spend takes steps from the budget. It reports whether some are left: if not,
// what was to be worked out is unknown, and a problem names the first such place.
func (r *run) spend(at source.Node, steps int) bool {
	if r.budget.left -= steps; r.budget.left > 0 {
		return true
	}
	if !r.budget.over {
		r.budget.over = true
		r.problem(at, "the functions and conditions of this template take too many steps: from here on their values are unknown; write them simpler, or check the processed template")
	}
	return false
}

// comparison is a stand-in with the literals that conditions compare it with.
type comparison struct {
	standIn  string
	literals []string
	// closed is set for the key of a map: with any other value there is no stack.
	closed bool
}

// template is one file.
type template struct {
	root source.Node
	base string // the file's name without its folder
	home layout.Home
}

func newRun(roots []source.Node, given Given) *run {
	r := &run{
		parameters: given.Parameters, homes: given.Homes, said: map[source.Problem]bool{}, standIns: map[string]string{},
		mapped: map[string]bool{}, logical: map[string]int{}, active: map[string]bool{}, known: map[string]value{}, claimed: map[string]source.Node{},
	}
	r.budget.left = leastSteps
	for _, root := range roots {
		r.addTemplate(root)
		r.budget.left += stepsPerByte * len(root.Span().File.Text)
	}
	r.partition = r.findPartition()
	r.makeStacks()
	return r
}

func (r *run) addTemplate(root source.Node) {
	name := root.Span().File.Name
	body := unwrap(root)
	if !body.Is(source.Object) {
		r.problem(body, "the template is text that is not JSON: save the text itself as a .yaml file")
		return
	}
	r.templates = append(r.templates, &template{root: body, base: name[strings.LastIndex(name, "/")+1:], home: r.homes[name]})
}

// problem notes a problem, once.
func (r *run) problem(at source.Node, format string, args ...any) {
	r.report(source.Problem{Message: fmt.Sprintf(format, args...), Span: at.Span()})
}

func (r *run) report(p source.Problem) {
	if !r.said[p] {
		r.said[p] = true
		r.problems = append(r.problems, p)
	}
}

// subject names what a stand-in stands for: the parameter, with its AWS::.
func (r *run) subject(standIn string) string {
	if parameter, ok := r.standIns[standIn]; ok {
		return parameter
	}
	return bare(standIn)
}

// compare notes that a condition compares a stand-in with a literal.
func (r *run) compare(standIn, literal string) *comparison {
	at := slices.IndexFunc(r.compared, func(c *comparison) bool { return c.standIn == standIn })
	if at < 0 {
		at = len(r.compared)
		r.compared = append(r.compared, &comparison{standIn: standIn})
	}
	c := r.compared[at]
	if !slices.Contains(c.literals, literal) {
		c.literals = append(c.literals, literal)
	}
	return c
}

// allowed gives the AllowedValues of a parameter.
func (r *run) allowed(parameter string) []string {
	for _, t := range r.templates {
		var values []string
		for value := range t.root.Path("Parameters", parameter, "AllowedValues").Items() {
			values = append(values, written(value))
		}
		if len(values) > 0 {
			return values
		}
	}
	return nil
}

// standIn makes the stand-in of a parameter without a value.
func (r *run) standIn(parameter string) string {
	text := iam.Unknown(strings.TrimPrefix(parameter, "AWS::"))
	r.standIns[text] = parameter
	return text
}

// findPartition takes the partition from the Region where it is known, else
// from the ARNs that the templates and the values of parameters spell out.
func (r *run) findPartition() string {
	if given := r.parameters["AWS::Partition"]; given != "" {
		return given
	}
	if region := r.parameters["AWS::Region"]; region != "" && !iam.IsStandIn(region) {
		return layout.PartitionOf(region)
	}
	found := map[string]bool{}
	texts := slices.Collect(maps.Values(r.parameters))
	for _, t := range r.templates {
		texts = append(texts, t.root.Span().File.Text)
	}
	for _, text := range texts {
		for _, partition := range []string{"aws-cn", "aws-us-gov", "aws"} {
			found[partition] = found[partition] || strings.Contains(text, "arn:"+partition+":")
		}
	}
	switch {
	case found["aws-cn"] && !found["aws-us-gov"] && !found["aws"]:
		return "aws-cn"
	case found["aws-us-gov"] && !found["aws-cn"] && !found["aws"]:
		return "aws-us-gov"
	}
	return "aws"
}
