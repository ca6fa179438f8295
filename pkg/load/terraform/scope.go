package terraform

import (
	"strings"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// scope is an instance of a module: where the references of its configuration
// are looked up.
type scope struct {
	in      *input
	address string
	config  source.Node
	// up, call and index say how the module was called; nil, absent and "" for
	// the root.
	up    *scope
	call  source.Node
	index string
	// resources are the blocks of the configuration by their address in the module.
	resources map[string]source.Node
}

// scope gives the scope of a module instance.
func (in *input) scope(address string) *scope {
	if s := in.scopes[address]; s != nil {
		return s
	}
	s := &scope{in: in, address: address, resources: map[string]source.Node{}}
	if address == "" {
		s.config = in.root.Path("configuration", "root_module")
	} else {
		s.enter(address)
	}
	for item := range s.config.Get("resources").Items() {
		name := item.Get("type").Text() + "." + item.Get("name").Text()
		if item.Get("mode").Text() == data {
			name = "data." + name
		}
		s.resources[name] = item
	}
	in.scopes[address] = s
	return s
}

// enter finds the configuration of a module below the root.
func (s *scope) enter(address string) {
	steps := splitReference(address)
	name, index := splitIndex(steps[len(steps)-1])
	if len(steps) < 2 {
		return // no address of a module
	}
	s.up = s.in.scope(strings.Join(steps[:len(steps)-2], "."))
	s.index = index
	s.call = s.up.config.Path("module_calls", name)
	s.config = s.call.Get("module")
}

// splitReference cuts a reference or an address at the dots outside of brackets:
// module.m["a.b"].out is module, m["a.b"], out.
func splitReference(text string) []string {
	var steps []string
	start, quoted, depth := 0, false, 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[':
			depth++
		case c == ']':
			depth--
		case c == '.' && depth <= 0:
			steps = append(steps, text[start:i])
			start = i + 1
		}
	}
	return append(steps, text[min(start, len(text)):])
}

// splitIndex cuts the index off a step: app["a"] is app and ["a"].
func splitIndex(step string) (name, index string) {
	if at := strings.IndexByte(step, '['); at >= 0 {
		return step[:at], step[at:]
	}
	return step, ""
}

// heads gives the references of an expression without the shorter forms that
// Terraform lists behind each: of a.b[0].id, a.b[0], a.b only the first.
func heads(expression source.Node) []source.Node {
	var found []source.Node
	for item := range expression.Get("references").Items() {
		if len(found) > 0 && isShorter(item.Text(), found[len(found)-1].Text()) {
			continue
		}
		found = append(found, item)
	}
	return found
}

func isShorter(short, long string) bool {
	rest, ok := strings.CutPrefix(long, short)
	return ok && rest != "" && (rest[0] == '.' || rest[0] == '[')
}

// target is what a reference leads to: an attribute of a resource. attribute is
// empty where the reference names the resource only, as Terraform before 0.14
// writes it.
type target struct {
	resource  *resource
	attribute string
}

// How many references are followed for one value, and for all of an input:
// Terraform refuses circles, a file made by hand can hold one.
const (
	maxSteps  = 4096
	maxWalked = 5_000_000
)

// follow finds the resources that a reference leads to. The index is that of
// the resource or module whose expression it is, and repeat its for_each. A
// reference to what is known when the plan is made (a constant, each.key) or to
// a local, whose expression no plan holds, leads to none.
func (s *scope) follow(reference, index string, repeat source.Node, left *int) []target {
	if *left--; *left < 0 || s == nil || s.in.walked > maxWalked {
		return nil
	}
	s.in.walked++
	steps := splitReference(reference)
	name, at := splitIndex(steps[0])
	switch {
	case name == "var" && len(steps) > 1:
		variable, _ := splitIndex(steps[1])
		return s.up.followAll(s.call.Path("expressions", variable), s.index, s.call.Get("for_each_expression"), left)
	case name == "module" && len(steps) > 2:
		child := s.in.scope(prefix(s.address) + strings.Join(steps[:2], "."))
		output, _ := splitIndex(steps[2])
		return child.followAll(child.config.Path("outputs", output, "expression"), "", source.Node{}, left)
	case name == "each" && len(steps) > 1:
		if step, _ := splitIndex(steps[1]); step != "value" {
			return nil
		}
		found := s.followAll(repeat, index, source.Node{}, left)
		for i := range found {
			if len(steps) > 2 && found[i].attribute == "" {
				found[i].attribute, _ = splitIndex(steps[2])
			}
		}
		return found
	case name == "data" && len(steps) > 2:
		return s.instances("data."+steps[1]+".", steps[2:], index)
	case len(steps) > 1 && at == "" && strings.Contains(name, "_"):
		return s.instances(name+".", steps[1:], index)
	}
	return nil
}

// followAll follows all references of an expression.
func (s *scope) followAll(expression source.Node, index string, repeat source.Node, left *int) []target {
	var found []target
	for _, head := range heads(expression) {
		found = append(found, s.follow(head.Text(), index, repeat, left)...)
	}
	return found
}

// instances gives those of a resource block that a reference means: the one of
// its index, the one of the same index as the resource that refers, or all.
func (s *scope) instances(kind string, steps []string, index string) []target {
	name, own := splitIndex(steps[0])
	attribute := ""
	if len(steps) > 1 {
		attribute, _ = splitIndex(steps[1])
	}
	block := prefix(s.address) + kind + name
	for _, exact := range []string{own, index} {
		if r := s.in.byAddress[block+exact]; r != nil {
			return []target{{r, attribute}}
		}
		if own != "" {
			break
		}
	}
	var found []target
	s.in.walked += len(s.in.byName[block])
	for _, r := range s.in.byName[block] {
		if own == "" {
			found = append(found, target{r, attribute})
		}
	}
	return found
}

// constant gives the value of an expression that is known without a plan: a
// constant, or a variable that is given or has a default.
func (s *scope) constant(expression source.Node) source.Node {
	if value := expression.Get("constant_value"); value.Exists() {
		return value
	}
	found := heads(expression)
	if len(found) != 1 {
		return source.Node{}
	}
	name, ok := strings.CutPrefix(found[0].Text(), "var.")
	if !ok || strings.ContainsAny(name, ".[") {
		return source.Node{}
	}
	if s.up == nil {
		if value := s.in.root.Path("variables", name, "value"); value.Exists() {
			return value
		}
	} else if passed := s.call.Path("expressions", name); passed.Exists() {
		return s.up.constant(passed)
	}
	return s.config.Path("variables", name, "default")
}
