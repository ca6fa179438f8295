package iam

import (
	"fmt"
	"strings"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/source"
)

func compile(t *testing.T, kind Kind, text string) *Policy {
	documents, problems := source.Parse("policy.json", []byte(text), source.JSON)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return Compile(documents[0].Root(), kind)
}

func TestFaults(t *testing.T) {
	statement := func(members string) string { return `{"Version":"2012-10-17","Statement":[{` + members + `}]}` }
	const rest = `"Action":"s3:*","Resource":"*"`
	for _, test := range []struct {
		name, policy string
		kind         Kind
		want         string
	}{
		{"fine", statement(`"Effect":"Allow",` + rest), IdentityPolicy, ""},
		{"no object", `[]`, IdentityPolicy, "not-an-object"},
		{"no statement", `{}`, IdentityPolicy, "no-statement"},
		{"version", `{"Version":"2012-10-18","Statement":[]}`, IdentityPolicy, "unknown-version"},
		{"effect", statement(`"Effect":"allow",` + rest), IdentityPolicy, "effect"},
		{"no effect", statement(rest), IdentityPolicy, "effect"},
		{"both", statement(`"Effect":"Allow","NotAction":"s3:x",` + rest), IdentityPolicy, "both-elements"},
		{"no action", statement(`"Effect":"Allow","Resource":"*"`), IdentityPolicy, "missing-action"},
		{"no resource in a key policy", statement(`"Effect":"Allow","Principal":"*","Action":"kms:*"`), KeyPolicy, "missing-resource"},
		{"no principal", statement(`"Effect":"Allow",` + rest), BucketPolicy, "missing-principal"},
		{"principal in an identity policy", statement(`"Effect":"Allow","Principal":"*",` + rest), IdentityPolicy, "unexpected-element"},
		{"resource in a trust policy", statement(`"Effect":"Allow","Principal":"*",` + rest), TrustPolicy, "unexpected-element"},
		{"unknown element", statement(`"Effect":"Allow","Resources":"*",` + rest), IdentityPolicy, "unknown-element"},
		{"partial wildcard", statement(`"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/*"},` + rest), BucketPolicy, "partial-wildcard-principal"},
		{"principal value", statement(`"Effect":"Allow","Principal":{"AWS":"App"},` + rest), BucketPolicy, "malformed-principal"},
		{"principal text", statement(`"Effect":"Allow","Principal":"App",` + rest), BucketPolicy, "malformed-principal"},
		{"principal type", statement(`"Effect":"Allow","Principal":{"Aws":"*"},` + rest), BucketPolicy, "principal-type"},
		{"NotPrincipal with Allow", statement(`"Effect":"Allow","NotPrincipal":{"AWS":"111122223333"},` + rest), BucketPolicy, "not-principal-with-allow"},
		{"NotPrincipal with Deny", statement(`"Effect":"Deny","NotPrincipal":{"AWS":"111122223333"},` + rest), BucketPolicy, ""},
		{"ARN", statement(`"Effect":"Allow","Action":"kms:*","Resource":"alias/x"`), IdentityPolicy, "malformed-arn"},
		{"action", statement(`"Effect":"Allow","Action":"Decrypt","Resource":"*"`), IdentityPolicy, "malformed-action"},
		{"service wildcard", statement(`"Effect":"Allow","Action":"s*:x","Resource":"*"`), IdentityPolicy, "malformed-action"},
		{"any service", statement(`"Effect":"Allow","Action":["*:*","*"],"Resource":"*"`), IdentityPolicy, ""},
		{"operator", statement(`"Effect":"Allow",` + rest + `,"Condition":{"StringMatches":{"a:b":"c"}}`), IdentityPolicy, "unknown-operator"},
		{"IfExists on Null", statement(`"Effect":"Allow",` + rest + `,"Condition":{"NullIfExists":{"a:b":"true"}}`), IdentityPolicy, "unknown-operator"},
		{"number", statement(`"Effect":"Allow",` + rest + `,"Condition":{"NumericEquals":{"a:b":"many"}}`), IdentityPolicy, "condition-value"},
		{"values", statement(`"Effect":"Allow",` + rest + `,"Condition":{"NumericEquals":{"a:b":[5,"6"]},"Bool":{"a:c":true}}`), IdentityPolicy, ""},
		{"condition shape", statement(`"Effect":"Allow",` + rest + `,"Condition":{"Bool":"x"}`), IdentityPolicy, "condition-shape"},
		{"variable", statement(`"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b/${aws:username"`), IdentityPolicy, "malformed-variable"},
		{"default without quotes", statement(`"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b/${aws:username, x}"`), IdentityPolicy, "malformed-variable"},
		{"intrinsic", statement(`"Effect":"Allow","Action":"s3:*","Resource":{"Fn::Sub":"${B}/*"}`), IdentityPolicy, ""},
	} {
		var got []string
		for _, f := range compile(t, test.kind, test.policy).Faults {
			got = append(got, f.Kind)
			if f.Message == "" {
				t.Errorf("%s: a fault without a message", test.name)
			}
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("%s: got faults %q, want %q", test.name, got, test.want)
		}
	}
}

func TestOperators(t *testing.T) {
	for name, want := range map[string]Operator{
		"StringEquals":                         {Test: String},
		"stringnotequalsifexists":              {Test: String, Negated: true, IfExists: true},
		"ForAllValues:StringLike":              {Test: StringLike, Set: ForAllValues},
		"ForAnyValue:ArnNotEqualsIfExists":     {Test: ArnLike, Negated: true, IfExists: true, Set: ForAnyValue},
		"NumericGreaterThanEquals":             {Test: Numeric, Compare: GreaterOrEqual},
		"DateNotEquals":                        {Test: Date, Negated: true},
		"NotIpAddress":                         {Test: IPAddress, Negated: true},
		"Null":                                 {Test: Null},
		"BinaryEquals":                         {Test: Binary},
		"StringEqualsIgnoreCase":               {Test: StringIgnoreCase},
		"DateNotLessThan":                      {Test: Unsupported, Negated: true},
		"StringEqualz":                         {Test: Unsupported},
		"":                                     {Test: Unsupported},
		"ForAnyValue:ForAnyValue:StringEquals": {Test: Unsupported, Set: ForAnyValue},
	} {
		if got := ParseOperator(name); got != want {
			t.Errorf("%s: got %+v, want %+v", name, got, want)
		}
	}
}

func TestValues(t *testing.T) {
	for text, want := range map[string]string{
		"2026-01-01T00:00:00Z": "2026-01-01 00:00:00 +0000 UTC", "1700000000": "2023-11-14 22:13:20 +0000 UTC",
		"2026-01-01": "2026-01-01 00:00:00 +0000 UTC", "2026": "2026-01-01 00:00:00 +0000 UTC", "soon": "no date",
		"99999999999999999999": "no date",
	} {
		got := "no date"
		if d, ok := ParseDate(text); ok {
			got = fmt.Sprint(d.UTC())
		}
		if got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
	for _, text := range []string{"", "0x1", "NaN", "1e99999", "1_0", "1/2", "--1"} {
		if n, ok := ParseNumber(text); ok {
			t.Errorf("%q is read as the number %s", text, n)
		}
	}
}
