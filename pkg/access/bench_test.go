package access_test

import (
	"testing"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/access/cases"
)

// kmsCase is the measure of speed: a session, two identity statements, four of
// the key policy, an SCP, a boundary and five context keys.
const kmsCase = `{"id":"bench","request":{"action":"kms:Decrypt","resource":{"arn":"arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab","accountId":"111122223333"},"principal":"arn:aws:sts::111122223333:assumed-role/App/s1","context":{"aws:SecureTransport":"true","aws:PrincipalArn":"arn:aws:iam::111122223333:role/App","kms:CallerAccount":"111122223333","kms:ViaService":"s3.us-east-1.amazonaws.com","kms:EncryptionContext:aws:s3:arn":"arn:aws:s3:::bkt/k"}},"identityPolicies":[{"name":"id","policy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::bkt/*"},{"Effect":"Allow","Action":["kms:Decrypt","kms:GenerateDataKey"],"Resource":"arn:aws:kms:us-east-1:111122223333:key/*","Condition":{"StringEquals":{"kms:ViaService":"s3.us-east-1.amazonaws.com"}}}]}}],"resourcePolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"kms:*","Resource":"*"},{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/Admin"},"Action":["kms:Create*","kms:Put*"],"Resource":"*"},{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/Other"},"Action":["kms:Decrypt"],"Resource":"*","Condition":{"StringLike":{"kms:EncryptionContext:aws:s3:arn":"arn:aws:s3:::bkt/*"}}},{"Effect":"Deny","Principal":"*","Action":"kms:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]},"permissionBoundaryPolicies":[{"name":"pb","policy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["kms:*","s3:*"],"Resource":"*"}]}}],"serviceControlPolicies":[{"orgIdentifier":"r","policies":[{"name":"scp","policy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"kms:ScheduleKeyDeletion","Resource":"*"}]}}]}]}`

func BenchmarkDecide(b *testing.B) {
	c, err := cases.Parse("-", []byte(kmsCase))
	if err != nil {
		b.Fatal(err)
	}
	if r := access.Decide(&c.Request, &c.Policies); r != access.Allowed {
		b.Fatal(r)
	}
	b.ReportAllocs()
	for b.Loop() {
		access.Decide(&c.Request, &c.Policies)
	}
}

func BenchmarkExplain(b *testing.B) {
	c, err := cases.Parse("-", []byte(kmsCase))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		access.Explain(&c.Request, &c.Policies)
	}
}

func BenchmarkLine(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		cases.Answer([]byte(kmsCase))
	}
}

// bucketCase is as large as kmsCase, of a bucket whose policy takes one folder
// of the profile apart.
const bucketCase = `{"id":"bench","request":{"action":"s3:PutObject","resource":{"arn":"arn:aws:s3:::bkt/Canvas/jane/object","accountId":"111122223333"},"principal":"arn:aws:sts::111122223333:assumed-role/App/s1","context":{"aws:SecureTransport":"true","aws:PrincipalArn":"arn:aws:iam::111122223333:role/App","s3:ResourceAccount":"111122223333","s3:TlsVersion":"1.2","s3:authType":"REST-HEADER"}},"identityPolicies":[{"name":"id","policy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":["arn:aws:s3:::other/*","arn:aws:s3:::bkt/*"]},{"Effect":"Allow","Action":["kms:Decrypt","kms:GenerateDataKey"],"Resource":"arn:aws:kms:us-east-1:111122223333:key/*"}]}}],"resourcePolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::bkt","arn:aws:s3:::bkt/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}},{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::bkt/*","Condition":{"StringNotEquals":{"s3:authType":"REST-HEADER"}}},{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::bkt/Canvas/*/Archive/*"},{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/Other"},"Action":"s3:*","Resource":"arn:aws:s3:::bkt/*"}]},"permissionBoundaryPolicies":[{"name":"pb","policy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["kms:*","s3:*"],"Resource":"*"}]}}],"serviceControlPolicies":[{"orgIdentifier":"r","policies":[{"name":"scp","policy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"kms:ScheduleKeyDeletion","Resource":"*"}]}}]}]}`

// BenchmarkBucket measures a question over one object, and over sets: one that
// the policies treat alike, and one that they take apart.
func BenchmarkBucket(b *testing.B) {
	for _, test := range []struct {
		name, resource string
		want           access.Result
	}{
		{"object", "arn:aws:s3:::bkt/Canvas/jane/object", access.Allowed},
		{"alike", "arn:aws:s3:::bkt/other/*", access.Allowed},
		{"apart", "arn:aws:s3:::bkt/Canvas/jane/*", access.ExplicitlyDenied},
	} {
		b.Run(test.name, func(b *testing.B) {
			c, err := cases.Parse("-", []byte(bucketCase))
			if err != nil {
				b.Fatal(err)
			}
			if err := c.Request.Over(test.resource); err != nil {
				b.Fatal(err)
			}
			if r := access.Decide(&c.Request, &c.Policies); r != test.want {
				b.Fatal(r)
			}
			b.ReportAllocs()
			for b.Loop() {
				access.Decide(&c.Request, &c.Policies)
			}
		})
	}
}
