package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"github.com/canvaslint/canvaslint/pkg/outfile"
	"github.com/canvaslint/canvaslint/pkg/rules"
	"github.com/canvaslint/canvaslint/policies"
)

// complete tells shells what the values of flags and arguments can be. It goes by
// the flags' names: they mean the same in every command.
func complete(root *cobra.Command) error {
	words := map[string]cobra.CompletionFunc{
		"only": completeList(completeRules), "skip": completeList(completeRules),
		"config": extensions("yaml", "yml"),
		"cases":  extensions("ndjson", "jsonl"),
	}
	for _, command := range root.Commands() {
		if err := completeChoices(command); err != nil {
			return err
		}
		for name, values := range words {
			if command.Flags().Lookup(name) == nil {
				continue
			}
			if err := command.RegisterFlagCompletionFunc(name, values); err != nil {
				return fmt.Errorf("complete --%s of %s: %w", name, command.Name(), err)
			}
		}
		if command.Name() == "rules" {
			command.ValidArgsFunction = completeRules
		}
	}
	return nil
}

// extensions offers files of these extensions.
func extensions(list ...string) cobra.CompletionFunc {
	return cobra.FixedCompletions(list, cobra.ShellCompDirectiveFilterFileExt)
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

// completeList offers the words for the last item of a list with commas, but for
// those that it holds already.
func completeList(words cobra.CompletionFunc) cobra.CompletionFunc {
	return func(command *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		all, directive := words(command, nil, "")
		before := typed[:strings.LastIndex(typed, ",")+1]
		given := strings.Split(before, ",")
		var offered []string
		for _, word := range all {
			id, _, _ := strings.Cut(word, "\t")
			if !slices.Contains(given, id) {
				offered = append(offered, before+word)
			}
		}
		return offered, directive
	}
}

// manualCommand writes the manual pages: for those who make packages.
func manualCommand() *cobra.Command {
	return &cobra.Command{
		Use: "man DIR", Short: "Write manual pages into a folder", Args: asUsed, Hidden: true,
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
			if err := writeManual(root, header, args[0]); err != nil {
				return usageError(err)
			}
			return nil
		},
	}
}

// writeManual writes the page of a command, and of those below it that people use.
func writeManual(command *cobra.Command, header *doc.GenManHeader, folder string) error {
	for _, below := range command.Commands() {
		if below.IsAvailableCommand() && !below.IsAdditionalHelpTopicCommand() {
			if err := writeManual(below, header, folder); err != nil {
				return err
			}
		}
	}
	own := *header // it is filled in for each page
	file := filepath.Join(folder, strings.ReplaceAll(command.CommandPath(), " ", "-")+"."+own.Section)
	return outfile.Write("the manual page", file, func(w io.Writer) error { return doc.GenMan(command, &own, w) })
}
