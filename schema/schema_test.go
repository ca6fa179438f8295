package schema_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	generator "github.com/invopop/jsonschema"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"

	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/report"
	"github.com/canvaslint/canvaslint/schema"
)

var update = flag.Bool("update", false, "rewrite report.schema.json, input.schema.json and capabilities.json")

// closed gives the words of the closed lists, by type.
func closed(t reflect.Type) *generator.Schema {
	words := map[reflect.Type][]any{
		reflect.TypeFor[finding.Severity](): {finding.Error, finding.Warning, finding.Info, finding.Off},
		reflect.TypeFor[finding.Verdict]():  {finding.Ready, finding.NotReady, finding.Unknown, finding.NotChecked},
		reflect.TypeFor[finding.Purpose](): {finding.App, finding.Storage, finding.Output, finding.Dataset, finding.Helper,
			finding.Bucket, finding.TimeSeries, finding.GenerativeAI, finding.LargeData},
	}
	if enum, ok := words[t]; ok {
		return &generator.Schema{Type: "string", Enum: enum}
	}
	return nil
}

// generate makes the report's schema of the Go types and their comments.
func generate(t *testing.T) []byte {
	t.Helper()
	r := generator.Reflector{AllowAdditionalProperties: true, ExpandedStruct: true, Mapper: closed}
	const module = "github.com/canvaslint/canvaslint/"
	for _, dir := range []string{"../pkg/finding", "../pkg/source"} {
		if err := r.AddGoComments(module+"schema", dir, generator.WithFullComment()); err != nil {
			t.Fatal(err)
		}
	}
	for name, comment := range r.CommentMap {
		r.CommentMap[name] = strings.Join(strings.Fields(comment), " ")
	}
	s := r.Reflect(&finding.Report{})
	s.ID = "https://raw.githubusercontent.com/canvaslint/canvaslint/main/schema/report.schema.json"
	s.Title = "canvaslint report"
	member := func(of *generator.Schema, name string) *generator.Schema {
		value, ok := of.Properties.Get(name)
		if !ok {
			t.Fatalf("there is no member %s any more", name)
		}
		return value
	}
	member(s, "version").Const = report.Version
	words := func(of, name string, list ...any) { member(s.Definitions[of], name).Enum = list }
	// The closed lists of DESIGN.md, "The decision".
	words("Cause", "layer", "key-policy", "grant", "identity-policy", "boundary", "session-policy",
		"scp", "rcp", "bucket-policy", "access-point-policy", "trust-policy", "endpoint-policy")
	words("Cause", "cause", "no-statement", "iam-not-enabled", "not-allowed-by-guardrail", "explicit-deny",
		"condition-not-met", "other-side-missing", "document-missing", "context-unknown", "policy-in-doubt", "undocumented")
	words("Finding", "severity", finding.Error, finding.Warning, finding.Info)
	words("Waiver", "state", "used", "unused", "expired")
	for _, name := range []string{"line", "column"} {
		member(s.Definitions["Position"], name).Minimum = "1"
	}
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(text, '\n')
}

// TestReportIsCurrent holds the published schema against the types.
func TestReportIsCurrent(t *testing.T) {
	want := generate(t)
	if *update {
		if err := os.WriteFile("report.schema.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(want), string(schema.Report)); diff != "" {
		t.Errorf("report.schema.json is not what the types say; run go generate ./schema\n%s", diff)
	}
}

func compile(t *testing.T, text []byte) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("schema.json", decode(t, text)); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func decode(t *testing.T, text []byte) any {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// TestReportIsValid holds what WriteJSON writes against the published schema.
func TestReportIsValid(t *testing.T) {
	s := compile(t, schema.Report)
	data, err := os.ReadFile("../pkg/report/testdata/report.json")
	if err != nil {
		t.Fatal(err)
	}
	full, err := report.ReadJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]*finding.Report{"full": full, "empty": {}} {
		t.Run(name, func(t *testing.T) {
			var got bytes.Buffer
			if err := report.WriteJSON(&got, r); err != nil {
				t.Fatal(err)
			}
			if err := s.Validate(decode(t, got.Bytes())); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestReportRefuses shows that the schema says something.
func TestReportRefuses(t *testing.T) {
	s := compile(t, schema.Report)
	var empty bytes.Buffer
	if err := report.WriteJSON(&empty, &finding.Report{}); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, old, new string
		valid          bool
	}{
		{"a new member", `"version": 1`, `"version": 1, "later": true`, true},
		{"another version", `"version": 1`, `"version": 2`, false},
		{"a list that is null", `"problems": []`, `"problems": null`, false},
		{"no readiness", `"readiness": [],`, ``, false},
		{"a severity of its own", `"findings": []`,
			`"findings": [{"rule":"r","severity":"fatal","message":"m","fingerprint":"f","help":"h"}]`, false},
		{"a position of nought", `"problems": []`, `"problems": [{"message":"m","start":{"line":0,"column":1}}]`, false},
		{"a layer of its own", `"findings": []`, `"findings": [{"rule":"r","severity":"error","message":"m","fingerprint":"f",
			"help":"h","causes":[{"action":"a","layer":"magic","cause":"no-statement","message":"m"}]}]`, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			changed := strings.Replace(empty.String(), test.old, test.new, 1)
			if changed == empty.String() {
				t.Fatal("nothing to replace")
			}
			if err := s.Validate(decode(t, []byte(changed))); (err == nil) != test.valid {
				t.Errorf("valid is not %t: %v", test.valid, err)
			}
		})
	}
}

// example is the config of DESIGN.md, every member used.
const example = `
guide: "2022"                      # or current
fail-on: error                     # error, warning, info, never
unknown: fail                      # or allow
canvas: detected                   # or all: profiles without Canvas settings too
rules: {key-rotation-off: off, role-relies-on-iam: warning}    # off, info, warning, error
rule-dirs: [company-rules]
datasets: [acme-datasets]          # buckets that users import from
exclude: [drafts/, "*.old.json"]   # files that are not read, as in .gitignore
documents:                         # whose a document is, where neither its content nor its name says so
  - {file: exports/key-a.json, owner: "arn:aws:kms:eu-central-1:111122223333:key/0a1b..."}
deployed-to:                       # where plans and templates are deployed that do not say it themselves
  - {path: infra/prod, account: "111122223333", region: eu-central-1}
expect:
  customer-keys: [app, storage]    # makes domain-uses-aws-key, domain-storage-key-unset errors
  models: [{name: demand, domain: d-abc, problem: time-series-forecasting, key: "arn:aws:kms:..."}]
facts:                             # settle what no document says
  organization: {id: o-abc123, paths: ["o-abc123/r-1/ou-1/"]}
  principal-tags: {"arn:aws:iam::111122223333:role/Canvas": {team: ds}}
  context: {"aws:SourceVpc": [vpc-1]}     # one of these
rules-as-of: "1.0"                 # newer rules are listed, not enforced
overrides: [{paths: ["sandbox/**"], accounts: ["111122223333"], rules: {key-rotation-off: off}}]
waivers-need: [owner, until]       # besides rule, reason, and resource or path
not-waivable: [key-open-to-everyone]
waivers: [{rule: key-grant-unconstrained, resource: "arn:aws:kms:...", path: "kms/**", reason: why, owner: platform, until: 2027-01-31}]
`

// TestConfig holds the schema against DESIGN.md's example and against what it
// must refuse.
func TestConfig(t *testing.T) {
	s := compile(t, schema.Config)
	tests := []struct {
		name, text string
		refused    string // a word of the complaint; empty: valid
	}{
		{"the example", example, ""},
		{"an empty file", "", ""},
		{"a guide as a number", "guide: 2022", ""},
		{"one value of a context key", "facts: {context: {\"aws:SourceVpc\": vpc-1}}", ""},
		{"an unknown key", "guides: current", "additional properties 'guides' not allowed"},
		{"an unknown key further in", "expect: {keys: [app]}", "'/expect': additional properties 'keys' not allowed"},
		{"another guide", "guide: \"2023\"", "'/guide': value must be one of"},
		{"another severity", "rules: {key-rotation-off: loud}", "'/rules/key-rotation-off': value must be one of"},
		{"a waiver without a reason", "waivers: [{rule: r, path: p}]", "missing property 'reason'"},
		{"a waiver of everything", "waivers: [{rule: r, reason: why}]", "'/waivers/0': 'anyOf' failed"},
		{"an override of everything", "overrides: [{rules: {r: off}}]", "'/overrides/0': 'anyOf' failed"},
		{"a day that is none", "waivers: [{rule: r, path: p, reason: why, until: soon}]", "'soon' is not valid date"},
		{"a model without a problem", "expect: {models: [{name: demand}]}", "missing property 'problem'"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := s.Validate(fromYAML(t, test.text))
			switch {
			case test.refused == "" && err != nil:
				t.Error(err)
			case test.refused != "" && (err == nil || !strings.Contains(err.Error(), test.refused)):
				t.Errorf("the complaint is %v, not %q", err, test.refused)
			}
		})
	}
}

// TestWaivers holds the schema of the file beside the config against its reader.
func TestWaivers(t *testing.T) {
	s := compile(t, schema.Waivers)
	for text, valid := range map[string]bool{
		"": true, "[]": true, "waivers: []": true,
		"- {rule: r, path: p, reason: why, until: 2027-01-31, owner: me}": true,
		"waivers: [{rule: r, resource: 'arn:*', reason: why}]":            true,
		"- {rule: r, path: p}":     false,
		"- {rule: r, reason: why}": false,
		"waiver: []":               false,
		"- {rule: r, path: p, reason: why, until: 2027-02-31}": false,
	} {
		schemaError := s.Validate(fromYAML(t, text))
		_, readError := config.ParseWaivers("w.yaml", []byte(text))
		if (schemaError == nil) != valid || (readError == nil) != valid {
			t.Errorf("%q: valid is not %t: the schema says %v, the reader %v", text, valid, schemaError, readError)
		}
	}
}

// TestBaseline holds the schema against what is written.
func TestBaseline(t *testing.T) {
	entry := finding.BaselineEntry{Fingerprint: finding.Fingerprint("a"), Count: 1, Rule: "r", Severity: finding.Error, Message: "m", Claims: []string{"every profile"}}
	var text bytes.Buffer
	if err := report.WriteBaseline(&text, []finding.BaselineEntry{entry}); err != nil {
		t.Fatal(err)
	}
	s := compile(t, schema.Baseline)
	if err := s.Validate(decode(t, text.Bytes())); err != nil {
		t.Error(err)
	}
	if err := s.Validate(decode(t, bytes.Replace(text.Bytes(), []byte(`"version": 1`), []byte(`"version": 2`), 1))); err == nil {
		t.Error("another version is valid")
	}
	for _, lack := range []finding.BaselineEntry{{Fingerprint: entry.Fingerprint, Count: 1, Rule: "r", Severity: finding.Error, Message: "m"}, {Fingerprint: entry.Fingerprint, Count: 1, Rule: "r", Message: "m", Claims: entry.Claims}} {
		var text bytes.Buffer
		if err := report.WriteBaseline(&text, []finding.BaselineEntry{lack}); err != nil {
			t.Fatal(err)
		}
		schemaError := s.Validate(decode(t, text.Bytes()))
		if _, readError := report.ReadBaseline(&text); schemaError == nil || readError == nil {
			t.Errorf("%+v is valid: the schema says %v, the reader %v", lack, schemaError, readError)
		}
	}
	entries, err := report.ReadBaseline(&text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]finding.BaselineEntry{entry}, entries); diff != "" {
		t.Error(diff)
	}
}

// TestConfigExampleIsWhole finds every member of the schema in the example, so
// that neither grows without the other.
func TestConfigExampleIsWhole(t *testing.T) {
	properties := decode(t, schema.Config).(map[string]any)["properties"].(map[string]any)
	used := fromYAML(t, example).(map[string]any)
	for name := range properties {
		if _, ok := used[name]; !ok {
			t.Errorf("%s is in the schema and not in the example", name)
		}
	}
}

// fromYAML gives a document as JSON values; dates stay text, as source has them.
func fromYAML(t *testing.T, text string) any {
	t.Helper()
	var root yaml.Node
	if err := yaml.Unmarshal([]byte(text), &root); err != nil {
		t.Fatal(err)
	}
	return value(t, &root)
}

func value(t *testing.T, n *yaml.Node) any {
	t.Helper()
	switch n.Kind {
	case 0:
		return nil
	case yaml.DocumentNode:
		return value(t, n.Content[0])
	case yaml.MappingNode:
		object := map[string]any{}
		for pair := range slices.Chunk(n.Content, 2) {
			object[pair[0].Value] = value(t, pair[1])
		}
		return object
	case yaml.SequenceNode:
		list := []any{}
		for _, item := range n.Content {
			list = append(list, value(t, item))
		}
		return list
	}
	if n.Tag == "!!str" || n.Tag == "!!timestamp" {
		return n.Value
	}
	var scalar any
	if err := n.Decode(&scalar); err != nil {
		t.Fatal(err)
	}
	return scalar
}
