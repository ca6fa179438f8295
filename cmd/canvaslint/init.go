package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/commandline"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/lint/proposal"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/outfile"
)

type initFlags struct{ force, stdout bool }

func initCommand(s streams) *cobra.Command {
	var flags initFlags
	command := &cobra.Command{
		Use:   "init [DIR]",
		Short: "Write a commented config for a folder",
		Long: `Init reads a folder (the current one by default) as check does, and writes
.canvaslint.yaml into it. The file explains every setting, and proposes settings for the
documents in the folder as comments. It does not change what check does until you
uncomment a setting.`,
		Args: commandline.AsUsed,
		RunE: func(_ *cobra.Command, args []string) error {
			folder := "."
			if len(args) == 1 {
				folder = args[0]
			}
			return initialise(s, flags, folder)
		},
	}
	command.Flags().BoolVar(&flags.force, "force", false, "overwrite an existing config")
	command.Flags().BoolVar(&flags.stdout, "stdout", false, "print the config, write no file")
	return command
}

func initialise(s streams, flags initFlags, folder string) error {
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return usageError(fmt.Errorf("read %s: not a folder; init takes the folder that the config is for", folder))
	}
	file := filepath.Join(folder, config.FileName)
	if _, err := os.Lstat(file); err == nil && !flags.force && !flags.stdout {
		return usageError(fmt.Errorf("%s already exists: --force overwrites it, --stdout prints the new config", display(file)))
	}
	loaded, err := load.Load([]string{folder}, load.Options{Stdin: s.in, Display: display})
	if err != nil {
		return usageError(err)
	}
	seen := proposal.Of(folder, loaded, canvas.Work(loaded.Snapshot, config.Config{}.Defaults()))
	if flags.stdout {
		_, err := io.WriteString(s.text, seen.Config())
		return err
	}
	if err := writeConfig(file, seen.Config(), loaded); err != nil {
		return usageError(err)
	}
	fmt.Fprintf(s.text, "wrote %s\nfound %s\n", display(file), seen.Found())
	for _, line := range seen.Decisions() {
		fmt.Fprintln(s.text, line)
	}
	next := "canvaslint check"
	if folder != "." {
		next = "cd " + shellWord(folder) + " && " + next // where the config is found
	}
	fmt.Fprintf(s.text, "next: %s\n", next)
	return nil
}

// writeConfig writes the config, but never through a link over what was read.
func writeConfig(file, text string, loaded *load.Result) error {
	var plan outfile.Plan
	if err := plan.Writes("the config", file); err != nil {
		return err
	}
	plan.Reads("an input", loaded.OnDisk()...)
	if err := plan.Check(); err != nil {
		return err
	}
	return outfile.WriteText("the config", file, text)
}

// plain are words that shells take as they are.
var plain = regexp.MustCompile(`^[A-Za-z0-9_./][A-Za-z0-9_./:@+=-]*$`)

// shellWord quotes a word for a POSIX shell where it has to be.
func shellWord(word string) string {
	if plain.MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
