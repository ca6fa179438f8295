package cloudformation

import (
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// Circles lists the resources of templates that wait for each other, in words
// ("Key, Role"): CloudFormation refuses such a template
// (https://repost.aws/knowledge-center/unable-validate-circular-dependency-cloudformation).
func Circles(roots []source.Node) []string {
	var list []string
	for _, root := range roots {
		s := &stack{template: &template{root: unwrap(root)}}
		after := map[string]map[string]bool{} // by resource: all that it waits for
		for name, resource := range s.template.root.Get("Resources").Members() {
			seen := map[string]bool{}
			s.waitsFor(resource, seen)
			after[name.Text()] = seen
		}
		done := map[string]bool{}
		for name := range s.template.root.Get("Resources").Members() {
			id := name.Text()
			if done[id] || !after[id][id] {
				continue
			}
			var circle []string
			for other := range after[id] {
				if after[other][id] {
					circle = append(circle, other)
					done[other] = true
				}
			}
			slices.Sort(circle)
			list = append(list, strings.Join(circle, ", "))
		}
	}
	return list
}

// waitsFor gathers the resources of a stack that a node refers to, directly or
// by a way round.
func (s *stack) waitsFor(n source.Node, seen map[string]bool) {
	s.names(n, func(name string) {
		name, _, _ = strings.Cut(name, ".")
		if resource := s.resource(name); resource.Exists() && !seen[name] {
			seen[name] = true
			s.waitsFor(resource, seen)
		}
	})
}
