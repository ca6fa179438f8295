package main

import (
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/access/cases"
	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/commandline"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/lint"
	"github.com/canvaslint/canvaslint/pkg/lint/answer"
	"github.com/canvaslint/canvaslint/pkg/reference"
)

// decideFlags are the flags of decide.
type decideFlags struct {
	canvas.Question
	asked
	cases, format string
	context       []string
}

func decideCommand(s streams) *cobra.Command {
	flags := decideFlags{asked: asked{rules: defaultRules()}}
	command := &cobra.Command{
		Use:   "decide --principal ARN --action ACTION --resource ARN [PATH...] | --cases FILE",
		Short: "Answer one access question with its reasons, or many from NDJSON",
		Long: `Decide answers whether a principal can do an action on a resource, from the files and
folders it is given, and shows how each statement of each policy was read.

Exit status: 0 allowed; 1 denied; 3 unknown; 2 usage error.
With --cases it answers one question a line; the status is 0 when every line was answered.`,
		RunE: func(_ *cobra.Command, paths []string) error {
			if flags.cases != "" {
				return decideCases(s, flags.cases)
			}
			return decide(s, flags, paths)
		},
	}
	f := command.Flags()
	f.StringVar(&flags.cases, "cases", "", "NDJSON `file` of questions, - for standard input")
	f.StringVar(&flags.Principal, "principal", "", "`ARN` of the role, session or user who asks")
	f.StringVar(&flags.Action, "action", "", "`action` such as kms:Decrypt")
	f.StringVar(&flags.Resource, "resource", "", "`ARN` of the key, bucket or object; with * or ? in its last part, all that fits")
	f.StringArrayVar(&flags.context, "context", nil, "context `key=value`; repeat a key for several values")
	f.StringArrayVar(&flags.Unknown, "unknown", nil, "context `key` to leave unknown")
	flags.registerConfig(f)
	flags.registerHome(f)
	flags.format = "text"
	commandline.OneOf(f, &flags.format, "format", "format of the answer: text or json", "text", "json")
	return command
}

// decideCases streams: little of what it allocates lives on, so the collector
// may wait longer.
func decideCases(s streams, file string) error {
	in, err := s.open(file)
	if err != nil {
		return usageError(fmt.Errorf("read the cases: %w", err))
	}
	defer func() { _ = in.Close() }()
	debug.SetGCPercent(400)
	return internal(cases.Run(in, s.out))
}

func decide(s streams, flags decideFlags, paths []string) error {
	if flags.Principal == "" || flags.Action == "" || flags.Resource == "" {
		return usageError(errors.New("decide needs --principal, --action and --resource, or --cases FILE (- for standard input)"))
	}
	var err error
	if flags.Context, err = answer.ParseContext(flags.context); err != nil {
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
	a, err := answer.Ask(loaded, o.Settings.Config, flags.Question)
	if err != nil {
		return usageError(err)
	}
	for _, problem := range loaded.Problems {
		fmt.Fprintln(s.err, "problem: "+problem.String())
	}
	if wrong := iam.NewChecker(&reference.Vocabulary{}).Action(flags.Action); wrong != "" {
		fmt.Fprintln(s.err, "warning: "+strings.TrimSuffix(wrong, "?")+": the policies are evaluated with the name as given")
	}
	if flags.format == "json" {
		err = a.WriteJSON(s.out)
	} else {
		err = a.WriteText(s.text)
	}
	if err != nil {
		return statusError{exitInternal, err}
	}
	return verdict(a.Result != access.Allowed.String() && a.Result != access.Unknown.String(), a.Result == access.Unknown.String(), false)
}
