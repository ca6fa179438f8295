package cloudformation

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// quotedPattern finds the strings of a JSON text.
var quotedPattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)
})

// wordPattern is a name that Fn::Sub takes.
var wordPattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[A-Za-z0-9]+$`)
})

// Advise turns the fixes of findings into what can be written into a template:
// the stand-ins of a statement become Ref and Fn::Sub, where the template that
// is to be changed has what they stand for, and a key without a KeyPolicy of
// its own needs AWS's default statement beside the new one.
func Advise(roots []source.Node, findings []finding.Finding) []finding.Finding {
	if len(roots) == 0 {
		return findings
	}
	advised := slices.Clone(findings)
	for i := range advised {
		f := &advised[i]
		if f.Fix == nil || f.Fix.Statement == "" {
			continue
		}
		at := slices.IndexFunc(roots, func(root source.Node) bool { return root.Span().File.Name == f.Fix.File })
		if at < 0 {
			continue
		}
		template, fix := unwrap(roots[at]), *f.Fix
		fix.More = slices.Clone(fix.More)
		for i, more := range fix.More {
			fix.More[i].Statement = Writable(roots, more.File, more.Statement)
		}
		fix.Statement = writable(template, fix.Statement)
		if len(roots) == 1 {
			fix.Message = writable(template, fix.Message)
		}
		if id := keyWithoutPolicy(template, f.Resource); id != "" && strings.HasPrefix(f.Fix.Message, "add this statement to the key policy") {
			fix.Message += "; " + id + " has no KeyPolicy, and adding one replaces the default of AWS: give it this statement too: " +
				`{ "Effect": "Allow", "Principal": { "AWS": { "Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root" } }, "Action": "kms:*", "Resource": "*" }`
		}
		f.Fix = &fix
	}
	return advised
}

// Writable turns the strings with stand-ins of a JSON text into functions of the
// template that a file is; the text of any other file stays.
func Writable(roots []source.Node, file, text string) string {
	for _, root := range roots {
		if root.Span().File.Name == file {
			return writable(unwrap(root), text)
		}
	}
	return text
}

// writable turns the strings with stand-ins of a JSON text into functions.
func writable(template source.Node, text string) string {
	return quotedPattern().ReplaceAllStringFunc(text, func(quoted string) string {
		var whole string
		if json.Unmarshal([]byte(quoted), &whole) != nil || !standInPattern().MatchString(whole) {
			return quoted
		}
		if id := madeAs(template, whole); id != "" {
			return `{ "Fn::GetAtt": [` + strconv.Quote(id) + `, "Arn"] }`
		}
		ok := true
		var b strings.Builder
		rest := whole
		for _, hole := range standInPattern().FindAllString(whole, -1) {
			before, after, _ := strings.Cut(rest, hole)
			name := writableName(template, bare(hole))
			ok = ok && name != ""
			b.WriteString(strings.ReplaceAll(before, "${", "${!") + "${" + name + "}")
			rest = after
		}
		if !ok {
			return quoted
		}
		b.WriteString(strings.ReplaceAll(rest, "${", "${!"))
		made, _ := json.Marshal(b.String())
		return `{ "Fn::Sub": ` + string(made) + ` }`
	})
}

// keyPattern is the ARN of a key that a template makes.
var keyPattern = regexp.MustCompile(`^arn:[a-z-]+:kms:[^:]+:[^:]+:key/\{([A-Za-z0-9]+)\}$`)

// madeAs gives the logical id of the role or key of a template that has an ARN.
// Only a reference to a role makes CloudFormation create it first, and a key policy
// that names a role which does not exist yet is refused
// (https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html).
func madeAs(template source.Node, arn string) string {
	if match := keyPattern.FindStringSubmatch(arn); len(match) == 2 && template.Path("Resources", match[1], "Type").Text() == keyType {
		return match[1]
	}
	_, name, ok := strings.Cut(arn, ":role/")
	if !ok || strings.ContainsAny(name, "*?") {
		return ""
	}
	for id, resource := range template.Get("Resources").Members() {
		properties := resource.Get("Properties")
		role, path := properties.Get("RoleName"), strings.TrimPrefix(properties.Get("Path").Text(), "/")
		if resource.Get("Type").Text() == roleType && (role.IsScalar() && path+role.Text() == name || !role.Exists() && bare(name) == path+id.Text()) {
			return id.Text()
		}
	}
	return ""
}

// writableName gives the name by which a template calls what a stand-in stands
// for, "" where it has no such thing.
func writableName(template source.Node, name string) string {
	switch {
	case slices.Contains([]string{"AccountId", "Region", "StackName", "StackId"}, name):
		return "AWS::" + name
	case !wordPattern().MatchString(name):
		return ""
	case template.Path("Parameters", name).Exists(), template.Path("Resources", name).Exists():
		return name
	}
	return ""
}

// keyWithoutPolicy gives the logical id of a key of the template that leaves
// its policy to AWS.
func keyWithoutPolicy(template source.Node, arn string) string {
	id := bare(afterKey(arn))
	id = id[strings.LastIndexByte(id, '.')+1:]
	resource := template.Path("Resources", id)
	if kind := resource.Get("Type").Text(); (kind == keyType || kind == replicaType) && !resource.Path("Properties", "KeyPolicy").Exists() {
		return id
	}
	return ""
}
