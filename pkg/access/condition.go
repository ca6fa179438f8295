package access

import (
	"net/netip"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// evaluation is one request under one set of policies. It lives on the stack.
type evaluation struct {
	request  *Request
	policies *Policies
	context  *Context
	standIns standIns
	over     *resources // what the question is about, nil for one resource
	chosen   []chosen   // the cases of choices that are looked at
	compared map[comparison]truth
}

// condition tells whether one key under one operator is met.
func (e *evaluation) condition(c *iam.Condition) truth {
	if c.Op.Test == iam.Unsupported {
		return maybe // never true or false: a Deny must not read as "no match"
	}
	value := e.context.get(c.Name)
	presence := value.presence()
	if c.Op.Test == iam.Null {
		return null(c, presence)
	}
	switch presence {
	case no:
		return missing(c)
	case yes:
		return e.present(c, &value)
	}
	return either(missing(c), e.present(c, &value))
}

// null is the test for presence: true asks for absence.
func null(c *iam.Condition, presence truth) truth {
	t := no
	absence, existence := false, false
	for i := range c.Values {
		v := &c.Values[i]
		switch {
		case v.Symbolic || v.Broken:
			t = max(t, maybe)
		case v.Truth:
			absence = true
			t = max(t, presence.not())
		default:
			existence = true
			t = max(t, presence)
		}
	}
	if absence && existence {
		return yes
	}
	return t
}

// missing is the value of a condition whose key is not in the request
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html,
// and reference_policies_condition-single-vs-multi-valued-context-keys.html).
func missing(c *iam.Condition) truth {
	switch {
	case c.Op.Set == iam.ForAnyValue && c.Op.IfExists:
		return maybe // the two rules contradict each other, and AWS does not say which one wins
	case c.Op.Set == iam.ForAnyValue:
		return no
	case c.Op.Set == iam.ForAllValues, c.Op.IfExists, c.Op.Negated:
		return yes
	}
	return no
}

// present is the value of a condition whose key is in the request.
func (e *evaluation) present(c *iam.Condition, value *entry) truth {
	switch value.state {
	case oneOf:
		t := e.set(c, value.values[:1], false)
		for i := 1; i < len(value.values); i++ {
			t = either(t, e.set(c, value.values[i:i+1], false))
		}
		return t
	case begins, every:
		return e.beginning(c, value.beginning())
	case present, unknown:
		return e.anything(c, value.multi)
	}
	return e.set(c, value.values, value.multi)
}

// set compares the values of a key.
func (e *evaluation) set(c *iam.Condition, values []string, multi bool) truth {
	if c.Op.Set == iam.Single {
		if multi {
			return e.unquantified(c, values)
		}
		return e.value(c, values[0])
	}
	// "A null data set, such as an empty string", counts as no values
	// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html).
	all, some, null := yes, no, true
	for _, v := range values {
		t := e.value(c, v)
		all, some, null = min(all, t), max(some, t), null && v == ""
	}
	if null {
		all, some = yes, no
	}
	if c.Op.Set == iam.ForAllValues {
		return all
	}
	return some
}

// unquantified is a multivalued key under an operator without ForAllValues or
// ForAnyValue. AWS asks for one of the two and does not say what happens
// without: where nothing matches under any reading, it is no match.
func (e *evaluation) unquantified(c *iam.Condition, values []string) truth {
	some := no
	for _, v := range values {
		some = max(some, e.value(c, v))
	}
	return min(some, maybe)
}

// value compares one value of the request with those of the policy: any of
// them for a positive operator, none for a negated one.
func (e *evaluation) value(c *iam.Condition, text string) truth {
	t, broken := no, false
	for i := range c.Values {
		v := &c.Values[i]
		broken = broken || v.Broken
		if t = max(t, e.compare(c, v, text)); t == yes {
			break
		}
	}
	if !c.Op.Negated {
		return t
	}
	// What a negated operator makes of a value that is no number, date,
	// address or ARN is not documented.
	if broken || t != yes && malformed(c.Op.Test, text) {
		return maybe
	}
	return t.not()
}

// compare compares with one value of the policy.
func (e *evaluation) compare(c *iam.Condition, v *iam.Value, text string) truth {
	if v.Symbolic || v.Refused {
		return maybe
	}
	if v.HasStandIn() || e.standIns.context && (iam.HasStandIn(text) || len(v.Variables()) > 0) {
		return e.awaiting(c, v, text)
	}
	text = source.Spelled(text)
	switch c.Op.Test {
	case iam.Numeric:
		n, ok := iam.ParseNumber(text)
		return truthOf(ok && !v.Broken && c.Op.Compare.Holds(n.Cmp(v.Number)))
	case iam.Date:
		d, ok := iam.ParseDate(text)
		return truthOf(ok && !v.Broken && c.Op.Compare.Holds(d.Compare(v.Time)))
	case iam.IPAddress:
		a, ok := address(text)
		return truthOf(ok && !v.Broken && v.Range.Contains(a))
	case iam.Bool:
		return truthOf(!v.Broken && strings.EqualFold(text, v.Text))
	case iam.Binary:
		return sameBytes(v, text)
	}
	if len(v.Variables()) == 0 && !v.IsLoose() {
		return truthOf(v.Matches(text))
	}
	return e.resolved(&v.Pattern, text)
}

// sameBytes compares byte for byte with what the base64 text of the policy stands
// for. A value of the request that is that text itself may be an encoding too
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_BinaryEquals).
func sameBytes(v *iam.Value, text string) truth {
	switch {
	case v.Broken, text == v.Text:
		return maybe
	}
	return truthOf(v.Matches(text))
}

// resolved compares with a pattern that holds variables.
func (e *evaluation) resolved(p *iam.Pattern, text string) truth {
	glob, ok, exact := p.Resolve(e.variable)
	switch {
	case !ok || !glob.Matches(text):
		return no
	case !exact:
		return maybe
	}
	return yes
}

// variable gives the value of a policy variable. Multivalued keys cannot be
// variables
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html).
func (e *evaluation) variable(key iam.Key) (string, iam.Resolution) {
	value := e.context.get(key)
	switch {
	case value.state == absent, value.multi:
		return "", iam.NoValue
	case value.state == known && len(value.values) == 1:
		return value.values[0], iam.OneValue
	}
	return "", iam.AnyValue
}

// equals compares a single value without wildcards.
func (e *evaluation) equals(key iam.Key, text string) truth {
	value := e.context.get(key)
	switch value.state {
	case absent:
		return no
	case known:
		if len(value.values) != 1 {
			return no
		}
		return truth(iam.Same(value.values[0], text))
	case begins, every:
		return min(truth(iam.SameBeginning(text, value.beginning())), maybe)
	case oneOf:
		t := no
		for _, v := range value.values {
			t = max(t, min(truth(iam.Same(v, text)), maybe))
		}
		return t
	}
	return maybe
}

// malformed reports whether a value of the request does not have the type that
// a test compares.
func malformed(test iam.Test, text string) bool {
	ok := true
	switch test {
	case iam.Numeric:
		_, ok = iam.ParseNumber(text)
	case iam.Date:
		_, ok = iam.ParseDate(text)
	case iam.IPAddress:
		_, ok = address(text)
	case iam.ArnLike:
		_, ok = iam.ParseARN(text)
	}
	return !ok
}

func address(text string) (netip.Addr, bool) {
	a, err := netip.ParseAddr(text)
	return a.Unmap(), err == nil && a.Zone() == ""
}

// anything is a condition on a key whose value is not known.
func (e *evaluation) anything(c *iam.Condition, multi bool) truth {
	if multi && c.Op.Set == iam.Single || c.Op.Set == iam.ForAnyValue {
		return maybe
	}
	for i := range c.Values {
		v := &c.Values[i]
		if prefix, ok := v.Glob().Prefix(); ok && prefix == "" && c.Op.Test == iam.StringLike && !v.Symbolic && len(v.Variables()) == 0 {
			if c.Op.Negated && c.Op.Set == iam.Single {
				return no
			}
			if !c.Op.Negated {
				return yes
			}
		}
	}
	return maybe
}

// beginning is a condition on a single-valued key of which only the beginning
// of the value is known.
func (e *evaluation) beginning(c *iam.Condition, start string) truth {
	switch c.Op.Test {
	case iam.String, iam.StringIgnoreCase, iam.StringLike, iam.ArnLike:
	default:
		return maybe
	}
	t := no
	for i := range c.Values {
		v := &c.Values[i]
		if v.Symbolic {
			t = max(t, maybe)
			continue
		}
		if v.HasStandIn() || e.standIns.context {
			t = max(t, truth(v.FitBeginning(start, e.variable)))
			continue
		}
		glob, ok, exact := v.Resolve(e.variable)
		if !ok {
			continue
		}
		fits := truth(glob.FitBeginning(start))
		if !exact {
			fits = min(fits, maybe)
		}
		t = max(t, fits)
	}
	if c.Op.Negated {
		t = t.not()
		if c.Op.Test == iam.ArnLike {
			t = min(t, maybe)
		}
	}
	return t
}
