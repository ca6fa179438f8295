package iam

import "github.com/canvaslint/canvaslint/pkg/source"

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
		if op.Test == Unsupported {
			c.fault(FaultOperator, name, "there is no condition operator %q", name.Text())
		}
		for key, values := range keys.Members() {
			s.Conditions = append(s.Conditions, c.condition(name, key, values, op))
		}
	}
}

func (c *compiler) condition(name, key, values source.Node, op Operator) Condition {
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
		if !p.Symbolic && !item.IsScalar() {
			c.fault(FaultConditionShape, item, "a condition compares with a string, a number or a boolean, not %s", item.Kind())
			p.Symbolic = true
		}
		v := Value{Pattern: p}
		if v.open && !op.Test.isTextual() {
			v.Symbolic = true // a number or a date is none before it is known
		}
		v.read(op.Test)
		if v.Broken && len(p.variables) == 0 {
			c.fault(FaultConditionValue, item, "%s cannot compare with %q", name.Text(), p.Text)
		}
		condition.Values = append(condition.Values, v)
	}
	return condition
}
