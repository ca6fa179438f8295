package cloudformation

import (
	"strings"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// everything is a template with one of everything that functions refer to.
const everything = `
Parameters:
  Env: {Type: String, Default: dev}
  Free: {Type: String}
  Names: {Type: CommaDelimitedList, Default: "a, b"}
  Image: {Type: "AWS::SSM::Parameter::Value<String>", Default: /some/path}
  Given: {Type: String, Default: x}
Mappings:
  ByEnv:
    dev: {Size: small, List: [one, two]}
Conditions:
  IsDev: !Equals [!Ref Env, dev]
  IsFree: !Equals [!Ref Free, "yes"]
  Both: !And [!Condition IsDev, !Not [{Condition: IsDev}]]
  Either: !Or [!Condition IsFree, !Condition IsDev]
  Neither: !Not [!Condition IsFree]
Resources:
  Key: {Type: "AWS::KMS::Key"}
  Copy: {Type: "AWS::KMS::ReplicaKey", Properties: {PrimaryKeyArn: "arn:aws:kms:us-east-1:111122223333:key/mrk-1"}}
  Alias: {Type: "AWS::KMS::Alias", Properties: {AliasName: !Sub "alias/${Env}", TargetKeyId: !Ref Key}}
  FreeAlias: {Type: "AWS::KMS::Alias", Properties: {AliasName: !Sub "alias/${Free}", TargetKeyId: !Ref Key}}
  Role: {Type: "AWS::IAM::Role", Properties: {RoleName: !Sub "${Env}-role", Path: /team/}}
  Made: {Type: "AWS::IAM::Role"}
  Policy: {Type: "AWS::IAM::ManagedPolicy"}
  Bucket: {Type: "AWS::S3::Bucket", Properties: {BucketName: !Sub "data-${AWS::AccountId}"}}
  Queue: {Type: "AWS::SQS::Queue"}
  Custom: {Type: "Custom::Thing"}
  Round: {Type: "AWS::IAM::Role", Properties: {RoleName: !GetAtt Round.Arn}}
  Domain: {Type: "AWS::SageMaker::Domain"}
Outputs:
  Out: {Value: !GetAtt Key.Arn, Export: {Name: !Sub "${AWS::StackName}-key"}}
`

func TestEval(t *testing.T) {
	cases := []struct{ expression, want string }{
		{`!Ref Env`, "dev"},
		{`{Ref: Free}`, "‹Free›"},
		{`!Ref Given`, "given"},
		{`!Ref Image`, "‹Image›"},
		{`!Ref Names`, "[a b]"},
		{`!Ref Nothing`, "‹Nothing› (the template has neither a parameter nor a resource Nothing: its value is unknown)"},
		{`!Ref AWS::NoValue`, "nothing"},
		{`!Ref AWS::AccountId`, "‹AccountId›"},
		{`!Ref AWS::Partition`, "aws"},
		{`!Ref AWS::URLSuffix`, "amazonaws.com"},
		{`!Ref AWS::StackName`, "‹StackName›"},
		{`!Ref Key`, "{Key}"},
		{`!GetAtt Key.Arn`, "arn:aws:kms:‹Region›:‹AccountId›:key/{Key}"},
		{`!GetAtt [Key, Arn]`, "arn:aws:kms:‹Region›:‹AccountId›:key/{Key}"},
		{`{"Fn::GetAtt": [Key, KeyId]}`, "{Key}"},
		{`{"Fn::GetAtt": "Key.Arn"}`, "arn:aws:kms:‹Region›:‹AccountId›:key/{Key}"},
		{`!Select [1, !Split ["/", !Select [5, !Split [":", !GetAtt Key.Arn]]]]`, "{Key}"},
		{`{"Fn::Select": [1, {"Fn::Split": ["/", {"Fn::Select": [5, {"Fn::Split": [":", {"Fn::GetAtt": [Key, Arn]}]}]}]}]}`, "{Key}"},
		{`!Ref Copy`, "mrk-1"},
		{`!GetAtt Copy.Arn`, "arn:aws:kms:‹Region›:‹AccountId›:key/mrk-1"},
		{`!Ref Alias`, "alias/dev"},
		{`!Ref FreeAlias`, "{Key}"},
		{`!Ref Role`, "dev-role"},
		{`!GetAtt Role.Arn`, "arn:aws:iam::‹AccountId›:role/team/dev-role"},
		{`!GetAtt Role.RoleId`, "{Role.RoleId}"},
		{`!GetAtt Made.Arn`, "arn:aws:iam::‹AccountId›:role/{Made}"},
		{`!Ref Policy`, "arn:aws:iam::‹AccountId›:policy/{Policy}"},
		{`!Ref Bucket`, "data-‹AccountId›"},
		{`!Sub "${Bucket.Arn}/*"`, "arn:aws:s3:::data-‹AccountId›/*"},
		{`!Ref Queue`, "{Queue}"},
		{`!GetAtt Queue.Arn`, "{Queue.Arn}"},
		{`!GetAtt Queue.QueueName`, "‹Queue.QueueName›"},
		{`!Ref Custom`, "‹Custom›"},
		{`!GetAtt Custom.Arn`, "‹Custom.Arn›"},
		{`!GetAtt Absent.Arn`, "‹Absent.Arn› (the template has no resource Absent: the value is unknown)"},
		{`!GetAtt Domain.DomainId`, "{Domain}"},
		{`!GetAtt Domain.DomainArn`, "arn:aws:sagemaker:‹Region›:‹AccountId›:domain/{Domain}"},
		{`!Ref Round`, "arn:aws:iam::‹AccountId›:role/{Round} (the property RoleName of Round refers to itself, directly or by a way round: its value is unknown)"},
		{`!Sub "a-${Env}-${!Literal}-${aws:username}-${Free}"`, "a-dev-${Literal}-${aws:username}-‹Free›"},
		{`!Sub ["${A}/${Env}/${AWS::Region}", {A: !Ref Key}]`, "{Key}/dev/‹Region›"},
		{`{"Fn::Sub": ["${A}", {A: {Ref: Env}}]}`, "dev"},
		{`!Sub plain`, "plain"},
		{`!Sub "${Names}"`, "‹Names› (${Names} is a list, but Fn::Sub inserts text: its value is unknown)"},
		{`!Sub "open ${Env"`, "open ${Env"},
		{`!Sub [1]`, "‹Sub in line 32 of t.yaml› (Sub takes a text, or a list of a text and its variables: its value is unknown)"},
		{`!Join ["-", [a, !Ref Env, !Ref AWS::NoValue, !Ref Free]]`, "a-dev-‹Free›"},
		{`!Join [",", !Ref Names]`, "a,b"},
		{`!Join ["", [a, [b]]]`, "‹Join in line 32 of t.yaml› (Join takes a list of texts: its value is unknown)"},
		{`!Split ["/", "a/b"]`, "[a b]"},
		{`!Select [1, !Ref Names]`, "b"},
		{`!Select ["0", [!Ref Free, x]]`, "‹Free›"},
		{`!Select [2, [a, b]]`, "‹Select in line 32 of t.yaml› (Select takes an index within its list, which has 2 items: its value is unknown)"},
		{`!Select [1, !Split ["/", !Ref Free]]`, "‹item 1 of Free›"},
		{`!Select [0, !Split ["/", !Sub "a/${Free}"]]`, "a"},
		{`!Select [1, !Split ["-", !Sub "a-${AWS::Region}-b"]]`, "‹item 1 of a-Region-b›"},
		{`!Select [1, !Split ["-", !Sub "a-${AWS::AccountId}-b"]]`, "‹AccountId›"},
		{`!Select [4, !Split [":", !Sub "arn:aws:kms:${Free}:${Given}:key/x"]]`, "given"},
		{`!If [IsDev, one, other]`, "one"},
		{`!If [Both, one, other]`, "other"},
		{`!If [Either, one, other]`, "one"},
		{`!If [IsFree, same, same]`, "same"},
		{`!If [IsFree, one, two]`, "‹condition IsFree› (the condition IsFree cannot be decided without the value of the parameter Free: what depends on it is unknown; give values with --parameters)"},
		{`!If [Neither, one, !Ref AWS::NoValue]`, "‹condition Neither› (the condition Neither cannot be decided without the value of the parameter Free: what depends on it is unknown; give values with --parameters)"},
		{`!If [Absent, one, two]`, `‹condition Absent› (the template has no condition "Absent": what depends on it is unknown)`},
		{`!If [IsDev]`, "‹If in line 32 of t.yaml› (If takes the name of a condition and two values: its value is unknown)"},
		{`!FindInMap [ByEnv, !Ref Env, Size]`, "small"},
		{`!FindInMap [ByEnv, !Ref Env, List]`, "[one two]"},
		{`!FindInMap [ByEnv, !Ref Free, Size]`, "‹ByEnv.Free.Size›"},
		{`!FindInMap [ByEnv, prod, Size, {DefaultValue: large}]`, "large"},
		{`!FindInMap [ByEnv, prod, Size]`, "‹FindInMap in line 32 of t.yaml› (the map ByEnv has no Size below prod: its value is unknown)"},
		{`!ImportValue other-key`, "arn:aws:kms:‹Region›:‹AccountId›:key/{Key}"},
		{`{"Fn::ImportValue": !Sub "${Free}-key"}`, "arn:aws:kms:‹Region›:‹AccountId›:key/{Key}"},
		{`!ImportValue other-bucket`, "‹import of other-bucket›"},
		{`!Base64 text`, "‹Base64 in line 32 of t.yaml›"},
		{`!Unheard text`, "‹Unheard in line 32 of t.yaml› (canvaslint does not know the function Unheard: its value is unknown)"},
		{`"{{resolve:ssm:/a/b:1}}"`, "‹resolve%3Assm%3A%2Fa%2Fb%3A1›"},
		{`!Sub "x-{{resolve:secretsmanager:${Env}}}"`, "x-‹resolve%3Asecretsmanager%3Adev›"},
	}
	for _, c := range cases {
		t.Run(c.expression, func(t *testing.T) {
			trees, problems := source.Parse("t.yaml", []byte(everything+"X: "+c.expression+"\n"), source.YAML)
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			r := newRun([]source.Node{trees[0].Root()}, Given{Parameters: map[string]string{"Given": "given"}})
			got := show(r.stacks[0].eval(trees[0].Root().Get("X")))
			if len(r.problems) > 0 {
				var messages []string
				for _, p := range r.problems {
					messages = append(messages, p.Message)
				}
				got += " (" + strings.Join(messages, "; ") + ")"
			}
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func show(v value) string {
	switch text, ok := v.scalar(); {
	case ok:
		return text
	case v.kind == source.Array:
		var items []string
		for _, item := range v.items {
			items = append(items, show(item))
		}
		return "[" + strings.Join(items, " ") + "]"
	case !v.exists():
		return "nothing"
	}
	return v.kind.String()
}
