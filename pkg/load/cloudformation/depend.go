package cloudformation

import (
	"regexp"
	"strings"
	"sync"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// nodeID is a resource of a stack.
type nodeID struct {
	stack *stack
	id    string
}

// variablePattern finds the variables of Fn::Sub.
var variablePattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\$\{([^!}][^}]*)\}`)
})

// madeAfter lists the keys of the run that a resource is made after, since it
// refers to them, directly or by a way round. A key's policy that referred to
// such a resource would be a circle, which CloudFormation refuses
// (https://repost.aws/knowledge-center/unable-validate-circular-dependency-cloudformation).
func (res resource) madeAfter() []string {
	var keys []string
	seen := map[nodeID]bool{}
	var visit func(nodeID)
	visit = func(n nodeID) {
		if seen[n] || len(seen) > 10_000 {
			return
		}
		seen[n] = true
		if kind := n.stack.resource(n.id).Get("Type").Text(); kind == keyType || kind == replicaType {
			keys = append(keys, n.stack.attribute(n.id, "Arn"))
		}
		n.stack.refersTo(n.stack.resource(n.id), visit)
		if parent := n.stack.parent; parent != nil {
			visit(nodeID{parent, n.stack.id}) // what a nested stack waits for, its resources wait for
		}
	}
	visit(nodeID{res.stack, res.id})
	return keys
}

// refersTo gives the resources that a node refers to.
func (s *stack) refersTo(n source.Node, visit func(nodeID)) {
	s.names(n, func(name string) {
		name, _, _ = strings.Cut(name, ".")
		switch {
		case s.resource(name).Exists():
			visit(nodeID{s, name})
		case s.parent != nil && s.template.root.Path("Parameters", name).Exists():
			s.parent.refersTo(s.parent.resource(s.id).Path("Properties", "Parameters", name), visit)
		}
	})
}

// names gives the names that the functions in a node refer to.
func (s *stack) names(n source.Node, yield func(string)) {
	if c, ok := function(n); ok {
		switch c.name {
		case "Ref":
			yield(c.arg.Text())
		case "Fn::GetAtt":
			yield(c.arg.Text())
			for part := range c.arg.Items() {
				yield(part.Text())
				break
			}
		case "Fn::Sub":
			for part := range c.arg.Each() {
				for _, match := range variablePattern().FindAllStringSubmatch(part.Text(), -1) {
					yield(strings.TrimSpace(match[1]))
				}
			}
		}
	}
	for name, member := range n.Members() {
		if name.Text() == "DependsOn" {
			for item := range member.Each() {
				yield(item.Text())
			}
		}
		s.names(member, yield)
	}
	for item := range n.Items() {
		s.names(item, yield)
	}
}
