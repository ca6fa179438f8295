package commandline_test

import (
	"bytes"
	"testing"

	"github.com/spf13/cobra"

	"github.com/canvaslint/canvaslint/pkg/commandline"
)

// program is one with a command "read FILE [TO]", which has a flag of some words and one
// that takes a number.
func program() *cobra.Command {
	root := &cobra.Command{Use: "tool", SilenceErrors: true, SilenceUsage: true, DisableSuggestions: true}
	format, depth := "text", 0
	read := &cobra.Command{Use: "read FILE [TO]", Args: commandline.AsUsed, RunE: func(*cobra.Command, []string) error { return nil }}
	commandline.OneOf(read.Flags(), &format, "format", "the format", "text\tfor people", "json")
	read.Flags().IntVar(&depth, "depth", 0, "how deep")
	root.AddCommand(read)
	commandline.Strict(root)
	return root
}

// TestUsage says in plain words what is wrong with a command line.
func TestUsage(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"read", "a"}, ""},
		{[]string{"read", "a", "b", "--format", "json", "--depth", "3"}, ""},
		{[]string{"read"}, "read needs an argument: tool read FILE [TO]"},
		{[]string{"read", "a", "b", "c"}, `read takes no more than FILE [TO]: "c" is too much`},
		{[]string{"read", "a", "--format", "jsn"}, `--format takes one of text, json, not "jsn"; did you mean json?`},
		{[]string{"read", "a", "--format"}, `--format needs a value: "tool help read" says which`},
		{[]string{"read", "a", "--depth", "x"}, `--depth takes a whole number, not "x"`},
		{[]string{"read", "a", "--formt", "text"}, "read has no flag --formt; did you mean --format?"},
		{[]string{"read", "a", "-z"}, `read has no flag -z; "tool help read" lists its flags`},
		{[]string{"reed"}, `there is no command "reed"; did you mean read?`},
		{[]string{"elsewhere"}, `there is no command "elsewhere"; "tool help" lists them`},
		{[]string{"completion", "zsch"}, `there is no completion for "zsch"; did you mean zsh?`},
		{[]string{"completion", "elsewhere"}, `there is no completion for "elsewhere"; "tool completion" lists the shells`},
	} {
		root := program()
		root.SetArgs(c.args)
		root.SetOut(&bytes.Buffer{})
		got := ""
		err := root.Execute()
		if unknown := commandline.NotACommand(root, c.args); err != nil && unknown != nil {
			err = unknown
		}
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%q: %q, want %q", c.args, got, c.want)
		}
	}
}
