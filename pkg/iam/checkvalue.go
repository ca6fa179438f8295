package iam

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// nodeOf gives the part of a condition that a fault stands at.
type nodeOf func(*Condition) source.Node

func keyOf(c *Condition) source.Node      { return c.Node.Name() }
func operatorOf(c *Condition) source.Node { return c.OperatorNode }

func isObject(node source.Node) bool { return node.Is(source.Object) && !isSymbolic(node) }

// values looks at the values of the current condition.
func (l *look) values() {
	private := 0
	for i := range l.c.Values {
		if isPrivate(&l.c.Values[i]) {
			private++
		}
	}
	for i := range l.c.Values {
		v := &l.c.Values[i]
		if v.Symbolic || v.open {
			continue
		}
		if complaint := l.value(v); complaint != "" && deadKeyID(l.c) == nil {
			l.never(func(*Condition) source.Node { return v.Node }, "%s", complaint)
			continue
		}
		l.address(v, private == len(l.c.Values))
	}
}

// value says why a value can equal none that the key has, "" for nothing known.
func (l *look) value(v *Value) string {
	exact := l.c.Op.Test == String || l.c.Op.Test == StringIgnoreCase
	text := withoutVariables(v.Text)
	switch {
	case exact && strings.ContainsAny(text, "*?"):
		return fmt.Sprintf("%s reads the wildcard in %q as a plain character: use %s", l.c.Operator, v.Text, likeOf(l.c.Operator))
	case !l.c.Op.Test.isTextual() || text != v.Text || strings.ContainsAny(text, "*?<>") || text == "":
		return ""
	}
	form, ok := forms()[l.c.Name.String()]
	if ok && !form.pattern.MatchString(text) {
		return fmt.Sprintf("%q is not a value of %s, which is %s", v.Text, l.c.Key, form.words)
	}
	return ""
}

// likeOf gives the operator that takes wildcards.
func likeOf(operator string) string {
	for _, pair := range [...][2]string{{"NotEquals", "NotLike"}, {"Equals", "Like"}} {
		if head, tail, ok := strings.Cut(operator, pair[0]); ok {
			return head + pair[1] + strings.TrimPrefix(tail, "IgnoreCase")
		}
	}
	return "StringLike"
}

var variablePattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\$\{[^}]*\}`)
})

// withoutVariables leaves policy variables out, ${*} among them.
func withoutVariables(text string) string {
	if !strings.Contains(text, "${") {
		return text
	}
	return variablePattern().ReplaceAllString(text, "")
}

// form is what the values of a key look like.
type form struct {
	pattern *regexp.Regexp
	words   string
}

// forms lists the keys whose values have one form
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html,
// https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service).
// A text that a person is to replace, without digits where digits belong, is
// left to the reader.
var forms = sync.OnceValue(func() map[string]form {
	account := form{regexp.MustCompile(`^(\d{12}|[^\d:][^:]*|)$`), "an account id of 12 digits"}
	list := map[string]form{
		"aws:sourcevpc":       {regexp.MustCompile(`^vpc-([0-9A-Za-z]{8}|[0-9A-Za-z]{17})$`), "vpc- and 8 or 17 letters or digits"},
		"aws:sourcevpce":      {regexp.MustCompile(`^vpce-([0-9A-Za-z]{8}|[0-9A-Za-z]{17})$`), "vpce- and 8 or 17 letters or digits"},
		"aws:requestedregion": {regionPattern(), "a Region such as eu-central-1"},
		"kms:viaservice":      {regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]+(-[a-z0-9]+)+\.amazonaws\.com$|^[A-Z_-]+\.|REGION|region`), "service.Region.amazonaws.com, such as s3.eu-central-1.amazonaws.com"},
		"aws:principalorgid":  {regexp.MustCompile(`^o-`), "o- and the rest of the organization's id"},
		"aws:resourceorgid":   {regexp.MustCompile(`^o-`), "o- and the rest of the organization's id"},
		"aws:sourceorgid":     {regexp.MustCompile(`^o-`), "o- and the rest of the organization's id"},
	}
	for _, key := range [...]string{"kms:calleraccount", "aws:sourceaccount", "aws:principalaccount", "aws:resourceaccount", "aws:vpceaccount"} {
		list[key] = account
	}
	return list
})

// isPrivate reports whether a value is a range of addresses that never are the
// source of a request over the internet.
func isPrivate(v *Value) bool {
	if !v.Range.IsValid() {
		return false
	}
	return slices.ContainsFunc([]string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "fc00::/7", "fe80::/10"}, func(text string) bool {
		wide := netip.MustParsePrefix(text)
		return wide.Bits() <= v.Range.Bits() && wide.Contains(v.Range.Addr())
	})
}

// address looks at the ranges of addresses: aws:SourceIp never is a private one
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceip),
// and what a mask leaves out has no meaning.
func (l *look) address(v *Value, all bool) {
	if !v.Range.IsValid() {
		return
	}
	at := func(*Condition) source.Node { return v.Node }
	if l.c.Name.String() == "aws:sourceip" && isPrivate(v) {
		if all {
			l.never(at, "aws:SourceIp is never a private address, and %s is one: in a VPC use aws:VpcSourceIp with aws:SourceVpc", v.Text)
		} else {
			l.fault(FaultNever, v.Node, Warning, "aws:SourceIp is never a private address: %s has no effect beside the others", v.Text)
		}
		return
	}
	if given, err := netip.ParsePrefix(v.Text); err == nil && given.Addr() != given.Masked().Addr() {
		l.fault(FaultRange, v.Node, Info, "the mask of %s drops a part of the address: write %s", v.Text, given.Masked())
	}
}
