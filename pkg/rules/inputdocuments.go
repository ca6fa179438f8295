package rules

// DocumentsInput is what was read, as AWS has it: each object under the names
// that AWS uses, with its policies taken apart. A part is there only where the
// METADATA of a rule asks for it (inputs: [documents.keys]); a rule that reads
// a part it does not ask for is refused.
type DocumentsInput struct {
	Domains   []DomainDocument   `json:"domains,omitzero"`
	Roles     []RoleDocument     `json:"roles,omitzero"`
	Managed   []PolicyDocument   `json:"managed_policies,omitzero"` // attached to roles, as far as they were read or AWS publishes them
	Keys      []KeyDocument      `json:"keys,omitzero"`
	Buckets   []BucketDocument   `json:"buckets,omitzero"`
	Jobs      []JobDocument      `json:"jobs,omitzero"`
	Endpoints []EndpointDocument `json:"endpoints,omitzero"`
	// Organization has one item, or none where it was not exported.
	Organization []OrganizationDocument `json:"organization,omitzero"`
}

// SettingInput is one value of a document. Its state is "given", "unset" (the
// document could say it and does not), "not visible" (this format cannot say it)
// or "symbolic" (only a deployment gives it); a value is there only where it is
// given. A rule must not take one state for another.
type SettingInput struct {
	At    string `json:"at"` // the value, or the object that could hold it
	State string `json:"state"`
	Value string `json:"value"`
}

// TagsInput are the tags of a resource; the state is "given" or "not visible".
type TagsInput struct {
	State  string            `json:"state"`
	Values map[string]string `json:"values"`
}

// TextInput is one item of a list, with its place.
type TextInput struct {
	At    string `json:"at"`
	Value string `json:"value"`
}

// DomainDocument is a domain as DescribeDomain gives it.
type DomainDocument struct {
	At       string               `json:"at"`
	ID       string               `json:"id"`
	ARN      string               `json:"arn"`
	Account  string               `json:"account"`
	Region   string               `json:"region"`
	KmsKeyID SettingInput         `json:"KmsKeyId"`
	Network  SettingInput         `json:"AppNetworkAccessType"`
	VPC      SettingInput         `json:"VpcId"`
	Status   SettingInput         `json:"Status"`
	Failure  SettingInput         `json:"FailureReason"`
	Defaults UserSettingsDocument `json:"DefaultUserSettings"`
	Profiles []ProfileDocument    `json:"profiles"`
}

// ProfileDocument is a user profile as DescribeUserProfile gives it. What it
// leaves unset comes from the domain's DefaultUserSettings.
type ProfileDocument struct {
	At       string               `json:"at"`
	Name     string               `json:"name"`
	Status   SettingInput         `json:"Status"`
	Failure  SettingInput         `json:"FailureReason"`
	Settings UserSettingsDocument `json:"UserSettings"`
}

// UserSettingsDocument is UserSettings, of a domain's defaults or of a profile.
type UserSettingsDocument struct {
	At            string          `json:"at"`
	ExecutionRole SettingInput    `json:"ExecutionRole"`
	HiddenApps    []string        `json:"HiddenAppTypes"` // of StudioWebPortalSettings
	Sharing       SharingDocument `json:"SharingSettings"`
	Canvas        CanvasDocument  `json:"CanvasAppSettings"`
}

// SharingDocument is SharingSettings.
type SharingDocument struct {
	NotebookOutputOption SettingInput `json:"NotebookOutputOption"`
	S3KmsKeyID           SettingInput `json:"S3KmsKeyId"`
}

// CanvasDocument is CanvasAppSettings; its state says whether the block is there.
type CanvasDocument struct {
	At         string            `json:"at"`
	State      string            `json:"state"`
	Workspace  WorkspaceDocument `json:"WorkspaceSettings"`
	TimeSeries HelperDocument    `json:"TimeSeriesForecastingSettings"`
	Bedrock    HelperDocument    `json:"GenerativeAiSettings"`
	EMR        HelperDocument    `json:"EmrServerlessSettings"`
}

// WorkspaceDocument is WorkspaceSettings.
type WorkspaceDocument struct {
	S3ArtifactPath SettingInput `json:"S3ArtifactPath"`
	S3KmsKeyID     SettingInput `json:"S3KmsKeyId"`
}

// HelperDocument is a setting with a role of its own: AmazonForecastRoleArn,
// AmazonBedrockRoleArn, ExecutionRoleArn.
type HelperDocument struct {
	At      string       `json:"at"`
	Status  SettingInput `json:"Status"`
	RoleARN SettingInput `json:"role"`
}

// RoleDocument is an IAM role with its policies.
type RoleDocument struct {
	At      string `json:"at"`
	ARN     string `json:"arn"`
	Name    string `json:"name"`
	Path    string `json:"path"`
	Account string `json:"account"`
	// PoliciesState is "given", or "not visible" where not all of the role's
	// policies were read.
	PoliciesState string            `json:"policies_state"`
	Trust         *PolicyDocument   `json:"trust"`  // null: not read
	Inline        []PolicyDocument  `json:"inline"` // those that were read
	Attached      []AttachmentInput `json:"attached"`
	Boundary      SettingInput      `json:"PermissionsBoundary"` // the ARN of the policy
	Tags          TagsInput         `json:"tags"`
}

// AttachmentInput names a policy of managed_policies.
type AttachmentInput struct {
	At      string `json:"at"`
	ARN     string `json:"arn"`
	InDoubt bool   `json:"in_doubt"` // only a deployment tells whether it is attached
}

// PolicyDocument is a policy, taken apart.
type PolicyDocument struct {
	At         string              `json:"at"`
	Name       string              `json:"name"`
	ARN        string              `json:"arn"`  // of a managed policy
	Kind       string              `json:"kind"` // "key policy", "identity policy", ...
	Version    string              `json:"version"`
	AWSManaged bool                `json:"aws_managed"` // AWS publishes it: no finding can stand in it
	InDoubt    bool                `json:"in_doubt"`    // only a deployment tells whether it is in force
	Statements []StatementDocument `json:"statements"`
}

// StatementDocument is a statement: what one element holds is always a list, and
// of each pair (actions and not_actions, ...) one list at most has items.
type StatementDocument struct {
	At            string              `json:"at"`
	Number        int                 `json:"number"` // from 1
	Sid           string              `json:"sid"`
	Effect        string              `json:"effect"` // Allow, Deny, "neither Allow nor Deny"
	Actions       []TextInput         `json:"actions"`
	NotActions    []TextInput         `json:"not_actions"`
	Resources     []TextInput         `json:"resources"`
	NotResources  []TextInput         `json:"not_resources"`
	Principals    []PrincipalDocument `json:"principals"`
	NotPrincipals []PrincipalDocument `json:"not_principals"`
	Conditions    []ConditionDocument `json:"conditions"`
	// Unknown says why AWS's reading of the statement is not known, or what only a
	// deployment gives; empty as a rule.
	Unknown []string `json:"unknown"`
}

// PrincipalDocument is one principal: type AWS, Service, Federated,
// CanonicalUser, or "*" for everyone.
type PrincipalDocument struct {
	At    string `json:"at"`
	Type  string `json:"type"`
	Value string `json:"value"`
}

// ConditionDocument is one condition key under one operator, both as written.
type ConditionDocument struct {
	At       string      `json:"at"`
	Operator string      `json:"operator"`
	Key      string      `json:"key"`
	Values   []TextInput `json:"values"`
}

// KeyDocument is a KMS key with its policy.
type KeyDocument struct {
	At      string `json:"at"`
	ARN     string `json:"arn"`
	ID      string `json:"id"`
	Account string `json:"account"`
	Region  string `json:"region"`
	// Aliases are the names of its aliases: "alias/canvas".
	Aliases []TextInput `json:"aliases"`
	// AliasesState is "given", or "not visible" where the list is not complete.
	AliasesState string       `json:"aliases_state"`
	KeyState     SettingInput `json:"KeyState"`
	KeySpec      SettingInput `json:"KeySpec"`
	KeyUsage     SettingInput `json:"KeyUsage"`
	KeyManager   SettingInput `json:"KeyManager"` // CUSTOMER or AWS
	Origin       SettingInput `json:"Origin"`
	MultiRegion  SettingInput `json:"MultiRegion"`
	MultiType    SettingInput `json:"MultiRegionKeyType"` // PRIMARY or REPLICA
	DeletionDate SettingInput `json:"DeletionDate"`
	Rotation     SettingInput `json:"KeyRotationEnabled"`
	// PolicyState is "given" or "not visible".
	PolicyState string          `json:"policy_state"`
	Policy      *PolicyDocument `json:"policy"`
	Tags        TagsInput       `json:"tags"`
}

// BucketDocument is an S3 bucket with its policy and default encryption.
type BucketDocument struct {
	At      string `json:"at"`
	Name    string `json:"name"`
	ARN     string `json:"arn"`
	Account string `json:"account"`
	Region  string `json:"region"`
	// PolicyState is "given", "unset" (the bucket has none) or "not visible".
	PolicyState string          `json:"policy_state"`
	Policy      *PolicyDocument `json:"policy"`
	Algorithm   SettingInput    `json:"SSEAlgorithm"`
	KeyID       SettingInput    `json:"KMSMasterKeyID"`
	BucketKey   SettingInput    `json:"BucketKeyEnabled"`
	Location    SettingInput    `json:"LocationConstraint"`
	Tags        TagsInput       `json:"tags"`
}

// JobDocument is an AutoML job as DescribeAutoMLJobV2 gives it.
type JobDocument struct {
	At         string       `json:"at"`
	Name       string       `json:"name"`
	ARN        string       `json:"arn"`
	Account    string       `json:"account"`
	Region     string       `json:"region"`
	RoleARN    SettingInput `json:"RoleArn"`
	OutputKey  SettingInput `json:"KmsKeyId"`       // of OutputDataConfig
	OutputPath SettingInput `json:"S3OutputPath"`   // of OutputDataConfig
	VolumeKey  SettingInput `json:"VolumeKmsKeyId"` // of SecurityConfig
	TimeSeries bool         `json:"time_series"`
}

// EndpointDocument is a VPC endpoint.
type EndpointDocument struct {
	At      string          `json:"at"`
	ID      string          `json:"id"`
	VPC     string          `json:"vpc"`
	Service string          `json:"service"`
	Account string          `json:"account"`
	Region  string          `json:"region"`
	State   SettingInput    `json:"State"`
	Policy  *PolicyDocument `json:"policy"` // null: not read
}

// OrganizationDocument is the organization with its policies.
type OrganizationDocument struct {
	At         string                  `json:"at"`
	ID         string                  `json:"id"`
	Management string                  `json:"management_account"`
	Policies   []ControlPolicyDocument `json:"policies"`
	Targets    []TargetDocument        `json:"targets"`
}

// ControlPolicyDocument is an SCP or RCP.
type ControlPolicyDocument struct {
	ID     string          `json:"id"`
	Type   string          `json:"type"`   // SERVICE_CONTROL_POLICY or RESOURCE_CONTROL_POLICY
	Policy *PolicyDocument `json:"policy"` // null: not read
}

// TargetDocument is a root, organizational unit or account with the ids of the
// policies attached to it.
type TargetDocument struct {
	At       string   `json:"at"`
	ID       string   `json:"id"`
	Type     string   `json:"type"`
	Path     []string `json:"path"` // from the root down to the target itself
	Policies []string `json:"policies"`
}
