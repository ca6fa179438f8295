package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/canvaslint/canvaslint/pkg/commandline"
	"github.com/canvaslint/canvaslint/pkg/layout/awscli"
)

func exportCommand(s streams) *cobra.Command {
	var o awscli.Options
	shell := string(awscli.Bash)
	command := &cobra.Command{
		Use:   "export",
		Short: "Print a script that saves an account with the AWS CLI",
		Long: `Print a script of AWS CLI commands that save what check reads of an account,
in the folders that docs/export.md describes. The script makes read-only calls
with the credentials of whoever runs it; canvaslint itself calls nothing.
It also saves answers that mean "there is none", so that check can distinguish
them from calls that were never made.`,
		Example: `  canvaslint export --region eu-central-1 > export.sh && bash export.sh account
  canvaslint export --shell powershell --domain d-1a2b3c4d5e6f > export.ps1
  canvaslint check account`,
		Args: commandline.AsUsed,
		RunE: func(*cobra.Command, []string) error {
			script, err := awscli.Script(awscli.Shell(shell), o)
			if err != nil {
				return usageError(err)
			}
			_, err = fmt.Fprint(s.out, script)
			return err
		},
	}
	flags := command.Flags()
	commandline.OneOf(flags, &shell, "shell", "the shell that runs the script: bash or powershell", string(awscli.Bash), string(awscli.PowerShell))
	flags.StringVar(&o.Account, "account", "", "the account that the credentials must belong to (default: any)")
	flags.StringSliceVar(&o.Regions, "region", nil, "`Regions` to save (default: the one in the AWS configuration)")
	flags.StringSliceVar(&o.Domains, "domain", nil, "ids of the `domains` to save (default: all of the Region)")
	flags.StringSliceVar(&o.Datasets, "dataset-bucket", nil, "`buckets` that users import from")
	flags.BoolVar(&o.AllKeys, "all-keys", false, "every KMS key of the Region, not only those that settings name")
	flags.BoolVar(&o.Jobs, "jobs", false, "also save AutoML jobs of Canvas")
	flags.StringVar(&o.Folder, "out", "account", "the folder that the script writes to, unless its first argument names one")
	return command
}
