package cloudformation

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/source"
)

func TestReadParameters(t *testing.T) {
	cases := []struct{ name, file, text, want string }{
		{"parameter JSON", "p.json", `[{"ParameterKey": "A", "ParameterValue": "1"}, {"ParameterKey": "B", "UsePreviousValue": true}]`, "A=1"},
		{"texts", "p.json", `["A=1", "B=x=y"]`, "A=1 B=x=y"},
		{"CodePipeline", "p.json", `{"Parameters": {"A": "1", "List": ["a", "b"]}, "StackPolicy": {}}`, "A=1 List=a,b"},
		{"git sync", "p.yaml", "template-file-path: x\nparameters: {}\n", "p.yaml:2:13: the value of a parameter is a text or a list of texts; this is an object"},
		{"a map", "p.yaml", "A: true\nB: 12\nAWS::Region: eu-central-1\n", "A=true AWS::Region=eu-central-1 B=12"},
		{"samconfig text", "samconfig.toml", "version = 0.1\n[default.deploy.parameters]\nparameter_overrides = 'A=\"x y\" ParameterKey=B,ParameterValue=2'\n", "A=x y B=2"},
		{"samconfig list", "samconfig.toml", "[default.global.parameters]\nparameter_overrides = [\"A=1\", \"B=2\"]\n", "A=1 B=2"},
		{"samconfig map", "samconfig.toml", "[default.deploy.parameters]\nparameter_overrides = {A = 1}\n", "A=1"},
		{"samconfig YAML", "samconfig.yaml", "version: 0.1\ndefault:\n  deploy:\n    parameters:\n      parameter_overrides:\n        - A=1\n        - B: 2\n", "A=1 B=2"},
		{"samconfig YAML text", "samconfig.yaml", "default: {deploy: {parameters: {parameter_overrides: A=1 B=2}}}\n", "A=1 B=2"},
		{"no overrides", "samconfig.toml", "version = 0.1\n", "samconfig.toml: the file has no parameter_overrides below [default.deploy.parameters] or [default.global.parameters]"},
		{"broken TOML", "samconfig.toml", "a = \n", "samconfig.toml:1:5: expected value but found '\\n' instead"},
		{"broken JSON", "p.json", `{"A": }`, "p.json:1:7: not valid JSON: missing value after object name"},
		{"no value", "p.json", `["A"]`, `p.json:1:2: a parameter is written Key=Value, not "A"`},
		{"no key", "p.json", `[{"Key": "A"}]`, "p.json:1:2: an item of this list has ParameterKey and ParameterValue"},
		{"half a pair", "p.json", `["ParameterKey=A"]`, `p.json:1:2: "ParameterKey=A" has no ParameterValue`},
		{"a text", "p.json", `"A"`, "p.json:1:1: parameters are a map or a list of ParameterKey and ParameterValue; this is a string"},
		{"two documents", "p.yaml", "A: 1\n---\nB: 2\n", "p.yaml: a parameter file holds one document"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			values, err := ReadParameters(c.file, []byte(c.text))
			var pairs []string
			for _, name := range slices.Sorted(maps.Keys(values)) {
				pairs = append(pairs, name+"="+values[name])
			}
			got := strings.Join(pairs, " ")
			if err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func parse(t *testing.T, text string) source.Node {
	t.Helper()
	trees, problems := source.Parse("t.yaml", []byte(text), source.YAML)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return trees[0].Root()
}

func TestChoices(t *testing.T) {
	root := parse(t, `
Parameters:
  Env: {Type: String, AllowedValues: [dev, test, prod]}
  Arn: {Type: String}
  Size: {Type: String, Default: small}
  Long: {Type: String, AllowedValues: [a, b, c, d, e, f, g, h, i]}
  Idle: {Type: String}
Mappings:
  ByStage: {one: {Own: "yes"}, two: {Own: "no"}}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  HasArn: !Not [!Equals [!Ref Arn, ""]]
  IsBig: !Equals [!Ref Size, big]
  IsLong: !Or [!Equals [a, !Ref Long], !Equals [b, !Ref Long]]
  Unused: !Equals [!Ref Idle, x]
  Here: !Equals [!Ref AWS::Region, us-east-1]
  Mapped: !Equals [!FindInMap [ByStage, !Ref AWS::StackName, Own], "yes"]
Resources:
  Key: {Type: AWS::KMS::Key, Condition: IsProd, Properties: {Enabled: !If [HasArn, !If [IsLong, true, false], !If [IsBig, true, false]], EnableKeyRotation: !If [Here, true, !If [Mapped, true, false]]}}
`)
	var got []string
	for _, c := range Choices([]source.Node{root}, Given{}) {
		line := c.Parameter + ": " + phrases(c)
		if fewer := c.Fewer(); len(fewer.Values) < len(c.Values) {
			line += "; or " + phrases(fewer)
		}
		got = append(got, line)
	}
	want := []string{
		"Env: Env is dev, Env is test, Env is prod; or Env is prod, Env is not prod",
		"Arn: Arn is empty, Arn is not empty",
		"Long: Long is a, Long is b, Long is c, Long is d, Long is e, Long is f, Long is g, Long is h, Long is i; or Long is a, Long is b, Long is neither a nor b",
		"AWS::Region: AWS::Region is us-east-1, AWS::Region is not us-east-1",
		"StackName: StackName is one, StackName is two",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func phrases(c Choice) string {
	var phrases []string
	for _, value := range c.Values {
		phrases = append(phrases, c.Phrase(value))
	}
	return strings.Join(phrases, ", ")
}

func TestAdvise(t *testing.T) {
	root := parse(t, `
Parameters: {Team: {Type: String}}
Resources:
  Role: {Type: AWS::IAM::Role}
  Bare: {Type: AWS::KMS::Key}
  Key: {Type: AWS::KMS::Key, Properties: {KeyPolicy: {Statement: []}}}
`)
	cases := []struct{ name, resource, file, statement, want string }{
		{"a role", "{Key}", "t.yaml", `"arn:aws:iam::‹AccountId›:role/{Role}"`, `{ "Fn::GetAtt": ["Role", "Arn"] }`},
		{"a part of an ARN", "{Key}", "t.yaml", `"role/{Role}"`, `{ "Fn::Sub": "role/${Role}" }`},
		{"a parameter and a variable", "{Key}", "t.yaml", `"‹Team›/${aws:username}"`, `{ "Fn::Sub": "${Team}/${!aws:username}" }`},
		{"of another stack", "{Key}", "t.yaml", `"arn:aws:iam::‹AccountId›:role/{Other}"`, `"arn:aws:iam::‹AccountId›:role/{Other}"`},
		{"another file", "{Key}", "u.yaml", `"role/{Role}"`, `"role/{Role}"`},
		{"plain", "{Key}", "t.yaml", `"kms:Decrypt"`, `"kms:Decrypt"`},
		{"a default policy", "arn:aws:kms:‹Region›:‹AccountId›:key/{Bare}", "t.yaml", `"*"`, `"*"; Bare has no KeyPolicy, and adding one replaces the default of AWS: give it this statement too: { "Effect": "Allow", "Principal": { "AWS": { "Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root" } }, "Action": "kms:*", "Resource": "*" }`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			const message = "add this statement to the key policy of a key"
			given := []finding.Finding{{Resource: c.resource, Fix: &finding.Fix{Message: message, File: c.file, Statement: c.statement}}}
			advised := Advise([]source.Node{root}, given)[0].Fix
			if got := advised.Statement + strings.TrimPrefix(advised.Message, message); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if given[0].Fix.Statement != c.statement {
				t.Error("the finding that was given changed")
			}
		})
	}
}

// Names that are made of each other twice over take no time, and end at a bound.
func TestDoubling(t *testing.T) {
	var b strings.Builder
	b.WriteString("Resources:\n  B0: {Type: AWS::S3::Bucket, Properties: {BucketName: xxxxxxxx}}\n")
	for i := range 60 {
		fmt.Fprintf(&b, "  B%d: {Type: AWS::S3::Bucket, Properties: {BucketName: !Sub \"${B%d}${B%d}\"}}\n", i+1, i, i)
	}
	documents, _ := Translate([]source.Node{parse(t, b.String())}, Given{})
	last := documents[len(documents)-1].Place.Bucket
	if rest := strings.ReplaceAll(last, "‹a text that is too long›", ""); rest != "" || len(last) > 4*maxText {
		t.Errorf("the last bucket's name has %d bytes: %.100q", len(last), last)
	}
}

// FuzzTranslate reads any bytes as a template: no panic, and every place inside
// of the file.
func FuzzTranslate(f *testing.F) {
	f.Add([]byte(everything))
	f.Add([]byte(`{"Resources": {"A": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {"Fn::If": ["C", {"Statement": {"Fn::Split": ["", "x"]}}, {"Ref": "AWS::NoValue"}]}}}}, "Conditions": {"C": {"Fn::Equals": [{"Ref": "P"}, "x"]}}, "Parameters": {"P": {"Type": "String"}}}`))
	f.Add([]byte("Resources:\n  S: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: t.yaml}}\n  D: {Type: AWS::SageMaker::Domain, Properties: {DefaultUserSettings: !If [C, {ExecutionRole: !GetAtt S.Outputs.X}, !Ref AWS::NoValue]}}\nConditions: {C: !Not [!Condition C]}\nOutputs: {X: {Value: !ImportValue x, Export: {Name: x}}}\n"))
	f.Add([]byte("Resources:\n  B: {Type: AWS::S3::Bucket, Properties: {BucketName: !Sub \"${B}${B.Arn}\", BucketEncryption: {ServerSideEncryptionConfiguration: !Ref P}}}\n  R: {Type: AWS::IAM::Role, Properties: {Policies: !If [C, [a], b], ManagedPolicyArns: !Ref R}}\n  P: {Type: AWS::IAM::Policy, Properties: {PolicyDocument: x, Roles: !GetAtt R.Arn}}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		trees, _ := source.Parse("t.yaml", data, source.Auto)
		var roots []source.Node
		for _, tree := range trees {
			if Fits(tree.Root()) {
				roots = append(roots, tree.Root())
			}
		}
		if len(roots) == 0 {
			return
		}
		given := map[string]string{}
		for _, c := range Choices(roots, Given{}) {
			for _, value := range c.Values {
				_ = c.Phrase(value)
				given[c.Parameter] = value
			}
		}
		documents, problems := Translate(roots, Given{Parameters: given})
		for _, d := range documents {
			if !d.Root.Exists() || d.Root.Span().IsZero() {
				t.Errorf("%s has no place", d.Of)
			}
		}
		for _, p := range problems {
			if s := p.Span; !s.IsZero() && (s.Start < 0 || s.Start > s.End || s.End > len(s.File.Text)) {
				t.Errorf("outside of the file: %s", p)
			}
		}
	})
}
