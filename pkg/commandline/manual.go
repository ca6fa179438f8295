package commandline

import (
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"github.com/canvaslint/canvaslint/pkg/outfile"
)

// WriteManual writes the page of a command, and of those below it that people use.
func WriteManual(command *cobra.Command, header *doc.GenManHeader, folder string) error {
	for _, below := range command.Commands() {
		if below.IsAvailableCommand() && !below.IsAdditionalHelpTopicCommand() {
			if err := WriteManual(below, header, folder); err != nil {
				return err
			}
		}
	}
	own := *header // it is filled in for each page
	file := filepath.Join(folder, strings.ReplaceAll(command.CommandPath(), " ", "-")+"."+own.Section)
	return outfile.Write("the manual page", file, func(w io.Writer) error { return doc.GenMan(command, &own, w) })
}
