package cloudformation

import (
	"strings"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// Resources that wait for each other are found, whichever way they refer.
func TestCircles(t *testing.T) {
	const key = "\n  Key: {Type: AWS::KMS::Key, Properties: {KeyPolicy: {Statement: [{Principal: {AWS: !GetAtt Role.Arn}}]}}}"
	for _, c := range []struct{ resources, want string }{
		{key + "\n  Role: {Type: AWS::IAM::Role, Properties: {Policies: [{PolicyDocument: {Statement: [{Resource: !Sub '${Key.Arn}'}]}}]}}", "Key, Role"},
		{key + "\n  Role: {Type: AWS::IAM::Role, DependsOn: Alias}\n  Alias: {Type: AWS::KMS::Alias, Properties: {TargetKeyId: !Ref Key}}", "Alias, Key, Role"},
		{key + "\n  Role: {Type: AWS::IAM::Role}\n  Alias: {Type: AWS::KMS::Alias, Properties: {TargetKeyId: !Ref Key}}", ""},
		{"\n  A: {Type: X, DependsOn: B}\n  B: {Type: X, DependsOn: A}\n  C: {Type: X, DependsOn: [A, D]}\n  D: {Type: X, DependsOn: C}", "A, B; C, D"},
		{"\n  A: {Type: X, DependsOn: A}", "A"},
	} {
		trees, problems := source.Parse("t.yaml", []byte("Resources:"+c.resources+"\n"), source.YAML)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		if got := strings.Join(Circles([]source.Node{trees[0].Root()}), "; "); got != c.want {
			t.Errorf("%s\ngot %q, want %q", c.resources, got, c.want)
		}
	}
}
