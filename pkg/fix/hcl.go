package fix

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// madeByTerraform is the ARN of what a Terraform plan makes, with its address.
var madeByTerraform = regexp.MustCompile(`^arn:[^{]*\{(aws_[a-z0-9_]+\.[A-Za-z0-9_-]+(?:\[[^\]]*\])?)\}(.*)$`)

// hcl writes statements as blocks of an aws_iam_policy_document
// (https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document).
func hcl(statements []statement) string {
	var b strings.Builder
	for _, s := range statements {
		b.WriteString("statement {\n")
		attribute(&b, "  sid       = ", []string{s.Sid}, false)
		attribute(&b, "  actions   = ", s.Action, true)
		var resources texts
		if json.Unmarshal(s.Resource, &resources) == nil && len(resources) > 0 {
			attribute(&b, "  resources = ", resources, true)
		}
		var principals map[string]texts
		if json.Unmarshal(s.Principal, &principals) == nil {
			for _, kind := range sortedKeys(principals) {
				fmt.Fprintf(&b, "  principals {\n    type        = %q\n", kind)
				attribute(&b, "    identifiers = ", principals[kind], true)
				b.WriteString("  }\n")
			}
		}
		var conditions map[string]map[string]texts
		if json.Unmarshal(s.Condition, &conditions) == nil {
			for _, operator := range sortedKeys(conditions) {
				for _, key := range sortedKeys(conditions[operator]) {
					fmt.Fprintf(&b, "  condition {\n    test     = %q\n    variable = %q\n", operator, key)
					attribute(&b, "    values   = ", conditions[operator][key], true)
					b.WriteString("  }\n")
				}
			}
		}
		b.WriteString("}\n")
	}
	return b.String()
}

// attribute writes values; one that the plan makes is a reference to it.
func attribute(b *strings.Builder, start string, values []string, list bool) {
	written := make([]string, len(values))
	for i, value := range values {
		match := madeByTerraform.FindStringSubmatch(value)
		switch {
		case match == nil:
			written[i] = strings.ReplaceAll(quoted(source.Spelled(value)), "${", "$${")
		case match[2] == "":
			written[i] = match[1] + ".arn"
		default:
			written[i] = `"${` + match[1] + `.arn}` + match[2] + `"`
		}
	}
	text := strings.Join(written, ", ")
	if list {
		text = "[" + text + "]"
	}
	b.WriteString(start + text + "\n")
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
