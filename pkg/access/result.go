package access

import (
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Result is the answer to a request.
type Result uint8

// The answers. Both kinds of denial are denials; the explicit one has a Deny
// statement that takes effect whatever the unknowns are.
const (
	Unknown Result = iota
	Allowed
	ImplicitlyDenied
	ExplicitlyDenied
)

// String gives the name as it stands in machine-readable output.
func (r Result) String() string {
	return [...]string{"Unknown", "Allowed", "ImplicitlyDenied", "ExplicitlyDenied"}[r]
}

// IsDenied reports whether the answer is no.
func (r Result) IsDenied() bool { return r == ImplicitlyDenied || r == ExplicitlyDenied }

// LayerName names a kind of policy in reasons; the list is closed.
type LayerName string

// The layers.
const (
	KeyPolicy      LayerName = "key-policy"
	GrantLayer     LayerName = "grant"
	IdentityPolicy LayerName = "identity-policy"
	Boundary       LayerName = "boundary"
	SessionPolicy  LayerName = "session-policy"
	SCP            LayerName = "scp"
	RCP            LayerName = "rcp"
	BucketPolicy   LayerName = "bucket-policy"
	PointPolicy    LayerName = "access-point-policy"
	TrustPolicy    LayerName = "trust-policy"
	EndpointPolicy LayerName = "endpoint-policy"
)

// CauseName says why a layer stopped a request; the list is closed.
type CauseName string

// The causes. The empty cause is that of a statement that allows.
const (
	NoStatement           CauseName = "no-statement"
	IAMNotEnabled         CauseName = "iam-not-enabled" // the key policy does not let IAM policies count
	NotAllowedByGuardrail CauseName = "not-allowed-by-guardrail"
	ExplicitDeny          CauseName = "explicit-deny"
	ConditionNotMet       CauseName = "condition-not-met"
	OtherSideMissing      CauseName = "other-side-missing" // across accounts
	DocumentMissing       CauseName = "document-missing"
	ContextUnknown        CauseName = "context-unknown"
	PolicyInDoubt         CauseName = "policy-in-doubt" // whether it is in force is not known
	Undocumented          CauseName = "undocumented"
)

// Decision is an answer with its reasons.
type Decision struct {
	Result Result
	// Reasons are, for a denial, all that stands in the way; for Unknown, all
	// that is open; for Allowed, the statements that allow.
	Reasons []Reason
	// Missing says, for Unknown, what would settle it: context keys in their
	// written form, and documents and rules in words. Sorted.
	Missing []string
	// Witness is, of a question over a set that is not allowed, a member that
	// is not: its resource or, where WitnessOf names a context key, its value.
	Witness, WitnessOf string
	// Partial is set where other members may have another answer.
	Partial bool
}

// Reason is one thing that decided.
type Reason struct {
	Action string
	Layer  LayerName
	Cause  CauseName
	// Policy is the document's name, "" where no single document is meant.
	Policy string
	// Statement is the deciding statement, nil where the lack of one decides.
	Statement *iam.Statement
	// Near is, where no statement allows, the one that would but for one element;
	// Node is that element.
	Near *iam.Statement
	// Node is the one element to point at: the condition that fails, the
	// statement that denies, or where nothing matches the policy's Statement.
	Node    source.Node
	Message string // one sentence
	// Corrections are the edits after which the statement would allow it, where
	// what stands there was probably meant for the request.
	Corrections []Correction
	// Awaits says what of a doubt is known only once a template is deployed:
	// "the Region".
	Awaits []string
	// Question is, of a policy in doubt, what is not known: "which of a.json:3:5
	// and b.json:7:1 is right".
	Question string
}

// Correction is what to write at a place of a statement.
type Correction struct {
	Node source.Node // a value, or the name of an operator
	Text string
	// Beside is set where what stands there may be meant too: the text is one
	// value more.
	Beside bool
}

// truth is Kleene's logic: no < maybe < yes, AND is the least, OR the greatest.
type truth uint8

const (
	no truth = iota
	maybe
	yes
)

func (t truth) not() truth { return yes - t }

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

// either is the value of a question that has one of two answers.
func either(a, b truth) truth {
	if a == b {
		return a
	}
	return maybe
}
