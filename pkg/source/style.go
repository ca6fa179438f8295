package source

import (
	"regexp"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
)

// style is how a document is written, as far as what is added must look the same.
type style struct {
	text    string
	lines   bool   // values stand on lines of their own
	newline string // "\n" or "\r\n"
	unit    int    // spaces of one level; 0 stands for a tab
	colon   string // between a name and its value
	space   string // behind a comma on one line
}

func styleOf(n Node) style {
	text := n.doc.text
	s := style{text: text, newline: "\n", unit: 2, colon: ": ", space: " "}
	if strings.Contains(text, "\r\n") {
		s.newline = "\r\n"
	}
	if !n.doc.yaml {
		s.lines = strings.Contains(strings.TrimSpace(text), "\n")
		if !s.lines && strings.Contains(text, `":`) && !strings.Contains(text, `": `) {
			s.colon, s.space = ":", ""
		}
	}
	s.unit = unitOf(text)
	return s
}

// unitOf finds the spaces of one level: those before the first line that has some.
func unitOf(text string) int {
	for line := range strings.Lines(text) {
		content := strings.TrimLeft(line, " ")
		switch {
		case strings.HasPrefix(line, "\t"):
			return 0
		case len(content) < len(line) && strings.TrimSpace(content) != "":
			return min(len(line)-len(content), 8)
		}
	}
	return 2
}

func (s style) unitText() string {
	if s.unit == 0 {
		return "\t"
	}
	return strings.Repeat(" ", s.unit)
}

// indentAt gives the white space that the line of an offset begins with.
func (s style) indentAt(at int) string {
	line := s.text[strings.LastIndexByte(s.text[:at], '\n')+1:]
	return line[:len(line)-len(strings.TrimLeft(line, " \t"))]
}

// flow writes a value with brackets, on several lines where the document has
// them. The first line is not indented, the others by more than indent.
func (s style) flow(value Node, indent string) string {
	inner := indent + s.unitText()
	var parts []string
	opening, closing := "[", "]"
	switch value.Kind() {
	case Array:
		for item := range value.Items() {
			parts = append(parts, s.flow(item, inner))
		}
	case Object:
		opening, closing = "{", "}"
		for name, member := range value.Members() {
			parts = append(parts, jsonText(name.Text())+s.colon+s.flow(member, inner))
		}
	case String:
		return jsonText(value.Text())
	default:
		return value.Text()
	}
	switch {
	case len(parts) == 0:
		return opening + closing
	case !s.lines || value.Is(Array) && len(parts) == 1 && value.firstChild().IsScalar():
		return opening + strings.Join(parts, ","+s.space) + closing
	}
	separator := s.newline + inner
	return opening + separator + strings.Join(parts, ","+separator) + s.newline + indent + closing
}

// block writes a value as a YAML block. The first line is not indented, the
// others by indent spaces.
func (s style) block(value Node, indent, unit int) string {
	unit = max(unit, 2)
	margin := s.newline + strings.Repeat(" ", indent)
	var parts []string
	switch value.Kind() {
	case Array:
		for item := range value.Items() {
			parts = append(parts, "- "+s.block(item, indent+2, unit))
		}
		if len(parts) == 0 {
			return "[]"
		}
	case Object:
		for name, member := range value.Members() {
			parts = append(parts, yamlText(name.Text())+":"+s.below(member, indent, unit))
		}
		if len(parts) == 0 {
			return "{}"
		}
	case String:
		return yamlText(value.Text())
	default:
		return value.Text()
	}
	return strings.Join(parts, margin)
}

// below writes a member's value behind its name, or on the lines below.
func (s style) below(value Node, indent, unit int) string {
	if (value.Is(Array) || value.Is(Object)) && value.Len() > 0 {
		return s.newline + strings.Repeat(" ", indent+unit) + s.block(value, indent+unit, unit)
	}
	return " " + s.block(value, indent, unit)
}

// JSONText writes a value as JSON with an indentation of four spaces.
func JSONText(n Node) string {
	return style{lines: true, newline: "\n", unit: 4, colon: ": ", space: " "}.flow(n, "")
}

// member makes an object of one member.
func member(name string, value Node) Node {
	return Derive(Make(value).WithName(name, value, Copy(value))).Root()
}

// plainYAML are texts that YAML takes for the same text without quotes.
var plainYAML = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[A-Za-z/][A-Za-z0-9_./@+=-]*(:[A-Za-z0-9_./@+=*-]+|::[A-Za-z0-9_./@+=*-]+)*$`)
})

// yamlText writes a text as a YAML scalar.
func yamlText(text string) string {
	switch strings.ToLower(text) {
	case "true", "false", "yes", "no", "on", "off", "y", "n", "null":
		return jsonText(text)
	}
	if plainYAML().MatchString(text) {
		return text
	}
	return jsonText(text)
}

// jsonText writes a text as a JSON string, which YAML takes too.
func jsonText(text string) string {
	made, err := jsontext.AppendQuote(nil, strings.ToValidUTF8(text, "\ufffd"))
	if err != nil {
		return `""` // a valid text always has a form
	}
	return string(made)
}
