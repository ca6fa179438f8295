package access_test

import (
	"slices"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/source"
)

func policy(t *testing.T, kind iam.Kind, text string) *access.Layer {
	documents, problems := source.Parse("policy.json", []byte(text), source.JSON)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return &access.Layer{Documents: []access.Document{{Name: "policy.json", Policy: iam.Compile(documents[0].Root(), kind)}}}
}

func principal(t *testing.T, text string) access.Principal {
	p, err := access.ParsePrincipal(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestContext asks one bucket policy under one condition, with different
// knowledge of one key.
func TestContext(t *testing.T) {
	for _, test := range []struct {
		name, condition string
		open            bool
		set             func(c *access.Context)
		want            access.Result
		missing         []string
	}{
		{"open world", `"StringEquals":{"aws:SourceVpc":"vpc-1"}`, true, nil, access.Unknown, []string{"aws:SourceVpc"}},
		{"closed world", `"StringEquals":{"aws:SourceVpc":"vpc-1"}`, false, nil, access.ImplicitlyDenied, nil},
		{"absent in an open world", `"StringEquals":{"aws:SourceVpc":"vpc-1"}`, true, func(c *access.Context) { c.SetAbsent("aws:sourcevpc") }, access.ImplicitlyDenied, nil},
		{"one of, all fit", `"StringLike":{"kms:ViaService":"s*.amazonaws.com"}`, false, func(c *access.Context) { c.SetOneOf("kms:ViaService", "s3.amazonaws.com", "sagemaker.amazonaws.com") }, access.Allowed, nil},
		{"one of, none fits", `"StringLike":{"kms:ViaService":"x*"}`, false, func(c *access.Context) { c.SetOneOf("kms:ViaService", "s3.amazonaws.com", "sagemaker.amazonaws.com") }, access.ImplicitlyDenied, nil},
		{"one of, some fit", `"StringLike":{"kms:ViaService":"s3*"}`, false, func(c *access.Context) { c.SetOneOf("kms:ViaService", "s3.amazonaws.com", "sagemaker.amazonaws.com") }, access.Unknown, []string{"kms:ViaService"}},
		{"prefix decides", `"StringLike":{"aws:userid":["AROAOTHER:*","AROAEXAMPLE:*"]}`, false, func(c *access.Context) { c.SetPrefix("aws:userid", "AROAEXAMPLE:") }, access.Allowed, nil},
		{"prefix excludes", `"StringLike":{"aws:userid":"AROAOTHER:*"}`, false, func(c *access.Context) { c.SetPrefix("aws:userid", "AROAEXAMPLE:") }, access.ImplicitlyDenied, nil},
		{"prefix leaves open", `"StringLike":{"aws:userid":"AROAEXAMPLE:a*"}`, false, func(c *access.Context) { c.SetPrefix("aws:userid", "AROAEXAMPLE:") }, access.Unknown, []string{"aws:userid"}},
		{"present", `"Null":{"aws:PrincipalTag/team":"false"}`, false, func(c *access.Context) { c.SetPresent("aws:PrincipalTag/team") }, access.Allowed, nil},
		{"family in another case", `"StringEquals":{"aws:principaltag/TEAM":"x"}`, false, func(c *access.Context) { c.Set("aws:PrincipalTag/team", "x") }, access.Allowed, nil},
		{"set in an open world", `"ForAllValues:StringLike":{"aws:TagKeys":"*"}`, true, nil, access.Allowed, nil},
	} {
		context := access.NewContext(test.open)
		if test.set != nil {
			test.set(context)
		}
		layer := policy(t, iam.BucketPolicy, `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/App"},"Action":"s3:*","Resource":"*","Condition":{`+test.condition+`}}}`)
		request := &access.Request{Principal: principal(t, "arn:aws:iam::111122223333:role/App"), Action: "s3:GetObject", Resource: "arn:aws:s3:::b/k", ResourceAccount: "111122223333", Context: context}
		d := access.Explain(request, &access.Policies{Resource: layer})
		if d.Result != test.want || !slices.Equal(d.Missing, test.missing) {
			t.Errorf("%s: got %s %q, want %s %q", test.name, d.Result, d.Missing, test.want, test.missing)
		}
	}
}

func TestPrincipals(t *testing.T) {
	const role, session = "arn:aws:iam::111122223333:role/team/App", "arn:aws:sts::111122223333:assumed-role/App/s1"
	unknownSession := principal(t, role)
	unknownSession.SessionUnknown = true
	known := principal(t, session)
	known.RoleARN, known.UniqueID = role, "AROAEXAMPLEEXAMPLEID"
	for _, test := range []struct {
		name   string
		caller access.Principal
		named  string
		want   access.Result
	}{
		{"a session of unknown name by its role", unknownSession, role, access.Allowed},
		{"a session of unknown name by a session", unknownSession, session, access.Unknown},
		{"the role itself by a session", principal(t, role), session, access.ImplicitlyDenied},
		{"path known, other path", known, "arn:aws:iam::111122223333:role/App", access.ImplicitlyDenied},
		{"path not known", principal(t, session), "arn:aws:iam::111122223333:role/any/App", access.Allowed},
		{"unique id known", known, "AROAEXAMPLEEXAMPLEID", access.Allowed},
		{"other unique id", known, "AROAEXAMPLEEXAMPLEXX", access.ImplicitlyDenied},
		{"China", principal(t, "arn:aws-cn:iam::111122223333:user/bob"), "arn:aws-cn:iam::111122223333:user/bob", access.Allowed},
	} {
		layer := policy(t, iam.KeyPolicy, `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"`+test.named+`"},"Action":"kms:*","Resource":"*"}}`)
		request := &access.Request{Principal: test.caller, Action: "kms:Decrypt", Resource: "arn:aws:kms:us-east-1:111122223333:key/k"}
		if got := access.Decide(request, &access.Policies{Resource: layer}); got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
	}
	for _, text := range []string{"", "App", "arn:aws:iam::111122223333:role/*", "arn:aws:s3:::b", "arn:aws:sts::111122223333:assumed-role/App", "arn:aws:iam:::role/x"} {
		if p, err := access.ParsePrincipal(text); err == nil {
			t.Errorf("%q is read as %+v", text, p)
		}
	}
}

// TestMissingDocuments: what was not given may allow, and may deny.
func TestMissingDocuments(t *testing.T) {
	allow := policy(t, iam.IdentityPolicy, `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}`)
	deny := policy(t, iam.IdentityPolicy, `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*"}}`)
	request := &access.Request{Principal: principal(t, "arn:aws:iam::111122223333:role/App"), Action: "s3:GetObject", Resource: "arn:aws:s3:::b/k", ResourceAccount: "111122223333"}
	for _, test := range []struct {
		name  string
		layer access.Layer
		want  access.Result
	}{
		{"nothing else", access.Layer{Missing: []string{"the managed policy P"}}, access.Unknown},
		{"allowed otherwise", access.Layer{Documents: allow.Documents, Missing: []string{"the managed policy P"}}, access.Unknown},
		{"denied anyway", access.Layer{Documents: deny.Documents, Missing: []string{"the managed policy P"}}, access.ExplicitlyDenied},
	} {
		d := access.Explain(request, &access.Policies{Identity: test.layer})
		if d.Result != test.want {
			t.Errorf("%s: got %s, want %s", test.name, d.Result, test.want)
		}
		if d.Result == access.Unknown && (!slices.Equal(d.Missing, []string{"the managed policy P"}) || d.Reasons[0].Cause != access.DocumentMissing) {
			t.Errorf("%s: missing %q, reasons %+v", test.name, d.Missing, d.Reasons)
		}
	}
}

// What a grant's constraint asks for is named as AWS spells it.
func TestGrantSpelling(t *testing.T) {
	documents, _ := source.Parse("grants.json", []byte(`{"GrantId":"g1","GranteePrincipal":"arn:aws:iam::111122223333:role/App","Operations":["Decrypt"],
 "Constraints":{"EncryptionContextSubset":{"Dept":"IT"},"SourceArn":"arn:aws:s3:::b"}}`), source.JSON)
	request := &access.Request{
		Principal: principal(t, "arn:aws:iam::111122223333:role/App"), Action: "kms:Decrypt",
		Resource: "arn:aws:kms:us-east-1:111122223333:key/k", Context: access.NewContext(true),
	}
	d := access.Explain(request, &access.Policies{Grants: []access.Grant{access.ParseGrant(documents[0].Root())}})
	if want := []string{"aws:SourceArn", "kms:EncryptionContext:Dept"}; d.Result != access.Unknown || !slices.Equal(d.Missing, want) {
		t.Errorf("got %s, missing %q, want %q", d.Result, d.Missing, want)
	}
}

func TestTrace(t *testing.T) {
	layer := policy(t, iam.KeyPolicy, `{"Version":"2012-10-17","Statement":[
 {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/Other"},"Action":"kms:*","Resource":"*"},
 {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/App"},"Action":"kms:Encrypt","Resource":"*"},
 {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/App"},"Action":"kms:Decrypt","Resource":"*","Condition":{"StringEquals":{"kms:ViaService":"s3.us-east-1.amazonaws.com"}}},
 {"Effect":"Deny","Principal":"*","Action":"kms:Decrypt","Resource":"*","Condition":{"StringEquals":{"aws:SourceVpc":"vpc-1"}}},
 {"Effect":"Allow","Principal":"*","Action":"kms:Decrypt","Resource":"*"}]}`)
	context := access.NewContext(false)
	context.SetUnknown("aws:SourceVpc")
	request := &access.Request{Principal: principal(t, "arn:aws:iam::111122223333:role/App"), Action: "kms:Decrypt", Resource: "arn:aws:kms:us-east-1:111122223333:key/k", Context: context}
	want := []string{
		"not matched principal policy.json:2:32: it does not name this principal",
		"not matched action policy.json:3:86: its action is another one",
		"not matched condition policy.json:4:161: StringEquals asks for s3.us-east-1.amazonaws.com, and the request has no kms:ViaService",
		"may match condition policy.json:5:118: StringEquals asks for vpc-1, and aws:SourceVpc is not known",
		"matched",
	}
	traces := access.Trace(request, &access.Policies{Resource: layer})
	if len(traces) != 1 || traces[0].Layer != access.KeyPolicy || !traces[0].Binds {
		t.Fatalf("traces: %+v", traces)
	}
	for i, s := range traces[0].Statements {
		got := string(s.Match)
		if s.Element != "" {
			got += " " + s.Element + " " + s.Node.Span().String() + ": " + s.Why
		}
		if got != want[i] {
			t.Errorf("statement %d:\n got %s\nwant %s", i+1, got, want[i])
		}
	}
}
