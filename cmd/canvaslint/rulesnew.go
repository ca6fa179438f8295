package main

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/canvaslint/canvaslint/pkg/rules"
	"github.com/canvaslint/canvaslint/pkg/rules/ruletest"
)

// template is a rule to begin with; RULE-ID stands for its id.
//
//go:embed template
var template embed.FS

func newRuleCommand(s streams) *cobra.Command {
	var folder string
	command := &cobra.Command{
		Use: "new ID", Short: "Create the folder of a rule of your own", Args: asUsed,
		Long: `New creates the folder of a working rule, with cases and a Rego test, for you to change.
It is created in --dir, the first of the config's rule-dirs, or "rules".`,
		RunE: func(_ *cobra.Command, args []string) error {
			if err := newRule(s, folder, args[0]); err != nil {
				return usageError(err)
			}
			return nil
		},
	}
	command.Flags().StringVar(&folder, "dir", "", "rules `folder` to create it in")
	return command
}

func newRule(s streams, folder, id string) error {
	if !rules.ValidID(id) {
		return fmt.Errorf("%q cannot be the id of a rule: use words of a to z and digits, joined by hyphens", id)
	}
	flags := defaultRules()
	set, err := flags.builtin()
	if err != nil {
		return err
	}
	if set.Find(id) != nil {
		return fmt.Errorf("%q is the id of a built-in rule: choose another", id)
	}
	if folder, err = ruleFolder(folder); err != nil {
		return err
	}
	files, err := fillTemplate(id)
	if err != nil {
		return err
	}
	target := filepath.Join(folder, id)
	if _, err := os.Lstat(target); err == nil {
		return fmt.Errorf("make the rule: %s already exists", display(target))
	}
	if err := writeRule(target, files); err != nil {
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

// fillTemplate gives the files of a new rule, by name, with the findings that
// it has in its cases: they are worked out, for they depend on the base that
// the cases are laid over.
func fillTemplate(id string) (files map[string]string, err error) {
	files = map[string]string{}
	names, err := fs.Glob(template, "template/*")
	if err != nil {
		return nil, fmt.Errorf("read the template: %w", err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(template, name)
		if err != nil {
			return nil, fmt.Errorf("read the template: %w", err)
		}
		// "embed" and the Go tools pass over nothing that ends in .txt.
		files[strings.TrimSuffix(path.Base(name), ".txt")] = strings.ReplaceAll(string(text), "RULE-ID", id)
	}
	trial, err := os.MkdirTemp("", "canvaslint-new-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the rule: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(trial)) }()
	if err := writeRule(filepath.Join(trial, id), files); err != nil {
		return nil, err
	}
	flags := defaultRules()
	b, err := openBench(&flags, trial)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.scratch)) }()
	report, err := ruletest.Test(b.set, b.own, b.base, b.scratch)
	if err != nil {
		return nil, err
	}
	files["cases.txtar"] = report.Rules[0].Rewritten(files["cases.txtar"])
	return files, nil
}

func writeRule(folder string, files map[string]string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fmt.Errorf("make the rule: %w", err)
	}
	for name, text := range files {
		if err := writeText("the rule", filepath.Join(folder, name), text); err != nil {
			return err
		}
	}
	return nil
}
