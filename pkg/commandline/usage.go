package commandline

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/canvaslint/canvaslint/pkg/wording"
)

// AsUsed holds the arguments of a command against its line of usage: a word is an
// argument, one in brackets may be missing, and what follows a flag is its value.
func AsUsed(command *cobra.Command, args []string) error {
	used, _, _ := strings.Cut(command.Use, " --")
	words := strings.Fields(used)[1:]
	needed := 0
	for _, word := range words {
		if !strings.HasPrefix(word, "[") {
			needed++
		}
	}
	switch path := pathOf(command); {
	case len(args) < needed:
		return fmt.Errorf("%s needs an argument: %s %s", path, command.CommandPath(), strings.Join(words, " "))
	case len(args) > len(words) && len(words) == 0 && command.HasAvailableSubCommands():
		return noCommand(command, args[0])
	case len(args) > len(words) && len(words) == 0:
		return fmt.Errorf("%s takes no arguments, not %q", path, args[0])
	case len(args) > len(words):
		return fmt.Errorf("%s takes no more than %s: %q is too much", path, strings.Join(words, " "), args[len(words)])
	}
	return nil
}

// pathOf names a command without the program.
func pathOf(command *cobra.Command) string {
	return strings.TrimPrefix(command.CommandPath(), command.Root().Name()+" ")
}

// helpFor is what explains a command.
func helpFor(command *cobra.Command) string {
	help := command.Root().Name() + " help"
	if !command.HasParent() {
		return help
	}
	return help + " " + pathOf(command)
}

// flagError says in our words what is wrong with a flag.
func flagError(command *cobra.Command, err error) error {
	var (
		unknown *pflag.NotExistError
		bare    *pflag.ValueRequiredError
		wrong   *pflag.InvalidValueError
	)
	switch {
	case errors.As(err, &unknown):
		return noFlag(command, unknown.GetSpecifiedName())
	case errors.As(err, &bare):
		return fmt.Errorf("%s needs a value: \"%s\" says which", dashes(bare.GetSpecifiedName()), helpFor(command))
	case !errors.As(err, &wrong):
		return err
	}
	flag := wrong.GetFlag()
	if _, ok := flag.Value.(choice); ok {
		return fmt.Errorf("--%s takes %w", flag.Name, errors.Unwrap(wrong))
	}
	takes := map[string]string{
		"int": "a whole number", "int32": "a whole number", "uint": "a whole number", "bool": "true or false", "duration": "a time such as 30s or 5m",
	}
	if want := takes[flag.Value.Type()]; want != "" {
		return fmt.Errorf("--%s takes %s, not %q", flag.Name, want, wrong.GetValue())
	}
	return err
}

// noFlag says that a command has no such flag, and which one may be meant.
func noFlag(command *cobra.Command, name string) error {
	var known []string
	command.Flags().VisitAll(func(flag *pflag.Flag) {
		if !flag.Hidden {
			known = append(known, "--"+flag.Name)
		}
	})
	if meant := wording.Nearest("--"+name, known); len(meant) > 0 && len(name) > 1 {
		return fmt.Errorf("%s has no flag %s%s", pathOf(command), dashes(name), wording.DidYouMean(meant))
	}
	return fmt.Errorf("%s has no flag %s; \"%s\" lists its flags", pathOf(command), dashes(name), helpFor(command))
}

// dashes writes a flag as the user did: one letter has one dash.
func dashes(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// noCommand says that there is no such command, and which one may be meant.
func noCommand(parent *cobra.Command, name string) error {
	var known []string
	for _, command := range parent.Commands() {
		if command.IsAvailableCommand() {
			known = append(known, command.Name())
		}
	}
	whole := strings.TrimSpace(strings.TrimPrefix(parent.CommandPath(), parent.Root().Name()) + " " + name)
	text := fmt.Sprintf("there is no command %q", whole)
	if meant := wording.Nearest(name, known); len(meant) > 0 {
		return errors.New(text + wording.DidYouMean(meant))
	}
	return fmt.Errorf("%s; \"%s help\" lists them", text, parent.Root().Name())
}

// Strict has a word that is no command end with an error, where the library shows
// help and calls that a success.
func Strict(root *cobra.Command) {
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
			of := command.Root()
			for _, word := range args {
				below := slices.IndexFunc(of.Commands(), func(c *cobra.Command) bool { return c.Name() == word })
				if below < 0 {
					return noCommand(of, word)
				}
				of = of.Commands()[below]
			}
			of.InitDefaultHelpFlag()
			return of.Help()
		},
	})
	for _, command := range root.Commands() {
		if command.Name() == "completion" {
			ofShells(command)
		}
	}
}

// ofShells has the command that completes refuse shells that it does not know.
func ofShells(command *cobra.Command) {
	command.Args = cobra.ArbitraryArgs
	command.RunE = func(command *cobra.Command, args []string) error {
		if len(args) == 0 {
			return command.Help()
		}
		var shells []string
		for _, shell := range command.Commands() {
			shells = append(shells, shell.Name())
		}
		if meant := wording.Nearest(args[0], shells); len(meant) > 0 {
			return fmt.Errorf("there is no completion for %q%s", args[0], wording.DidYouMean(meant))
		}
		return fmt.Errorf("there is no completion for %q; \"%s\" lists the shells", args[0], command.CommandPath())
	}
	for _, shell := range command.Commands() {
		shell.Args = AsUsed
	}
}

// NotACommand finds a first word that is no command.
func NotACommand(root *cobra.Command, args []string) error {
	if _, _, err := root.Find(args); err == nil {
		return nil
	} else if at := slices.IndexFunc(args, func(a string) bool { return strings.Contains(err.Error(), strconv.Quote(a)) }); at >= 0 {
		return noCommand(root, args[at])
	}
	return nil // what else there is, Execute says
}

// Only refuses flags that were given and mean nothing without another one.
func Only(command *cobra.Command, with string, flags ...string) error {
	for _, name := range flags {
		if command.Flags().Changed(name) {
			return fmt.Errorf("--%s works only with --%s", name, with)
		}
	}
	return nil
}
