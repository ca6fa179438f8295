package commandline

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// Complete tells shells what the values of flags can be. It goes by the flags' names:
// they mean the same in every command.
func Complete(root *cobra.Command, words map[string]cobra.CompletionFunc) error {
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
	}
	return nil
}

// Extensions offers files of these extensions.
func Extensions(list ...string) cobra.CompletionFunc {
	return cobra.FixedCompletions(list, cobra.ShellCompDirectiveFilterFileExt)
}

// List offers the words for the last item of a list with commas, but for
// those that it holds already.
func List(words cobra.CompletionFunc) cobra.CompletionFunc {
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
