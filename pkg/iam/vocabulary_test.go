package iam

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/pkg/reference"
	"github.com/canvaslint/canvaslint/pkg/source"
)

func TestChecker(t *testing.T) {
	for name, c := range map[string]struct {
		statement string
		want      []string
	}{
		"real ones":              {`"Action": ["kms:Decrypt", "KMS:decrypt", "kms:ReEncrypt*", "kms:*", "*", "xray:PutTraceSegments"]`, nil},
		"half a name":            {`"Action": "kms:ReEncrypt"`, []string{"unknown-action 1:88: AWS has no action kms:ReEncrypt; did you mean kms:ReEncryptFrom or kms:ReEncryptTo?"}},
		"a name too short":       {`"Action": "kms:Describe"`, []string{"unknown-action 1:88: AWS has no action kms:Describe; did you mean kms:DescribeKey or kms:DescribeCustomKeyStores?"}},
		"a typo":                 {`"Action": ["kms:Decrpyt"]`, []string{"unknown-action 1:89: AWS has no action kms:Decrpyt; did you mean kms:Decrypt?"}},
		"a pattern of nothing":   {`"Action": "kms:Decode*"`, []string{"unknown-action 1:88: no action of AWS fits kms:Decode*"}},
		"a service's other name": {`"NotAction": "efs:ClientMount"`, []string{`unknown-action 1:91: AWS has no service with the prefix "efs"; did you mean elasticfilesystem:ClientMount?`}},
		"calls that are no action": {`"Action": ["s3:GetBucketReplication", "resource-groups:GetResources"]`, []string{
			"unknown-action 1:89: AWS has no action s3:GetBucketReplication; did you mean s3:GetReplicationConfiguration?",
			"unknown-action 1:116: AWS has no action resource-groups:GetResources; did you mean tag:GetResources?"}},
		"published by AWS alone": {`"Action": ["elastic-inference:Connect", "deepracer:Add*"]`, nil},
		"far from all services":  {`"Action": "someservice:Get"`, []string{`unknown-action 1:88: AWS has no service with the prefix "someservice"`}},
		"a service with a typo":  {`"Action": "sagmaker:*"`, []string{`unknown-action 1:88: AWS has no service with the prefix "sagmaker"; did you mean sagemaker?`}},
		"not ours to judge":      {`"Action": ["<action>", "${action}", "kms:", "k*s:Decrypt", "nonsense"]`, nil},
		"keys of the service":    {`"Action": "kms:Decrypt", "Condition": {"StringEquals": {"kms:ViaService": "s3.eu-central-1.amazonaws.com", "kms:EncryptionContext:aws:s3:arn": "a", "KMS:calleraccount": "111122223333"}}`, nil},
		"no such key":            {`"Action": "kms:Decrypt", "Condition": {"StringEquals": {"kms:ViaServices": "a"}}`, []string{"unknown-condition-key 1:134: AWS has no condition key kms:ViaServices; did you mean kms:ViaService?"}},
		"never carried":          {`"Action": ["kms:Decrypt", "s3:GetObject"], "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}}`, []string{"unknown-condition-key 1:144: no request of the statement's actions carries the condition key kms:GrantIsForAWSResource"}},
		"carried by one":         {`"Action": ["kms:Decrypt", "kms:CreateGrant"], "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}}`, nil},
		"beyond what is known":   {`"Action": ["kms:Decrypt", "ec2:RunInstances"], "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}}`, nil},
		"deprecated":             {`"Action": "sagemaker:CreateAutoMLJobV2", "Condition": {"Null": {"sagemaker:VolumeKmsKey": "true"}}`, nil},
		"global and others":      {`"Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a", "token.actions.githubusercontent.com:sub": "b", "ec2:SourceInstanceArn": "c", "saml:aud": "d", "xray:x": "e"}}`, nil},
		"without a service":      {`"Action": "s3:*", "Condition": {"Bool": {"SecureTransport": "true"}}`, []string{`unknown-condition-key 1:119: "SecureTransport" is no condition key: a key is written service:name, such as aws:SecureTransport`}},
		"of no service":          {`"Action": "s3:*", "Condition": {"Bool": {"s4:x": "true"}}`, []string{`unknown-condition-key 1:119: AWS has no condition key s4:x: there is no service with the prefix "s4"; did you mean s3?`}},
		"operators that fit":     {`"Action": "s3:*", "Condition": {"Bool": {"aws:SecureTransport": "true"}, "IpAddress": {"aws:SourceIp": "203.0.113.0/24"}, "StringLike": {"aws:SourceArn": "a", "aws:PrincipalArn": "b"}, "Null": {"aws:SourceIp": "true"}}`, nil},
		"operators that do not": {`"Action": "s3:*", "Condition": {"StringEquals": {"aws:SourceIp": "10.0.0.0/8"}, "ArnLike": {"aws:SecureTransport": "arn:aws:s3:::a"}, "NumericLessThan": {"aws:PrincipalArn": "3"}}`, []string{
			"operator-type 1:110: StringEquals cannot compare aws:SourceIp, which is an address: use an operator of the kind IpAddress",
			"operator-type 1:158: ArnLike cannot compare aws:SecureTransport, which is a boolean: use an operator of the kind Bool",
			"operator-type 1:212: NumericLessThan cannot compare aws:PrincipalArn, which is an ARN: use an operator of the kind Arn"}},
	} {
		t.Run(name, func(t *testing.T) {
			text := `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": "*", ` + c.statement + `}]}`
			documents, problems := source.Parse("p.json", []byte(text), source.JSON)
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			var got []string
			for _, fault := range NewChecker(&reference.Vocabulary{}).Check(Compile(documents[0].Root(), IdentityPolicy), "") {
				start, _ := fault.Node.Span().Positions()
				got = append(got, fault.Kind+" "+start.String()+": "+fault.Message)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
