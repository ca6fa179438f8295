package rules

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

const header = `# METADATA
# title: t
# description: d
# related_resources:
# - https://example.com
# custom:
#   severity: error
#   since: "0.1"
#   guides: ["2022"]
#   why: w
#   fix: f
#   exceptions: e
package canvaslint["x"]
`

// evaluate runs one rule over an empty snapshot.
func evaluate(t *testing.T, module string) error {
	t.Helper()
	set, err := Load(fstest.MapFS{"x/rule.rego": {Data: []byte(module)}})
	if err != nil {
		return err
	}
	c := config.Config{}.Defaults()
	_, err = set.Evaluate(context.Background(), &snapshot.Snapshot{}, &canvas.Facts{Guide: c.Guide}, c, func(string) bool { return true })
	return err
}

// A broken rule is an error that says what is wrong, never a silent pass.
func TestBrokenRules(t *testing.T) {
	for name, test := range map[string]struct{ module, want string }{
		"no package":      {"package other\n", `has no line package canvaslint["x"]`},
		"does not parse":  {header + "findings contains {", "rego_parse_error"},
		"network":         {header + `findings contains f if { f := http.send({"method": "get", "url": "http://localhost"}) }`, "undefined function http.send"},
		"environment":     {header + `findings contains f if { f := opa.runtime() }`, "undefined function opa.runtime"},
		"no place":        {header + `findings contains {"message": "m"}`, "a finding has no place"},
		"no message":      {header + `findings contains {"at": "0"}`, "a finding has no place"},
		"unknown member":  {header + `findings contains {"at": "0", "message": "m", "colour": "red"}`, `unknown field "colour"`},
		"builtin failure": {header + `findings contains f if { f := to_number("x") }`, "to_number"},
		"missing part":    {strings.Replace(header, "#   why: w\n", "", 1) + `findings contains {"at": "0", "message": "m"}`, "custom.why is missing"},
	} {
		err := evaluate(t, test.module)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want an error with %q", name, err, test.want)
		}
	}
}

// The decide builtin answers questions in the form of the cases.
func TestDecideBuiltin(t *testing.T) {
	err := evaluate(t, header+`
findings contains f if {
	answer := canvaslint.decide({"request": {"principal": "arn:aws:iam::111122223333:role/A", "action": "kms:Decrypt", "resource": {"arn": "arn:aws:kms:eu-central-1:111122223333:key/k", "accountId": "111122223333"}}})
	answer.result == "ImplicitlyDenied"
	f := {"at": "none", "message": "reached"}
}`)
	if err == nil || !strings.Contains(err.Error(), "a finding has no place") {
		t.Errorf("the builtin did not answer: %v", err)
	}
}
