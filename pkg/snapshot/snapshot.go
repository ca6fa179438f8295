// Package snapshot is the model of what was read: domains, profiles, keys,
// roles, buckets, jobs and the organization, each with the node it came from.
// It holds facts only; what they mean for Canvas is the business of others.
package snapshot

import (
	"sync"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// State says what is known of a setting. A rule must never take one for another.
type State uint8

// The four states of a setting.
const (
	Unset      State = iota // the document could say it and does not
	Given                   // Value holds it
	NotVisible              // this format cannot express it
	Symbolic                // a template's parameter or a plan's unknown value
)

// String names the state as rules see it.
func (s State) String() string {
	return [...]string{"unset", "given", "not visible", "symbolic"}[s]
}

// Setting is one value of a document with its place.
type Setting struct {
	State State
	Value string
	// Node is the value's node; for an unset one the object that could hold it.
	Node source.Node
	// Name is the member's name as the API has it: "KmsKeyId".
	Name string
}

// IsDisputed reports whether documents contradict each other on the setting:
// its value is a stand-in for the open question.
func (s Setting) IsDisputed() bool { return s.State == Symbolic && iam.IsDisputed(s.Value) }

// IsGiven reports whether the setting has a value. That of a symbolic one is a
// stand-in, if what stands there is understood at all.
func (s Setting) IsGiven() bool { return s.State == Given || s.State == Symbolic && s.Value != "" }

// Snapshot is all that one run has read.
type Snapshot struct {
	Domains      []*Domain
	Keys         []*Key
	Aliases      []*Alias
	Roles        []*Role
	Buckets      []*Bucket
	AccessPoints []*AccessPoint
	// PublicBlocks are RestrictPublicBuckets of accounts, by account.
	PublicBlocks map[string]*Setting
	Jobs         []*Job
	Endpoints    []*Endpoint
	Organization *Organization // nil: not exported
	// Policies are all policy documents that were read, whoever owns them.
	Policies []*Policy
	// Managed are the managed policies (customer's and AWS's) by ARN.
	Managed map[string]*Policy
	// Complete holds the lists that are known to be complete, as
	// "<account>/iam/roles", "<account>/<region>/kms/keys".
	Complete map[string]bool
	// Missing is what an export could not read, by the file it would be in.
	Missing []Missing

	once  sync.Once
	index index
}

// WithPolicies gives a snapshot of the same with other policies, of which those that
// have an owner are the same.
func (s *Snapshot) WithPolicies(policies []*Policy) *Snapshot {
	next := &Snapshot{
		Domains: s.Domains, Keys: s.Keys, Aliases: s.Aliases, Roles: s.Roles, Buckets: s.Buckets, AccessPoints: s.AccessPoints, PublicBlocks: s.PublicBlocks, Jobs: s.Jobs, Endpoints: s.Endpoints,
		Organization: s.Organization, Policies: policies, Managed: s.Managed, Complete: s.Complete, Missing: s.Missing,
	}
	next.once.Do(func() { next.index = *s.lookup() })
	return next
}

// Missing is one failed call of an export.
type Missing struct {
	File, Service, Operation, Resource, Reason, Code, Permission string
	Node                                                         source.Node
}

// Domain is a SageMaker domain as DescribeDomain gives it.
type Domain struct {
	Node                       source.Node
	ID, ARN                    string
	Name                       string // DomainName, which need not be unique
	Partition, Account, Region string
	// AppKey is KmsKeyId, else its deprecated twin HomeEfsFileSystemKmsKeyId.
	AppKey        Setting
	Settings      UserSettings // the defaults of the profiles
	Profiles      []*Profile
	Status        Setting
	FailureReason Setting
	Network       Setting // AppNetworkAccessType
	VPC           Setting
}

// Profile is a user profile as DescribeUserProfile gives it.
type Profile struct {
	Node          source.Node
	Name          string
	DomainID      string
	Account       string
	Region        string
	Settings      UserSettings
	Status        Setting
	FailureReason Setting
}

// UserSettings are the settings that Canvas reads, of a domain's defaults or of
// a profile.
type UserSettings struct {
	Node          source.Node
	ExecutionRole Setting
	// HiddenApps are StudioWebPortalSettings.HiddenAppTypes.
	HiddenApps []string
	Sharing    Sharing
	Canvas     Canvas
}

// Sharing is SharingSettings.
type Sharing struct {
	Node   source.Node
	Output Setting // NotebookOutputOption
	Key    Setting // S3KmsKeyId
}

// Canvas is CanvasAppSettings. State tells whether the block is there at all.
type Canvas struct {
	Node         source.Node
	State        State
	Workspace    source.Node // WorkspaceSettings; absent where the block has none
	ArtifactPath Setting
	Key          Setting // WorkspaceSettings.S3KmsKeyId
	TimeSeries   Helper  // TimeSeriesForecastingSettings, AmazonForecastRoleArn
	Bedrock      Helper  // GenerativeAiSettings.AmazonBedrockRoleArn, which has no status
	EMR          Helper  // EmrServerlessSettings, ExecutionRoleArn
}

// Helper is a setting that names a role of its own.
type Helper struct {
	Node   source.Node
	Status Setting
	Role   Setting
}

// Key is a KMS key.
type Key struct {
	Node                       source.Node // KeyMetadata, absent where only a policy or a list entry is known
	ARN, ID                    string
	Partition, Account, Region string
	Status                     Setting // KeyState
	Spec, Usage                Setting
	Manager, Origin            Setting
	MultiRegion                Setting
	MultiRegionType            Setting // PRIMARY or REPLICA
	DeletionDate               Setting
	Rotation                   Setting // KeyRotationEnabled
	Policy                     *Policy // nil: not exported
	Grants                     []Grant
	GrantsKnown                bool
	// Perhaps are policies that may be the key's in the place of Policy: their
	// guards hold the question.
	Perhaps   []*Policy
	Tags      map[string]string
	TagsKnown bool
	TagList   source.Node // of the tags' own document
}

// Unread gives the setting that nothing tells and without which no one knows
// whether the key can be used: its state, its kind or its purpose; nil where
// all are there. A format that has no such thing is not asked for it.
func (k *Key) Unread() *Setting {
	for _, s := range []*Setting{&k.Status, &k.Spec, &k.Usage} {
		if s.State == Unset || s.State == Symbolic || iam.HasStandIn(s.Value) {
			return s
		}
	}
	return nil
}

// Grant is an item of ListGrants.
type Grant struct {
	Node source.Node
	// Guards say when the grant is there: empty, as nearly always, for sure.
	Guards iam.Guards
}

// Alias is an entry of ListAliases.
type Alias struct {
	Node            source.Node
	Name, ARN       string
	Account, Region string
	Target          string // key id, "" for AWS aliases whose key was never made
}

// Role is an IAM role.
type Role struct {
	Node            source.Node
	ARN, Name, Path string
	ID              string // AROA...
	Account         string
	Trust           *Policy
	Inline          []*Policy
	Attached        []Attachment
	// Boundaries is the permissions boundary: none or one, unless documents
	// contradict each other.
	Boundaries []Attachment
	// PoliciesKnown is false for a role of which only the description was exported.
	PoliciesKnown bool
	// Unread are the names of inline policies whose documents were not exported;
	// Listed is set where both lists of its policies were.
	Unread    []string
	Listed    bool
	Tags      map[string]string
	TagsKnown bool
	// MadeAfter are the ARNs of keys whose policies cannot refer to the role: it is
	// made of them, and that would be a circle.
	MadeAfter []string
}

// Attachment names a managed policy.
type Attachment struct {
	ARN  string
	Node source.Node
	// Guards say when it is attached: empty, as nearly always, for sure.
	Guards iam.Guards
}

// Policy is a policy document with its owner.
type Policy struct {
	*iam.Text
	// Name is what reasons cite: the policy's name, or its ARN if it is managed.
	Name string
	// Owner is the ARN of the resource or role; empty for a loose document.
	Owner string
	// Guards say when the policy is in force: empty, as nearly always, for sure.
	// See [iam.Choice] and [iam.Maybe].
	Guards iam.Guards
	// Others are further versions, where documents contradict each other; then
	// all of them have guards.
	Others []*Policy
	// Unread says that the version which counts may be none of these: it is the
	// question that is open.
	Unread string
	// AWSManaged marks policies that AWS publishes; they have no file of their own.
	AWSManaged bool
	// Of is what a key's or bucket's policy was made from in another format:
	// "AWS::KMS::Key AppKey", "aws_kms_key.app".
	Of string
	// Generated marks files that no one edits: what they were made from is to be
	// changed.
	Generated bool
}

// Bucket is an S3 bucket.
type Bucket struct {
	Node    source.Node // of the document that made it known
	Name    string
	ARN     string
	Account string
	Region  string
	// PolicyState is Given, Unset (there is none) or NotVisible (not exported).
	PolicyState State
	Policy      *Policy
	// Perhaps are policies that may be the bucket's in the place of Policy.
	Perhaps []*Policy
	// EncryptionState is Given, or NotVisible where it was not exported.
	EncryptionState State
	Algorithm       Setting // SSEAlgorithm
	Key             Setting // KMSMasterKeyID
	BucketKey       Setting // BucketKeyEnabled
	Location        Setting
	// Restricts is RestrictPublicBuckets of its public access block.
	Restricts Setting
	Tags      map[string]string
	TagsKnown bool
}

// AccessPoint is an S3 access point as GetAccessPoint gives it.
type AccessPoint struct {
	Node            source.Node // absent where only a policy is known
	Name, ARN       string
	Account, Region string
	Alias           string
	Bucket          Setting // its name
	Origin, VPC     Setting // NetworkOrigin; the VPC where that is VPC
	Restricts       Setting // RestrictPublicBuckets
	// PolicyState is Given, Unset (there is none) or NotVisible (not exported).
	PolicyState State
	Policy      *Policy
}

// Job is an AutoML job of version 2.
type Job struct {
	Node                 source.Node
	Name, ARN            string
	Account, Region      string
	Role                 Setting
	OutputKey, VolumeKey Setting
	OutputPath           Setting
	TimeSeries           bool
	Problem              source.Node // the member that says so
}

// Endpoint is a VPC endpoint.
type Endpoint struct {
	Node             source.Node
	ID, VPC, Service string
	Account, Region  string
	Status           Setting // State
	Policy           *Policy
}
