package cloudformation

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// ReadParameters reads values for parameters out of a file: a list of
// {"ParameterKey", "ParameterValue"} as the AWS CLI takes it, the same below
// Parameters as CodePipeline has it or as a map, parameter_overrides of a
// samconfig file (TOML by its name, else YAML), or a plain map. An error names
// the place in the file.
func ReadParameters(name string, data []byte) (map[string]string, error) {
	if strings.EqualFold(path.Ext(name), ".toml") {
		return readTOML(name, data)
	}
	trees, problems := source.Parse(name, data, source.Auto)
	if len(trees) != 1 || len(problems) > 0 {
		if len(problems) > 0 {
			return nil, errors.New(problems[0].String())
		}
		return nil, fmt.Errorf("%s: a parameter file holds one document", name)
	}
	return readValues(trees[0].Root())
}

// readValues reads a tree of any of the forms.
func readValues(root source.Node) (map[string]string, error) {
	if root.Is(source.Array) {
		return readPairs(root)
	}
	if !root.Is(source.Object) {
		return nil, fmt.Errorf("%s: parameters are a map or a list of ParameterKey and ParameterValue; this is %s", root.Span(), root.Kind())
	}
	if inner := root.Get("Parameters"); inner.Is(source.Object) || inner.Is(source.Array) {
		return readValues(inner)
	}
	if overrides := samOverrides(root); overrides.Exists() {
		return readOverrides(overrides)
	}
	values := map[string]string{}
	for name, value := range root.Members() {
		text, err := parameterText(value)
		if err != nil {
			return nil, err
		}
		values[name.Text()] = text
	}
	return values, nil
}

func readPairs(list source.Node) (map[string]string, error) {
	values := map[string]string{}
	for item := range list.Items() {
		if item.Is(source.String) { // the AWS CLI takes "Key=Value" too
			if err := override(values, item.Text(), item.Span()); err != nil {
				return nil, err
			}
			continue
		}
		key, value := item.Get("ParameterKey"), item.Get("ParameterValue")
		switch {
		case !key.Is(source.String):
			return nil, fmt.Errorf("%s: an item of this list has ParameterKey and ParameterValue", item.Span())
		case !value.Exists(): // UsePreviousValue: only the deployed stack knows it
			continue
		}
		text, err := parameterText(value)
		if err != nil {
			return nil, err
		}
		values[key.Text()] = text
	}
	return values, nil
}

// parameterText gives a value as CloudFormation takes it: lists with commas.
func parameterText(value source.Node) (string, error) {
	var texts []string
	for item := range value.Each() {
		if !item.IsScalar() {
			return "", fmt.Errorf("%s: the value of a parameter is a text or a list of texts; this is %s", item.Span(), item.Kind())
		}
		texts = append(texts, item.Text())
	}
	return strings.Join(texts, ","), nil
}

// samOverrides finds parameter_overrides of a samconfig file, in the order in
// which SAM looks: the default environment's own command, then its global part
// (https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-config.html).
func samOverrides(root source.Node) source.Node {
	for _, command := range []string{"deploy", "global"} {
		if found := root.Path("default", command, "parameters", "parameter_overrides"); found.Exists() {
			return found
		}
	}
	return source.Node{}
}

func readOverrides(node source.Node) (map[string]string, error) {
	values := map[string]string{}
	switch node.Kind() {
	case source.Object:
		return readValues(node)
	case source.Array:
		for item := range node.Items() {
			if item.Is(source.Object) { // a list of maps
				inner, err := readValues(item)
				if err != nil {
					return nil, err
				}
				for name, value := range inner {
					values[name] = value
				}
				continue
			}
			if err := override(values, item.Text(), item.Span()); err != nil {
				return nil, err
			}
		}
	default:
		for _, word := range shellWords(node.Text()) {
			if err := override(values, word, node.Span()); err != nil {
				return nil, err
			}
		}
	}
	return values, nil
}

// override reads Key=Value or ParameterKey=Key,ParameterValue=Value.
func override(values map[string]string, text string, at fmt.Stringer) error {
	if rest, ok := strings.CutPrefix(text, "ParameterKey="); ok {
		key, value, ok := strings.Cut(rest, ",ParameterValue=")
		if !ok {
			return fmt.Errorf("%s: %q has no ParameterValue", at, text)
		}
		values[key] = value
		return nil
	}
	key, value, ok := strings.Cut(text, "=")
	if !ok || key == "" {
		return fmt.Errorf("%s: a parameter is written Key=Value, not %q", at, text)
	}
	values[key] = value
	return nil
}

// shellWords splits a text at blanks, but for those within quotes.
func shellWords(text string) []string {
	var words []string
	var word strings.Builder
	quote, inWord := byte(0), false
	for i := range len(text) {
		switch c := text[i]; {
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
			word.WriteByte(c)
		case c == '"' || c == '\'':
			quote, inWord = c, true
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			if inWord {
				words = append(words, word.String())
			}
			word.Reset()
			inWord = false
		default:
			word.WriteByte(c)
			inWord = true
		}
	}
	if inWord {
		words = append(words, word.String())
	}
	return words
}

// readTOML reads samconfig.toml. TOML has no tree of ours: places are the
// library's.
func readTOML(name string, data []byte) (map[string]string, error) {
	var environments map[string]any
	if _, err := toml.Decode(string(data), &environments); err != nil {
		var parse toml.ParseError
		if errors.As(err, &parse) {
			return nil, fmt.Errorf("%s:%d:%d: %s", name, parse.Position.Line, max(parse.Position.Col, 1), parse.Message)
		}
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	for _, command := range []string{"deploy", "global"} {
		var found any = environments
		for _, step := range []string{"default", command, "parameters", "parameter_overrides"} {
			table, _ := found.(map[string]any)
			found = table[step]
		}
		if found != nil {
			return tomlOverrides(name, found)
		}
	}
	return nil, fmt.Errorf("%s: the file has no parameter_overrides below [default.deploy.parameters] or [default.global.parameters]", name)
}

// place is where a parameter file says something, as far as it can be told.
type place string

func (p place) String() string { return string(p) }

func tomlOverrides(name string, found any) (map[string]string, error) {
	values := map[string]string{}
	var words []string
	switch found := found.(type) {
	case string:
		words = shellWords(found)
	case []any:
		for _, item := range found {
			words = append(words, fmt.Sprint(item))
		}
	case map[string]any:
		for key, value := range found {
			values[key] = fmt.Sprint(value)
		}
	}
	for _, word := range words {
		if err := override(values, word, place(name)); err != nil {
			return nil, err
		}
	}
	return values, nil
}

// Refused gives the first value that its template does not allow, as a
// sentence; "" where there is none.
func Refused(roots []source.Node, given map[string]string) string {
	for _, root := range roots {
		for name, declared := range unwrap(root).Get("Parameters").Members() {
			value, ok := given[name.Text()]
			list := declared.Get("AllowedValues")
			if !ok || !list.Is(source.Array) || strings.HasPrefix(declared.Get("Type").Text(), "List<") || declared.Get("Type").Text() == "CommaDelimitedList" {
				continue
			}
			var allowed []string
			for item := range list.Items() {
				allowed = append(allowed, written(item))
			}
			if !slices.Contains(allowed, value) {
				return fmt.Sprintf("the parameter %s is given as %q; %s allows only %s", name.Text(), value, list.Span(), strings.Join(allowed, ", "))
			}
		}
	}
	return ""
}
