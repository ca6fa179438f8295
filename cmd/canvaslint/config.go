package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/canvaslint/canvaslint/pkg/commandline"
)

func configCommand(s streams) *cobra.Command {
	command := &cobra.Command{Use: "config", Short: "Show the settings in use", Args: commandline.AsUsed}
	command.RunE = func(command *cobra.Command, _ []string) error { return command.Help() }
	command.AddCommand(showConfigCommand(s))
	return command
}

func showConfigCommand(s streams) *cobra.Command {
	flags := asked{rules: defaultRules()}
	command := &cobra.Command{
		Use:   "show [PATH...]",
		Short: "Print the config file that check uses, and the settings that follow from it",
		Long: `Show looks for the config file as check does: upwards from the paths, else from the
current folder. It prints the settings in force, defaults and waivers included, as a
config file.`,
		RunE: func(_ *cobra.Command, paths []string) error {
			o, err := flags.options(s, paths)
			if err != nil {
				return usageError(err)
			}
			settings := o.Settings
			text, err := settings.YAML()
			if err != nil {
				return statusError{exitInternal, err}
			}
			from := "no config file: these are the defaults"
			if settings.File != "" {
				from = display(settings.File)
			}
			_, err = fmt.Fprintf(s.text, "# %s\n%s", from, text)
			return err
		},
	}
	command.Flags().StringVar(&flags.Config, "config", "", "config `file` (default: .canvaslint.yaml, upwards from the paths, else from here)")
	return command
}
