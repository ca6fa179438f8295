package iam

import (
	"slices"
	"strings"
)

// conditions looks at the conditions of the current statement, each by itself:
// the first check that objects is the last.
func (l *look) conditions() {
	checks := [...]func() bool{
		l.nullOfSet, l.unread, l.twice, l.tagless, l.unknownKey, l.wrongType, l.booleans, l.wrongPolicy, l.ofService,
		l.qualifier, l.mismatch, l.forAllValues, l.noValues, l.unpaired, l.irrelevant,
	}
	for i := range l.s.Conditions {
		l.c = &l.s.Conditions[i]
		l.use = l.key(l.c.Key)
		if !slices.ContainsFunc(checks[:], func(check func() bool) bool { return check() }) {
			l.values()
		}
	}
	l.c = nil
	l.emptyConditions()
}

// never notes a condition that can never hold, or, negated, never fail: an error
// in a Deny, which then protects nothing or bars everyone.
func (l *look) never(node nodeOf, format string, args ...any) bool {
	severity := ""
	if l.s.Effect == Deny {
		severity = Error
	}
	l.fault(FaultNever, node(l.c), severity, format, args...)
	return true
}

func (l *look) always(node nodeOf, severity, format string, args ...any) bool {
	l.fault(FaultAlways, node(l.c), severity, format, args...)
	return true
}

// emptyConditions looks for a Condition or an operator without any key.
func (l *look) emptyConditions() {
	block := l.s.Node.Get("Condition")
	if isObject(block) && block.Len() == 0 {
		l.fault(FaultAlways, block.Name(), Info, "the Condition is empty: the statement has no condition")
		return
	}
	for name, keys := range block.Members() {
		if isObject(keys) && keys.Len() == 0 {
			l.fault(FaultAlways, name, Info, "%s has no condition key: it asks for nothing", name.Text())
		}
	}
}

func (l *look) nullOfSet() bool {
	return isNullOfSet(l.c.Operator) &&
		l.always(operatorOf, "", "%s tests for the key itself, and not its values: write Null without a set operator, or the condition may always hold", l.c.Operator)
}

// unread passes over conditions whose faults Compile has told.
func (l *look) unread() bool {
	broken := func(v Value) bool { return v.Broken && !v.open && len(v.variables) == 0 }
	return l.c.Op.Test == Unsupported || slices.ContainsFunc(l.c.Values, broken)
}

// twice looks for a key that stands under one operator in two spellings.
func (l *look) twice() bool {
	for i := range l.s.Conditions {
		other := &l.s.Conditions[i]
		if other == l.c {
			return false
		}
		if other.Name == l.c.Name && other.Op == l.c.Op && strings.EqualFold(other.Operator, l.c.Operator) {
			l.fault(FaultDuplicate, l.c.Node.Name(), "", "%s stands under %s a second time (case does not matter): put the values into one list", l.c.Key, l.c.Operator)
			return true
		}
	}
	return false
}

func (l *look) tagless() bool {
	stem := l.use.tagless
	return stem != "" && l.never(keyOf, "%s lacks a name: write %s<name>, because no request carries the key without a name", l.c.Key, stem)
}

// unknownKey looks for keys that AWS does not have, or that no request of the
// statement's actions carries.
func (l *look) unknownKey() bool {
	use := l.use
	name := l.c.Name.String()
	tags := name == "aws:tagkeys" || strings.HasPrefix(name, "aws:requesttag/")
	switch {
	case use.complaint != "":
		l.fault(FaultUnknownConditionKey, l.c.Node.Name(), "", "%s", use.complaint)
	case use.service != "" && !l.carries(l.s, use), tags && !l.tagsRequest(l.s, l.c.Key):
		if l.c.Op.IfExists {
			return l.always(keyOf, "", "no request of the statement's actions carries the condition key %s, so %s always holds", l.c.Key, l.c.Operator)
		}
		l.fault(FaultUnknownConditionKey, l.c.Node.Name(), "", "no request of the statement's actions carries the condition key %s", l.c.Key)
	default:
		return false
	}
	return true
}

// wrongType looks for operators of another type than the key's.
func (l *look) wrongType() bool {
	complaint := l.operator(l.c)
	if complaint != "" {
		l.fault(FaultOperatorType, l.c.OperatorNode, "", "%s", complaint)
	}
	return complaint != ""
}

// booleans looks for several values of a boolean, which AWS refuses (Access
// Analyzer's check INVALID_CONDITION_MULTIPLE_BOOLEAN).
func (l *look) booleans() bool {
	if l.c.Op.Test != Bool && l.c.Op.Test != Null || len(l.c.Values) < 2 || l.c.Op.Set != Single {
		return false
	}
	l.fault(FaultBooleans, l.c.Node, "", "%s takes one value, true or false, and not %d", l.c.Operator, len(l.c.Values))
	return true
}

// wrongPolicy looks for keys that only IAM policies know
// (https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-resource-aliases).
func (l *look) wrongPolicy() bool {
	return l.policy.Kind == KeyPolicy && l.c.Name.String() == "kms:resourcealiases" &&
		l.never(keyOf, "kms:ResourceAliases works in IAM policies only: a key policy never sees it")
}

// ofService looks for keys about a person or role where only services are meant:
// a service's own calls do not carry them.
func (l *look) ofService() bool {
	services := func(p Principal) bool { return p.Form != ServiceForm }
	if len(l.s.Principals) == 0 || slices.ContainsFunc(l.s.Principals, services) || !l.c.FailsWithout() {
		return false
	}
	switch name := l.c.Name.String(); {
	case name == "aws:principalorgid", name == "aws:principalorgpaths", name == "aws:principalarn", name == "aws:principaltype",
		name == "aws:username", name == "aws:multifactorauthpresent", strings.HasPrefix(name, "aws:principaltag/"):
		return l.never(keyOf, "a service that calls on its own behalf does not send %s: use aws:SourceAccount, aws:SourceArn or aws:SourceOrgID", l.c.Key)
	}
	return false
}

// qualifier looks for keys with many values that are compared as if they had
// one: AWS asks for ForAnyValue or ForAllValues
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html).
func (l *look) qualifier() bool {
	return l.c.Op.Set == Single && l.c.Op.Test != Null && strings.HasPrefix(l.use.kind, "ArrayOf") &&
		l.never(keyOf, "%s has several values, and %s compares one: write ForAnyValue:%s or ForAllValues:%s", l.c.Key, l.c.Operator, l.c.Operator, l.c.Operator)
}

// mismatch looks for operators that hold for no value of the key's type.
func (l *look) mismatch() bool {
	use := l.use
	kind := strings.TrimPrefix(use.kind, "ArrayOf")
	switch test := l.c.Op.Test; {
	case test == Null || use.tag || kind == "":
		return false
	case kind == "String" && (test == Bool || test == IPAddress || test == Numeric || test == Date || test == ArnLike && !isARNText(l.c)):
		return l.never(operatorOf, "%s is a text, which %s never matches: use a String operator", l.c.Key, l.c.Operator)
	case kind == "IP" && test.isTextual() && slices.ContainsFunc(l.c.Values, func(v Value) bool { return len(v.variables) > 0 }):
		return false // two addresses are compared, which address operators cannot
	case (kind == "Numeric" || kind == "Date" || kind == "Bool" || kind == "IP") && test.isTextual():
		l.fault(FaultNever, l.c.OperatorNode, Warning, "%s compares texts, and %s is %s: use an operator of the kind %s", l.c.Operator, l.c.Key, typeWords()[kind], strings.Replace(kind, "IP", "IpAddress", 1))
		return true
	}
	return false
}

// isARNText reports whether a key of the type String may hold an ARN.
func isARNText(c *Condition) bool {
	service, _, _ := strings.Cut(c.Name.String(), ":")
	return service != "kms" && service != "aws"
}

// forAllValues looks for the set operator that holds where there is no value at
// all, in an Allow that nothing else guards
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html).
func (l *look) forAllValues() bool {
	use := l.use
	if l.c.Op.Set != ForAllValues || l.s.Effect != Allow || use.kind == "" || l.demands(l.c.Name) {
		return false
	}
	if !strings.HasPrefix(use.kind, "ArrayOf") {
		return l.always(operatorOf, "", "%s also holds if the request has no %s, which has one value: remove ForAllValues", l.c.Operator, l.c.Key)
	}
	switch name := l.c.Name.String(); {
	case name == "kms:grantoperations", strings.HasSuffix(name, "tagkeys"):
		return false // every grant has operations; a request without tags is meant to pass
	}
	return l.always(operatorOf, "", `%s also holds if the request has no %s: add {"Null": {"%s": "false"}}`, l.c.Operator, l.c.Key, l.c.Key)
}

// demands reports whether another condition of the statement fails without a key.
func (l *look) demands(key Key) bool {
	return slices.ContainsFunc(l.s.Conditions, func(c Condition) bool { return c.Name == key && c.FailsWithout() })
}

func (l *look) noValues() bool {
	return len(l.c.Values) == 0 && l.c.Op.Test != Null && !isSymbolic(l.c.Node) &&
		l.never(keyOf, "%s has an empty list of values, so nothing matches", l.c.Key)
}

// unpaired looks for an address within a VPC without the VPC: others have the
// same addresses
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-vpcsourceip).
func (l *look) unpaired() bool {
	if l.c.Name.String() != "aws:vpcsourceip" {
		return false
	}
	for i := range l.s.Conditions {
		switch l.s.Conditions[i].Name.String() {
		case "aws:sourcevpc", "aws:sourcevpce", "aws:sourcevpcarn", "aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths":
			return false
		}
	}
	return l.always(keyOf, "", "aws:VpcSourceIp is an address in any VPC, and other VPCs use the same addresses: name the VPC too, with aws:SourceVpc or aws:SourceVpce")
}

// irrelevant looks for keys about the resource in a policy of that resource
// (Access Analyzer's check IRRELEVANT_CONDITION_KEY_IN_POLICY).
func (l *look) irrelevant() bool {
	if l.policy.Kind != KeyPolicy && l.policy.Kind != BucketPolicy {
		return false
	}
	switch l.c.Name.String() {
	case "aws:resourceaccount", "aws:resourceorgid", "aws:resourceorgpaths":
		return l.always(keyOf, Info, "%s is about the owner of the resource, which in %s is always the same: use it in an IAM policy", l.c.Key, withArticle(l.policy.Kind))
	}
	return false
}
