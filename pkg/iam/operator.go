package iam

import "strings"

// Operator is a condition operator taken apart
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html).
type Operator struct {
	Test     Test
	Compare  Compare // of Numeric and Date
	Negated  bool    // ...Not...: true where no value matches, and where the key is missing
	IfExists bool
	Set      SetOperator
}

// Test is what an operator compares as.
type Test uint8

// The tests. Unsupported is an operator that AWS does not have: whether its
// condition holds is never known.
const (
	Unsupported Test = iota
	String
	StringIgnoreCase
	StringLike
	ArnLike // ArnEquals is the same
	Numeric
	Date
	Bool
	Binary
	IPAddress
	Null
)

// isTextual reports whether a test compares texts with patterns.
func (t Test) isTextual() bool {
	return t == String || t == StringIgnoreCase || t == StringLike || t == ArnLike
}

// Compare is the order that Numeric and Date ask for.
type Compare uint8

// The orders.
const (
	Equal Compare = iota
	Less
	LessOrEqual
	Greater
	GreaterOrEqual
)

// Holds tells whether an order (negative, zero, positive) is the one asked for.
func (c Compare) Holds(order int) bool {
	switch c {
	case Equal:
		return order == 0
	case Less:
		return order < 0
	case LessOrEqual:
		return order <= 0
	case Greater:
		return order > 0
	}
	return order >= 0
}

// SetOperator is the quantifier of an operator on a multivalued key.
type SetOperator uint8

// The quantifiers.
const (
	Single SetOperator = iota
	ForAllValues
	ForAnyValue
)

// ParseOperator takes an operator's name apart, in any case.
func ParseOperator(name string) Operator {
	var op Operator
	base := strings.ToLower(name)
	if rest, ok := strings.CutPrefix(base, "forallvalues:"); ok {
		op.Set, base = ForAllValues, rest
	} else if rest, ok := strings.CutPrefix(base, "foranyvalue:"); ok {
		op.Set, base = ForAnyValue, rest
	}
	base, op.IfExists = strings.CutSuffix(base, "ifexists")
	switch base {
	case "stringequals", "stringnotequals":
		op.Test = String
	case "stringequalsignorecase", "stringnotequalsignorecase":
		op.Test = StringIgnoreCase
	case "stringlike", "stringnotlike":
		op.Test = StringLike
	case "arnequals", "arnlike", "arnnotequals", "arnnotlike":
		op.Test = ArnLike
	case "bool":
		op.Test = Bool
	case "binaryequals":
		op.Test = Binary
	case "ipaddress", "notipaddress":
		op.Test = IPAddress
	case "null":
		// Null asks for existence itself, so it takes no IfExists
		// (…/reference_policies_elements_condition_operators.html#Conditions_IfExists).
		if !op.IfExists && op.Set == Single {
			op.Test = Null
		}
	default:
		op.Test, op.Compare = ordered(base)
	}
	op.Negated = strings.Contains(base, "not")
	return op
}

// ordered reads the operators on numbers and dates.
func ordered(base string) (Test, Compare) {
	test := Numeric
	rest, ok := strings.CutPrefix(base, "numeric")
	if !ok {
		if rest, ok = strings.CutPrefix(base, "date"); !ok {
			return Unsupported, Equal
		}
		test = Date
	}
	switch rest {
	case "equals", "notequals":
		return test, Equal
	case "lessthan":
		return test, Less
	case "lessthanequals":
		return test, LessOrEqual
	case "greaterthan":
		return test, Greater
	case "greaterthanequals":
		return test, GreaterOrEqual
	}
	return Unsupported, Equal
}
