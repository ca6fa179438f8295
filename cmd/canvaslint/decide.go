package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/canvaslint/canvaslint/pkg/access/cases"
)

func decideCommand(s streams) *cobra.Command {
	var file string
	command := &cobra.Command{
		Use:   "decide --cases FILE",
		Short: "Answer access questions: NDJSON cases in, NDJSON decisions out",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if file == "" {
				return usageError(errors.New("decide needs --cases FILE, or - for standard input"))
			}
			in, err := openCases(s, file)
			if err != nil {
				return usageError(err)
			}
			defer in.Close()
			return cases.Run(in, s.out)
		},
	}
	command.Flags().StringVar(&file, "cases", "", "NDJSON `file` of questions, - for standard input")
	return command
}

func openCases(s streams, file string) (io.ReadCloser, error) {
	if file == "-" {
		return io.NopCloser(s.in), nil
	}
	in, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("read the cases: %w", err)
	}
	return in, nil
}
