package commandline

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"github.com/canvaslint/canvaslint/pkg/outfile"
)

// Manual is a command that writes the manual pages of a version: for those who make
// packages. Without a date of the build the pages have none that changes.
func Manual(version, date string) *cobra.Command {
	return &cobra.Command{
		Use: "man DIR", Short: "Write manual pages into a folder", Args: AsUsed, Hidden: true,
		RunE: func(command *cobra.Command, args []string) error {
			built, err := time.Parse(time.RFC3339, date)
			if err != nil {
				built = time.Unix(0, 0).UTC()
			}
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return fmt.Errorf("make the folder: %w", err)
			}
			root := command.Root()
			root.DisableAutoGenTag = true
			name := root.Name()
			header := &doc.GenManHeader{Title: strings.ToUpper(name), Section: "1", Source: name + " " + version, Manual: name, Date: &built}
			return writeManual(root, header, args[0])
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
