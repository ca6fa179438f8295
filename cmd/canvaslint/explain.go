package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/denial"
	"github.com/canvaslint/canvaslint/pkg/lint"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/report"
	"github.com/canvaslint/canvaslint/pkg/source"
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
		ok, err := explainOne(s.text, loaded, c, d)
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
		denials, err := denial.Events(data)
		if err == nil && len(denials) == 0 {
			err = fmt.Errorf("%s holds no record of a denied call", f.event)
		}
		return denial.Group(denials), args, err
	}
	denials := denial.Sentences(text)
	if events, err := denial.Events([]byte(text)); err == nil && len(events) > 0 {
		denials = events
	}
	if len(denials) == 0 {
		if hint := denial.Hint(text); hint != "" {
			return nil, nil, errors.New(hint)
		}
		return nil, nil, errors.New(`the text holds no sentence of the form "User: ARN is not authorized to perform: ACTION on resource: ARN"`)
	}
	return denial.Group(denials), args, nil
}

// explainOne explains one denial, and reports whether the documents do.
func explainOne(out io.Writer, loaded *load.Result, c lint.Settings, d denial.Denial) (bool, error) {
	if d.Unnamed {
		_, err := fmt.Fprintln(out, report.Clean(fmt.Sprintf("AWS denied %s to %s on a resource that it does not name\n  give the CloudTrail record of the call, which names it: --event FILE", d.Action, d.Principal)))
		return false, err
	}
	resource := d.Resource
	if resource == "" {
		resource = "*"
	}
	q := canvas.Question{Principal: d.Principal, Action: d.Action, Resource: resource, Context: d.Context}
	a, err := ask(loaded, c.Config, q)
	if err != nil {
		return false, err
	}
	decision := a.decision
	var b strings.Builder
	line := func(format string, parts ...any) { b.WriteString(report.Clean(fmt.Sprintf(format, parts...)) + "\n") }
	times := ""
	if d.Count > 1 {
		times = fmt.Sprintf(" (%d calls)", d.Count)
	}
	line("AWS denied %s on %s to %s%s", d.Action, resource, d.Principal, times)
	if d.Said != "" {
		line("  AWS says: %s", d.Said)
	}
	line("  the documents say: %s", plainly(a.Result))
	for _, r := range a.Reasons {
		line("  %s%s: %s%s", r.Layer, parenthesis(r.Cause), r.Message, at(r.Place))
	}
	for _, missing := range a.Missing {
		line("  needed to decide: %s", missing)
	}
	against := d.Disagreement(decision)
	if len(against) > 0 {
		line("the documents do not explain AWS's answer. Possible causes:")
	}
	for _, text := range against {
		line("  - %s", text)
	}
	if len(against) == 0 && decision.Result.IsDenied() {
		line("  canvaslint fix proposes a change if Canvas needs this permission")
	}
	_, err = io.WriteString(out, source.Spelled(b.String()))
	return len(against) == 0 && decision.Result.IsDenied(), err
}

// plainly says a result in words.
func plainly(result string) string {
	switch result {
	case access.Allowed.String():
		return "allowed"
	case access.ExplicitlyDenied.String():
		return "denied by a Deny"
	case access.ImplicitlyDenied.String():
		return "denied, because a policy that must allow it does not"
	}
	return "unknown"
}
