package access

import (
	"fmt"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// What is said of an implicit denial: the statement that comes closest, the one
// element that keeps it from applying, and what to write instead.
func TestNearMisses(t *testing.T) {
	const (
		key     = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
		id      = "1234abcd-12ab-34cd-56ef-1234567890ab"
		role    = "arn:aws:iam::111122223333:role/Canvas"
		account = `{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"kms:*","Resource":"*"}`
		yes     = " would allow it, but its "
	)
	identity := func(action, resource string) string {
		return fmt.Sprintf(`{"Sid":"I","Effect":"Allow","Action":%q,"Resource":%q}`, action, resource)
	}
	policy := func(principal, condition string) string {
		return fmt.Sprintf(`{"Sid":"K","Effect":"Allow","Principal":{"AWS":%q},"Action":"kms:Decrypt","Resource":"*","Condition":%s}`, principal, condition)
	}
	cases := []struct {
		name, identity, resource, want string
	}{
		{"a name for an id", identity("kms:Decrypt", "arn:aws:kms:eu-central-1:111122223333:key/canvas"), account,
			`statement "I" of id` + yes + "Resource is arn:aws:kms:eu-central-1:111122223333:key/canvas, which is the ARN of no key: behind key/ stands a key id: write " + key},
		{"an alias", identity("kms:*", "arn:aws:kms:eu-central-1:111122223333:alias/canvas"), account,
			`statement "I" of id` + yes + "Resource is arn:aws:kms:eu-central-1:111122223333:alias/canvas, an alias, and a Resource is compared with the key's ARN: write " + key + ` (or "*" with a condition on kms:ResourceAliases)`},
		{"an alias of another key", identity("kms:*", "arn:aws:kms:eu-central-1:111122223333:alias/other"), account,
			"no statement of the identity policy allows it"},
		{"a bare id", identity("kms:*", id), account,
			`statement "I" of id` + yes + "Resource is " + id + ", and a Resource is compared with the key's ARN: write " + key},
		{"an id without key/", identity("kms:*", strings.Replace(key, "key/", "", 1)), account,
			`statement "I" of id` + yes + "Resource is " + strings.Replace(key, "key/", "", 1) + ", and a Resource is compared with the key's ARN: write " + key},
		{"another Region", identity("kms:*", strings.Replace(key, "eu-central-1", "us-east-1", 1)), account,
			`statement "I" of id` + yes + "Resource is " + strings.Replace(key, "eu-central-1", "us-east-1", 1) + ", of the Region us-east-1, and the Region is eu-central-1: write " + key},
		{"all keys of another Region", identity("kms:*", "arn:aws:kms:us-east-1:111122223333:key/*"), account,
			`statement "I" of id` + yes + "Resource is arn:aws:kms:us-east-1:111122223333:key/*, of the Region us-east-1, and the Region is eu-central-1: write arn:aws:kms:eu-central-1:111122223333:key/*"},
		{"another account", identity("kms:*", strings.Replace(key, "111122223333", "444455556666", 1)), account,
			`statement "I" of id` + yes + "Resource is " + strings.Replace(key, "111122223333", "444455556666", 1) + ", of the account 444455556666, and the account is 111122223333: write " + key},
		{"a letter in the id", identity("kms:*", strings.Replace(key, "abcd", "abce", 1)), account,
			`statement "I" of id` + yes + "Resource is " + strings.Replace(key, "abcd", "abce", 1) + ", and " + key + " was asked for: write " + key},
		{"another key that exists", identity("kms:*", strings.Replace(key, "abcd", "abc0", 1)), account,
			"no statement of the identity policy allows it"},
		{"a letter in the action", identity("kms:Decript", "*"), account,
			`statement "I" of id` + yes + "Action is kms:Decript: write kms:Decrypt"},
		{"another action that exists", identity("kms:Encrypt", "*"), account,
			"no statement of the identity policy allows it"},
		{"two elements are wrong", identity("kms:Decript", id), account,
			"no statement of the identity policy allows it"},
		{"a path", "", policy("arn:aws:iam::111122223333:role/service-role/Canvas", "{}"),
			`statement "K" of key` + yes + "Principal is arn:aws:iam::111122223333:role/service-role/Canvas, a role of another path than " + role + ": write " + role},
		{"a role of another account", "", policy("arn:aws:iam::444455556666:role/Canvas", "{}"),
			`statement "K" of key` + yes + "Principal is arn:aws:iam::444455556666:role/Canvas, of the account 444455556666, and the caller is of 111122223333: write " + role},
		{"a digit of the account", "", policy("arn:aws:iam::111122223334:root", "{}"),
			`statement "K" of key` + yes + "Principal is arn:aws:iam::111122223334:root, and the caller is of the account 111122223333: write 111122223333"},
		{"another account", "", policy("arn:aws:iam::444455556666:root", "{}"),
			"no statement of the key policy allows it"},
		{"a letter in the role", "", policy("arn:aws:iam::111122223333:role/Canvsa", "{}"),
			`statement "K" of key` + yes + "Principal is arn:aws:iam::111122223333:role/Canvsa, and the caller is " + role + ": write " + role},
		{"another role that exists", "", policy("arn:aws:iam::111122223333:role/Canvas2", "{}"),
			"no statement of the key policy allows it"},
		{"a user of that name", "", policy("arn:aws:iam::111122223333:user/Canvas", "{}"),
			`statement "K" of key` + yes + "Principal is arn:aws:iam::111122223333:user/Canvas, a user, and the caller is the role " + role + ": write " + role},
		{"all sessions", "", policy("arn:aws:sts::111122223333:assumed-role/Canvas/*", "{}"),
			`statement "K" of key` + yes + "Principal is arn:aws:sts::111122223333:assumed-role/Canvas/*, and a Principal takes no wildcards: write " + role + ` (or "*" with ArnLike on aws:PrincipalArn)`},
		{"all sessions of another role", "", policy("arn:aws:sts::111122223333:assumed-role/Other/*", "{}"),
			"no statement of the key policy allows it"},
		{"a deleted role", "", policy("AROAEXAMPLEDELETED01", "{}"),
			`statement "K" of key` + yes + "Principal is AROAEXAMPLEDELETED01, the unique id of a principal that is deleted or another one: write " + role},
		{"a wildcard under StringEquals", "", policy("*", `{"StringEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/Can*"}}`),
			`statement "K" of key would allow it, but StringEquals asks for arn:aws:iam::111122223333:role/Can*, and aws:PrincipalArn is ` + role + "; StringEquals takes a wildcard for a letter: write StringLike (or ArnLike)"},
		{"a service of another Region", "", policy(role, `{"StringEquals":{"kms:ViaService":"s3.us-east-1.amazonaws.com"}}`),
			`statement "K" of key would allow it, but StringEquals asks for s3.us-east-1.amazonaws.com, and kms:ViaService is s3.eu-central-1.amazonaws.com; the Region is eu-central-1: write s3.eu-central-1.amazonaws.com`},
		{"a service without a Region", "", policy(role, `{"StringEquals":{"kms:ViaService":"s3.amazonaws.com"}}`),
			`statement "K" of key would allow it, but StringEquals asks for s3.amazonaws.com, and kms:ViaService is s3.eu-central-1.amazonaws.com; the Region is eu-central-1: write s3.eu-central-1.amazonaws.com`},
		{"the path in a condition", "", policy("*", `{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/service-role/Canvas"}}`),
			`statement "K" of key would allow it, but ArnEquals asks for arn:aws:iam::111122223333:role/service-role/Canvas, and aws:PrincipalArn is ` + role + "; it is a role of another path than " + role + ": write " + role},
	}
	known := map[string]bool{
		"arn:aws:iam::111122223333:role/Canvas2": true, "kms:Encrypt": true, strings.Replace(key, "abcd", "abc0", 1): true, "AROAEXAMPLEOTHER0001": true,
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			principal, err := ParsePrincipal(role)
			if err != nil {
				t.Fatal(err)
			}
			principal.SessionUnknown = true
			context := NewContext(true)
			context.Set("aws:PrincipalArn", role)
			context.Set("kms:ViaService", "s3.eu-central-1.amazonaws.com")
			context.SetMulti("kms:ResourceAliases", "alias/canvas")
			policies := &Policies{Resource: nearLayer(t, "key", c.resource, iam.KeyPolicy), Known: func(name string) bool { return known[name] }}
			if c.identity != "" {
				policies.Identity = *nearLayer(t, "id", c.identity, iam.IdentityPolicy)
			}
			d := Explain(&Request{Principal: principal, Action: "kms:Decrypt", Resource: key, ResourceAccount: "111122223333", Context: context}, policies)
			var got []string
			for _, r := range d.Reasons {
				got = append(got, r.Message)
			}
			if diff := gocmp.Diff([]string{c.want}, got); diff != "" || d.Result != ImplicitlyDenied {
				t.Errorf("%s (-want +got):\n%s", d.Result, diff)
			}
		})
	}
}

// A bucket and its objects are two resources.
func TestNearMissesOfBuckets(t *testing.T) {
	const bucket = "arn:aws:s3:::data"
	for _, c := range []struct{ resource, asked, want string }{
		{bucket, bucket + "/k", bucket + ", the bucket and not its objects: write " + bucket + "/*"},
		{bucket + "/*", bucket, bucket + "/*, the objects and not the bucket: write " + bucket},
		{bucket + "/other/*", bucket + "/k", bucket + "/other/*, which are other objects than k: write a pattern that covers it"},
		{"arn:aws:s3:::dat/k", bucket + "/k", "arn:aws:s3:::dat/k, and " + bucket + "/k was asked for: write " + bucket + "/k"},
		{"arn:aws-cn:s3:::data/*", bucket + "/k", "arn:aws-cn:s3:::data/*, of the partition aws-cn, and the partition is aws: write " + bucket + "/*"},
		{"arn:aws:s3::111122223333:data/*", bucket + "/k", "arn:aws:s3::111122223333:data/*, of the account 111122223333, and the account is (none): write " + bucket + "/*"},
		{"arn:aws:s3:::elsewhere/*", bucket + "/k", ""},
	} {
		principal, err := ParsePrincipal("arn:aws:iam::111122223333:role/Canvas")
		if err != nil {
			t.Fatal(err)
		}
		layer := nearLayer(t, "id", fmt.Sprintf(`{"Sid":"I","Effect":"Allow","Action":"s3:*","Resource":%q}`, c.resource), iam.IdentityPolicy)
		policies := &Policies{Identity: *layer, Known: func(string) bool { return false }}
		d := Explain(&Request{Principal: principal, Action: "s3:GetObject", Resource: c.asked, ResourceAccount: "111122223333"}, policies)
		want := `statement "I" of id would allow it, but its Resource is ` + c.want
		if c.want == "" {
			want = "no statement of the identity policy allows it"
		}
		if len(d.Reasons) != 1 || d.Reasons[0].Message != want {
			t.Errorf("%s on %s:\n got %+v\nwant %s", c.resource, c.asked, d.Reasons, want)
		}
	}
}

func nearLayer(t *testing.T, name, statement string, kind iam.Kind) *Layer {
	t.Helper()
	documents, problems := source.Parse(name, []byte(`{"Version":"2012-10-17","Statement":[`+statement+`]}`), source.JSON)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return &Layer{Documents: []Document{{Name: name, Policy: iam.Compile(documents[0].Root(), kind)}}}
}
