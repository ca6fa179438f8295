package fetch

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// statement is a statement of an identity policy.
type statement struct {
	Sid      string
	Effect   string
	Action   []string
	Resource []string
}

// Policy is the least identity policy that lets a caller make the calls of the
// table, as JSON that is ready to attach. Each permission stands once.
func Policy() []byte {
	policy := struct {
		Version   string
		Statement []statement
	}{"2012-10-17", statements(func(Operation) bool { return true })}
	text, err := json.MarshalIndent(policy, "", "    ")
	if err != nil {
		panic(err) // strings alone: it cannot fail
	}
	return append(text, '\n')
}

// statements allow those operations of the table that are wanted.
func statements(wanted func(Operation) bool) []statement {
	var list []statement
	for _, o := range Operations() {
		if o.Permission == "" || !wanted(o) {
			continue
		}
		i := slices.IndexFunc(list, func(s statement) bool { return slices.Equal(s.Resource, o.Resources) })
		if i < 0 {
			i = len(list)
			list = append(list, statement{Sid: sid(o), Effect: "Allow", Resource: o.Resources})
		}
		list[i].Action = append(list[i].Action, o.Permission)
	}
	for i := range list {
		slices.Sort(list[i].Action)
	}
	return list
}

// MemberRole is a CloudFormation template of the role that an account of an
// organization needs, for a StackSet: all that the table has but AWS Organizations,
// which another login reads.
func MemberRole() []byte {
	var b strings.Builder
	b.WriteString(memberRole)
	for _, s := range statements(func(o Operation) bool { return o.Service != "organizations" }) {
		fmt.Fprintf(&b, "              - Sid: %s\n                Effect: Allow\n                Action:\n", s.Sid)
		for _, action := range s.Action {
			fmt.Fprintf(&b, "                  - %s\n", action)
		}
		b.WriteString("                Resource:\n")
		for _, resource := range s.Resource {
			if rest, ok := strings.CutPrefix(resource, "arn:aws:"); ok {
				fmt.Fprintf(&b, "                  - !Sub arn:${AWS::Partition}:%s\n", rest)
			} else {
				fmt.Fprintf(&b, "                  - %q\n", resource)
			}
		}
	}
	return []byte(b.String())
}

const memberRole = `AWSTemplateFormatVersion: "2010-09-09"
Description: The role that "canvaslint fetch --organization" assumes in each account. It can read and nothing else.
Parameters:
  Reader:
    Type: String
    Description: ARN of the role that runs canvaslint
    AllowedPattern: ^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: canvaslint-fetch
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal:
              AWS: !Ref Reader
            Action: sts:AssumeRole
      Policies:
        - PolicyName: fetch
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
`

// sid names a statement by what it is about; IAM takes letters and digits.
func sid(o Operation) string {
	if o.Resources[0] == "*" {
		return "ReadLists"
	}
	kind := o.Resources[0][strings.LastIndex(o.Resources[0], ":")+1:]
	kind, _, _ = strings.Cut(kind, "/")
	name := "Read"
	for _, part := range strings.Split(o.Service+"-"+kind, "-") {
		if part != "*" && part != "" {
			name += strings.ToUpper(part[:1]) + part[1:]
		}
	}
	return name
}
