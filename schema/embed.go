// Package schema holds the published JSON Schemas (draft 2020-12) of what the
// tool writes and reads.
package schema

import _ "embed"

//go:generate go test . -run IsCurrent -update

// Report is the JSON Schema of the JSON report, version 1. It is generated from
// the types of pkg/finding.
//
//go:embed report.schema.json
var Report []byte

// Diff is the JSON Schema of what diff --format json writes, version 1. It is
// generated from the types of pkg/diff.
//
//go:embed diff.schema.json
var Diff []byte

// Config is the JSON Schema of .canvaslint.yaml.
//
//go:embed config.schema.json
var Config []byte

// Waivers is the JSON Schema of .canvaslint-waivers.yaml.
//
//go:embed waivers.schema.json
var Waivers []byte

// Baseline is the JSON Schema of what check --write-baseline writes.
//
//go:embed baseline.schema.json
var Baseline []byte

// Input is the JSON Schema of what rules see as input, version 1. It is
// generated from the types of pkg/rules. It is of draft 7, the latest that OPA
// reads.
//
//go:embed input.schema.json
var Input []byte
