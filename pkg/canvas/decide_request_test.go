package canvas

import (
	"testing"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/iam"
)

// ask decides one call of S3 by a role that may do everything but what a Deny
// with a condition says.
func ask(t *testing.T, c *access.Context, condition string) access.Result {
	t.Helper()
	policy := compileText("policy", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},
		{"Effect":"Deny","Action":"*","Resource":"*","Condition":`+condition+`}]}`, iam.IdentityPolicy)
	principal, err := access.ParsePrincipal("arn:aws:iam::111122223333:role/Canvas")
	if err != nil {
		t.Fatal(err)
	}
	return access.Decide(&access.Request{
		Principal: principal, Action: "s3:PutObject", Resource: "arn:aws:s3:::b/Canvas/x", ResourceAccount: "111122223333", Context: c,
	}, &access.Policies{Identity: *layerOf(policy)})
}

// What AWS's clients always send decides the hardening that AWS recommends.
func TestClientContext(t *testing.T) {
	tests := []struct {
		condition string
		want      access.Result
	}{
		{`{"NumericLessThan":{"s3:TlsVersion":"1.2"}}`, access.Allowed},
		{`{"NumericLessThan":{"s3:TlsVersion":1.2}}`, access.Allowed},
		{`{"NumericLessThan":{"s3:TlsVersion":"1.1"}}`, access.Allowed},
		{`{"NumericLessThanEquals":{"s3:TlsVersion":"1.2"}}`, access.Unknown},
		{`{"NumericLessThan":{"s3:TlsVersion":"1.3"}}`, access.Unknown},
		{`{"NumericGreaterThanEquals":{"s3:TlsVersion":"1.2"}}`, access.ExplicitlyDenied},
		{`{"Null":{"s3:TlsVersion":"true"}}`, access.Allowed},
		{`{"StringNotEquals":{"s3:signatureversion":"AWS4-HMAC-SHA256"}}`, access.Allowed},
		{`{"StringNotEquals":{"s3:authType":"REST-HEADER"}}`, access.Allowed},
		{`{"StringEquals":{"s3:authType":"REST-QUERY-STRING"}}`, access.Allowed},
		{`{"Null":{"s3:x-amz-server-side-encryption-customer-algorithm":"false"}}`, access.Allowed},
		{`{"StringEquals":{"s3:x-amz-server-side-encryption-customer-algorithm":"AES256"}}`, access.Allowed},
		{`{"StringEquals":{"s3:x-amz-acl":["public-read","public-read-write"]}}`, access.Allowed},
		{`{"Null":{"s3:x-amz-grant-read":"false"}}`, access.Allowed},
		{`{"StringLike":{"s3:x-amz-grant-full-control":"*"}}`, access.Allowed},
		{`{"Bool":{"aws:ViaAWSService":"true"}}`, access.Allowed},
		{`{"BoolIfExists":{"aws:ViaAWSService":"false"}}`, access.ExplicitlyDenied},
		{`{"ForAnyValue:StringEquals":{"aws:CalledVia":"athena.amazonaws.com"}}`, access.Allowed},
		{`{"StringEquals":{"s3:x-amz-storage-class":"GLACIER"}}`, access.Unknown},
	}
	for _, test := range tests {
		c := access.NewContext(true)
		(&worker{}).setClient(c)
		if got := ask(t, c, test.condition); got != test.want {
			t.Errorf("%s: %s, want %s", test.condition, got, test.want)
		}
	}
}

// A call that a service makes with the role's credentials is one through a
// service; of which the chain consists is not documented.
func TestForwarded(t *testing.T) {
	c := access.NewContext(true)
	setForwarded(c, "s3")
	for condition, want := range map[string]access.Result{
		`{"Bool":{"aws:ViaAWSService":"false"}}`:                                access.Allowed,
		`{"ForAnyValue:StringEquals":{"aws:CalledVia":"athena.amazonaws.com"}}`: access.Unknown,
	} {
		if got := ask(t, c, condition); got != want {
			t.Errorf("%s: %s, want %s", condition, got, want)
		}
	}
}

// A policy for several services may compare keys that only one of them has.
func TestForeign(t *testing.T) {
	deny := `{"NumericLessThan":{"s3:TlsVersion":"1.2"}}`
	for service, want := range map[string]access.Result{"kms": access.Allowed, "sts": access.Allowed, "s3": access.Unknown} {
		c := access.NewContext(true)
		setForeign(c, service)
		if got := ask(t, c, deny); got != want {
			t.Errorf("%s: %s, want %s", service, got, want)
		}
	}
}

// What the config says of a key of S3 counts instead of the rule.
func TestClientFacts(t *testing.T) {
	w := &worker{config: config.Config{Facts: config.Facts{Context: map[string][]string{
		"S3:TLSVersion": {"1.3"}, "s3:x-amz-acl": {"bucket-owner-full-control"},
	}}}}
	c := access.NewContext(true)
	w.setClient(c)
	for _, condition := range []string{`{"NumericLessThan":{"s3:TlsVersion":"1.3"}}`, `{"StringNotEquals":{"s3:x-amz-acl":"bucket-owner-full-control"}}`} {
		if got := ask(t, c, condition); got != access.Allowed {
			t.Errorf("%s: %s", condition, got)
		}
	}
}

// Tags whose keys differ in case only, and sources that contradict each other,
// leave the key unknown, in any order.
func TestTagsThatDisagree(t *testing.T) {
	deny := `{"StringEquals":{"aws:PrincipalTag/Team":"red"}}`
	tests := []struct {
		name    string
		sources []map[string]string
		want    access.Result
	}{
		{"one", []map[string]string{{"team": "red"}}, access.ExplicitlyDenied},
		{"other", []map[string]string{{"team": "blue"}}, access.Allowed},
		{"none", nil, access.Allowed},
		{"case", []map[string]string{{"team": "red", "Team": "blue"}}, access.Unknown},
		{"case, the same", []map[string]string{{"team": "red", "Team": "red"}}, access.ExplicitlyDenied},
		{"sources", []map[string]string{{"team": "blue"}, {"Team": "red"}}, access.Unknown},
		{"sources, the same", []map[string]string{{"team": "red"}, {"team": "red"}}, access.ExplicitlyDenied},
	}
	for _, test := range tests {
		for range 8 {
			c := access.NewContext(true)
			setTags(c, "aws:PrincipalTag/", true, test.sources...)
			if got := ask(t, c, deny); got != test.want {
				t.Errorf("%s: %s, want %s", test.name, got, test.want)
			}
		}
	}
}

func TestEndpointStates(t *testing.T) {
	for state, want := range map[string]bool{
		"": true, "available": true, "Available": true, "pendingAcceptance": true, "PendingAcceptance": true, "Partial": true,
		"deleted": false, "Deleted": false, "Deleting": false, "Failed": false, "rejected": false, "Expired": false,
	} {
		if got := carriesCalls(state); got != want {
			t.Errorf("%q: %t", state, got)
		}
	}
}

func TestNamesAlias(t *testing.T) {
	for text, want := range map[string]bool{
		"arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab": false,
		"1234abcd-12ab-34cd-56ef-1234567890ab":                                        false,
		"alias/canvas":                                                                true,
		"arn:aws:kms:us-east-1:111122223333:alias/canvas":                             true,
	} {
		if got := namesAlias(text); got != want {
			t.Errorf("%s: %t", text, got)
		}
	}
}
