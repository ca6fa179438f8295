package access_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/iam"
)

// names are all texts of a few letters, up to a length.
func names(length int) []string {
	all, last := []string{""}, []string{""}
	for range length {
		var next []string
		for _, name := range last {
			for _, r := range "ab/" {
				next = append(next, name+string(r))
			}
		}
		all, last = append(all, next...), next
	}
	return all
}

const bucketARN = "arn:aws:s3:::bkt/"

// pattern is a random pattern over the letters, most often one that begins with
// a letter.
func (g generator) pattern() string {
	var b strings.Builder
	for range g.IntN(5) {
		b.WriteByte("aaabbb///***?"[g.IntN(13)])
	}
	if g.chance(50) {
		b.WriteByte('*')
	}
	return b.String()
}

// objectStatement is a random statement about objects.
func (g generator) objectStatement(effect string) string {
	element := "Resource"
	if g.chance(15) {
		element = "NotResource"
	}
	var resources []string
	for range 1 + g.IntN(2) {
		name := g.pattern()
		switch {
		case g.chance(8):
			name += "${aws:username}" + pick(g, "", "*", "/*")
		case g.chance(4):
			name += pick(g, "${*}", "${?}")
		}
		resource := bucketARN + name
		if g.chance(5) {
			resource = pick(g, "*", "arn:aws:s3", "arn:aws:s3:::*", "arn:aws:s3:::other/*", "arn:aws:s3:::b?t/a*")
		}
		resources = append(resources, strconv.Quote(resource))
	}
	condition := ""
	if g.chance(25) {
		condition = pick(g, `,"Condition":{"StringEquals":{"aws:SourceVpc":"v"}}`, `,"Condition":{"StringNotEquals":{"aws:SourceVpc":["v","w"]}}`,
			`,"Condition":{"Null":{"aws:SourceVpc":"true"}}`, `,"Condition":{"StringLike":{"aws:username":"a*"}}`)
	}
	return fmt.Sprintf(`{"Effect":%q,"Action":"s3:*",%q:[%s]%s}`, effect, element, strings.Join(resources, ","), condition)
}

func (g generator) objectPolicy(t *testing.T) *access.Policies {
	var statements []string
	for range 1 + g.IntN(4) {
		statements = append(statements, g.objectStatement(pick(g, "Allow", "Allow", "Deny")))
	}
	if g.chance(40) {
		statements = append(statements, `{"Effect":"Allow","Action":"*","Resource":"*"}`)
	}
	text := `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
	return &access.Policies{Identity: *policy(t, iam.IdentityPolicy, text)}
}

func (g generator) objectContext() *access.Context {
	c := access.NewContext(false)
	for _, key := range []string{"aws:username", "aws:SourceVpc"} {
		switch g.IntN(4) {
		case 0:
			c.SetUnknown(key)
		case 1:
			c.Set(key, pick(g, "a", "b", "v", "a/"))
		case 2:
			c.SetOneOf(key, "v", "a")
		}
	}
	return c
}

// tries is how many random cases a law is put to: a few hundred to thousand on
// every run, and CANVASLINT_TRIES times as many where someone has the time.
func tries(n int) int {
	if times, err := strconv.Atoi(os.Getenv("CANVASLINT_TRIES")); err == nil {
		return n * times
	}
	return n
}

// TestSetsAgainstEnumeration compares the answer for a set with the answers for
// each of its members of a few letters: allowed means that all are, one that is
// denied makes the set denied, and the witness is a member that is denied alone.
func TestSetsAgainstEnumeration(t *testing.T) {
	g := generator{rand.New(rand.NewPCG(7, 7))}
	all := names(4)
	count := map[access.Result]int{}
	for i := range tries(1000) {
		policies, context := g.objectPolicy(t), g.objectContext()
		request := access.Request{Principal: principal(t, "arn:aws:iam::111122223333:role/App"), Action: "s3:GetObject", ResourceAccount: "111122223333", Context: context}
		set := g.pattern()
		if !strings.ContainsAny(set, "*?") {
			set += "*"
		}
		if err := request.Over(bucketARN + set); err != nil || !request.Set {
			t.Fatal(set, err)
		}
		result := access.Decide(&request, policies)
		decision := access.Explain(&request, policies)
		count[result]++
		describe := func() string {
			return fmt.Sprintf("case %d, %s over %s", i, policies.Identity.Documents[0].Policy.Node.Raw(), set)
		}
		if decision.Result != result {
			t.Fatalf("%s: Decide says %s, Explain %s", describe(), result, decision.Result)
		}
		if result.IsDenied() {
			single := request
			single.Resource, single.Set = decision.Witness, false
			pattern := iam.SetGlob(request.Resource)
			if alone := access.Decide(&single, policies); alone != result || !pattern.Matches(single.Resource) {
				t.Fatalf("%s: %s, but the witness %s is %s", describe(), result, single.Resource, alone)
			}
			continue
		}
		open := false
		pattern := iam.SetGlob(request.Resource)
		for _, name := range all {
			if !pattern.Matches(bucketARN + name) {
				continue
			}
			single := request
			single.Resource, single.Set = bucketARN+name, false
			switch alone := access.Decide(&single, policies); {
			case alone.IsDenied(), result == access.Allowed && alone == access.Unknown:
				t.Fatalf("%s: %s, but %s is %s", describe(), result, name, alone)
			case alone == access.Unknown:
				open = true
			}
		}
		if result == access.Unknown && !open {
			single := request
			single.Resource, single.Set = decision.Witness, false
			if decision.Witness == "" || access.Decide(&single, policies) != access.Unknown {
				t.Fatalf("%s: Unknown, but no member is: %v", describe(), decision.Missing)
			}
		}
	}
	t.Log(count)
}

// TestSetsOfValues is the same for a context key that takes every value of a
// pattern, as the encryption context of S3 does.
func TestSetsOfValues(t *testing.T) {
	g := generator{rand.New(rand.NewPCG(8, 8))}
	all := names(4)
	const key = "kms:EncryptionContext:aws:s3:arn"
	count := map[access.Result]int{}
	for i := range tries(1000) {
		var statements []string
		for range 1 + g.IntN(3) {
			operator := pick(g, "StringLike", "StringNotLike", "StringEquals", "StringNotEquals", "ArnLike", "ArnNotLike", "StringEqualsIgnoreCase", "StringLikeIfExists", "ForAnyValue:StringLike", "ForAllValues:StringLike")
			values := []string{strconv.Quote(bucketARN + g.pattern()), strconv.Quote(bucketARN + g.pattern())}
			statements = append(statements, fmt.Sprintf(`{"Effect":%q,"Action":"kms:*","Principal":"*","Resource":"*","Condition":{%q:{%q:[%s]}}}`,
				pick(g, "Allow", "Deny"), operator, key, strings.Join(values[:1+g.IntN(2)], ",")))
		}
		if g.chance(50) {
			statements = append(statements, `{"Effect":"Allow","Action":"kms:*","Principal":{"AWS":"arn:aws:iam::111122223333:role/App"},"Resource":"*"}`)
		}
		policies := &access.Policies{Resource: policy(t, iam.KeyPolicy, `{"Version":"2012-10-17","Statement":[`+strings.Join(statements, ",")+`]}`)}
		set := bucketARN + g.pattern() + "*"
		ask := func(values func(*access.Context)) *access.Request {
			c := access.NewContext(false)
			values(c)
			return &access.Request{Principal: principal(t, "arn:aws:iam::111122223333:role/App"), Action: "kms:Decrypt", Resource: keyARN, Context: c}
		}
		request := ask(func(c *access.Context) { c.SetEvery(key, set) })
		result, decision := access.Decide(request, policies), access.Explain(request, policies)
		count[result]++
		if decision.Result != result {
			t.Fatalf("case %d: Decide says %s, Explain %s", i, result, decision.Result)
		}
		pattern := iam.WildcardGlob(set, false)
		if result.IsDenied() {
			alone := access.Decide(ask(func(c *access.Context) { c.Set(key, decision.Witness) }), policies)
			if alone != result || decision.WitnessOf != key || !pattern.Matches(decision.Witness) {
				t.Fatalf("case %d: %s, but the witness %q of %q is %s: %v over %s", i, result, decision.Witness, decision.WitnessOf, alone, statements, set)
			}
			continue
		}
		for _, name := range all {
			if !pattern.Matches(bucketARN + name) {
				continue
			}
			if alone := access.Decide(ask(func(c *access.Context) { c.Set(key, bucketARN+name) }), policies); alone.IsDenied() || result == access.Allowed && alone != access.Allowed {
				t.Fatalf("case %d: %s, but %s is %s: %v over %s", i, result, name, alone, statements, set)
			}
		}
	}
	t.Log(count)
}

func TestOver(t *testing.T) {
	for text, want := range map[string]string{
		"arn:aws:s3:::b/Canvas/*": "set",
		"arn:aws:s3:::b/a?":       "set",
		"arn:aws:s3:::b/a${*}b":   "arn:aws:s3:::b/a*b",
		"arn:aws:s3:::b/{y}":      "arn:aws:s3:::b/{y}",
		"arn:aws:s3:::b/k":        "arn:aws:s3:::b/k",
		"*":                       "*",
		"arn:aws:s3*:::b/k":       "error",
		"arn:aws:kms:us-east-1:111122223333:key/*": "error",
		"b/*":                            "error",
		"arn:aws:s3:::b/${aws:username}": "arn:aws:s3:::b/${aws:username}",
		"arn:aws:sqs:us-east-1:111122223333:queue-${?}": "arn:aws:sqs:us-east-1:111122223333:queue-?",
	} {
		var r access.Request
		var got string
		switch err := r.Over(text); {
		case err != nil:
			got = "error"
		case r.Set:
			got = "set"
		default:
			got = r.Resource
		}
		if got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

// A set whose patterns cannot be taken apart within the bounds is unknown, with
// that as the reason.
func TestSetBounds(t *testing.T) {
	var resources []string
	for i := range 12 {
		resources = append(resources, fmt.Sprintf(`"arn:aws:s3:::bkt/*%s%d"`, strings.Repeat("ab*", 60), i))
	}
	policies := &access.Policies{Identity: *policy(t, iam.IdentityPolicy, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},
		{"Effect":"Deny","Action":"*","Resource":[`+strings.Join(resources, ",")+`],"Condition":{"Null":{"aws:SourceVpc":"true"}}}]}`)}
	c := access.NewContext(false)
	c.SetUnknown("aws:SourceVpc")
	request := access.Request{Principal: principal(t, "arn:aws:iam::111122223333:role/App"), Action: "s3:GetObject", ResourceAccount: "111122223333", Context: c}
	if err := request.Over("arn:aws:s3:::bkt/*"); err != nil {
		t.Fatal(err)
	}
	d := access.Explain(&request, policies)
	if d.Result != access.Unknown || access.Decide(&request, policies) != access.Unknown || len(d.Missing) == 0 {
		t.Errorf("%s %q", d.Result, d.Missing)
	}
}
