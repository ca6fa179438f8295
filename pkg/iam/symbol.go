package iam

import (
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// isSymbolic recognises CloudFormation's intrinsic functions, in JSON
// ({"Ref": ...}, {"Fn::Sub": ...}) and in YAML's short form (!Sub).
func isSymbolic(node source.Node) bool {
	_, _, ok := intrinsic(node)
	return ok
}

// intrinsic gives the function without its "Fn::" or "!", and its argument.
func intrinsic(node source.Node) (function string, argument source.Node, ok bool) {
	if tag := node.Tag(); strings.HasPrefix(tag, "!") && !strings.HasPrefix(tag, "!!") {
		return tag[1:], node, true
	}
	if !node.Is(source.Object) || node.Len() != 1 {
		return "", node, false
	}
	for name, value := range node.Members() {
		text := name.Text()
		if text == "Ref" || text == "Condition" && value.Is(source.String) {
			return text, value, true
		}
		function, ok = strings.CutPrefix(text, "Fn::")
		return function, value, ok
	}
	return "", node, false
}

// Refers says in words what the intrinsic functions of a node stand for: "the
// value of AppKey", "the attribute AppKey.Arn", "the condition HasKey", "the
// export app-key". Sorted; nil for a node without such functions
// (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html).
func Refers(node source.Node) []string {
	function, argument, ok := intrinsic(node)
	if !ok {
		return nil
	}
	var phrases []string
	switch function {
	case "Ref":
		phrases = append(phrases, "the value of "+argument.Text())
	case "GetAtt":
		var path []string
		for part := range argument.Each() {
			path = append(path, part.Text())
		}
		phrases = append(phrases, "the attribute "+strings.Join(path, "."))
	case "Condition":
		phrases = append(phrases, "the condition "+argument.Text())
	case "If":
		for name := range argument.Each() {
			phrases = append(phrases, "the condition "+name.Text())
			break
		}
	case "ImportValue":
		if argument.IsScalar() {
			phrases = append(phrases, "the export "+argument.Text())
		}
	case "Sub":
		for text := range argument.Each() {
			phrases = append(phrases, substituted(text.Text())...)
		}
	}
	if phrases == nil && argument != node { // a tag's argument is its own node
		phrases = Refers(argument)
	}
	if phrases == nil {
		phrases = referred(argument)
	}
	if phrases == nil {
		phrases = []string{"the result of " + function}
	}
	slices.Sort(phrases)
	return slices.Compact(phrases)
}

// referred gathers what the functions within an argument refer to.
func referred(argument source.Node) []string {
	if argument.IsScalar() {
		return nil
	}
	var phrases []string
	take := func(n source.Node) {
		if found := Refers(n); found != nil {
			phrases = append(phrases, found...)
		} else {
			phrases = append(phrases, referred(n)...)
		}
	}
	for item := range argument.Items() {
		take(item)
	}
	for _, value := range argument.Members() {
		take(value)
	}
	return phrases
}

// substituted names the places of a text of Fn::Sub; ${!Name} is text.
func substituted(text string) []string {
	var phrases []string
	for {
		_, rest, ok := strings.Cut(text, "${")
		if !ok {
			return phrases
		}
		var name string
		if name, text, ok = strings.Cut(rest, "}"); !ok {
			return phrases
		}
		switch name = strings.TrimSpace(name); {
		case name == "", strings.HasPrefix(name, "!"):
		case strings.Contains(name, ".") && !strings.Contains(name, ":"):
			phrases = append(phrases, "the attribute "+name)
		default:
			phrases = append(phrases, "the value of "+name)
		}
	}
}

// Awaits says what a symbolic value, or one with stand-ins, waits for.
func (p *Pattern) Awaits() []string {
	if phrases := Refers(p.Node); phrases != nil {
		return phrases
	}
	return Awaited(p.Text)
}

// undecided gives both branches of Fn::If where they are there.
func undecided(node source.Node) (branches []source.Node, ok bool) {
	function, argument, _ := intrinsic(node)
	if function != "If" || argument.Len() != 3 {
		return nil, false
	}
	for item := range argument.Items() {
		branches = append(branches, item)
	}
	return branches[1:], len(branches) == 3
}

// UndecidedText gives the stand-in for a value that a template's condition
// decides, {"Fn::If": [condition, value, value]}; false for any other node.
func UndecidedText(node source.Node) (string, bool) {
	function, argument, _ := intrinsic(node)
	if function != "If" {
		return "", false
	}
	for name := range argument.Each() {
		return Undecided(name.Text()), true
	}
	return "", false
}
