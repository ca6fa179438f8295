package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/canvaslint/canvaslint/pkg/commandline"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/lint/proposal"
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
	proposed, err := proposal.Read(folder, s.reading())
	if err != nil {
		return usageError(err)
	}
	if flags.stdout {
		_, err := io.WriteString(s.text, proposed.Config())
		return err
	}
	if err := proposed.Write(file); err != nil {
		return usageError(err)
	}
	proposed.Summarize(s.text, folder, display(file))
	return nil
}
