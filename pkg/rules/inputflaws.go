package rules

import "github.com/canvaslint/canvaslint/pkg/finding"

// FlawInput is something that rules object to in a policy.
type FlawInput struct {
	At      string  `json:"at"`
	Kind    string  `json:"kind"`
	Subject Subject `json:"subject"`
	// Document is the policy in words: "the policy of the key 0a00...".
	Document string `json:"document"`
	// Sid and Number (from 1) name the statement; 0 is the policy as a whole.
	Sid        string           `json:"sid"`
	Number     int              `json:"number"`
	Effect     string           `json:"effect"`
	PolicyKind string           `json:"policy_kind"` // "key policy", "identity policy", ...
	Text       string           `json:"text"`        // the value, principal or lack that counts
	Actions    []string         `json:"actions"`
	Roles      []string         `json:"roles"`              // ARNs
	Keys       []string         `json:"keys"`               // ARNs of the keys whose use is kept off
	Buckets    []string         `json:"buckets"`            // names of the buckets behind them
	Services   []string         `json:"services"`           // calling services, "" for a direct call
	Severity   finding.Severity `json:"severity,omitempty"` // where the rule has two
	Doubt      bool             `json:"doubt"`              // it may, or may not
	BucketKey  bool             `json:"bucket_key"`
	Related    []NoteInput      `json:"related"` // where the access findings stand
	// OnlyGuide is set where the other edition of the page has no such need.
	OnlyGuide string `json:"only_in_guide"`
}

// KeyTraitInput is something about a key that rules have a word on.
type KeyTraitInput struct {
	At      string   `json:"at"`
	Kind    string   `json:"kind"` // rotation-off, shared-by-tag
	Key     string   `json:"key"`  // ARN
	Subject Subject  `json:"subject"`
	Roles   []string `json:"roles"` // ARNs of roles that it lets in
}

// BucketRegionInput is a Canvas bucket outside of its domain's Region.
type BucketRegionInput struct {
	At      string  `json:"at"`
	What    string  `json:"what"`
	Bucket  string  `json:"bucket"`
	Region  string  `json:"region"`
	Subject Subject `json:"subject"`
}

// DefaultKeyInput is the default SSE-KMS key of a bucket.
type DefaultKeyInput struct {
	Bucket string       `json:"bucket"`
	Region string       `json:"region"` // the bucket's
	Key    *KeyUseInput `json:"key"`
}
