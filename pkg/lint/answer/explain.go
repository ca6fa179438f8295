package answer

import (
	"fmt"
	"io"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/denial"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/report"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Explain explains a denied call by the documents, and reports whether they do.
func Explain(out io.Writer, loaded *load.Result, c config.Config, d denial.Denial) (bool, error) {
	if d.Unnamed {
		_, err := fmt.Fprintln(out, report.Clean(fmt.Sprintf("AWS denied %s to %s on a resource that it does not name\n  give the CloudTrail record of the call, which names it: --event FILE", d.Action, d.Principal)))
		return false, err
	}
	resource := d.Resource
	if resource == "" {
		resource = "*"
	}
	q := canvas.Question{Principal: d.Principal, Action: d.Action, Resource: resource, Context: d.Context}
	a, err := Ask(loaded, c, q)
	if err != nil {
		return false, err
	}
	decision := a.Decision
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
