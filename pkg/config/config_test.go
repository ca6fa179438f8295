package config

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/source"
)

func TestParse(t *testing.T) {
	const text = `guide: current
fail-on: warning
unknown: allow
canvas: all
rules: {key-rotation-off: off}
datasets: [acme-datasets]
documents:
  - {file: key.json, owner: "arn:aws:kms:eu-central-1:111122223333:key/0a1b"}
deployed-to: [{path: infra/prod, account: "111122223333"}, {region: eu-central-1}]
expect:
  customer-keys: [app, storage]
  models: [{name: demand, domain: d-1, problem: time-series-forecasting, key: k}]
facts:
  organization: {id: o-1, paths: ["o-1/r-1/"]}
  principal-tags: {"arn:aws:iam::111122223333:role/Canvas": {team: ds}}
  context: {"aws:SourceVpc": [vpc-1, vpc-2]}
`
	got, err := Parse("c.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	want := Config{
		Guide: GuideCurrent, FailOn: "warning", AllowUnknown: true, AllProfiles: true,
		Rules: map[string]finding.Severity{"key-rotation-off": finding.Off}, Datasets: []string{"acme-datasets"},
		Documents:  []Document{{File: "key.json", Owner: "arn:aws:kms:eu-central-1:111122223333:key/0a1b"}},
		DeployedTo: []Deployment{{Path: "infra/prod", Account: "111122223333"}, {Region: "eu-central-1"}},
		Expect: Expect{
			CustomerKeys: []finding.Purpose{finding.App, finding.Storage},
			Models:       []Model{{Name: "demand", Domain: "d-1", Problem: "time-series-forecasting", Key: "k"}},
		},
		Facts: Facts{
			OrganizationID: "o-1", OrganizationPaths: []string{"o-1/r-1/"},
			PrincipalTags: map[string]map[string]string{"arn:aws:iam::111122223333:role/Canvas": {"team": "ds"}},
			Context:       map[string][]string{"aws:SourceVpc": {"vpc-1", "vpc-2"}},
		},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreTypes(source.Node{}, source.Span{}, map[string]source.Span{})); diff != "" {
		t.Error(diff)
	}
}

// TestYAML writes every setting so that it reads the same again.
func TestYAML(t *testing.T) {
	const whole = `guide: current
fail-on: warning
unknown: allow
canvas: all
rules: {key-rotation-off: off}
rule-dirs: [rules]
rules-as-of: "1.0"
overrides: [{paths: [old/**], rules: {key-rotation-off: info}}, {accounts: ["111122223333"], rules: {key-rotation-off: off}}]
datasets: [acme-datasets]
exclude: [drafts/]
documents:
  - {file: key.json, owner: "arn:aws:kms:eu-central-1:111122223333:key/0a1b"}
  - {file: p.json, type: scp}
deployed-to: [{path: infra/prod, account: "111122223333"}, {region: eu-central-1}]
expect:
  customer-keys: [app, storage]
  domains: 2
  models: [{name: demand, domain: d-1, problem: time-series-forecasting, key: k}]
facts:
  organization: {id: o-1, paths: ["o-1/r-1/"]}
  principal-tags: {"arn:aws:iam::111122223333:role/Canvas": {team: "yes"}}
  context: {"aws:SourceVpc": [vpc-1, vpc-2]}
waivers-need: [owner]
not-waivable: [key-open-to-everyone]
waivers: [{rule: key-rotation-off, resource: "*", path: "**", reason: later, owner: team, until: 2027-01-31}]
`
	for _, text := range []string{"", whole} {
		want, err := Parse("c.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		written, err := want.YAML()
		if err != nil {
			t.Fatal(err)
		}
		got, err := Parse("c.yaml", written)
		if err != nil {
			t.Fatalf("%v\n%s", err, written)
		}
		if diff := cmp.Diff(want.Defaults(), got, cmpopts.EquateEmpty(), cmpopts.IgnoreTypes(source.Node{}, source.Span{}, map[string]source.Span{})); diff != "" {
			t.Error(diff)
		}
		// Each setting that a file may have is in the text.
		for key := range (&reader{}).top(&Config{}) {
			if text == whole && !strings.Contains("\n"+string(written), "\n"+key+":") {
				t.Errorf("%s is not written:\n%s", key, written)
			}
		}
	}
}

func TestFaults(t *testing.T) {
	for text, want := range map[string]string{
		"guide: 2023\n":                      `c.yaml:1:8: "2023" is none of: 2022, current; did you mean 2022?`,
		"guides: 2022\n":                     `c.yaml:1:1: unknown key "guides"; did you mean guide?`,
		"datasets: a\n":                      `c.yaml:1:11: expected a list here, found a string`,
		"datasets: [\"s3://acme\"]\n":        `c.yaml:1:12: "s3://acme" is no bucket name: put the bare name here`,
		"documents: [{file: a}]\n":           `c.yaml:1:13: a document needs file, and owner or type`,
		"deployed-to: [{path: a}]\n":         `c.yaml:1:15: an entry needs account or region`,
		"deployed-to: [{account: 1}]\n":      `c.yaml:1:25: "1" is no account id of twelve digits: put one here, in quotes`,
		"deployed-to: [{region: Paris}]\n":   `c.yaml:1:24: "Paris" is no AWS Region such as eu-central-1`,
		"expect: {models: [{name: a}]}\n":    `c.yaml:1:19: a model needs name and problem`,
		"facts: {network: a}\n":              `c.yaml:1:9: unknown key "network"; known here are: context, organization, principal-tags`,
		"rules: [a]\n":                       `c.yaml:1:8: expected a mapping of rule ids to severities, found a list`,
		"guide: current\n---\nguide: 2022\n": `c.yaml:3:1: a config file holds one document`,
		"overrides: [{paths: [\"{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}\"], rules: {}}]\n": `c.yaml:1:22: the alternatives in this pattern make more than 1000 patterns: write fewer {...} groups, or several patterns`,
		"- a\n": `c.yaml:1:1: expected a mapping here, found a list`,
	} {
		_, err := Parse("c.yaml", []byte(text))
		if err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestSpellings(t *testing.T) {
	for pattern, want := range map[string]int{
		"a": 1, "a,b": 1, "{a,b}": 2, "{a,b}/{c,d,e}": 6, "{a,b{c,d}}": 3, "{a,{b,{c,d}}}x{y,z}": 8,
		`\{a,b}`: 1, "{": 1, "}{a,b}": 2, "{{a,b}{c,d},e}": 5,
	} {
		if got := spellings(pattern); got != want {
			t.Errorf("%s stands for %d patterns, want %d", pattern, got, want)
		}
	}
	if got := spellings(strings.Repeat("{1,11}", 100)); got <= maxSpellings {
		t.Errorf("a hundred groups stand for %d patterns, want more than %d", got, maxSpellings)
	}
}

// A file that holds only comments decides nothing, and is no fault.
func TestEmpty(t *testing.T) {
	for _, text := range []string{"", "# nothing yet\n", "---\n"} {
		if got, err := Parse("c.yaml", []byte(text)); err != nil || got.Guide != "" {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
}
