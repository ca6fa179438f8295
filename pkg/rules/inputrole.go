package rules

import "github.com/canvaslint/canvaslint/pkg/canvas"

// RoleInput is a setting that names a role.
type RoleInput struct {
	At        string          `json:"at"`
	What      string          `json:"what"` // in words: "AmazonForecastRoleArn"
	Kind      canvas.RoleKind `json:"kind"` // Canvas, Forecast, Bedrock, EMR Serverless
	Role      string          `json:"role"`
	Account   string          `json:"account"`   // of the role
	Existence string          `json:"existence"` // found, "not found" (proven), unknown, malformed
	Similar   string          `json:"similar"`   // a role of the same name whose ARN differs, "" for none
	Subject   Subject         `json:"subject"`
}

// PathInput is an S3ArtifactPath, or the default bucket, with the folder that
// each profile in scope trains in.
type PathInput struct {
	At      string          `json:"at"`
	What    string          `json:"what"`
	Subject Subject         `json:"subject"`
	Folders []TrainingInput `json:"folders"`
}

// TrainingInput is the folder of one profile; Profile is "" for the default
// settings of a domain without profiles.
type TrainingInput struct {
	Profile string `json:"profile"`
	Path    string `json:"path"` // "s3://bucket/prefix/Canvas/profile/Training"
}

// StateInput is the state of a domain in scope or of one of its profiles.
type StateInput struct {
	At      string  `json:"at"`
	What    string  `json:"what"` // in words: "the profile alice of domain d-1"
	Status  string  `json:"status"`
	Reason  string  `json:"reason"` // FailureReason, "" if AWS gives none
	Subject Subject `json:"subject"`
}

// ForeignInput is a bucket of another account that is written with a key.
type ForeignInput struct {
	Name    string `json:"name"`
	Account string `json:"account"`
	Maybe   bool   `json:"maybe"` // another key may be what is used there
}

// LackInput is a key that a job runs without, although the settings of all
// users whose job it may be name it.
type LackInput struct {
	At    string       `json:"at"`
	What  string       `json:"what"`  // the job's member: "OutputDataConfig.KmsKeyId"
	Given string       `json:"given"` // its value, "" if unset
	Key   *KeyUseInput `json:"key"`
}
