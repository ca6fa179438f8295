package cloudformation

import (
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// truth is what is known of a condition.
type truth uint8

const (
	open truth = iota
	no
	yes
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

// condition works out a condition by its name.
func (s *stack) condition(name string, at source.Node) truth {
	if known, ok := s.truths[name]; ok {
		return known
	}
	declared := s.template.root.Path("Conditions", name)
	if !declared.Exists() {
		s.r.problem(at, "the template has no condition %q: what depends on it is unknown", name)
		return open
	}
	if !s.enter("the condition "+name, declared) {
		return open
	}
	defer s.leave("the condition " + name)
	outer := s.deciding
	s.deciding = true
	var awaited []string
	found := s.decide(declared, &awaited)
	s.deciding = outer
	s.truths[name], s.awaits[name] = found, awaited
	return found
}

// leaveOpen reports a condition that stays open, where it is declared, since
// something depends on it.
func (s *stack) leaveOpen(name string) {
	declared := s.template.root.Path("Conditions", name)
	if words := iam.Awaited(s.awaits[name]...); len(words) > 0 && declared.Exists() {
		s.r.problem(declared, "the condition %s cannot be decided without %s: what depends on it is unknown; give values with --parameters", name, strings.Join(words, " and "))
	}
}

// decide works out the expression of a condition by three-valued logic
// (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html).
func (s *stack) decide(n source.Node, awaited *[]string) truth {
	if !s.r.spend(n, 1) {
		return open
	}
	if name := n.Get("Condition"); name.Is(source.String) && n.Len() == 1 {
		return s.refer(name, awaited)
	}
	c, ok := function(n)
	if !ok {
		s.r.problem(n, "a condition is one of Fn::Equals, Fn::And, Fn::Or, Fn::Not and Condition; this is %s", n.Kind())
		return open
	}
	switch c.name {
	case "Condition":
		return s.refer(c.arg, awaited)
	case "Fn::Equals":
		return s.equals(c, awaited)
	case "Fn::Not":
		for _, part := range c.argument() {
			switch s.decide(part, awaited) {
			case yes:
				return no
			case no:
				return yes
			}
		}
		return open
	case "Fn::And", "Fn::Or":
		decisive := truthOf(c.name == "Fn::Or")
		all := yes + no - decisive
		for _, part := range c.argument() {
			switch found := s.decide(part, awaited); found {
			case decisive:
				return decisive
			case open:
				all = open
			}
		}
		return all
	}
	s.r.problem(n, "a condition is one of Fn::Equals, Fn::And, Fn::Or, Fn::Not and Condition; this is %s", c.name)
	return open
}

func (s *stack) refer(name source.Node, awaited *[]string) truth {
	found := s.condition(name.Text(), name)
	for _, text := range s.awaits[name.Text()] {
		if !slices.Contains(*awaited, text) {
			*awaited = append(*awaited, text)
		}
	}
	return found
}

func (s *stack) equals(c call, awaited *[]string) truth {
	parts := c.argument()
	if len(parts) != 2 {
		return s.malformedTruth(c)
	}
	a, okA := s.eval(parts[0]).scalar()
	b, okB := s.eval(parts[1]).scalar()
	if !okA || !okB {
		return s.malformedTruth(c)
	}
	switch iam.Same(a, b) {
	case iam.Always:
		return yes
	case iam.Never:
		return no
	}
	for _, pair := range [][2]string{{a, b}, {b, a}} {
		if !iam.IsStandIn(pair[0]) || iam.HasStandIn(pair[1]) || s.r.mapped[pair[0]] {
			continue
		}
		if assumed, ok := s.r.parameters[s.r.subject(pair[0])]; ok {
			return truthOf(assumed == pair[1])
		}
		s.r.compare(pair[0], pair[1])
	}
	*awaited = append(*awaited, a, b)
	return open
}

func (s *stack) malformedTruth(c call) truth {
	s.malformed(c, "two texts")
	return open
}
