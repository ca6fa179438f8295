package rules

import (
	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// InputVersion is the version of Input: members are added, never changed.
const InputVersion = 1

// Input is what rules see as `input`, version 1. Every object that a finding
// can stand at has a handle in `at`.
type Input struct {
	Version   int            `json:"version"` // 1
	Config    ConfigInput    `json:"config"`
	Documents DocumentsInput `json:"documents"` // what was read
	Domains   []DomainInput  `json:"domains"`   // with the users in scope; for rules of the user's own
	Users     []UserInput    `json:"users"`     // who uses Canvas, with which settings
	Keys      []KeyUseInput  `json:"keys"`      // the settings that name keys, of buckets too
	Roles     []RoleInput    `json:"roles"`     // the settings that name roles
	Needs     []NeedInput    `json:"needs"`     // what Canvas needs, and whether it gets it
	Jobs      []JobInput     `json:"jobs"`      // AutoML jobs with what their keys mean
	Faults    []FaultInput   `json:"faults"`    // what Go found wrong in policies
}

// Subject is what a finding is about; rules hand it on as it is.
type Subject struct {
	Account   string          `json:"account,omitempty"`
	Region    string          `json:"region,omitempty"`
	Domain    string          `json:"domain,omitempty"`
	Profiles  []string        `json:"profiles,omitempty"`
	Principal string          `json:"principal,omitempty"`
	Resource  string          `json:"resource,omitempty"`
	Purpose   finding.Purpose `json:"purpose,omitempty"`
}

// ConfigInput is what the user decided: the edition of the guide, and what is
// expected beyond what AWS does.
type ConfigInput struct {
	Guide        string            `json:"guide"` // "2022" or "current"
	CustomerKeys []finding.Purpose `json:"customer_keys"`
	Models       []ModelInput      `json:"models"`
}

// DomainInput is a domain with the users in scope.
type DomainInput struct {
	At      string       `json:"at"`
	ID      string       `json:"id"`
	Subject Subject      `json:"subject"`
	AppKey  *KeyUseInput `json:"app_key"` // null: unset
	InScope bool         `json:"in_scope"`
}

// UserInput is the profiles in scope that have the very same settings, or a
// domain's default settings where it has no profiles.
type UserInput struct {
	At            string        `json:"at"` // the setting that holds or could hold the storage key
	DomainAt      string        `json:"domain_at"`
	Subject       Subject       `json:"subject"` // purpose storage
	AppKey        *KeyUseInput  `json:"app_key"`
	StorageKey    *KeyUseInput  `json:"storage_key"` // null: unset
	StorageHidden bool          `json:"storage_hidden"`
	Uncertain     bool          `json:"uncertain"` // AWS does not say whether the storage key is inherited
	FromSharing   bool          `json:"from_sharing"`
	SharingKey    *string       `json:"sharing_key"` // SharingSettings.S3KmsKeyId as written
	SharingAt     string        `json:"sharing_at"`
	Notebook      string        `json:"notebook_output"` // NotebookOutputOption, "" if unset
	TimeSeries    HelperInput   `json:"time_series"`
	Bucket        string        `json:"bucket"`
	BucketARN     string        `json:"bucket_arn"`
	Folders       []FolderInput `json:"folders"`    // of each profile
	BucketKey     *KeyUseInput  `json:"bucket_key"` // the default SSE-KMS key of the Canvas bucket
	Role          string        `json:"role"`
}

// FolderInput is where Canvas writes the objects of a profile.
type FolderInput struct {
	At      string `json:"at"`      // S3ArtifactPath where it is given, else the domain
	Given   bool   `json:"given"`   // S3ArtifactPath is
	Profile string `json:"profile"` // "" for the default settings of a domain without profiles
	Path    string `json:"path"`    // "s3://bucket/prefix/Canvas/profile/"
}

// HelperInput is a setting with a role of its own.
type HelperInput struct {
	At     string `json:"at"`
	Status string `json:"status"`
	Role   string `json:"role"`
}

// KeyUseInput is a setting that names a key, and what it means.
type KeyUseInput struct {
	At             string          `json:"at"`
	What           string          `json:"what"` // in words: "the domain's KmsKeyId"
	Purpose        finding.Purpose `json:"purpose"`
	Subject        Subject         `json:"subject"`
	Value          string          `json:"value"`
	Form           snapshot.Form   `json:"form"`
	Existence      string          `json:"existence"`
	ARN            string          `json:"arn"`
	Account        string          `json:"account"`
	Region         string          `json:"region"`
	ExpectedRegion string          `json:"expected_region"`
	AWSManaged     bool            `json:"aws_managed"`
	Bucket         string          `json:"bucket"` // whose default key it is, "" for settings of Canvas
	Foreign        []ForeignInput  `json:"foreign_buckets"`
	// Elsewhere are ARNs in other accounts and Regions that have the value's id or name.
	Elsewhere []string `json:"elsewhere"`
}

// NeedInput is what one role must be able to do with one key or bucket.
type NeedInput struct {
	At      string          `json:"at"`
	What    string          `json:"what"`
	Purpose finding.Purpose `json:"purpose"`
	Subject Subject         `json:"subject"`
	Role    string          `json:"role"`
	// Kind is whose role it is where it may be a helper's, "" else.
	Kind canvas.RoleKind `json:"kind"`
	// Service is set where the need is that a service can assume the role.
	Service  string        `json:"service"`
	Resource string        `json:"resource"`
	Bucket   string        `json:"bucket"`
	Meant    bool          `json:"meant"`
	Maybe    string        `json:"maybe"`
	ViaIAM   bool          `json:"via_iam"`
	Actions  []ActionInput `json:"actions"`
	Related  []NoteInput   `json:"related"`
	// Fixes are by group of actions; for a bucket: demand, bucket-policy, missing.
	Fixes     map[canvas.Group]*finding.Fix `json:"fixes"`
	OnlyGuide string                        `json:"only_in_guide"`
	NoGrants  bool                          `json:"grants_not_exported"`
	// Encryption is the key that Canvas will write with, "" for none.
	Encryption string `json:"encryption"`
}

// ActionInput is an action with its answer.
type ActionInput struct {
	Action   string           `json:"action"`
	Group    canvas.Group     `json:"group"`
	Lack     finding.Severity `json:"lack"`
	Verdict  string           `json:"verdict"` // allowed, denied, unknown
	Causes   []CauseInput     `json:"causes"`
	Missing  []string         `json:"missing"`
	Profiles []string         `json:"profiles"`
	// Matters marks an action that must be known before a run can pass.
	Matters bool `json:"matters"`
	// ViaService marks an unknown that key-via-service-too-narrow speaks of.
	ViaService bool `json:"via_service"`
}

// CauseInput is a cause with a handle in place of a position.
type CauseInput struct {
	Action  string `json:"action"`
	Layer   string `json:"layer"`
	Cause   string `json:"cause"`
	Message string `json:"message"`
	Policy  string `json:"policy"`
	At      string `json:"at"`
	// DemandsKey marks a denial because a policy demands a KMS key, Demanded the one
	// that it lets through, "" where it names none.
	DemandsKey bool   `json:"demands_key"`
	Demanded   string `json:"demanded,omitempty"`
	// Missing names the document that would settle an unknown, Command the command
	// that saves it.
	Missing string `json:"missing,omitempty"`
	Command string `json:"command,omitempty"`
	// Profiles are those whose call it stops, where these are not all of the need.
	Profiles []string `json:"profiles,omitempty"`
}

// NoteInput is a related place.
type NoteInput struct {
	At      string `json:"at"`
	Message string `json:"message"`
}

// JobInput is an AutoML job.
type JobInput struct {
	At         string       `json:"at"`
	Name       string       `json:"name"`
	Subject    Subject      `json:"subject"`
	TimeSeries bool         `json:"time_series"`
	Output     *KeyUseInput `json:"output_key"`
	Volume     *KeyUseInput `json:"volume_key"`
	User       Subject      `json:"user"`  // whose job it is, as far as that is known
	Lacks      []LackInput  `json:"lacks"` // keys of that user that the job runs without
}

// ModelInput is an expected model of the config.
type ModelInput struct {
	At      string  `json:"at"`
	Name    string  `json:"name"`
	Problem string  `json:"problem"`
	Key     string  `json:"key"`
	Subject Subject `json:"subject"`
}
