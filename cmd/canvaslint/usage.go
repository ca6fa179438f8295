package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// asUsed holds the arguments of a command against its line of usage: a word is an
// argument, one in brackets may be missing, and what follows a flag is its value.
func asUsed(command *cobra.Command, args []string) error {
	used, _, _ := strings.Cut(command.Use, " --")
	words := strings.Fields(used)[1:]
	needed := 0
	for _, word := range words {
		if !strings.HasPrefix(word, "[") {
			needed++
		}
	}
	switch path := strings.TrimPrefix(command.CommandPath(), "canvaslint "); {
	case len(args) < needed:
		return fmt.Errorf("%s needs an argument: canvaslint %s %s", path, path, strings.Join(words, " "))
	case len(args) > len(words) && len(words) == 0:
		return fmt.Errorf("%s takes no arguments, not %q", path, args[0])
	case len(args) > len(words):
		return fmt.Errorf("%s takes no more than %s: %q is too much", path, strings.Join(words, " "), args[len(words)])
	}
	return nil
}

// flagError says what a flag takes, in place of what the parser of its value said.
func flagError(_ *cobra.Command, err error) error {
	var wrong *pflag.InvalidValueError
	if !errors.As(err, &wrong) {
		return err
	}
	takes := map[string]string{
		"int": "a whole number", "int32": "a whole number", "uint": "a whole number", "bool": "true or false", "duration": "a time such as 30s or 5m",
	}
	if want := takes[wrong.GetFlag().Value.Type()]; want != "" {
		return fmt.Errorf("--%s takes %s, not %q", wrong.GetFlag().Name, want, wrong.GetValue())
	}
	return err
}

// strict has a word that is no command end with an error, where the library shows
// help and calls that a success.
func strict(root *cobra.Command) {
	root.SetFlagErrorFunc(flagError)
	root.InitDefaultCompletionCmd()
	root.SetHelpCommand(&cobra.Command{
		Use: "help [COMMAND]", Short: "Help about any command",
		ValidArgsFunction: func(command *cobra.Command, _ []string, _ string) (words []cobra.Completion, _ cobra.ShellCompDirective) {
			for _, known := range command.Root().Commands() {
				if known.IsAvailableCommand() {
					words = append(words, cobra.CompletionWithDesc(known.Name(), known.Short))
				}
			}
			return words, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(command *cobra.Command, args []string) error {
			of, rest, err := command.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return fmt.Errorf("there is no command %q; \"canvaslint help\" lists them", strings.Join(args, " "))
			}
			of.InitDefaultHelpFlag()
			return of.Help()
		},
	})
	for _, command := range root.Commands() {
		if command.Name() == "completion" {
			command.Args = cobra.ArbitraryArgs
			command.RunE = func(command *cobra.Command, args []string) error {
				if len(args) > 0 {
					return fmt.Errorf("there is no completion for %q; \"canvaslint completion\" lists the shells", args[0])
				}
				return command.Help()
			}
		}
	}
}
