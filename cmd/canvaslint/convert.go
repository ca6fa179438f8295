package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/canvaslint/canvaslint/pkg/commandline"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/report"
)

func convertCommand(s streams) *cobra.Command {
	var out outputs
	command := &cobra.Command{
		Use:   "convert REPORT.json",
		Short: "Write a saved JSON report in other formats",
		Long: `Convert reads a report that "check --format json" wrote ("-" is standard input, or an s3:// address)
and writes it in other formats. Nothing is checked again.

Exit status: 0 converted; 2 usage error, or this version cannot read the report;
4 internal error.`,
		Args: commandline.AsUsed,
		RunE: func(_ *cobra.Command, args []string) error { return convert(s, out, args[0]) },
	}
	out.register(command)
	return command
}

func convert(s streams, out outputs, name string) error {
	batch, err := out.batch(s)
	if err == nil && name != "-" {
		batch.Reads("the report that is converted", name)
		err = batch.Check()
	}
	if err != nil {
		return usageError(err)
	}
	from, err := s.obtain([]string{name})
	if err != nil {
		return err
	}
	data, err := s.read(from.Paths[0])
	from.remove()
	if err != nil {
		return usageError(fmt.Errorf("read the report: %w", from.Named(err)))
	}
	r, err := report.ReadNamed(name, data)
	if err != nil {
		return usageError(err)
	}
	return write(batch, finding.WholeOf(r), nil)
}
