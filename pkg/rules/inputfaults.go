package rules

import "github.com/canvaslint/canvaslint/pkg/finding"

// FaultInput is something that a rule objects to in a policy. Each kind
// is one rule's; lists that a kind has no use for are not there.
type FaultInput struct {
	At      string  `json:"at"`
	Kind    string  `json:"kind"` // placeholder, grammar, key-open, wildcard-read, ...
	Subject Subject `json:"subject"`
	// Detail is what the checker of policies calls it, within the kind.
	Detail string `json:"detail"`
	// Message says what is wrong, for the kinds that the checker finds.
	Message string `json:"message"`
	// Policy is the name of the policy, Document names it in a sentence: "the
	// policy of the key 0a00...".
	Policy   string `json:"policy"`
	Document string `json:"document"`
	// Sid and Number (from 1) name the statement; 0 is the policy as a whole.
	Sid        string           `json:"sid"`
	Number     int              `json:"number"`
	Effect     string           `json:"effect"`
	PolicyKind string           `json:"policy_kind"` // "key policy", "identity policy", ...
	Text       string           `json:"text"`        // the value, principal, statement or lack that counts
	Actions    []string         `json:"actions,omitzero"`
	Roles      []string         `json:"roles,omitzero"`     // ARNs
	Keys       []string         `json:"keys,omitzero"`      // ARNs of the keys whose use is kept off
	Buckets    []string         `json:"buckets,omitzero"`   // names of the buckets behind them
	Services   []string         `json:"services,omitzero"`  // calling services, "" for a direct call
	Severity   finding.Severity `json:"severity,omitempty"` // where it is not the rule's own
	Doubt      bool             `json:"doubt"`              // it may, or may not
	BucketKey  bool             `json:"bucket_key"`
	NoHeader   bool             `json:"no_header,omitzero"` // the statement is about requests without the encryption header alone
	Related    []NoteInput      `json:"related,omitzero"`   // where the access findings stand
	Causes     []CauseInput     `json:"causes,omitzero"`    // why a call is denied, of job-without-key-denied
	// OnlyGuide is set where the other edition of the page has no such need.
	OnlyGuide string `json:"only_in_guide"`
}
