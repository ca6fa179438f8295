package source

import (
	"bytes"
	"fmt"
	"net/url"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

// dump makes something like the output of get-account-authorization-details.
func dump(roles int) []byte {
	const trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"sagemaker.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	var b bytes.Buffer
	b.WriteString("{\n    \"RoleDetailList\": [")
	for i := range roles {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `
        {
            "Path": "/service-role/",
            "RoleName": "team-%[1]d",
            "RoleId": "AROAEXAMPLE%010[1]d",
            "Arn": "arn:aws:iam::111122223333:role/service-role/team-%[1]d",
            "CreateDate": "2026-01-02T03:04:05+00:00",
            "AssumeRolePolicyDocument": %[2]q,
            "RolePolicyList": [
                {
                    "PolicyName": "data",
                    "PolicyDocument": {
                        "Version": "2012-10-17",
                        "Statement": [
                            {
                                "Sid": "Keys",
                                "Effect": "Allow",
                                "Action": [
                                    "kms:Decrypt",
                                    "kms:GenerateDataKey",
                                    "kms:DescribeKey"
                                ],
                                "Resource": "arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d-1111-2222-3333-%012[1]d",
                                "Condition": {
                                    "StringEquals": {
                                        "kms:ViaService": "s3.eu-central-1.amazonaws.com"
                                    }
                                }
                            }
                        ]
                    }
                }
            ],
            "AttachedManagedPolicies": [
                {
                    "PolicyName": "AmazonSageMakerCanvasFullAccess",
                    "PolicyArn": "arn:aws:iam::aws:policy/AmazonSageMakerCanvasFullAccess"
                }
            ],
            "Tags": [],
            "RoleLastUsed": {}
        }`, i, url.PathEscape(trust))
	}
	b.WriteString("\n    ]\n}\n")
	return b.Bytes()
}

func BenchmarkParse(b *testing.B) {
	data := dump(10_000)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, problems := Parse("dump.json", data, Auto); len(problems) > 0 {
			b.Fatal(problems)
		}
	}
}

func BenchmarkEmbedded(b *testing.B) {
	data := dump(10_000)
	documents, _ := Parse("dump.json", data, Auto)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		for role := range documents[0].Root().Get("RoleDetailList").Items() {
			if inner, _ := role.Get("AssumeRolePolicyDocument").Embedded(); inner == nil {
				b.Fatal(role.Span())
			}
		}
	}
}

// BenchmarkTokenScan is the yardstick: the bare tokens of the same bytes.
func BenchmarkTokenScan(b *testing.B) {
	data := dump(10_000)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		decoder := jsontext.NewDecoder(bytes.NewBuffer(data))
		for {
			if _, err := decoder.ReadToken(); err != nil {
				break
			}
		}
	}
}

func BenchmarkParseYAML(b *testing.B) {
	data := []byte("{\"x\":[]}\n---\n")
	data = append(data, dump(300)...) // two documents: JSON in YAML's clothes
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if documents, _ := Parse("dump.yaml", data, YAML); len(documents) != 2 {
			b.Fatal(len(documents))
		}
	}
}
