// Package policies holds the built-in rules: one folder per rule, and lib/ for
// what they share.
package policies

import "embed"

// FS is the rules as pkg/rules loads them.
//
//go:embed all:*
var FS embed.FS
