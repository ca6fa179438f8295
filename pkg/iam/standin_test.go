package iam

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/canvaslint/canvaslint/pkg/source"
)

func TestStandInAt(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "kms:*": "", "‹Region›": "‹Region›", "s3.‹Region›.amazonaws.com": "‹Region›", "{AppKey}": "{AppKey}",
		"arn:aws:kms:‹Region›:‹AccountId›:key/{stack.AppKey}": "‹Region› ‹AccountId› {stack.AppKey}",
		"{aws_kms_key.app[0]}": "{aws_kms_key.app[0]}",
		"${aws:username}":      "", "${NAME}": "", "{{NAME}}": "", "{{ NAME }}": "", `{"a":1}`: "", "{}": "", "{a:b}": "", "‹›": "", "‹a:b›": "", "‹a": "", "{a": "",
		"a}": "", "{A}{B}": "{A} {B}", "‹A›‹B›": "‹A› ‹B›", "‹condition HasKey›": "‹condition HasKey›", "{1}": "", "é‹A›": "‹A›", "{a{B}": "{B}",
	} {
		if got := strings.Join(standIns(text), " "); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
		if got := HasStandIn(text); got != (want != "") {
			t.Errorf("%q has a stand-in: %v", text, got)
		}
	}
}

func TestConstructors(t *testing.T) {
	for got, want := range map[string]string{
		Unknown("Region"): "‹Region›", Identity("stack.AppKey"): "{stack.AppKey}", Undecided("HasKey"): "‹condition HasKey›",
		Identity(`aws_s3_bucket.b["a/b"]`): `{aws_s3_bucket.b["a%2Fb"]}`, Unknown("AWS::Region"): "‹AWS%3A%3ARegion›", Identity("100%"): "{100%25}",
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	got := Awaited(
		"arn:aws:kms:‹Region›:‹AccountId›:key/{AppKey}", "‹Region›", "‹condition HasKey›", "‹Env›", "‹Role.Arn›", "‹import of keys-app›",
		Unknown("aws_iam_role.r.arn in aws_kms_key.k.policy"), Unknown("Region of the provider aws.west"), Unknown("resolve:ssm:/key/arn"),
		Unknown("Cidr in line 3 of a.yaml"), Unknown("item 2 of Keys"), Unknown("a text that is too long"),
	)
	want := []string{
		"a text that is too long", "item 2 of Keys", "the Region", "the Region of the provider aws.west", "the account id", "the condition HasKey",
		"the dynamic reference resolve:ssm:/key/arn", "the import of keys-app", "the name that AppKey will get", "the result of Cidr in line 3 of a.yaml",
		"the value of Role.Arn", "the value of aws_iam_role.r.arn in aws_kms_key.k.policy", "the value of the parameter Env",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestNoFaults reads a policy full of stand-ins: nothing in it is a fault or a
// placeholder.
func TestNoFaults(t *testing.T) {
	const text = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",
		"Principal":{"AWS":["‹AccountId›","‹RoleArn›","arn:‹Partition›:iam::‹AccountId›:role/{Canvas}","arn:aws:iam::‹AccountId›:‹Rest›","111122223333"],"Service":"‹Service›"},
		"Action":["kms:‹Action›","‹Action›"],"Resource":["‹KmsKeyArn›","{AppKey}","‹BucketArn›/*","*"],
		"Condition":{"ArnLike":{"aws:SourceArn":"‹SourceArn›"},"NumericLessThan":{"aws:MultiFactorAuthAge":"‹Age›"},"Bool":{"aws:SecureTransport":"‹Secure›"},"IpAddress":{"aws:SourceIp":"‹Cidr›"},"Null":{"aws:TagKeys":"‹Null›"},"StringLike":{"kms:ViaService":"s3.‹Region›.amazonaws.com"}}}]}`
	policy := compile(t, KeyPolicy, text)
	for _, fault := range policy.Faults {
		t.Errorf("%s: %s", fault.Kind, fault.Message)
	}
	for _, placeholder := range Placeholders(policy.Node) {
		t.Errorf("the placeholder %s", placeholder.Text)
	}
	var forms []PrincipalForm
	for _, p := range policy.Statements[0].Principals {
		forms = append(forms, p.Form)
	}
	want := []PrincipalForm{AccountForm, AwaitedForm, RoleForm, AwaitedForm, AccountForm, ServiceForm}
	if !slices.Equal(forms, want) {
		t.Errorf("the principals have the forms %v, want %v", forms, want)
	}
	for _, value := range []string{"<arn:aws:iam::‹AccountId›:role/Jane>", "arn:aws:iam::‹AccountId›:role/*", "role/‹Name›"} {
		if p := compile(t, KeyPolicy, `{"Statement":[{"Effect":"Allow","Principal":{"AWS":"`+value+`"},"Action":"kms:*","Resource":"*"}]}`); len(p.Faults) != 1 {
			t.Errorf("%s: %v, want one fault", value, p.Faults)
		}
	}
}

func TestRefers(t *testing.T) {
	for text, want := range map[string]string{
		`{"Ref":"KeyArn"}`:                                             "the value of KeyArn",
		`{"Fn::GetAtt":["AppKey","Arn"]}`:                              "the attribute AppKey.Arn",
		`{"Fn::GetAtt":"AppKey.Arn"}`:                                  "the attribute AppKey.Arn",
		`{"Fn::Sub":"a${B}c${D.Arn}${!E}${AWS::Region}"}`:              "the attribute D.Arn; the value of AWS::Region; the value of B",
		`{"Fn::Sub":["${A}",{"A":{"Ref":"B"}}]}`:                       "the value of A",
		`{"Fn::If":["Shared",{"Ref":"A"},{"Ref":"B"}]}`:                "the condition Shared",
		`{"Fn::ImportValue":"app-key"}`:                                "the export app-key",
		`{"Fn::ImportValue":{"Fn::Sub":"${Stack}-key"}}`:               "the value of Stack",
		`{"Fn::Join":["",["a",{"Ref":"B"},{"Fn::GetAtt":["C","D"]}]]}`: "the attribute C.D; the value of B",
		`{"Fn::Base64":"x"}`:                                           "the result of Base64",
		`{"Condition":"Shared"}`:                                       "the condition Shared",
		`{"AWS":"x"}`:                                                  "",
		`"x"`:                                                          "",
	} {
		documents, _ := source.Parse("x.json", []byte(text), source.JSON)
		if got := strings.Join(Refers(documents[0].Root()), "; "); got != want {
			t.Errorf("%s refers to %q, want %q", text, got, want)
		}
	}
	documents, _ := source.Parse("x.yaml", []byte("- !Ref KeyArn\n- !GetAtt AppKey.Arn\n- !If [Shared, a, b]\n- !Sub '${A}'\n"), source.YAML)
	var got []string
	for item := range documents[0].Root().Items() {
		got = append(got, Refers(item)...)
		if text, ok := UndecidedText(item); ok {
			got = append(got, text)
		}
	}
	want := []string{"the value of KeyArn", "the attribute AppKey.Arn", "the condition Shared", "‹condition Shared›", "the value of A"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func patternOf(t *testing.T, text string, d dialect) *Pattern {
	quoted, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	documents, problems := source.Parse("x.json", quoted, source.JSON)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	p, _ := newPattern(documents[0].Root(), d)
	return &p
}

func TestFit(t *testing.T) {
	literal, like := dialect{}, dialect{wildcards: true}
	arn := dialect{wildcards: true, parts: true, variables: true}
	const never, perhaps, always = Never, Perhaps, Always
	for _, test := range []struct {
		dialect       dialect
		pattern, text string
		want          Fit
		doubtful      string
	}{
		{literal, "‹A›", "‹A›", always, ""},
		{literal, "‹A›", "‹B›", perhaps, "‹A› ‹B›"},
		{literal, "‹A›", "x", perhaps, "‹A›"},
		{literal, "s3.‹Region›.amazonaws.com", "s3.us-east-1.amazonaws.com", perhaps, "‹Region›"},
		{literal, "s3.‹Region›.amazonaws.com", "ec2.us-east-1.amazonaws.com", never, ""},
		{literal, "sagemaker.‹Region›.amazonaws.com", "s3.‹Region›.amazonaws.com", never, ""},
		{literal, "{A}", "{A}", always, ""},
		{literal, "{A}", "{B}", never, ""},
		{literal, "{A}", "x", never, ""},
		{literal, "x", "{A}", never, ""},
		{literal, "{A}", "‹X›", perhaps, "{A} ‹X›"},
		{literal, "{A}", "{A}/x", never, ""},
		{literal, "*", "‹A›", perhaps, "‹A›"}, // a star of StringEquals is no wildcard
		{like, "*", "‹A›", always, ""},
		{like, "a*", "a‹A›", always, ""},
		{like, "?*", "‹A›", perhaps, "‹A›"},
		{like, "?*", "{A}", always, ""},
		{like, "?", "{A}", perhaps, "{A}"},
		{like, "*sagemaker*", "sagemaker-‹Region›", always, ""},
		{like, "*", "arn:aws:s3:::{B}", always, ""},
		{arn, "arn:aws:s3:::*sagemaker*", "arn:aws:s3:::{B}", perhaps, "{B}"},
		{arn, "arn:aws:s3:::{B}/*", "arn:aws:s3:::{B}/k", always, ""},
		{arn, "arn:aws:s3:::{B}/*", "arn:aws:s3:::{B}", never, ""},
		{arn, "arn:*:s3:::‹B›", "arn:aws:s3:::‹B›/k", never, ""},
		{arn, "arn:aws:s3:::{B}/*", "arn:aws:s3:::{C}/k", never, ""},
		{arn, "arn:aws:s3:::data-*", "arn:aws:s3:::{C}/k", perhaps, "{C}"},
		{arn, "arn:aws:s3:::data/*", "arn:aws:s3:::{C}/k", never, ""},
		{arn, "arn:aws:s3:::data-?", "arn:aws:s3:::{C}/k", never, ""},
		{arn, "arn:aws:kms:*:*:key/*", "arn:aws:kms:‹Region›:‹AccountId›:key/{K}", always, ""},
		{arn, "arn:aws:kms:us-east-1:*:key/*", "arn:aws:kms:‹Region›:‹AccountId›:key/{K}", perhaps, "‹Region›"},
		{arn, "arn:aws:kms:us-east-1:*:alias/*", "arn:aws:kms:‹Region›:‹AccountId›:key/{K}", never, ""},
		{arn, "arn:‹Partition›:kms:*:‹AccountId›:key/*", "arn:aws:kms:‹Region›:‹AccountId›:key/{K}", perhaps, "‹Partition›"},
		{arn, "arn:aws:kms:*:*:key/*", "‹KeyArn›", perhaps, "‹KeyArn›"},
		{arn, "‹KeyArn›", "‹KeyArn›", always, ""},
		{arn, "‹BucketArn›/*", "‹BucketArn›/k", always, ""},
		{arn, "‹BucketArn›/*", "arn:aws:s3:::b/k", perhaps, "‹BucketArn›"},
		{arn, "arn:aws:s3:::b/${aws:username}/{N}", "arn:aws:s3:::b/u/{N}", always, ""},
		{arn, "arn:aws:s3:::b/${aws:userid}/{N}", "arn:aws:s3:::b/u/{N}", perhaps, ""},
		{arn, "arn:aws:s3:::b/${aws:none}/{N}", "arn:aws:s3:::b/u/{N}", never, ""},
		{arn, "arn:aws:s3:::b/${aws:account}/*", "arn:aws:s3:::b/‹AccountId›/x", always, ""},
		{dialect{fold: true}, "KMS-‹A›", "kms-‹A›", always, ""},
	} {
		value := func(k Key) (string, Resolution) {
			switch k.String() {
			case "aws:username":
				return "u", OneValue
			case "aws:account":
				return "‹AccountId›", OneValue
			case "aws:userid":
				return "", AnyValue
			}
			return "", NoValue
		}
		p := patternOf(t, test.pattern, test.dialect)
		if got := p.Fit(test.text, value); got != test.want {
			t.Errorf("%s takes %s in: %d, want %d", test.pattern, test.text, got, test.want)
		}
		if got := strings.Join(p.Doubtful(test.text, value), " "); got != test.doubtful {
			t.Errorf("%s and %s wait for %q, want %q", test.pattern, test.text, got, test.doubtful)
		}
	}
	for _, test := range []struct {
		pattern, beginning string
		want               Fit
	}{
		{"arn:aws:s3:::{B}/*", "arn:aws:s3:::{B}/Canvas/", always},
		{"arn:aws:s3:::{B}/*", "arn:aws:s3:::{C}/Canvas/", never},
		{"arn:aws:s3:::{B}/Canvas/u", "arn:aws:s3:::{B}/Canvas/", perhaps},
		{"arn:aws:s3:::‹B›*", "arn:aws:s3:::b", perhaps},
	} {
		if got := patternOf(t, test.pattern, arn).FitBeginning(test.beginning, nil); got != test.want {
			t.Errorf("%s takes %s... in: %d, want %d", test.pattern, test.beginning, got, test.want)
		}
	}
}

// TestFitBySubstitution puts every short value in the place of the stand-ins of
// random patterns and texts: always and never must hold for all of them, and
// where a single stand-in occurs once, perhaps only where the values differ.
func TestFitBySubstitution(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 7))
	runes := strings.Split("a b a b ‹X› ‹Y› {N} {M}", " ")
	wild := append(strings.Split("* ? * ?", " "), runes...)
	count := map[Fit]int{}
	for range tries(1500) {
		pattern, text := sample(random, wild, 5), sample(random, runes, 4)
		distinct := slices.Compact(slices.Sorted(slices.Values(standIns(text + " " + pattern))))
		if len(distinct) == 0 || len(distinct) > 3 {
			continue // more would take minutes
		}
		checkSubstitutions(t, pattern, text, count)
	}
	for range tries(750) { // one stand-in alone
		pattern, text := sample(random, wild[:8], 5), sample(random, runes[:4], 4)
		one := []string{"‹X›", "{N}"}[random.IntN(2)]
		if at := random.IntN(len(text) + 1); random.IntN(3) > 0 {
			text = text[:at] + one + text[at:]
		} else if at = random.IntN(len(pattern) + 1); true {
			pattern = pattern[:at] + one + pattern[at:]
		}
		checkSubstitutions(t, pattern, text, count)
	}
	if count[Never] < 75 || count[Perhaps] < 75 || count[Always] < 75 {
		t.Errorf("too few of some answer: %v", count)
	}
}

// tries is how many random cases a law is put to: a few hundred to thousand on
// every run, and CANVASLINT_TRIES times as many where someone has the time.
func tries(n int) int {
	if times, err := strconv.Atoi(os.Getenv("CANVASLINT_TRIES")); err == nil {
		return n * times
	}
	return n
}

func sample(random *rand.Rand, from []string, most int) string {
	var b strings.Builder
	for range random.IntN(most + 1) {
		b.WriteString(from[random.IntN(len(from))])
	}
	return b.String()
}

func checkSubstitutions(t *testing.T, pattern, text string, count map[Fit]int) {
	t.Helper()
	all := standIns(pattern + " " + text)
	longest := 2
	if len(all) == 1 {
		longest = 5
	}
	names := slices.Compact(slices.Sorted(slices.Values(all)))
	var some, every = false, true
	var substitute func(pattern, text string, names []string)
	substitute = func(pattern, text string, names []string) {
		if len(names) == 0 {
			g := WildcardGlob(pattern, false)
			matches := g.Matches(text)
			some, every = some || matches, every && matches
			return
		}
		for _, v := range valuesOf(names[0], longest) {
			substitute(strings.ReplaceAll(pattern, names[0], v), strings.ReplaceAll(text, names[0], v), names[1:])
		}
	}
	substitute(pattern, text, names)
	p := patternOf(t, pattern, dialect{wildcards: true})
	got := p.Fit(text, nil)
	count[got]++
	if p.IsPlain() && p.Matches(text) && got != Always {
		t.Errorf("%s is plain and matches %s, but the fit is %d", pattern, text, got)
	}
	switch {
	case got == Always && !every, got == Never && some, got == Perhaps && len(all) == 1 && some == every:
		t.Errorf("%s takes %s in: %s; of the values some do: %v, all do: %v", pattern, text, [...]string{"never", "perhaps", "always"}[got], some, every)
	}
}

// valuesOf lists what a stand-in can be: texts of two letters of the patterns,
// one of none, and that of the identity. A long one is more than any `?` take.
func valuesOf(standIn string, longest int) []string {
	letters := map[string]string{"‹X›": "abxnm", "‹Y›": "abynm", "{N}": "abn", "{M}": "abm"}[standIn]
	if longest > 2 {
		letters = letters[:3]
	}
	values, last := []string{""}, []string{""}
	for range longest {
		var next []string
		for _, v := range last {
			for _, c := range letters {
				next = append(next, v+string(c))
			}
		}
		values, last = append(values, next...), next
	}
	own := letters[2:3]
	if standIn[0] == '{' {
		values = slices.DeleteFunc(values, func(v string) bool { return !strings.Contains(v, own) })
	}
	return append(values, strings.Repeat(own, 12))
}

func FuzzFit(f *testing.F) {
	for _, seed := range [][2]string{{"a*‹X›", "a{N}b"}, {"arn:aws:s3:::{B}/*", "arn:aws:s3:::{B}"}, {"${aws:username}{A}", "‹"}, {"‹B›/*", "arn:‹P›:s3:::b/k"}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if len(pattern)+len(text) > 200 || !utf8.ValidString(pattern) || !utf8.ValidString(text) {
			return // documents are read as UTF-8
		}
		for _, d := range []dialect{{}, {wildcards: true}, {wildcards: true, parts: true}, {fold: true}} {
			quoted, _ := json.Marshal(pattern)
			documents, problems := source.Parse("x.json", quoted, source.JSON)
			if len(problems) > 0 {
				return
			}
			p, _ := newPattern(documents[0].Root(), d)
			got := p.Fit(text, nil)
			if len(standIns(p.Text))+len(standIns(text)) == 0 && (got == Always) != p.Matches(text) {
				t.Errorf("%q takes %q in: %d, though neither holds a stand-in", p.Text, text, got)
			}
			if Same(text, pattern) != Same(pattern, text) {
				t.Errorf("%q and %q: the order matters", text, pattern)
			}
			_ = fmt.Sprint(p.Doubtful(text, nil))
		}
	})
}
