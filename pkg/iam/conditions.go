package iam

import (
	"strings"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// conditions reads {operator: {key: value or list}}.
func (c *compiler) conditions(s *Statement) {
	block := s.Node.Get("Condition")
	if !block.Exists() {
		return
	}
	if isSymbolic(block) {
		s.awaits("its Condition", block)
		return
	}
	if !block.Is(source.Object) {
		c.fault(FaultConditionShape, block, "a Condition is an object of operators, not %s", block.Kind())
		s.uncertain("its Condition is no object")
		return
	}
	for name, keys := range block.Members() {
		if isSymbolic(keys) {
			s.awaits("its Condition", keys)
			continue
		}
		if !keys.Is(source.Object) {
			c.fault(FaultConditionShape, keys, "an operator holds an object of condition keys, not %s", keys.Kind())
			s.uncertain("its Condition has an operator without condition keys")
			continue
		}
		op := ParseOperator(name.Text())
		if op.Test == Unsupported && !isNullOfSet(name.Text()) {
			c.fault(FaultOperator, name, "there is no condition operator %q", name.Text())
		}
		for key, values := range keys.Members() {
			condition := c.condition(s, name, key, values, op)
			for i := range condition.Values {
				v := &condition.Values[i]
				v.Refused = v.Broken && !v.loose && s.Effect != Allow
			}
			s.Conditions = append(s.Conditions, condition)
		}
	}
}

// isNullOfSet recognises Null with ForAllValues or ForAnyValue: AWS takes it and
// does not say what it makes of it (Access Analyzer's check NULL_WITH_QUALIFIER).
func isNullOfSet(operator string) bool {
	set, base, ok := strings.Cut(strings.ToLower(operator), ":")
	return ok && base == "null" && (set == "forallvalues" || set == "foranyvalue")
}

func (c *compiler) condition(s *Statement, name, key, values source.Node, op Operator) Condition {
	condition := Condition{
		Node: values, OperatorNode: name, Operator: name.Text(), Key: key.Text(),
		Op: op, Name: NewKey(key.Text()),
	}
	d := dialect{fold: op.Test == StringIgnoreCase || op.Test == Bool, wildcards: op.Test == StringLike || op.Test == ArnLike, parts: op.Test == ArnLike}
	switch op.Test {
	case String, StringIgnoreCase, StringLike, ArnLike:
		// Variables count under string and ARN operators only
		// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-conditionoperators).
		d.variables = c.policy.HasVariables()
	}
	for item := range values.Each() {
		p, wrong := newPattern(item, d)
		if wrong != "" {
			c.fault(FaultVariable, item, "%s", wrong)
		}
		if p.short && (s.Effect != Allow || !strings.HasPrefix(p.Text, "arn:")) {
			p = looseARN(item, d)
		}
		if !p.Symbolic && !item.IsScalar() {
			c.fault(FaultConditionShape, item, "a condition compares with a string, a number or a boolean, not %s", item.Kind())
			p.Symbolic = true
		}
		v := Value{Pattern: p}
		if v.open && !op.Test.isTextual() {
			v.Symbolic = true // a number or a date is none before it is known
		}
		v.read(op.Test)
		if wrong != "" {
			v.Broken = true
		} else if v.Broken && len(p.variables) == 0 && !(p.loose && mayBeARN(&p)) {
			c.fault(FaultConditionValue, item, "%s cannot compare with %q", name.Text(), p.Text)
		}
		condition.Values = append(condition.Values, v)
	}
	return condition
}

// looseARN reads a pattern of fewer than six parts under an ARN operator. The
// operators compare part by part
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN),
// so that one that begins like an ARN matches none, and an Allow with it allows
// nothing. But AWS's own examples have patterns that begin with a wildcard
// (https://docs.aws.amazon.com/sagemaker/latest/dg/security_iam_id-based-policy-examples.html),
// and no Deny is taken for one that denies nothing: what matches the text as a
// whole, or with wildcards for what is missing, may match.
func looseARN(item source.Node, d dialect) Pattern {
	d.parts = false
	missing := ""
	if text := item.Text(); strings.HasPrefix(text, "arn:") && !strings.HasSuffix(text, "*") {
		missing = "*"
	}
	p, _ := newCompletedPattern(item, missing, d)
	p.loose = true
	return p
}

// mayBeARN reports whether a loose pattern has the form of AWS's examples, and
// any ARN fits it.
func mayBeARN(p *Pattern) bool {
	arns := ARNGlob("arn:*:*:*:*:*")
	return !strings.HasPrefix(p.Text, "arn:") && p.glob.Overlaps(&arns)
}
