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
