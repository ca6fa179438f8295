package iam

import (
	"maps"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/reference"
)

// KeysOf gives the condition keys that requests for actions may carry, sorted by
// name: the global ones, and those of services that are known in full. Actions
// may have wildcards.
func (c *Checker) KeysOf(actions []string) []reference.ConditionKey {
	found := map[string]reference.ConditionKey{}
	for name, kind := range globalKeys() {
		found[name] = reference.ConditionKey{Name: "aws:" + name, Type: kind}
	}
	for _, action := range actions {
		prefix, name, _ := strings.Cut(action, ":")
		full := c.vocabulary.Full(strings.ToLower(prefix))
		if full == nil {
			continue
		}
		glob := WildcardGlob(name, true)
		for i := range full.Actions {
			if glob.Matches(full.Actions[i].Name) {
				for _, key := range full.Actions[i].Keys {
					found[full.Keys[key].Name] = full.Keys[key]
				}
			}
		}
	}
	return slices.SortedFunc(maps.Values(found), func(a, b reference.ConditionKey) int { return strings.Compare(a.Name, b.Name) })
}

// KeyType gives the type of a condition key as the reference has it, "" where that
// is not known. The second result is false for a key that AWS does not have.
func (c *Checker) KeyType(name string) (string, bool) {
	use := c.key(name)
	return use.kind, use.complaint == ""
}

// OperatorsOf gives the operators that can compare a condition key, in the order of
// their page; all of them for a key whose type is not known
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html).
func (c *Checker) OperatorsOf(key string) []string {
	return slices.DeleteFunc([]string{
		"StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike", "StringNotLike",
		"NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan", "NumericGreaterThanEquals",
		"DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals",
		"Bool", "BinaryEquals", "IpAddress", "NotIpAddress", "ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "Null",
	}, func(name string) bool {
		op := ParseOperator(name)
		kind := strings.TrimPrefix(c.key(key).kind, "ArrayOf")
		textual := op.Test.isTextual() && op.Test != ArnLike
		return key != "" && (c.operator(&Condition{Operator: name, Key: key, Op: op}) != "" ||
			kind == "String" && !textual && op.Test != Null || textual && (kind == "Bool" || kind == "Numeric" || kind == "Date" || kind == "IP"))
	})
}
