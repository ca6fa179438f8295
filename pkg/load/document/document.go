// Package document recognises the documents in files by their shape, never by
// their name alone, and takes them out of what they are wrapped in.
package document

import (
	"time"

	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Kind is what a document is; the word stands in the report's coverage.
type Kind string

// The kinds of documents that are used.
const (
	Domain            Kind = "domain"
	Profile           Kind = "user-profile"
	Job               Kind = "auto-ml-job"
	App               Kind = "app"
	Aliases           Kind = "aliases"
	KeyList           Kind = "key-list"
	Key               Kind = "key"
	KeyPolicy         Kind = "key-policy"
	Grants            Kind = "grants"
	Rotation          Kind = "key-rotation"
	KeyTags           Kind = "key-tags"
	Endpoints         Kind = "vpc-endpoints"
	Routes            Kind = "route-tables"
	PolicyText        Kind = "resource-policy" // get-key-policy or get-bucket-policy, told apart by content
	BucketPolicy      Kind = "bucket-policy"
	Encryption        Kind = "bucket-encryption"
	Location          Kind = "bucket-location"
	BucketTags        Kind = "bucket-tags"
	NoBucketPolicy    Kind = "bucket-without-policy" // the call said that there is none
	NoEncryption      Kind = "bucket-without-encryption"
	NoBucketTags      Kind = "bucket-without-tags"
	PublicAccess      Kind = "public-access-block"
	NoPublicAccess    Kind = "public-access-not-blocked"
	AccessPoint       Kind = "access-point"
	PointPolicy       Kind = "access-point-policy"
	NoPointPolicy     Kind = "access-point-without-policy"
	Account           Kind = "account-details"
	Role              Kind = "role"
	RolePolicy        Kind = "role-policy"
	Attached          Kind = "attached-policies"
	InlineList        Kind = "inline-policies" // list-role-policies: names only
	PolicyVersion     Kind = "managed-policy"
	PolicyDescription Kind = "managed-policy-description" // get-policy: no document
	DomainList        Kind = "domain-list"                // list-domains: no settings
	ProfileList       Kind = "user-profile-list"          // list-user-profiles: no settings
	Organization      Kind = "organization"
	ControlPolicy     Kind = "organization-policy"
	Targets           Kind = "organization-targets"
	Roots             Kind = "organization-roots"
	Accounts          Kind = "organization-accounts"
	Parents           Kind = "organization-parents"
	Children          Kind = "organization-children"
	Units             Kind = "organization-units"
	PolicyList        Kind = "organization-policy-list"
	Manifest          Kind = "manifest"
	Assembly          Kind = "cdk-manifest" // of a CDK app: which stack is deployed where
	RawPolicy         Kind = "policy"       // Version and Statement, or a bare statement
	Identity          Kind = "identity-policy"
	Trust             Kind = "trust-policy"
	EndpointPolicy    Kind = "endpoint-policy"
	ResourceControl   Kind = "resource-control-policy" // a policy alone, without its description
	ServiceControl    Kind = "service-control-policy"
	OtherPolicy       Kind = "policy-of-a-resource" // it names principals, and nothing says of what it is
	CollectFile       Kind = "iam-collect-file"
	ConfigItem        Kind = "aws-config-item"
	SteampipeRow      Kind = "steampipe-row"
	Template          Kind = "cloudformation-template"
	Terraform         Kind = "terraform" // a plan or a state
)

// Document is one tree that was recognised.
type Document struct {
	Kind  Kind
	Node  source.Node
	Name  string // of the file, as it is shown
	Named bool
	Place layout.Place
	// Of says what a document of another format was made from, and NotVisible
	// what that format can't express.
	Of         string
	NotVisible []string
	// NotSelected names members that the query for the document left out.
	NotSelected []string
	Coded       bool // of names a resource of someone's code
	Generated   bool // by a tool, from that code
	MadeAfter   []string
	Perhaps     layout.Perhaps
	// Partial says that the document is cut out of a list: it proves no absence.
	Partial bool
	// Cut says that it was put back from a part of an answer: what it lacks was
	// perhaps there.
	Cut bool
	// When is the time at which AWS was asked, where the document tells.
	When time.Time
}
