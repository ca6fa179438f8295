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
