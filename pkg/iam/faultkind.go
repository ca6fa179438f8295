package iam

// The severities of a fault that differ from the rule's own.
const (
	Warning = "warning"
	Info    = "info"
	Error   = "error"
)

// The kinds of faults that a Checker finds.
const (
	FaultUnknownAction       = "unknown-action"
	FaultUnknownConditionKey = "unknown-condition-key"
	FaultOperatorType        = "operator-type"
	FaultSid                 = "sid"
	FaultVersionMissing      = "missing-version"
	FaultType                = "data-type"
	FaultDuplicate           = "duplicate-key"
	FaultBooleans            = "several-booleans"
	FaultEmpty               = "empty-element"
	FaultKindOfAction        = "unsupported-action"
	FaultControl             = "control-policy"
	FaultRange               = "address-range"
	FaultKeyStatement        = "key-statement"
	FaultBucketStatement     = "bucket-statement"
	FaultNever               = "never-matches"
	FaultAlways              = "always-matches"
	FaultSize                = "too-large"
	FaultRedundant           = "redundant"
	FaultTrustOpen           = "trust-open"
	FaultService             = "service-unguarded"
)

// The classes of faults; a rule speaks of each.
const (
	ClassGrammar         = "grammar"
	ClassAction          = "action"
	ClassConditionKey    = "condition-key"
	ClassKeyStatement    = "key-statement"
	ClassBucketStatement = "bucket-statement"
	ClassNever           = "never-matches"
	ClassAlways          = "always-matches"
	ClassSize            = "size"
	ClassRedundant       = "redundant"
	ClassTrust           = "trust"
	ClassService         = "service-principal"
)

// Class says which rule speaks of a fault.
func (f *Fault) Class() string {
	switch f.Kind {
	case FaultUnknownAction:
		return ClassAction
	case FaultUnknownConditionKey:
		return ClassConditionKey
	case FaultKeyStatement:
		return ClassKeyStatement
	case FaultBucketStatement:
		return ClassBucketStatement
	case FaultNever:
		return ClassNever
	case FaultAlways:
		return ClassAlways
	case FaultSize:
		return ClassSize
	case FaultRedundant:
		return ClassRedundant
	case FaultTrustOpen:
		return ClassTrust
	case FaultService:
		return ClassService
	}
	return ClassGrammar
}

// Rules names the rule of each class.
func Rules() map[string]string {
	return map[string]string{
		ClassGrammar: "policy-invalid-element", ClassAction: "policy-unknown-action", ClassConditionKey: "policy-unknown-condition-key",
		ClassKeyStatement: "key-statement-without-effect", ClassBucketStatement: "bucket-statement-without-effect",
		ClassNever: "policy-condition-never-matches", ClassAlways: "policy-condition-always-matches", ClassSize: "policy-too-large",
		ClassRedundant: "policy-redundant", ClassTrust: "role-open-to-everyone", ClassService: "service-principal-unguarded",
	}
}
