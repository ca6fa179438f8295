package main

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/canvaslint/canvaslint/pkg/denial"
	"github.com/canvaslint/canvaslint/pkg/lint"
	"github.com/canvaslint/canvaslint/pkg/lint/answer"
	"github.com/canvaslint/canvaslint/pkg/report"
)

// explainFlags are the flags of explain.
type explainFlags struct {
	message, event string
	asked
}

func explainCommand(s streams) *cobra.Command {
	flags := explainFlags{asked: asked{rules: defaultRules()}}
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
	flags.registerConfig(f)
	flags.registerHome(f)
	return command
}

func runExplain(s streams, flags explainFlags, args []string) error {
	denials, paths, err := flags.read(s, args)
	if err != nil {
		return usageError(err)
	}
	o, err := flags.options(s, paths)
	if err != nil {
		return usageError(err)
	}
	loaded, err := lint.Load(o)
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
		ok, err := answer.Explain(s.text, loaded, o.Settings.Config, d)
		if err != nil {
			return usageError(err)
		}
		explained = explained && ok
	}
	return verdict(false, !explained, false)
}

// read gives the denied calls, and the paths of the documents.
func (f *explainFlags) read(s streams, args []string) ([]denial.Denial, []string, error) {
	stdin := len(args) > 0 && args[0] == "-"
	given := slices.DeleteFunc([]bool{f.message != "", f.event != "", stdin}, func(is bool) bool { return !is })
	if len(given) != 1 {
		return nil, nil, errors.New("explain takes one of --error TEXT, --event FILE and - for standard input, and then the paths of the documents")
	}
	var denials []denial.Denial
	var err error
	switch {
	case stdin:
		var text []byte
		if text, err = s.read("-"); err != nil {
			return nil, nil, fmt.Errorf("read standard input: %w", err)
		}
		denials, err = denial.Read(string(text))
		args = args[1:]
	case f.event != "":
		var records []byte
		if records, err = os.ReadFile(f.event); err != nil {
			return nil, nil, fmt.Errorf("read the events: %w", err)
		}
		denials, err = denial.ReadEvents(f.event, records)
	default:
		denials, err = denial.Read(f.message)
	}
	return denials, args, err
}
