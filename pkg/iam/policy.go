package iam

import "github.com/canvaslint/canvaslint/pkg/source"

// Kind is what a policy is attached to; the grammar differs by it.
type Kind uint8

// The kinds.
const (
	IdentityPolicy Kind = iota
	KeyPolicy
	BucketPolicy
	TrustPolicy
	BoundaryPolicy
	SessionPolicy
	ServiceControlPolicy
	ResourceControlPolicy
	EndpointPolicy
	ResourcePolicy // of a resource that nothing names
)

// String names the kind as users do.
func (k Kind) String() string {
	return [...]string{"identity policy", "key policy", "bucket policy", "trust policy", "permissions boundary",
		"session policy", "service control policy", "resource control policy", "endpoint policy", "resource policy"}[k]
}

// NamesPrincipals reports whether statements of the kind say who they are for.
func (k Kind) NamesPrincipals() bool {
	switch k {
	case KeyPolicy, BucketPolicy, TrustPolicy, ResourceControlPolicy, EndpointPolicy, ResourcePolicy:
		return true
	}
	return false
}

// Policy is a compiled policy document. It does not change, and any number of
// goroutines may read it.
type Policy struct {
	Node       source.Node
	Kind       Kind
	Version    string // as written; "" is 2008-10-17
	ID         string
	Statements []*Statement
	Faults     []Fault
	// Text gives this policy when asked, nil for one that is not kept in one.
	Text *Text
}

// HasVariables reports whether ${...} stands for a value: only in Version
// 2012-10-17, else it is text
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html).
func (p *Policy) HasVariables() bool { return p.Version == "2012-10-17" }

// Effect is what a statement does.
type Effect uint8

// The effects. NoEffect is an Effect element that is neither; AWS refuses it.
const (
	NoEffect Effect = iota
	Allow
	Deny
)

// String gives the word of the policy language.
func (e Effect) String() string { return [...]string{"neither Allow nor Deny", "Allow", "Deny"}[e] }

// Statement is one statement of a policy. Of each pair (Action, NotAction;
// Resource, NotResource; Principal, NotPrincipal) at most one is there in a
// statement that AWS takes.
type Statement struct {
	Node   source.Node
	Index  int // within the policy, from 0
	Sid    string
	Effect Effect

	Actions, NotActions       []Pattern
	Resources, NotResources   []Pattern
	Principals, NotPrincipals []Principal
	Conditions                []Condition

	// ActionNode and the others are the elements themselves, whichever of the
	// pair is there; zero where the statement lacks both.
	ActionNode, ResourceNode, PrincipalNode source.Node

	// Uncertain says why AWS's reading of the statement is not known: it uses
	// what the grammar does not allow, or only exists once a template is
	// deployed. "" is the rule.
	Uncertain string
	// Awaits says what of the statement is known only once a template is
	// deployed: "the condition HasKey".
	Awaits []string
	// PrincipalDoubt says why it is not known whom the statement names: its
	// Principal or NotPrincipal is empty, or AWS refuses what it holds. "" is
	// the rule.
	PrincipalDoubt string
	// WithoutEffect marks a statement of a key policy that lacks Action or
	// Resource: KMS stores it, and it does nothing
	// (https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html).
	WithoutEffect bool

	// of is held with the statement: whoever compares statements finds the same ones.
	of    *Policy
	roles *roleIndex // of many Principals
}

// Condition is one key under one operator.
type Condition struct {
	Node         source.Node // the value or list of values; Node.Name() is the key
	OperatorNode source.Node // the operator's name
	Operator     string      // as written
	Key          string      // as written
	Values       []Value
	Op           Operator
	Name         Key
}

// Fault is something that the policy grammar does not allow, or that can have
// no effect.
type Fault struct {
	Kind    string // one of the Fault... constants
	Node    source.Node
	Message string
	// Statement is the number of the statement it is in, -1 outside of one.
	Statement int
	// Severity is Error, Warning or Info where it is not the rule's own.
	Severity string
	// Condition is the condition that it is about, nil for none.
	Condition *Condition
}

// The kinds of faults.
const (
	FaultNoStatement        = "no-statement"
	FaultNotAnObject        = "not-an-object"
	FaultVersion            = "unknown-version"
	FaultEffect             = "effect"
	FaultBothElements       = "both-elements" // Action and NotAction, ...
	FaultNoAction           = "missing-action"
	FaultNoResource         = "missing-resource"
	FaultNoPrincipal        = "missing-principal"
	FaultUnexpectedElement  = "unexpected-element" // Principal in an identity policy, Resource in a trust policy
	FaultUnknownElement     = "unknown-element"
	FaultOperator           = "unknown-operator"
	FaultConditionShape     = "condition-shape"
	FaultConditionValue     = "condition-value" // a value that does not fit its operator
	FaultPrincipalWildcard  = "partial-wildcard-principal"
	FaultPrincipalType      = "principal-type"
	FaultPrincipalValue     = "malformed-principal"
	FaultNotPrincipalAllow  = "not-principal-with-allow"
	FaultARN                = "malformed-arn"
	FaultAction             = "malformed-action"
	FaultVariable           = "malformed-variable"
	FaultStatementNoEffects = "statement-without-effect"
)
