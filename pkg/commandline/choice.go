// Package commandline is what all commands share that says nothing of their work: flags
// that take one of a few words, errors of usage in plain words, completion, manual pages,
// and progress on a terminal.
package commandline

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/canvaslint/canvaslint/pkg/wording"
)

// choice is the value of a flag that takes one of a few words. What stands behind a
// tab describes a word to those who complete it.
type choice struct {
	into  *string
	words []string
}

// OneOf adds a flag that takes one of the words; what into holds is its default.
func OneOf(f *pflag.FlagSet, into *string, name, usage string, words ...string) {
	f.Var(choice{into, words}, name, usage)
}

// String gives the word, as pflag.Value has it.
func (c choice) String() string {
	if c.into == nil { // pflag asks a zero value for its text
		return ""
	}
	return *c.into
}

// Type is what the help shows behind the flag where its text quotes no word.
func (c choice) Type() string { return "word" }

// Set takes one of the words.
func (c choice) Set(text string) error {
	names := make([]string, len(c.words))
	for i, word := range c.words {
		names[i], _, _ = strings.Cut(word, "\t")
		if names[i] == text {
			*c.into = text
			return nil
		}
	}
	return fmt.Errorf("one of %s, not %q%s", strings.Join(names, ", "), text, wording.DidYouMean(wording.Nearest(text, names)))
}

// completeChoices offers the words of every flag that takes one of a few.
func completeChoices(command *cobra.Command) error {
	var wrong []error
	command.Flags().VisitAll(func(flag *pflag.Flag) {
		if c, ok := flag.Value.(choice); ok {
			wrong = append(wrong, command.RegisterFlagCompletionFunc(flag.Name, cobra.FixedCompletions(c.words, cobra.ShellCompDirectiveNoFileComp)))
		}
	})
	return errors.Join(wrong...)
}
