package iam

import (
	"strings"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// TestOpen asks which conditions bind a statement for everyone.
func TestOpen(t *testing.T) {
	for _, test := range []struct {
		name, condition string
		key, bucket     bool // is it open as a key policy, as a bucket policy?
	}{
		{"none", ``, true, true},
		{"account", `"StringEquals":{"kms:CallerAccount":"111122223333"}`, false, false},
		{"account in another case", `"stringequals":{"AWS:principalaccount":"111122223333"}`, false, false},
		{"any account", `"StringLike":{"aws:PrincipalAccount":"*"}`, true, true},
		{"part of an account", `"StringLike":{"aws:PrincipalAccount":"1*"}`, true, true},
		{"an asterisk under StringEquals matches no one", `"StringEquals":{"aws:PrincipalAccount":"*"}`, false, false},
		{"one value of two is open", `"StringLike":{"aws:PrincipalOrgID":["o-a1b2c3d4e5","o-*"]}`, true, true},
		{"no values", `"StringEquals":{"aws:PrincipalOrgID":[]}`, false, false},
		{"negated", `"StringNotEquals":{"aws:PrincipalAccount":"444455556666"}`, true, true},
		{"Null", `"Null":{"aws:PrincipalOrgID":"false"}`, true, true},
		{"organization that may be missing", `"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}`, true, true},
		{"account is always there", `"StringEqualsIfExists":{"aws:PrincipalAccount":"111122223333"}`, false, false},
		{"ARN is there in every call of KMS", `"ArnLikeIfExists":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/*"}`, false, true},
		{"ForAllValues", `"ForAllValues:StringEquals":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/*"}`, true, true},
		{"ForAnyValue", `"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/*"}`, false, false},
		{"role of any account", `"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/Canvas"}`, true, true},
		{"any role of an account", `"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:*"}`, false, false},
		{"ARN of anything", `"StringLike":{"aws:PrincipalArn":"*"}`, true, true},
		{"user id", `"StringLike":{"aws:userid":"AROAEXAMPLE:*"}`, false, false},
		{"any user id", `"StringLike":{"aws:userid":"*:*"}`, true, true},
		{"user name", `"StringEquals":{"aws:username":"alice"}`, true, true},
		{"tag", `"StringEquals":{"aws:PrincipalTag/team":"x"}`, true, true},
		{"service", `"StringEquals":{"kms:ViaService":"s3.eu-central-1.amazonaws.com"}`, true, true},
		{"TLS", `"Bool":{"aws:SecureTransport":"true"}`, true, true},
		{"VPC", `"StringEquals":{"aws:SourceVpc":"vpc-1"}`, false, false},
		{"any VPC", `"StringLike":{"aws:SourceVpc":"vpc-*"}`, true, true},
		{"source", `"ArnLike":{"aws:SourceArn":"arn:aws:s3:::bucket"}`, false, false},
		{"source by its account", `"ArnLike":{"aws:SourceArn":"arn:aws:cloudtrail:*:111122223333:trail/*"}`, false, false},
		{"source by its name", `"ArnLike":{"aws:SourceArn":"arn:aws:cloudfront::*:distribution/E1EXAMPLE"}`, false, false},
		{"any source", `"ArnLike":{"aws:SourceArn":"arn:aws:cloudfront::*:distribution/*"}`, true, true},
		{"network", `"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}`, false, false},
		{"private network", `"IpAddress":{"aws:VpcSourceIp":"10.0.0.0/7"}`, false, false},
		{"half of all addresses", `"IpAddress":{"aws:SourceIp":"128.0.0.0/1"}`, true, true},
		{"too much of IPv6", `"IpAddress":{"aws:SourceIp":"2001:db8::/31"}`, true, true},
		{"access point", `"StringEquals":{"s3:DataAccessPointAccount":"111122223333"}`, false, false},
		{"template", `"StringEquals":{"kms:CallerAccount":{"Ref":"AWS::AccountId"}}`, false, false},
		{"keys of a template", `"StringEquals":{"Fn::If":["A",{"kms:CallerAccount":"111122223333"},{"Ref":"AWS::NoValue"}]}`, false, false},
		{"variable", `"StringEquals":{"aws:SourceAccount":"${aws:PrincipalAccount}"}`, false, false},
		{"operator that AWS does not have", `"StringEqual":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}`, false, false},
	} {
		for kind, want := range map[Kind]bool{KeyPolicy: test.key, BucketPolicy: test.bucket} {
			p := compile(t, kind, `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*","Condition":{`+test.condition+`}}}`)
			if got := len(p.Open()) > 0; got != want {
				t.Errorf("%s, %s: open is %t, want %t", test.name, kind, got, want)
			}
		}
	}
}

// TestOpenWithDeny asks which Deny closes a statement for everyone.
func TestOpenWithDeny(t *testing.T) {
	const everyone = `"Principal":"*"`
	for _, test := range []struct {
		name, deny string
		open       bool
	}{
		{"organization", everyone + `,"Action":"s3:*","Resource":"*","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`, false},
		{"and AWS's services", everyone + `,"Action":"*","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"},"Bool":{"aws:PrincipalIsAWSService":"false"}}`, false},
		{"endpoint and network", everyone + `,"Action":"s3:Get*","Resource":"*","Condition":{"StringNotEquals":{"aws:SourceVpce":"vpce-1"},"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}`, false},
		{"NotPrincipal", `"NotPrincipal":{"AWS":["111122223333"]},"Action":"s3:*","Resource":"*"`, false},
		{"without a condition", everyone + `,"Action":"s3:*","Resource":"*"`, false},
		{"other action", everyone + `,"Action":"s3:PutObject","Resource":"*","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`, true},
		{"other resource", everyone + `,"Action":"s3:*","Resource":"arn:aws:s3:::b/private/*","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`, true},
		{"only without TLS", everyone + `,"Action":"s3:*","Resource":"*","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"},"Bool":{"aws:SecureTransport":"false"}}`, true},
		{"one role", `"Principal":{"AWS":"arn:aws:iam::111122223333:role/App"},"Action":"s3:*","Resource":"*"`, true},
		{"everyone but everyone", `"NotPrincipal":{"AWS":"*"},"Action":"s3:*","Resource":"*"`, true},
		{"any organization", everyone + `,"Action":"s3:*","Resource":"*","Condition":{"StringNotLike":{"aws:PrincipalOrgID":"o-*"}}`, true},
	} {
		p := compile(t, BucketPolicy, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"},{"Effect":"Deny",`+test.deny+`}]}`)
		if got := len(p.Open()) > 0; got != test.open {
			t.Errorf("%s: open is %t, want %t", test.name, got, test.open)
		}
	}
}

func TestWeaknesses(t *testing.T) {
	const kid, header = `"s3:x-amz-server-side-encryption-aws-kms-key-id"`, `"s3:x-amz-server-side-encryption"`
	put := func(condition string) string {
		return `[{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::b/*","Condition":{` + condition + `}}]`
	}
	iam := func(actions, resources string) string {
		return `[{"Effect":"Allow","Action":` + actions + `,"Resource":` + resources + `}]`
	}
	const root = `{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"kms:*","Resource":"*"}`
	for _, test := range []struct {
		name string
		kind Kind
		text string
		want string // kinds and messages, with the statement's number from 0
	}{
		{"fine", KeyPolicy, `[` + root + `]`, ""},
		{"no resource", KeyPolicy, `[` + root + `,{"Effect":"Allow","Principal":"*","Action":"kms:*"}]`, "statement-without-effect 1 it has no Resource"},
		{"empty action", KeyPolicy, `[` + root + `,{"Effect":"Deny","Principal":"*","Action":[]}]`, "statement-without-effect 1 it has no Action and no Resource"},
		{"no one", KeyPolicy, `[{"Effect":"Allow","Principal":{"AWS":"AROAEXAMPLEEXAMPLE123"},"Action":"kms:*","Resource":"*"}]`, "no-administrator -1 "},
		{"partial wildcard", KeyPolicy, `[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/*"},"Action":"kms:*","Resource":"*"}]`, "no-administrator -1 "},
		{"placeholder", KeyPolicy, `[{"Effect":"Allow","Principal":{"AWS":"<arn:aws:iam::111122223333:role/Admin>"},"Action":"kms:*","Resource":"*"}]`, ""},
		{"symbolic action", KeyPolicy, `[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":{"Ref":"Actions"},"Resource":"*"}]`, ""},
		{"uncertain statement", KeyPolicy, `[{"Effect":{"Ref":"E"},"Principal":{"AWS":"111122223333"},"Action":"kms:Encrypt","Resource":"*"}]`, ""},
		{"alias", IdentityPolicy, iam(`["kms:Decrypt","KMS:generate*","s3:Get*"]`, `"arn:aws:kms:*:*:alias/x"`), "statement-without-effect 0 kms:Decrypt, KMS:generate* on arn:aws:kms:*:*:alias/x"},
		{"alias actions beside", IdentityPolicy, iam(`["kms:UpdateAlias","kms:Decrypt"]`, `["alias/x","mrk-0123456789abcdef0123456789abcdef"]`), "statement-without-effect 0 kms:Decrypt on alias/x"},
		{"alias actions", IdentityPolicy, iam(`["kms:*Alias","kms:*","*"]`, `"arn:aws:kms:*:*:alias/x"`), ""},
		{"symbolic resource", IdentityPolicy, iam(`"kms:Decrypt"`, `["alias/x",{"Ref":"Key"}]`), ""},
		{"everything", IdentityPolicy, iam(`"kms:Decrypt"`, `["alias/x","*"]`), ""},
		{"in a bucket policy", BucketPolicy, put(`"StringNotEquals":{` + kid + `:"alias/x"}`), "key-id-not-arn 0 alias/x"},
		{"all are aliases", BucketPolicy, put(`"ArnNotLike":{` + kid + `:["x","arn:aws:kms:*:*:alias/*"]}`), "key-id-not-arn 0 x"},
		{"pattern", BucketPolicy, put(`"StringNotLike":{` + kid + `:"*1234abcd*"}`), ""},
		{"pattern of aliases", BucketPolicy, put(`"StringNotLike":{` + kid + `:"arn:aws:kms:*:111122223333:alias/*"}`), "key-id-not-arn 0 arn:aws:kms:*:111122223333:alias/*"},
		{"ARN", BucketPolicy, put(`"StringNotEquals":{` + kid + `:["alias/x","arn:aws:kms:eu-central-1:111122223333:key/1"]}`), ""},
		{"placeholder for a key", BucketPolicy, put(`"StringNotEquals":{` + kid + `:"<KEY_ARN>"}`), ""},
		{"variable", BucketPolicy, put(`"StringNotEquals":{` + kid + `:"${aws:PrincipalTag/key}"}`), ""},
		{"header", BucketPolicy, put(`"StringNotEquals":{` + header + `:["aws:kms","AES256"]}`), "unguarded-header 0 aws:kms or AES256"},
		{"guarded", BucketPolicy, put(`"StringNotEquals":{` + header + `:"aws:kms"},"Null":{` + header + `:false}`), ""},
		{"guard the wrong way round", BucketPolicy, put(`"StringNotEquals":{` + header + `:"aws:kms"},"Null":{` + header + `:"true"}`), "unguarded-header 0 aws:kms"},
		{"guarded by IfExists", BucketPolicy, put(`"StringNotEqualsIfExists":{` + header + `:"aws:kms"},"StringLikeIfExists":{` + header + `:"*"}`), "unguarded-header 0 aws:kms"},
		{"statement that stands alone", KeyPolicy, ``, ""},
	} {
		text := `{"Version":"2012-10-17","Statement":` + test.text + `}`
		if test.text == "" {
			text = `{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/App"},"Action":"kms:Decrypt","Resource":"*"}`
		}
		var got []string
		for _, f := range compile(t, test.kind, text).Weaknesses() {
			if f.Node.Span().IsZero() {
				t.Errorf("%s: %s has no place", test.name, f.Kind)
			}
			got = append(got, f.Kind+" "+string("-0123456789"[f.Statement+1])+map[bool]string{true: "1"}[f.Statement < 0]+" "+f.Message)
		}
		if text := strings.Join(got, "; "); text != test.want {
			t.Errorf("%s: got %q, want %q", test.name, text, test.want)
		}
	}
}

func TestOverlaps(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"", "", true}, {"a", "b", false}, {"a*", "*b", true}, {"a?c", "abc", true}, {"a?", "abc", false}, {"*a*", "b*b", true},
		{"ab*", "a", false}, {"*", "", true}, {"?", "", false}, {"a*b*c", "abbc", true}, {"alias/*", "arn:*", false},
	} {
		a, b := WildcardGlob(test.a, false), WildcardGlob(test.b, false)
		if a.Overlaps(&b) != test.want || b.Overlaps(&a) != test.want {
			t.Errorf("%q and %q: want %t", test.a, test.b, test.want)
		}
	}
	inPart, literal := ARNGlob("arn:*:kms:*:*:key/*"), LiteralGlob("arn:aws:s3:::kms:x:y:key/z", false)
	if inPart.Overlaps(&literal) {
		t.Error("a wildcard within a part of an ARN crossed a colon")
	}
	folded, upper := LiteralGlob("abc", true), LiteralGlob("ABC", false)
	if !folded.Overlaps(&upper) {
		t.Error("case was not ignored")
	}
}

// FuzzWeaknesses: whatever a policy holds, each fault has a place.
func FuzzWeaknesses(f *testing.F) {
	for _, seed := range []string{
		`{"Statement":[{"Effect":"Allow","Principal":"*","Action":"kms:*"}]}`,
		`{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":{"AWS":["*"]},"Action":"s3:*","Resource":"*","Condition":{"StringNotLike":{"s3:x-amz-server-side-encryption-aws-kms-key-id":["alias/*"],"s3:x-amz-server-side-encryption":"a"}}}}`,
		`{"Statement":[{"Effect":"Allow","Action":["kms:Decrypt"],"Resource":["alias/x"]}]}`,
		`{"Statement":[{"Effect":"Allow","Principal":"*","NotAction":"kms:*","NotResource":"x","Condition":{"IpAddress":{"aws:SourceIp":"::/0"}}}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		documents, _ := source.Parse("policy.json", data, source.JSON)
		for _, document := range documents {
			for _, kind := range []Kind{IdentityPolicy, KeyPolicy, BucketPolicy, ServiceControlPolicy} {
				for _, fault := range Compile(document.Root(), kind).Weaknesses() {
					if fault.Node.Span().IsZero() {
						t.Errorf("%s in a %s has no place", fault.Kind, kind)
					}
				}
			}
		}
	})
}
