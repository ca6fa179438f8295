package cloudformation

import (
	"fmt"
	"strings"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// A role is made after the keys that it refers to in any way.
func TestMadeAfter(t *testing.T) {
	inline := func(resource string) string {
		return "{Policies: [{PolicyName: p, PolicyDocument: {Statement: [{Effect: Allow, Action: kms:Decrypt, Resource: " + resource + "}]}}]}"
	}
	const boundary = "\n  Own: {Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: {Statement: [{Effect: Allow, Action: '*', Resource: !GetAtt Key.Arn}]}}}"
	for _, c := range []struct {
		role, more string
		want       bool
	}{
		{inline("!GetAtt Key.Arn"), "", true},
		{inline(`{"Fn::GetAtt": [Key, Arn]}`), "", true},
		{inline("!GetAtt [Key, Arn]"), "", true},
		{inline(`!Sub "${Key.Arn}"`), "", true},
		{inline(`!Sub "arn:aws:kms:${AWS::Region}:${AWS::AccountId}:key/${Key}"`), "", true},
		{inline(`!Sub ["${A}", {A: !GetAtt Key.Arn}]`), "", true},
		{inline(`!Join ["", ["arn:aws:kms:::key/", !Ref Key]]`), "", true},
		{inline("!If [Free, !GetAtt Key.Arn, '*']"), "", true},
		{"{ManagedPolicyArns: [!Ref Own]}", boundary, true},
		{"{PermissionsBoundary: !Ref Own}", boundary, true},
		{"{Tags: [{Key: key, Value: !Ref Alias}]}", "\n  Alias: {Type: AWS::KMS::Alias, Properties: {AliasName: alias/a, TargetKeyId: !Ref Key}}", true},
		{"{}, DependsOn: Key", "", true},
		{"{}, DependsOn: [Other, Key]", "", true},
		{inline("'*'"), "", false},
		{inline("!GetAtt Other.Arn"), "", false},
		{inline(`!Sub "${!Key}"`), "", false},
		{inline("arn:aws:kms:eu-central-1:111122223333:key/Key"), "", false},
		// A policy of its own may come after both.
		{"{}", "\n  P: {Type: AWS::IAM::Policy, Properties: {PolicyName: p, Roles: [!Ref Role], PolicyDocument: {Statement: [{Effect: Allow, Action: kms:Decrypt, Resource: !GetAtt Key.Arn}]}}}", false},
	} {
		text := "Conditions: {Free: !Equals [!Ref 'AWS::Region', x]}\nResources:\n  Key: {Type: AWS::KMS::Key}\n  Other: {Type: AWS::SQS::Queue}\n  Role: {Type: AWS::IAM::Role, Properties: " + c.role + "}" + c.more + "\n"
		if got := isMadeAfterKey(t, text); got != c.want {
			t.Errorf("%s\nmade after the key: %v", text, got)
		}
	}
}

// The template of a nested stack waits for what it is passed.
func TestMadeAfterOfNested(t *testing.T) {
	const parent = "Resources:\n  Key: {Type: AWS::KMS::Key}\n  Child: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: child.yaml, Parameters: {%s}}}\n"
	const child = "Parameters: {KeyArn: {Type: String, Default: x}}\nResources:\n  Role: {Type: AWS::IAM::Role}\n"
	for passed, want := range map[string]bool{"KeyArn: !GetAtt Key.Arn": true, "KeyArn: x": false} {
		if got := isMadeAfterKey(t, fmt.Sprintf(parent, passed), child); got != want {
			t.Errorf("%s: made after the key: %v", passed, got)
		}
	}
}

// isMadeAfterKey reports whether the role of some templates is made after a key.
func isMadeAfterKey(t *testing.T, texts ...string) bool {
	t.Helper()
	var roots []source.Node
	for i, text := range texts {
		trees, problems := source.Parse([]string{"main.yaml", "child.yaml"}[i], []byte(text), source.YAML)
		if len(problems) > 0 {
			t.Fatal(text, problems)
		}
		roots = append(roots, trees[0].Root())
	}
	documents, _ := Translate(roots, Given{})
	for _, d := range documents {
		if strings.HasPrefix(d.Of, "AWS::IAM::Role ") {
			return len(d.MadeAfter) > 0
		}
	}
	t.Fatal("no role was told")
	return false
}
