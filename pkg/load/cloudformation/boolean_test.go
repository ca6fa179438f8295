package cloudformation

import (
	"fmt"
	"strings"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// The spellings of a boolean in a template, and what they come to: in YAML, and
// in JSON where there is the same.
var spellings = []struct{ yaml, json, want string }{
	{"true", "true", "true"}, {"True", "", "true"}, {"TRUE", "", "true"}, {`"true"`, `"true"`, "true"}, {`"True"`, `"True"`, "true"}, {`"TRUE"`, `"TRUE"`, "true"},
	{"yes", "", "true"}, {"Yes", "", "true"}, {"YES", "", "true"}, {"on", "", "true"}, {"On", "", "true"}, {"ON", "", "true"}, {"!!bool yes", "", "true"},
	{"false", "false", "false"}, {"False", "", "false"}, {"FALSE", "", "false"}, {"'false'", `"false"`, "false"}, {"'False'", `"False"`, "false"},
	{"no", "", "false"}, {"No", "", "false"}, {"NO", "", "false"}, {"off", "", "false"}, {"Off", "", "false"}, {"OFF", "", "false"},
	{"!Ref Yes", `{"Ref": "Yes"}`, "true"}, {"!Ref No", `{"Ref": "No"}`, "false"}, {`!Sub "${Yes}"`, `{"Fn::Sub": "${Yes}"}`, "true"},
	{"!FindInMap [M, A, Off]", `{"Fn::FindInMap": ["M", "A", "Off"]}`, "false"}, {"!If [C, yes, !Ref Yes]", `{"Fn::If": ["C", true, "True"]}`, "true"},
	// What is no boolean, or not known, is neither.
	{`"yes"`, `"yes"`, ""}, {"yEs", `"on"`, ""}, {"1", "1", ""}, {"y", `"y"`, ""}, {"!Ref Free", `{"Ref": "Free"}`, ""}, {"!If [C, yes, no]", `{"Fn::If": ["C", true, "False"]}`, ""}, {"[yes]", "[true]", ""},
}

// Attributes that are booleans: what sets them, where they are told, and the
// default that must not show through.
var booleans = []struct{ kind, yaml, json, told string }{
	{"AWS::KMS::Key", "EnableKeyRotation: %s", `{"EnableKeyRotation": %s}`, "KeyRotationEnabled"},
	{"AWS::KMS::Key", "MultiRegion: %s", `{"MultiRegion": %s}`, "KeyMetadata/MultiRegion"},
	{"AWS::KMS::Key", "Enabled: %s", `{"Enabled": %s}`, "KeyMetadata/KeyState"},
	{"AWS::KMS::ReplicaKey", "{PrimaryKeyArn: 'arn:aws:kms:eu-central-1:111122223333:key/mrk-1', Enabled: %s}", `{"PrimaryKeyArn": "arn:aws:kms:eu-central-1:111122223333:key/mrk-1", "Enabled": %s}`, "KeyMetadata/KeyState"},
	{"AWS::S3::Bucket", "BucketEncryption: {ServerSideEncryptionConfiguration: [{BucketKeyEnabled: %s, ServerSideEncryptionByDefault: {SSEAlgorithm: 'aws:kms'}}]}",
		`{"BucketEncryption": {"ServerSideEncryptionConfiguration": [{"BucketKeyEnabled": %s, "ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]}}`,
		"ServerSideEncryptionConfiguration/Rules/0/BucketKeyEnabled"},
}

const (
	yamlFrame = "Parameters: {Yes: {Type: String, Default: yes}, No: {Type: String, Default: 'False'}, Free: {Type: String}}\nMappings: {M: {A: {Off: off}}}\nConditions: {C: !Equals [!Ref Free, x]}\nResources:\n  R:\n    Type: %s\n    Properties:\n      %s\n"
	jsonFrame = `{"Parameters": {"Yes": {"Type": "String", "Default": "true"}, "No": {"Type": "String", "Default": "False"}, "Free": {"Type": "String"}}, "Mappings": {"M": {"A": {"Off": false}}}, "Conditions": {"C": {"Fn::Equals": [{"Ref": "Free"}, "x"]}}, "Resources": {"R": {"Type": "%s", "Properties": %s}}}`
)

func TestBooleans(t *testing.T) {
	for _, attribute := range booleans {
		for _, spelled := range spellings {
			check := func(format, text string) {
				trees, problems := source.Parse("t."+format, []byte(text), source.Auto)
				if len(problems) > 0 {
					t.Fatal(text, problems)
				}
				documents, _ := Translate([]source.Node{trees[0].Root()}, Given{})
				got := ""
				for _, d := range documents {
					if at := d.Root.Find(attribute.told); at.Exists() {
						got = at.Text()
					}
				}
				got = map[string]string{"true": "true", "false": "false", "Enabled": "true", "Disabled": "false"}[got]
				if got != spelled.want {
					t.Errorf("%s: %s is %q, want %q", text, attribute.told, got, spelled.want)
				}
			}
			check("yaml", fmt.Sprintf(yamlFrame, attribute.kind, fmt.Sprintf(attribute.yaml, spelled.yaml)))
			if spelled.json != "" {
				check("json", fmt.Sprintf(jsonFrame, attribute.kind, fmt.Sprintf(attribute.json, spelled.json)))
			}
		}
	}
}

// In the conditions of policies too plain words are booleans: those of every
// operator and every kind of policy.
func TestBooleansOfPolicies(t *testing.T) {
	const policy = `{Statement: [{Effect: Deny, Principal: "*", Action: "*", Resource: "*", Condition: {%s: {"aws:SecureTransport": %s}}}]}`
	frames := []string{
		"Resources: {R: {Type: AWS::KMS::Key, Properties: {KeyPolicy: %s}}}",
		"Resources: {R: {Type: AWS::S3::BucketPolicy, Properties: {Bucket: b, PolicyDocument: %s}}}",
		"Resources: {R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: %s}}}",
		"Resources: {R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}, Policies: [{PolicyName: p, PolicyDocument: %s}]}}}",
		"Resources: {R: {Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: %s}}}",
		"Resources: {R: {Type: AWS::EC2::VPCEndpoint, Properties: {PolicyDocument: %s}}}",
	}
	for _, frame := range frames {
		for word, want := range map[string]string{"no": "false", "Off": "false", "FALSE": "False", "yes": "true", "[on]": "true", "'no'": "no", "maybe": "maybe"} {
			for _, operator := range []string{"Bool", "BoolIfExists", "StringEquals", "Null"} {
				text := fmt.Sprintf(frame, fmt.Sprintf(policy, operator, word))
				trees, _ := source.Parse("t.yaml", []byte(text), source.YAML)
				documents, _ := Translate([]source.Node{trees[0].Root()}, Given{})
				var made []string
				for _, d := range documents {
					made = append(made, texts(d.Root)...)
				}
				joined := strings.ToLower(strings.Join(made, " "))
				if !strings.Contains(joined, "aws:securetransport "+strings.ToLower(want)) {
					t.Errorf("%s: want %s in %s", text, want, joined)
				}
			}
		}
	}
}
