package main

import (
	"github.com/spf13/cobra"

	"github.com/canvaslint/canvaslint/pkg/commandline"
	"github.com/canvaslint/canvaslint/pkg/rules"
	"github.com/canvaslint/canvaslint/policies"
)

// complete tells shells what the values of flags and arguments can be.
func complete(root *cobra.Command) error {
	if command, _, err := root.Find([]string{"rules"}); err == nil {
		command.ValidArgsFunction = completeRules
	}
	return commandline.Complete(root, map[string]cobra.CompletionFunc{
		"only": commandline.List(completeRules), "skip": commandline.List(completeRules),
		"config": commandline.Extensions("yaml", "yml"),
		"cases":  commandline.Extensions("ndjson", "jsonl"),
	})
}

// completeRules offers the rules with their titles.
func completeRules(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	set, err := rules.Load(policies.FS)
	if err != nil || len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var words []string
	for _, rule := range set.Rules {
		if err := rule.Describe(); err != nil {
			continue // a completion can't say what is wrong; every other command does
		}
		words = append(words, rule.ID+"\t"+rule.Title)
	}
	return words, cobra.ShellCompDirectiveNoFileComp
}
