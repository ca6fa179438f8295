package main

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/canvaslint/canvaslint/pkg/reference"
	"github.com/canvaslint/canvaslint/pkg/rules"
	"github.com/canvaslint/canvaslint/policies"
)

// What a build may set with -ldflags "-X main.buildVersion=...": Go itself
// records it only for a build from a git checkout or by go install.
var buildVersion, buildCommit, buildDate string

// build is what is known of this program, as version --json prints it.
type build struct {
	Version  string `json:"version"`
	Commit   string `json:"commit,omitempty"`
	Modified bool   `json:"modified"`       // built from files that were not committed
	Date     string `json:"date,omitempty"` // of the commit, RFC 3339
	Go       string `json:"go"`
	Platform string `json:"platform"`
	Rules    int    `json:"rules"`
	// ManagedPolicies and Vocabulary are the months (YYYY-MM) in which AWS's
	// managed policies, and its actions and condition keys, were collected.
	ManagedPolicies string `json:"managedPolicies"`
	Vocabulary      string `json:"vocabulary"`
}

func versionCommand(s streams) *cobra.Command {
	var asJSON bool
	command := &cobra.Command{
		Use: "version", Short: "Print the version", Args: asUsed,
		RunE: func(*cobra.Command, []string) error {
			if !asJSON {
				return printVersion(s)
			}
			set, err := rules.Load(policies.FS)
			if err != nil {
				return statusError{exitInternal, err}
			}
			b := thisBuild()
			b.Rules = len(set.Rules)
			encoder := json.NewEncoder(s.out)
			encoder.SetIndent("", "  ")
			return encoder.Encode(b)
		},
	}
	command.Flags().BoolVar(&asJSON, "json", false, "version, commit, date, Go version, platform, number of rules and dates of AWS's data as JSON")
	return command
}

func printVersion(s streams) error {
	_, err := fmt.Fprintln(s.text, "canvaslint "+version())
	return err
}

// version is that of the release, else of the module.
func version() string { return thisBuild().Version }

// thisBuild is what the linker was told, and where it was told nothing, what Go
// recorded (https://pkg.go.dev/runtime/debug#BuildSetting).
func thisBuild() build {
	b := build{
		Version: buildVersion, Commit: buildCommit, Date: buildDate,
		Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH,
		ManagedPolicies: reference.Date, Vocabulary: reference.VocabularyDate,
	}
	info, ok := debug.ReadBuildInfo()
	if ok && b.Version == "" && info.Main.Version != "(devel)" {
		b.Version = info.Main.Version
	}
	if b.Version == "" {
		b.Version = "devel"
	}
	if !ok || b.Commit != "" {
		return b
	}
	for _, setting := range info.Settings {
		switch setting.Key {
		case "vcs.revision":
			b.Commit = setting.Value
		case "vcs.time":
			b.Date = setting.Value
		case "vcs.modified":
			b.Modified = setting.Value == "true"
		}
	}
	return b
}
