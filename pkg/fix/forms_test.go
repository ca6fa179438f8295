package fix_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/rules"
	"github.com/canvaslint/canvaslint/pkg/rules/ruletest"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// forms are the ways in which the documents of a case may be written.
var forms = []struct {
	name  string
	write func(name, text string) (string, string)
}{
	{"comments", func(name, text string) (string, string) {
		if !isPolicy(name, text) {
			return name, text
		}
		return name, "// Reviewed.\n" + strings.TrimSuffix(strings.TrimRight(text, "\n"), "}") + "/* end */ }\n"
	}},
	{"one line", func(name, text string) (string, string) {
		var b bytes.Buffer
		if json.Compact(&b, []byte(text)) != nil {
			return name, text
		}
		return name, b.String()
	}},
	{"tabs and Windows lines", func(name, text string) (string, string) {
		var b bytes.Buffer
		if json.Indent(&b, []byte(text), "", "\t") != nil {
			return name, text
		}
		return name, strings.ReplaceAll(b.String(), "\n", "\r\n")
	}},
	{"in a string", func(name, text string) (string, string) {
		if !isPolicy(name, text) {
			return name, text
		}
		return name, `{"Policy": ` + quoted(text) + `}`
	}},
	{"percent-encoded", func(name, text string) (string, string) {
		return name, written(name, text, func(n source.Node) string { return encoded(n, "") })
	}},
	{"YAML blocks", func(name, text string) (string, string) {
		return strings.TrimSuffix(name, ".json") + ".yaml", written(name, text, func(n source.Node) string { return "# Exported.\n" + block(n, "") + "# end\n" })
	}},
	{"YAML in brackets", func(name, text string) (string, string) {
		return strings.TrimSuffix(name, ".json") + ".yaml", "# Exported.\n" + text
	}},
	{"text in YAML", func(name, text string) (string, string) {
		if !isPolicy(name, text) {
			return name, text
		}
		return strings.TrimSuffix(name, ".json") + ".yaml", "PolicyName: default\nPolicy: |\n  " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n  ") + "\n"
	}},
}

// isPolicy reports whether a document is a policy, and not one in a string already.
func isPolicy(name, text string) bool {
	return path.Base(name) == "policy.json" && strings.Contains(text, `"Statement"`)
}

// checkForms makes the plan of a case for its documents in other forms: what is
// edited, what is settled and what opens must not depend on how a document is
// written. Each case is put into some of the forms, all cases into all of them.
func checkForms(t *testing.T, set *rules.Set, name string, c ruletest.Case, want string, number *int) {
	t.Helper()
	if !strings.Contains(want, "edit ") || strings.HasSuffix(name, "bad-escaped-policy") { // that is a form itself
		return
	}
	for range tries(1) {
		form := forms[*number%len(forms)]
		*number++
		other := c
		other.Files = map[string]string{}
		for name, text := range c.Files {
			if path.Base(name) != config.FileName && path.Base(name) != "manifest.json" {
				name, text = form.write(name, text)
			}
			other.Files[name] = text
		}
		if got := planOf(t, set, other); essence(got) != essence(want) {
			t.Errorf("%s as %s:\n%s\nas it is:\n%s", name, form.name, essence(got), essence(want))
		}
	}
}

// tries is how often a law is tried that holds for random cases.
func tries(n int) int {
	if more, err := strconv.Atoi(os.Getenv("CANVASLINT_TRIES")); err == nil {
		return n * more
	}
	return n
}

var placeOfEdit = regexp.MustCompile(`(?m)^edit \S+: |\.(json|yaml)\b`)

// essence leaves out where the edits are.
func essence(plan string) string {
	lines := strings.Split(placeOfEdit.ReplaceAllString(plan, ""), "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func quoted(text string) string {
	made, _ := json.Marshal(text)
	return string(made)
}

func written(name, text string, write func(source.Node) string) string {
	documents, _ := source.Parse(name, []byte(text), source.JSON)
	if len(documents) != 1 {
		return text
	}
	return write(documents[0].Root())
}

// encoded writes JSON, with the policies in it as the IAM API has them.
func encoded(n source.Node, name string) string {
	if strings.HasSuffix(name, "Document") && n.Is(source.Object) {
		return quoted(strings.ReplaceAll(url.QueryEscape(encoded(n, "")), "+", "%20"))
	}
	var parts []string
	switch n.Kind() {
	case source.Array:
		for item := range n.Items() {
			parts = append(parts, encoded(item, ""))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case source.Object:
		for name, value := range n.Members() {
			parts = append(parts, quoted(name.Text())+": "+encoded(value, name.Text()))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case source.String:
		return quoted(n.Text())
	}
	return n.Text()
}

// block writes YAML in blocks.
func block(n source.Node, indent string) string {
	var b strings.Builder
	switch {
	case n.Is(source.Array) && n.Len() > 0:
		for item := range n.Items() {
			b.WriteString(indent + "- " + strings.TrimLeft(block(item, indent+"  "), " "))
		}
	case n.Is(source.Object) && n.Len() > 0:
		for name, value := range n.Members() {
			fmt.Fprintf(&b, "%s%s:", indent, quoted(name.Text()))
			if value.IsScalar() || value.Len() == 0 {
				b.WriteString(" " + block(value, ""))
				continue
			}
			b.WriteString("\n" + block(value, indent+"  "))
		}
	default:
		return encoded(n, "") + "\n"
	}
	return b.String()
}
