package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/canvaslint/canvaslint/pkg/build"
	"github.com/canvaslint/canvaslint/pkg/commandline"
	"github.com/canvaslint/canvaslint/pkg/rules"
	"github.com/canvaslint/canvaslint/policies"
)

// What a build may set with -ldflags "-X main.buildVersion=...": Go itself
// records it only for a build from a git checkout or by go install.
var buildVersion, buildCommit, buildDate string

func versionCommand(s streams) *cobra.Command {
	var asJSON bool
	command := &cobra.Command{
		Use: "version", Short: "Print the version", Args: commandline.AsUsed,
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

func thisBuild() build.Info { return build.Of(buildVersion, buildCommit, buildDate) }
