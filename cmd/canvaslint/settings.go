package main

import (
	"io"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/canvaslint/canvaslint/pkg/commandline"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/lint"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
)

// reading is how the program reads files: from the disk and standard input.
func (s streams) reading() load.Options {
	o := load.Options{Files: filesystem.Disk{}, Stdin: s.in, Display: filesystem.DisplayHere()}
	if s.files != nil {
		o.Files = s.files
	}
	return o
}

// openConfig reads the config file that is named, else the one that is found for
// the paths.
func openConfig(s streams, file string, paths ...string) (lint.Settings, error) {
	return lint.OpenSettings(s.reading(), file, paths)
}

// asked are the flags of commands that read documents.
type asked struct {
	lint.Request
	rules rulesFlags
}

// registerConfig adds the flags for the config and for the documents.
func (a *asked) registerConfig(f *pflag.FlagSet) {
	f.StringVar(&a.Config, "config", "", "config `file` (default: .canvaslint.yaml, upwards from the paths, else from here)")
	f.StringArrayVar(&a.Parameters, "parameters", nil, "`file` with values for the parameters of templates: parameter JSON as CloudFormation takes it, samconfig.toml or .yaml, or a map; later files win")
}

const accountHelp = "`account` of plans and templates that do not name one"

// registerHome adds the flags for where templates and plans are deployed.
func (a *asked) registerHome(f *pflag.FlagSet) {
	f.StringVar(&a.Account, "account", "", accountHelp)
	f.StringVar(&a.Region, "region", "", "`Region` of plans and templates that do not name one")
}

// options reads what is asked for. Its errors are the user's.
func (a *asked) options(s streams, paths []string) (lint.Options, error) {
	r := a.Request
	r.Read = s.reading()
	r.Read.NoIgnore = a.Read.NoIgnore
	r.Paths, r.Rules = paths, a.rules.load
	o, err := r.Options()
	o.Now, o.Version = time.Now(), version()
	return o, err
}

// registerGuide adds the flag for the edition of the page.
func (a *asked) registerGuide(f *pflag.FlagSet) {
	commandline.OneOf(f, &a.Guide, "guide", "edition of the AWS page: 2022 (default) or current",
		config.Guide2022+"\tthe AWS guide of 2022", config.GuideCurrent+"\tthe AWS guide as it is today")
}

// display shows a path.
func display(path string) string { return filesystem.Display(path) }

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
			text, err := o.Settings.Shown(display)
			if err != nil {
				return internal(err)
			}
			_, err = io.WriteString(s.text, text)
			return err
		},
	}
	command.Flags().StringVar(&flags.Config, "config", "", "config `file` (default: .canvaslint.yaml, upwards from the paths, else from here)")
	return command
}
