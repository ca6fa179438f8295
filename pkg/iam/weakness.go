package iam

import (
	"fmt"
	"slices"
	"strings"
)

// The kinds of faults that Weaknesses finds.
const (
	FaultOpen    = "open-to-everyone"
	FaultNoAdmin = "no-administrator"
	FaultKeyID   = "key-id-not-arn"
	FaultHeader  = "unguarded-header"
)

// Weaknesses lists what a policy alone shows to be wrong although AWS takes it.
// No decision needs it, so it is apart from Compile. Statements that only a
// template will tell, or that AWS may read otherwise, have none.
func (p *Policy) Weaknesses() []Fault {
	var list []Fault
	add := func(kind string, s *Statement, f Fault) {
		f.Kind, f.Statement = kind, -1
		if s != nil {
			f.Statement = s.Index
		}
		list = append(list, f)
	}
	for _, s := range p.Statements {
		if s.Uncertain != "" && (!s.WithoutEffect || len(s.Awaits) > 0) {
			continue
		}
		if f, ok := p.withoutEffect(s); ok {
			add(FaultStatementNoEffects, s, f)
			continue
		}
		for i := range s.Conditions {
			c := &s.Conditions[i]
			if v := deadKeyID(c); v != nil {
				add(FaultKeyID, s, Fault{Node: v.Node, Message: v.Text})
			}
			if s.Effect == Deny && s.Covers("s3:PutObject") && c.demandsHeader() && !s.guardsHeader() {
				add(FaultHeader, s, Fault{Node: c.Node, Message: c.Words()})
			}
		}
	}
	if p.Kind == KeyPolicy || p.Kind == BucketPolicy {
		for _, s := range p.Open() {
			add(FaultOpen, s, Fault{Node: s.PrincipalNode, Message: s.conditionKeys()})
		}
	}
	if p.Kind == KeyPolicy && p.lacksAdministrator() {
		add(FaultNoAdmin, nil, Fault{Node: p.Node.Get("Statement").Name()})
	}
	return list
}

// conditionKeys names the keys of the statement's conditions, in the spelling of
// the policy.
func (s *Statement) conditionKeys() string {
	var keys []string
	for i := range s.Conditions {
		if key := s.Conditions[i].Key; !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return strings.Join(keys, ", ")
}

// withoutEffect finds what can never matter: a statement of a key policy
// without Action or Resource, which KMS stores
// (https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html),
// and KMS actions on alias names or bare key ids in an IAM policy: only a key
// ARN stands for a key there
// (https://docs.aws.amazon.com/kms/latest/developerguide/cmks-in-iam-policies.html).
func (p *Policy) withoutEffect(s *Statement) (Fault, bool) {
	if s.WithoutEffect {
		var missing []string
		for _, element := range [...]string{"Action", "Resource"} {
			if !s.either(element).Exists() || s.either(element).Len() == 0 && !s.either(element).IsScalar() {
				missing = append(missing, element)
			}
		}
		return Fault{Node: s.Node, Message: "it has no " + strings.Join(missing, " and no ")}, true
	}
	switch p.Kind {
	case IdentityPolicy, BoundaryPolicy, SessionPolicy, ServiceControlPolicy:
	default:
		return Fault{}, false
	}
	if !s.NamesNoKey() {
		return Fault{}, false
	}
	var dead []string
	for i := range s.Actions {
		if s.Actions[i].needsKey() {
			dead = append(dead, s.Actions[i].Text)
		}
	}
	if len(dead) == 0 {
		return Fault{}, false
	}
	return Fault{Node: s.ResourceNode, Message: fmt.Sprintf("%s on %s", strings.Join(dead, ", "), s.Resources[0].Text)}, true
}

// HasNoEffect reports whether Weaknesses says of a statement that it can never
// matter.
func (p *Policy) HasNoEffect(index int) bool {
	return slices.ContainsFunc(p.Statements, func(s *Statement) bool {
		if s.Index != index || s.Uncertain != "" {
			return false
		}
		_, ok := p.withoutEffect(s)
		return ok
	})
}

// NamesNoKey reports whether every Resource is an alias or a bare key id, which
// in an IAM policy stand for no key.
func (s *Statement) NamesNoKey() bool {
	return len(s.Resources) > 0 && !slices.ContainsFunc(s.Resources, func(r Pattern) bool { return !r.namesNoKey() })
}

// namesNoKey recognises an alias ARN, an alias name and a bare key id, that of a
// template's key included: Ref gives the id.
func (p *Pattern) namesNoKey() bool {
	if p.Symbolic || len(p.variables) > 0 {
		return false
	}
	if arn, ok := ParseARN(p.Text); ok {
		return arn.Service == "kms" && strings.HasPrefix(arn.Resource, "alias/")
	}
	return strings.HasPrefix(p.Text, "alias/") || isBareKeyID(p.Text) || isBareIdentity(p.Text)
}

// isBareIdentity recognises the name that a resource will get; one with a dot
// is an attribute, and may be an ARN.
func isBareIdentity(text string) bool {
	return IsStandIn(text) && isIdentity(text) && !strings.Contains(text, ".")
}

// isBareKeyID recognises the UUID of a key, or the mrk- form.
func isBareKeyID(text string) bool {
	if digits, ok := strings.CutPrefix(text, "mrk-"); ok {
		return len(digits) == 32 && strings.Trim(digits, "0123456789abcdefABCDEF") == ""
	}
	return len(text) == 36 && strings.Count(text, "-") == 4 && strings.Trim(text, "0123456789abcdefABCDEF-") == ""
}

// needsKey recognises the actions of KMS that no alias is the resource of;
// patterns that take in one of the three others may matter.
func (p *Pattern) needsKey() bool {
	service, _, ok := strings.Cut(p.Text, ":")
	if p.Symbolic || p.open || !ok || !strings.EqualFold(service, "kms") {
		return false
	}
	return !p.Matches("kms:CreateAlias") && !p.Matches("kms:UpdateAlias") && !p.Matches("kms:DeleteAlias")
}

const (
	headerKey = "s3:x-amz-server-side-encryption"
	keyIDKey  = "s3:x-amz-server-side-encryption-aws-kms-key-id"
)

// deadKeyID finds a condition on the key id of which no value can match: S3
// compares with the ARN of the key
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html).
func deadKeyID(c *Condition) *Value {
	if c.Name.String() != keyIDKey || len(c.Values) == 0 {
		return nil
	}
	switch c.Op.Test {
	case String, StringIgnoreCase, StringLike, ArnLike:
	default:
		return nil
	}
	for i := range c.Values {
		v := &c.Values[i]
		if v.Text == "" || v.mayBeKeyARN() {
			return nil
		}
	}
	return &c.Values[0]
}

// mayBeKeyARN reports whether the pattern can match the ARN of a key.
// Placeholders are left to the rule that finds them.
func (v *Value) mayBeKeyARN() bool {
	if v.Symbolic || len(v.variables) > 0 || placeholderPattern().MatchString(v.Text) {
		return true
	}
	if v.open {
		return v.Fit("arn:‹its partition›:kms:‹its Region›:‹its account›:key/‹its id›", nil) != Never
	}
	start := ARNGlob("arn:*:kms:*:*:key/")
	keys := newGlob(append(start.Symbols(), Symbol{Kind: RunInPart}), false) // no id holds a colon
	return v.glob.Overlaps(&keys)
}

// demandsHeader recognises a condition that a request without the encryption
// header meets: negated operators do
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html).
func (c *Condition) demandsHeader() bool {
	if c.Name.String() != headerKey || !c.Op.Negated {
		return false
	}
	return c.Op.Set != ForAnyValue && (c.Op.Test == String || c.Op.Test == StringIgnoreCase || c.Op.Test == StringLike)
}

// guardsHeader reports whether the statement is about requests with the header
// alone: Null false, or a positive operator on it.
func (s *Statement) guardsHeader() bool {
	return slices.ContainsFunc(s.Conditions, func(c Condition) bool {
		if c.Name.String() != headerKey {
			return false
		}
		if c.Op.Test == Null {
			return !slices.ContainsFunc(c.Values, func(v Value) bool { return v.Truth && !v.Symbolic && !v.Broken })
		}
		return !c.Op.Negated && !c.Op.IfExists && c.Op.Set != ForAllValues
	})
}

// AsksNoHeader reports whether the statement is about requests without the
// encryption header alone: Null true.
func (s *Statement) AsksNoHeader() bool {
	return slices.ContainsFunc(s.Conditions, func(c Condition) bool {
		return c.Name.String() == headerKey && c.Op.Test == Null && slices.ContainsFunc(c.Values, func(v Value) bool { return v.Truth })
	})
}

// Words says what a condition compares with.
func (c *Condition) Words() string {
	texts := make([]string, len(c.Values))
	for i := range c.Values {
		texts[i] = c.Values[i].Text
	}
	return strings.Join(texts, " or ")
}

// lacksAdministrator reports whether a whole key policy lets no one change it.
// Deleted principals, which show as unique ids, and names that match no one do
// not count; everything that may be someone does.
func (p *Policy) lacksAdministrator() bool {
	if !p.Node.Get("Statement").Exists() || len(p.Statements) == 0 {
		return false // a statement that stands alone is a part of a policy
	}
	for _, s := range p.Statements {
		if s.Effect == Deny || s.WithoutEffect {
			continue
		}
		if s.Uncertain != "" || slices.ContainsFunc(s.Actions, func(a Pattern) bool { return a.Symbolic || a.open }) {
			return false
		}
		if s.Covers("kms:PutKeyPolicy") && (len(s.NotPrincipals) > 0 || slices.ContainsFunc(s.Principals, func(p Principal) bool {
			return p.Symbolic || p.Form != UnknownForm && p.Form != UniqueIDForm || placeholderPattern().MatchString(p.Value)
		})) {
			return false
		}
	}
	return true
}

// FailsWithout reports whether the condition fails for a request that does not
// have its key
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html).
func (c *Condition) FailsWithout() bool {
	switch c.Op.Test {
	case Unsupported:
		return false
	case Null:
		return len(c.Values) > 0 && !slices.ContainsFunc(c.Values, func(v Value) bool { return v.Symbolic || v.open || v.Broken || v.Truth })
	}
	return !c.Op.Negated && !c.Op.IfExists && c.Op.Set != ForAllValues
}
