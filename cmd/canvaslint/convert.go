package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/outfile"
	"github.com/canvaslint/canvaslint/pkg/report"
)

func convertCommand(s streams) *cobra.Command {
	var out outputs
	command := &cobra.Command{
		Use:   "convert REPORT.json",
		Short: "Write a saved JSON report in other formats",
		Long: `Convert reads a report that "check --format json" wrote ("-" is standard input) and
writes it in other formats. Nothing is checked again.

Exit status: 0 converted; 2 usage error, or this version cannot read the report;
4 internal error.`,
		Args: asUsed,
		RunE: func(_ *cobra.Command, args []string) error { return convert(s, out, args[0]) },
	}
	out.register(command)
	return command
}

func convert(s streams, out outputs, name string) error {
	var plan outfile.Plan
	err := out.plan(&plan)
	if err == nil && name != "-" {
		plan.Reads("the report that is converted", name)
		err = plan.Check()
	}
	if err != nil {
		return usageError(err)
	}
	r, err := readReport(s, name)
	if err != nil {
		return usageError(err)
	}
	files, err := plan.Open()
	if err != nil {
		return usageError(err)
	}
	defer plan.Discard()
	if err := out.write(s, finding.WholeOf(r), files); err != nil {
		return err
	}
	if err := plan.Commit(); err != nil {
		return statusError{exitInternal, err}
	}
	return nil
}

// readReport reads a saved report.
func readReport(s streams, name string) (*finding.Report, error) {
	var data []byte
	var err error
	if name == "-" {
		data, err = io.ReadAll(s.in)
	} else {
		data, err = os.ReadFile(name)
	}
	if err != nil {
		return nil, fmt.Errorf("read the report: %w", err)
	}
	r, err := report.ReadJSON(bytes.NewReader(data))
	var other report.VersionError
	switch {
	case errors.As(err, &other) && int(other) > report.Version:
		return nil, fmt.Errorf("%s: the report has version %d, from a newer canvaslint; this one reads version %d: update canvaslint", report.Clean(name), int(other), report.Version)
	case errors.As(err, &other):
		return nil, fmt.Errorf("%s: not a canvaslint report; convert reads what \"canvaslint check --format json\" wrote", report.Clean(name))
	case err != nil:
		return nil, fmt.Errorf("%s: %s; convert reads what \"canvaslint check --format json\" wrote", report.Clean(name), report.Clean(err.Error()))
	}
	return r, nil
}
