package cloudformation

import (
	"strings"

	"github.com/canvaslint/canvaslint/pkg/load/calls"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// deployed is how to check what code of the template's own does.
const deployed = "save describe-domain and describe-user-profile of what is deployed, and check that too"

// isCustom reports whether a type is of someone's own making: code answers for it.
func isCustom(kind string) bool {
	return strings.HasPrefix(kind, "Custom::") || kind == "AWS::CloudFormation::CustomResource"
}

// unrun reports the custom resources of a stack that change what is checked.
// Templates set Canvas settings by them, since no resource has these.
func (s *stack) unrun() {
	for _, res := range s.resources(isCustom) {
		found := calls.In(texts(res.properties)...)
		switch {
		case found.Settings || found.Canvas:
			res.r.problem(res.name, "the custom resource %s (%s) sets SageMaker settings in code that canvaslint does not run: what Canvas will use was not checked; %s", res.id, res.kind, deployed)
		case len(found.Others) > 0 && res.r.hasDomain:
			res.r.problem(res.name, "the custom resource %s (%s) calls %s in code that canvaslint does not run: what that changes was not checked; %s", res.id, res.kind, strings.Join(found.Others, ", "),
				"export what is deployed, and check that too")
		}
	}
}

// texts lists the names and scalars of a custom resource, but for what it does
// when it is deleted.
func texts(n source.Node) []string {
	var list []string
	for name, member := range n.Members() {
		if name.Text() != "Delete" {
			list = append(append(list, name.Text()), texts(member)...)
		}
	}
	for item := range n.Items() {
		list = append(list, texts(item)...)
	}
	if n.IsScalar() {
		list = append(list, n.Text())
	}
	return list
}

// function notes code within the template that sets Canvas settings by the API.
func (res resource) function() {
	code := res.value("Code", "ZipFile")
	if !code.exists() {
		code = res.value("InlineCode")
	}
	whole, _ := code.scalar()
	if found := calls.In(whole); found.Settings && found.Canvas {
		res.r.problem(code.at, "the function %s sets Canvas settings in code that canvaslint does not run: they were not checked; %s", res.id, deployed)
	}
}
