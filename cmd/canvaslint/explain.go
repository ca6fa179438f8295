package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/canvaslint/canvaslint/pkg/denial"
	"github.com/canvaslint/canvaslint/pkg/lint/answer"
	"github.com/canvaslint/canvaslint/pkg/report"
)

// explainFlags are the flags of explain.
type explainFlags struct {
	message, event, config string
	account, region        string
	parameters             []string
}

func explainCommand(s streams) *cobra.Command {
	var flags explainFlags
	command := &cobra.Command{
		Use:   "explain --error TEXT | --event FILE | - [PATH...]",
		Short: "Say why AWS denied a call, from its error or its CloudTrail record",
		Long: `Explain takes AWS's answer to a denied call: a text with an access-denied message,
CloudTrail records (JSON or .gz), or the output of "aws sts
decode-authorization-message". It decides the same call over the files and folders it is
given, says which statement is to blame, and compares its answer with AWS's reason.

Exit status: 0 the documents explain every denial; 3 they do not, or something is
unknown; 2 usage error, or a text without the caller, action or resource.`,
		Example: `  canvaslint explain --error "$(cat error.txt)" account
  canvaslint explain --event 1234_CloudTrail_eu-central-1.json.gz account
  kubectl logs canvas | canvaslint explain - account`,
		RunE: func(_ *cobra.Command, args []string) error { return runExplain(s, flags, args) },
	}
	f := command.Flags()
	f.StringVar(&flags.message, "error", "", "the error `text`; other text around it is ignored")
	f.StringVar(&flags.event, "event", "", "`file` of CloudTrail records or of a decoded authorization message")
	f.StringVar(&flags.config, "config", "", "config `file` (default: .canvaslint.yaml, found upwards)")
	f.StringVar(&flags.account, "account", "", accountHelp)
	f.StringVar(&flags.region, "region", "", regionHelp)
	f.StringArrayVar(&flags.parameters, "parameters", nil, parametersHelp)
	return command
}

func runExplain(s streams, flags explainFlags, args []string) error {
	denials, paths, err := flags.read(s, args)
	if err != nil {
		return usageError(err)
	}
	c, _, err := readConfig(s, checkFlags{config: flags.config, rules: defaultRules()}, paths)
	if err != nil {
		return usageError(err)
	}
	loaded, err := loadDocuments(s, c, paths, flags.account, flags.region, flags.parameters)
	if err != nil {
		return usageError(err)
	}
	for _, problem := range loaded.Problems {
		fmt.Fprintln(s.err, report.Clean("problem: "+problem.String()))
	}
	explained := true
	for i, d := range denials {
		if i > 0 {
			fmt.Fprintln(s.text)
		}
		ok, err := answer.Explain(s.text, loaded, c.Config, d)
		if err != nil {
			return usageError(err)
		}
		explained = explained && ok
	}
	if !explained {
		return statusError{status: exitIncomplete}
	}
	return nil
}

// read gives the denied calls, and the paths of the documents.
func (f *explainFlags) read(s streams, args []string) ([]denial.Denial, []string, error) {
	stdin := len(args) > 0 && args[0] == "-"
	given := 0
	for _, is := range []bool{f.message != "", f.event != "", stdin} {
		if is {
			given++
		}
	}
	if given != 1 {
		return nil, nil, errors.New("explain takes one of --error TEXT, --event FILE and - for standard input, and then the paths of the documents")
	}
	text := f.message
	switch {
	case stdin:
		data, err := io.ReadAll(s.in)
		if err != nil {
			return nil, nil, fmt.Errorf("read standard input: %w", err)
		}
		text, args = string(data), args[1:]
	case f.event != "":
		data, err := os.ReadFile(f.event)
		if err != nil {
			return nil, nil, fmt.Errorf("read the events: %w", err)
		}
		denials, err := denial.ReadEvents(f.event, data)
		return denials, args, err
	}
	denials, err := denial.Read(text)
	return denials, args, err
}
