package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/lsp"
)

func lspCommand(s streams) *cobra.Command {
	rules := defaultRules()
	command := &cobra.Command{
		Use:   "lsp",
		Short: "Run the language server for editors, on standard input and output",
		Long: `Lsp runs a language server. An editor starts it and speaks the Language Server Protocol
3.17 with it on standard input and output. It checks each folder of the workspace as
"canvaslint check" does from there, with unsaved texts in place of the files.
docs/editors.md says how to set editors up.

Exit status: 0 the editor ended the session; 1 it left without a shutdown.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			err := lsp.Serve(context.Background(), lsp.Stdio{Reader: s.in, Writer: s.out}, lsp.Options{
				Files: filesystem.Disk{}, Rules: rules.load, Now: s.time, Version: version(), Settle: lsp.TypingPause,
			})
			if errors.Is(err, lsp.ErrExit) {
				return statusError{status: exitFindings}
			}
			return err
		},
	}
	rules.add(command)
	command.Flags().Bool("stdio", true, "speak on standard input and output; there is no other way")
	return command
}
