package main

import (
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

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

// manualCommand writes the manual pages: for those who make packages.
func manualCommand() *cobra.Command {
	return &cobra.Command{
		Use: "man DIR", Short: "Write manual pages into a folder", Args: commandline.AsUsed, Hidden: true,
		RunE: func(command *cobra.Command, args []string) error {
			// Without a date of the build the pages have none that changes.
			date, err := time.Parse(time.RFC3339, thisBuild().Date)
			if err != nil {
				date = time.Unix(0, 0).UTC()
			}
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return usageError(fmt.Errorf("make the folder: %w", err))
			}
			root := command.Root()
			root.DisableAutoGenTag = true
			header := &doc.GenManHeader{Title: "CANVASLINT", Section: "1", Source: "canvaslint " + version(), Manual: "canvaslint", Date: &date}
			if err := commandline.WriteManual(root, header, args[0]); err != nil {
				return usageError(err)
			}
			return nil
		},
	}
}
