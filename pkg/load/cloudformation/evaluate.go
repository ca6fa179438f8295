package cloudformation

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/load/markers"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// maxText bounds a text that functions put together.
const maxText = 1 << 16

// call is an intrinsic function with its argument, in either form.
type call struct {
	name string // "Ref", "Fn::Sub"
	arg  source.Node
	// bare says that the argument is the node that carries the tag: it is read
	// as it is, or the tag would be met again.
	bare bool
	at   source.Node // the node that the call is
}

// function reads a call: {"Fn::Sub": ...}, or !Sub in YAML
// (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html).
func function(n source.Node) (call, bool) {
	if tag := n.Tag(); strings.HasPrefix(tag, "!") && !strings.HasPrefix(tag, "!!") {
		name := "Fn::" + tag[1:]
		if tag == "!Ref" || tag == "!Condition" {
			name = tag[1:]
		}
		return call{name, n, true, n}, true
	}
	if n.Is(source.Object) && n.Len() == 1 {
		for name, arg := range n.Members() {
			if text := name.Text(); text == "Ref" || strings.HasPrefix(text, "Fn::") && !strings.HasPrefix(text, "Fn::ForEach::") {
				return call{text, arg, false, n}, true
			}
		}
	}
	return call{}, false
}

// argument gives the parts of an argument that is a list.
func (c call) argument() []source.Node {
	var parts []source.Node
	for item := range c.arg.Items() {
		parts = append(parts, item)
	}
	return parts
}

// eval works out what a node comes to.
func (s *stack) eval(n source.Node) value {
	if !s.r.spend(n, 1) {
		return text(n, iam.Unknown("what "+s.template.base+" makes"))
	}
	if c, ok := function(n); ok {
		return s.call(c)
	}
	return s.plain(n)
}

// evalArg is eval for the argument of a call.
func (s *stack) evalArg(c call) value {
	if c.bare {
		return s.plain(c.arg)
	}
	return s.eval(c.arg)
}

// plain works out a node that is no call; what AWS::NoValue takes away is left out.
func (s *stack) plain(n source.Node) value {
	switch n.Kind() {
	case source.Object:
		v := value{kind: source.Object, at: n}
		for name, member := range n.Members() {
			if text := name.Text(); strings.HasPrefix(text, "Fn::ForEach::") || text == "Fn::Transform" {
				s.r.problem(name, "%s is not expanded: what it creates here was not checked; %s", text, processed)
				continue
			}
			if item := s.eval(member); item.exists() {
				v.names, v.items = append(v.names, name), append(v.items, item)
			}
		}
		return v
	case source.Array:
		v := value{kind: source.Array, at: n}
		for node := range n.Items() {
			if item := s.eval(node); item.exists() {
				v.items = append(v.items, item)
			}
		}
		return v
	case source.Absent, source.Null:
		return value{}
	}
	if truth, ok := plainBoolean(n); ok && truth != n.Text() {
		return value{kind: source.Bool, text: truth, at: n}
	}
	if made := dynamic(n.Text()); made != n.Text() {
		return text(n, made)
	}
	return value{kind: n.Kind(), text: n.Text(), at: n, taken: true}
}

// dynamic puts a stand-in where a marker of a tool is, and where a dynamic
// reference is, whose value only AWS reads (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html).
func dynamic(text string) string {
	text = markers.Open(text)
	const open = "{{resolve:"
	for {
		start := strings.Index(text, open)
		if start < 0 {
			return text
		}
		length := strings.Index(text[start:], "}}")
		if length < 0 {
			return text
		}
		text = text[:start] + iam.Unknown(strings.Trim(text[start+2:start+length], "{} ")) + text[start+length+2:]
	}
}

func (s *stack) call(c call) value {
	switch c.name {
	case "Ref":
		return s.ref(c.arg.Text(), c.at)
	case "Fn::GetAtt":
		return s.getAtt(c)
	case "Fn::Sub":
		return s.sub(c)
	case "Fn::Join":
		return s.join(c)
	case "Fn::Split":
		return s.split(c)
	case "Fn::Select":
		return s.choose(c)
	case "Fn::If":
		return s.branch(c)
	case "Fn::FindInMap":
		return s.findInMap(c)
	case "Fn::ImportValue":
		return s.importValue(c)
	case "Fn::Transform":
		s.r.problem(c.at, "Fn::Transform is not expanded: what it creates here was not checked; %s", processed)
	case "Fn::Base64", "Fn::Cidr", "Fn::GetAZs", "Fn::Length", "Fn::ToJsonString", "Fn::GetStackOutput":
	default:
		s.r.problem(c.at, "canvaslint does not know the function %s: its value is unknown", strings.TrimPrefix(c.name, "Fn::"))
	}
	return s.unknown(c)
}

// unknown is the value of a call that is not worked out.
func (s *stack) unknown(c call) value {
	start, _ := c.at.Span().Positions()
	return text(c.at, iam.Unknown(fmt.Sprintf("%s in line %d of %s", strings.TrimPrefix(c.name, "Fn::"), start.Line, s.template.base)))
}

// malformed reports a call whose argument is not what the function takes.
func (s *stack) malformed(c call, takes string) value {
	s.r.problem(c.at, "%s takes %s: its value is unknown", strings.TrimPrefix(c.name, "Fn::"), takes)
	return s.unknown(c)
}

func (s *stack) getAtt(c call) value {
	var id, attribute string
	if parts := c.argument(); len(parts) == 2 {
		id = parts[0].Text()
		attribute, _ = s.eval(parts[1]).scalar()
	} else {
		id, attribute, _ = strings.Cut(c.arg.Text(), ".")
	}
	if id == "" || attribute == "" {
		return s.malformed(c, "the name of a resource and of its attribute")
	}
	return s.attributeOf(id, attribute, c.at)
}

// sub reads Fn::Sub with or without variables of its own.
func (s *stack) sub(c call) value {
	pattern, variables := c.arg, map[string]value{}
	if parts := c.argument(); len(parts) > 0 && len(parts) <= 2 {
		pattern = parts[0]
		if len(parts) == 2 {
			for name, own := range parts[1].Members() {
				variables[name.Text()] = s.eval(own)
			}
		}
	}
	if !pattern.Is(source.String) {
		return s.malformed(c, "a text, or a list of a text and its variables")
	}
	made := s.substitute(markers.Open(pattern.Text()), variables, c.at)
	if made == pattern.Text() && !c.bare {
		return value{kind: source.String, text: made, at: pattern, taken: true}
	}
	return text(c.at, dynamic(made))
}

// substitute puts values in the place of ${Name}, ${Name.Attribute} and
// variables. ${!Name} stands for ${Name}, and a name with a colon that is no
// pseudo parameter is a policy variable: it stays.
func (s *stack) substitute(pattern string, variables map[string]value, at source.Node) string {
	var b strings.Builder
	for b.Len() <= maxText && s.r.spend(at, 1+b.Len()/1024) {
		start := strings.Index(pattern, "${")
		length := strings.IndexByte(pattern[max(start, 0):], '}')
		if start < 0 || length < 0 {
			b.WriteString(pattern)
			return b.String()
		}
		b.WriteString(pattern[:start])
		name := strings.TrimSpace(pattern[start+2 : start+length])
		whole := pattern[start : start+length+1]
		pattern = pattern[start+length+1:]
		switch {
		case strings.HasPrefix(name, "!"):
			b.WriteString("${" + name[1:] + "}")
		case name == "" || strings.Contains(name, ":") && !strings.HasPrefix(name, "AWS::"):
			b.WriteString(whole)
		default:
			b.WriteString(s.variable(name, variables, at))
		}
	}
	return s.tooLong(at)
}

// tooLong reports a text over the bound, and gives what stands for it.
func (s *stack) tooLong(at source.Node) string {
	s.r.problem(at, "the resulting text is longer than %d KiB: it is unknown", maxText>>10)
	return iam.Unknown("a text that is too long")
}

func (s *stack) variable(name string, variables map[string]value, at source.Node) string {
	id, attribute, isAttribute := strings.Cut(name, ".")
	v, own := variables[name]
	switch {
	case own:
	case isAttribute:
		v = s.attributeOf(id, attribute, at)
	default:
		v = s.ref(name, at)
	}
	if !v.exists() {
		return ""
	}
	made, ok := v.scalar()
	if !ok {
		s.r.problem(at, "${%s} is %s, but Fn::Sub inserts text: its value is unknown", name, v.kind)
		return iam.Unknown(s.qualify(name))
	}
	return made
}

func (s *stack) join(c call) value {
	parts := c.argument()
	if len(parts) != 2 {
		return s.malformed(c, "a delimiter and a list")
	}
	delimiter, _ := s.eval(parts[0]).scalar()
	list := s.eval(parts[1])
	if list.kind != source.Array {
		if one, ok := list.scalar(); ok && iam.HasStandIn(one) {
			return text(c.at, one) // a list that no one gave
		}
		return s.malformed(c, "a delimiter and a list")
	}
	var texts []string
	size := 0
	for _, item := range list.items {
		one, ok := item.scalar()
		if !ok {
			return s.malformed(c, "a list of texts")
		}
		texts = append(texts, one)
		size += len(one) + len(delimiter)
	}
	if size > maxText {
		return text(c.at, s.tooLong(c.at))
	}
	return text(c.at, strings.Join(texts, delimiter))
}

func (s *stack) split(c call) value {
	parts := c.argument()
	if len(parts) != 2 {
		return s.malformed(c, "a delimiter and a text")
	}
	delimiter, _ := s.eval(parts[0]).scalar()
	whole, ok := s.eval(parts[1]).scalar()
	if !ok || delimiter == "" {
		return s.malformed(c, "a delimiter and a text")
	}
	list := value{kind: source.Array, at: c.at, what: whole}
	pieces := cutText(whole, delimiter)
	for i, piece := range pieces {
		list.items = append(list.items, text(c.at, piece))
		if !list.cut && hidesDelimiter(piece, delimiter, strings.HasPrefix(whole, "arn:") && i < 5) {
			list.cut, list.from = true, i
		}
	}
	return list
}

// choose is Fn::Select.
func (s *stack) choose(c call) value {
	parts := c.argument()
	if len(parts) != 2 {
		return s.malformed(c, "an index and a list")
	}
	number, _ := s.eval(parts[0]).scalar()
	list := s.eval(parts[1])
	index, err := strconv.Atoi(number)
	switch {
	case list.open != "":
		return text(c.at, iam.Undecided(list.open))
	case err != nil && !iam.HasStandIn(number), list.kind != source.Array && list.exists() && !iam.HasStandIn(list.text):
		return s.malformed(c, "an index and a list")
	case err != nil:
		return s.unknown(c)
	case list.kind != source.Array:
		return text(c.at, iam.Unknown(fmt.Sprintf("item %d of %s", index, bare(list.text))))
	case list.cut && index >= list.from:
		return text(c.at, iam.Unknown(fmt.Sprintf("item %d of %s", index, bare(list.what))))
	case index < 0 || index >= len(list.items):
		return s.malformed(c, fmt.Sprintf("an index within its list, which has %d items", len(list.items)))
	}
	return list.items[index].moved(c.at)
}

// branch is Fn::If. Where the condition is open, both branches are worked out,
// since what they hold may depend on parameters of its own.
func (s *stack) branch(c call) value {
	parts := c.argument()
	if len(parts) != 3 {
		return s.malformed(c, "the name of a condition and two values")
	}
	name := parts[0].Text()
	switch s.condition(name, parts[0]) {
	case yes:
		return s.eval(parts[1])
	case no:
		return s.eval(parts[2])
	}
	v := undecided(s.qualify(name), c.at, s.eval(parts[1]), s.eval(parts[2]))
	if v.open != "" {
		s.leaveOpen(name)
	}
	return v
}

// findInMap reads Fn::FindInMap, with the DefaultValue that the language
// extensions know
// (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-findinmap.html).
func (s *stack) findInMap(c call) value {
	parts := c.argument()
	if len(parts) < 3 || len(parts) > 4 {
		return s.malformed(c, "a map and two keys")
	}
	var keys [3]string
	for i := range keys {
		keys[i], _ = s.eval(parts[i]).scalar()
	}
	table := entry(s.template.root.Get("Mappings"), keys[0])
	found := entry(entry(table, keys[1]), keys[2])
	switch {
	case found.Exists():
		return s.plain(found).moved(c.at)
	case slices.ContainsFunc(keys[:], iam.HasUnknown):
		made := iam.Unknown(s.qualify(bare(strings.Join(keys[:], "."))))
		if s.deciding && iam.IsStandIn(keys[1]) && !iam.HasUnknown(keys[0]+keys[2]) {
			s.r.mapped[made] = true
			for key := range table.Members() {
				s.r.compare(keys[1], written(key)).closed = true
			}
		}
		return text(c.at, made)
	case len(parts) == 4:
		return s.eval(parts[3].Get("DefaultValue"))
	}
	s.r.problem(c.at, "the map %s has no %s below %s: its value is unknown", keys[0], keys[2], keys[1])
	return s.unknown(c)
}
