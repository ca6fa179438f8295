package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/canvaslint/canvaslint/pkg/commandline"
	"github.com/canvaslint/canvaslint/pkg/lint"
	"github.com/canvaslint/canvaslint/pkg/rules"
	"github.com/canvaslint/canvaslint/pkg/rules/ruletest"
	"github.com/canvaslint/canvaslint/pkg/rules/scaffold"
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
			return internal(set.WriteList(s.text))
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
			return internal(err)
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

func newRuleCommand(s streams) *cobra.Command {
	var folder string
	command := &cobra.Command{
		Use: "new ID", Short: "Create the folder of a rule of your own", Args: commandline.AsUsed,
		Long: `New creates the folder of a working rule, with cases and a Rego test, for you to change.
It is created in --dir, the first of the config's rule-dirs, or "rules".`,
		RunE: func(_ *cobra.Command, args []string) error {
			return newRule(s, folder, args[0])
		},
	}
	command.Flags().StringVar(&folder, "dir", "", "rules `folder` to create it in")
	return command
}

// newRule makes a rule. Its errors are the user's.
func newRule(s streams, folder, id string) error {
	flags := defaultRules()
	set, err := flags.builtin()
	if err != nil {
		return err
	}
	if err := scaffold.Known(set, id); err != nil {
		return err
	}
	if folder, err = ruleFolder(folder); err != nil {
		return err
	}
	target := filepath.Join(folder, id)
	if err := scaffold.Make(set, policies.FS, target, display(target)); err != nil {
		return err
	}
	fmt.Fprintf(s.text, "made %s\nNext: change rule.rego and its cases, then run \"canvaslint test %s\"; --update writes what the rule says into the cases.\n",
		display(target), display(folder))
	return nil
}

// ruleFolder says where a new rule goes.
func ruleFolder(folder string) (string, error) {
	if folder != "" {
		return folder, nil
	}
	c, err := openConfig(streams{}, "")
	if err != nil {
		return "", err
	}
	if len(c.RuleDirs) > 0 {
		return c.Beside(c.RuleDirs[0]), nil
	}
	return "rules", nil
}
