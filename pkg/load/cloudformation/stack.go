package cloudformation

import (
	"fmt"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Bounds of nested stacks: a template can nest itself, or others many times.
const (
	maxDepth  = 20
	maxStacks = 200
)

// stack is one use of a template: by itself, or nested in another.
type stack struct {
	r        *run
	template *template
	name     string // tells it from the other stacks: "network", "main.Keys"
	depth    int
	// home is that of the template, or of the parent's, which is the same.
	home layout.Home
	// parent and id say which resource nests the stack; nil for one by itself.
	parent   *stack
	id       string
	children map[string]*stack
	// truths are the conditions that were worked out, awaits what open ones
	// wait for.
	truths map[string]truth
	// missing are the nested stacks whose template is not among the files.
	missing []source.Node
	awaits  map[string][]string
	// deciding is set while a condition is worked out.
	deciding bool
}

// makeStacks makes a stack of every template that no other nests, and of
// each nested one as often as it is nested.
func (r *run) makeStacks() {
	nested := map[*template]bool{}
	for _, t := range r.templates {
		for _, resource := range t.root.Get("Resources").Members() {
			if child := r.nestedTemplate(t, resource); child != nil && child != t {
				nested[child] = true
			}
		}
	}
	names := map[string]int{}
	for _, t := range r.templates {
		if nested[t] && !r.nestsAll(nested) {
			continue
		}
		name, _, _ := strings.Cut(t.base, ".")
		if names[name]++; names[name] > 1 {
			name = fmt.Sprintf("%s-%d", name, names[name])
		}
		r.grow(&stack{r: r, template: t, name: name, home: t.home})
	}
}

// nestsAll reports whether every template is nested by another: they go round
// in circles, and each is taken by itself too.
func (r *run) nestsAll(nested map[*template]bool) bool { return len(nested) == len(r.templates) }

// grow adds a stack and those that it nests.
func (r *run) grow(s *stack) {
	if len(r.stacks) >= maxStacks {
		r.problem(s.template.root, "the templates nest more than %d stacks: what comes after was not checked", maxStacks)
		return
	}
	s.children, s.truths, s.awaits = map[string]*stack{}, map[string]truth{}, map[string][]string{}
	r.stacks = append(r.stacks, s)
	for name, resource := range s.template.root.Get("Resources").Members() {
		r.logical[name.Text()]++
		if resource.Get("Type").Text() != nestedType {
			continue
		}
		child := r.nestedTemplate(s.template, resource)
		switch {
		case child == nil:
			s.missing = append(s.missing, name)
		case s.depth >= maxDepth:
			r.problem(resource, "stacks are nested more than %d deep here: what this one creates was not checked", maxDepth)
		default:
			made := &stack{r: r, template: child, name: s.name + "." + name.Text(), depth: s.depth + 1, home: s.home, parent: s, id: name.Text()}
			s.children[name.Text()] = made
			r.grow(made)
		}
	}
}

// presence tells whether there is the stack: whether there is its parent, and
// the resource that nests it. The condition is the one that leaves it open.
func (s *stack) presence() (truth, string) {
	if s.parent == nil {
		return yes, ""
	}
	there, condition := s.parent.presence()
	own, ownCondition := s.parent.isMade(s.parent.resource(s.id))
	switch {
	case there == no || own == no:
		return no, ""
	case there == open:
		return open, condition
	}
	return own, ownCondition
}

// isMade tells whether a resource of a stack is made by its own Condition, and
// names the condition where that is open.
func (s *stack) isMade(resource source.Node) (truth, string) {
	condition := resource.Get("Condition")
	if !condition.Is(source.String) {
		return yes, ""
	}
	found := s.condition(condition.Text(), condition)
	if found != open {
		return found, ""
	}
	s.leaveOpen(condition.Text())
	return open, s.qualify(condition.Text())
}

const nestedType = "AWS::CloudFormation::Stack"

// nestedTemplate finds the template of a nested stack among those of the run by
// the name that its URL ends with, or that CDK notes for its asset.
func (r *run) nestedTemplate(parent *template, resource source.Node) *template {
	if resource.Get("Type").Text() != nestedType {
		return nil
	}
	texts := []string{resource.Path("Metadata", "aws:asset:path").Text()}
	var walk func(source.Node)
	walk = func(n source.Node) {
		for _, member := range n.Members() {
			walk(member)
		}
		for item := range n.Items() {
			walk(item)
		}
		if !n.IsScalar() {
			return
		}
		texts = append(texts, n.Text())
		if parameter := parent.root.Path("Parameters", n.Text()); parameter.Exists() {
			texts = append(texts, parameter.Get("Default").Text(), r.parameters[n.Text()])
		}
	}
	walk(resource.Path("Properties", "TemplateURL"))
	for _, text := range texts {
		base := text[strings.LastIndexAny(text, "/\\")+1:]
		for _, t := range r.templates {
			if base != "" && base == t.base {
				return t
			}
		}
	}
	return nil
}

// passed gives what the parent passes for a parameter of a nested stack.
func (s *stack) passed(name string) value {
	if s.parent == nil {
		return value{}
	}
	node := s.parent.resource(s.id).Path("Properties", "Parameters", name)
	return s.once("the parameter "+name, node, func() value { return s.parent.eval(node) })
}

// once works something out that much may refer to. A value that is being worked
// out already is none: the template goes round in a circle.
func (s *stack) once(what string, at source.Node, work func() value) value {
	if !at.Exists() {
		return value{}
	}
	key := fmt.Sprint(s.name, "\x00", what, s.deciding)
	if known, ok := s.r.known[key]; ok {
		return known
	}
	if !s.enter(what, at) {
		return value{}
	}
	defer s.leave(what)
	v := work()
	s.r.known[key] = v
	return v
}

func (s *stack) resource(id string) source.Node {
	return s.template.root.Path("Resources", id)
}

// qualify gives a name that is the stack's own where there are several stacks.
func (s *stack) qualify(name string) string {
	if len(s.r.stacks) > 1 {
		return s.name + "." + name
	}
	return name
}

// identity is the name that a resource, or with a dot an attribute of it, will
// get: told apart by the stack where several have a resource of that name.
func (s *stack) identity(id string) string {
	resource, _, _ := strings.Cut(id, ".")
	if s.r.logical[resource] > 1 {
		id = s.name + "." + id
	}
	if id == "" || !(id[0] >= 'a' && id[0] <= 'z' || id[0] >= 'A' && id[0] <= 'Z') {
		id = "r" + id // a file's name may begin with a digit
	}
	return iam.Identity(id)
}

// ref is Ref: a pseudo parameter, a parameter, or a resource.
func (s *stack) ref(name string, at source.Node) value {
	switch {
	case name == "AWS::NoValue":
		return value{}
	case strings.HasPrefix(name, "AWS::"):
		return s.pseudo(name, at)
	case s.template.root.Path("Parameters", name).Exists():
		return s.parameter(name, at)
	case s.resource(name).Exists():
		return text(at, s.reference(name))
	}
	s.r.problem(at, "the template has neither a parameter nor a resource %s: its value is unknown", name)
	return text(at, iam.Unknown(s.qualify(name)))
}

// pseudo gives a pseudo parameter
// (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html).
func (s *stack) pseudo(name string, at source.Node) value {
	if known := map[string]string{"AWS::AccountId": s.home.Account, "AWS::Region": s.home.Region}[name]; known != "" {
		return text(at, known)
	}
	if given, ok := s.r.parameters[name]; ok {
		if iam.IsStandIn(given) {
			s.r.standIn(name)
		}
		return text(at, given)
	}
	switch name {
	case "AWS::Partition":
		return text(at, s.partition())
	case "AWS::URLSuffix":
		if s.partition() == "aws-cn" {
			return text(at, "amazonaws.com.cn")
		}
		return text(at, "amazonaws.com")
	case "AWS::AccountId", "AWS::Region":
		return text(at, s.r.standIn(name))
	}
	made := iam.Unknown(s.qualify(strings.TrimPrefix(name, "AWS::")))
	if assumed, ok := s.r.parameters[bare(made)]; ok {
		return text(at, assumed)
	}
	return text(at, made)
}

// parameter gives the value of a parameter: what the parent passes, what the
// user gives, or its default. A value that AWS reads from the parameter store
// is known to AWS only.
func (s *stack) parameter(name string, at source.Node) value {
	declared := s.template.root.Path("Parameters", name)
	kind := declared.Get("Type").Text()
	list := kind == "CommaDelimitedList" || strings.HasPrefix(kind, "List<")
	given, isGiven := s.r.parameters[name]
	fallback := declared.Get("Default")
	if passed := s.passed(name); passed.exists() {
		if whole, ok := passed.scalar(); ok && list && passed.open == "" {
			return asList(whole, at)
		}
		return passed.moved(at)
	}
	switch {
	case strings.HasPrefix(kind, "AWS::SSM::Parameter::Value<") && !(isGiven && iam.IsStandIn(given)):
		return text(at, s.r.standIn(name))
	case isGiven && s.parent == nil:
	case fallback.IsScalar():
		given = written(fallback)
	case isGiven: // of a nested stack that gets none
	default:
		given = s.r.standIn(name)
	}
	if iam.IsStandIn(given) {
		return text(at, s.r.standIn(name))
	}
	if list {
		return asList(given, at)
	}
	return text(at, dynamic(given))
}

// asList takes a list of a parameter apart.
func asList(given string, at source.Node) value {
	if iam.IsStandIn(given) {
		return text(at, given)
	}
	list := value{kind: source.Array, at: at}
	for item := range strings.SplitSeq(given, ",") {
		list.items = append(list.items, text(at, strings.TrimSpace(item)))
	}
	return list
}

// enter notes that something is being worked out; false where it is already,
// because the template goes round in a circle.
func (s *stack) enter(what string, at source.Node) bool {
	key := s.name + "\x00" + what
	if s.r.active[key] || len(s.r.active) > 500 {
		s.r.problem(at, "%s refers to itself, directly or by a way round: its value is unknown", what)
		return false
	}
	s.r.active[key] = true
	return true
}

func (s *stack) leave(what string) { delete(s.r.active, s.name+"\x00"+what) }
