package cloudformation

import (
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// written gives the text of a scalar as CloudFormation reads it: YAML by version
// 1.1, in which plain yes and on are booleans too
// (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html).
func written(n source.Node) string {
	if truth, ok := plainBoolean(n); ok {
		return truth
	}
	return n.Text()
}

// entry gives the member of a map by its name as CloudFormation reads it.
func entry(table source.Node, key string) source.Node {
	if found := table.Get(key); found.Exists() {
		return found
	}
	for name, value := range table.Members() {
		if written(name) == key {
			return value
		}
	}
	return source.Node{}
}

// plainBoolean reads a boolean of JSON or of YAML 1.1: the words that its
// reference parsers resolve, without quotes
// (https://yaml.org/type/bool.html).
func plainBoolean(n source.Node) (truth string, ok bool) {
	word := n.Text()
	isPlain := n.Tag() == "" && n.Raw() == word // neither quoted nor of several lines
	if !n.IsScalar() || !isPlain && n.Tag() != "!!bool" {
		return "", false
	}
	lower := strings.ToLower(word)
	if word != lower && word != strings.ToUpper(word) && word != strings.ToUpper(lower[:1])+lower[1:] {
		return "", false
	}
	switch lower {
	case "true", "yes", "on":
		return "true", true
	case "false", "no", "off":
		return "false", true
	}
	return "", false
}

// truth works out a property that is a boolean. CloudFormation takes the texts
// "true" and "false" for one; anything else is reported, and its value is not
// known. otherwise is what AWS takes where the property is not set.
func (res resource) truth(v value, name string, otherwise bool) value {
	whole, ok := v.scalar()
	switch {
	case v.open != "":
		return undecided(v.open, v.at, res.truth(v.items[0], name, otherwise), res.truth(v.items[1], name, otherwise))
	case !v.exists():
		return value{kind: source.Bool, text: [...]string{"false", "true"}[truthOf(otherwise)-no], at: res.node.Get("Type")}
	case ok && slices.Contains([]string{"true", "false"}, strings.ToLower(whole)):
		return value{kind: source.Bool, text: strings.ToLower(whole), at: v.at}
	case ok && iam.HasStandIn(whole):
		return v
	}
	res.r.problem(v.at, "%s of %s takes true or false, and this is neither: its value is unknown", name, res.id)
	return text(v.at, iam.Unknown(res.qualify(res.id+"."+name)))
}
