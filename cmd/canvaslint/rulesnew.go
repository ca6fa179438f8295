package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/canvaslint/canvaslint/pkg/commandline"
	"github.com/canvaslint/canvaslint/pkg/rules/scaffold"
	"github.com/canvaslint/canvaslint/policies"
)

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
	files, err := scaffold.Files(set, policies.FS, id)
	if err != nil {
		return err
	}
	target := filepath.Join(folder, id)
	if _, err := os.Lstat(target); err == nil {
		return fmt.Errorf("make the rule: %s already exists", display(target))
	}
	if err := scaffold.Write(target, files); err != nil {
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
