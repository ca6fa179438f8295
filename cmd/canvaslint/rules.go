package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/canvaslint/canvaslint/pkg/commandline"
	"github.com/canvaslint/canvaslint/pkg/lint"
	"github.com/canvaslint/canvaslint/pkg/rules"
	"github.com/canvaslint/canvaslint/pkg/rules/ruletest"
	"github.com/canvaslint/canvaslint/policies"
	"github.com/canvaslint/canvaslint/schema"
)

func rulesCommand(s streams) *cobra.Command {
	var file string
	flags := defaultRules()
	command := &cobra.Command{
		Use: "rules [ID]", Short: "List the rules, or explain one", Args: commandline.AsUsed,
		RunE: func(_ *cobra.Command, args []string) error {
			c, err := openConfig(s, file)
			if err != nil {
				return usageError(err)
			}
			set, err := flags.load(c)
			if err != nil {
				return usageError(err)
			}
			if len(args) == 1 {
				return explain(s, set, args[0])
			}
			if err := set.WriteList(s.text); err != nil {
				return statusError{exitInternal, err}
			}
			return nil
		},
	}
	command.Flags().StringArrayVar(&flags.folders, "rules", nil, "include the rules of a `folder` (repeatable; also rule-dirs in the config)")
	command.Flags().StringVar(&file, "config", "", "config `file` (default: .canvaslint.yaml, upwards from the paths, else from here)")
	command.AddCommand(newRuleCommand(s), printCommand(s, "schema", "Print the JSON Schema of a rule's input", func() ([]byte, error) {
		return schema.Input, nil
	}), printCommand(s, "capabilities", "Print the functions that rules can use, for opa check --capabilities", rules.CapabilitiesJSON), printCommand(s, "lib", "Print what the built-in rules share as data.lib", func() ([]byte, error) {
		return policies.FS.ReadFile("lib/lib.rego")
	}))
	return command
}

// printCommand is a command that prints one text.
func printCommand(s streams, name, short string, text func() ([]byte, error)) *cobra.Command {
	return &cobra.Command{
		Use: name, Short: short, Args: commandline.AsUsed,
		RunE: func(*cobra.Command, []string) error {
			data, err := text()
			if err == nil {
				_, err = s.out.Write(data)
			}
			if err != nil {
				return statusError{exitInternal, err}
			}
			return nil
		},
	}
}

func explain(s streams, set *rules.Set, id string) error {
	if err := lint.Known(set, id); err != nil {
		return usageError(err)
	}
	text, err := ruletest.Explain(set.Find(id))
	if err != nil {
		return usageError(err)
	}
	_, err = fmt.Fprint(s.text, strings.TrimRight(text, "\n")+"\n")
	return err
}
