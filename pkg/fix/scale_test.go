package fix_test

import (
	"testing"
	"testing/fstest"

	"github.com/canvaslint/canvaslint/bench/account"
	"github.com/canvaslint/canvaslint/pkg/fix"
	"github.com/canvaslint/canvaslint/pkg/lint"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/rules"
	"github.com/canvaslint/canvaslint/policies"
)

// Twice as many faults may add at most 2.4 times as many allocations, which do not
// depend on the machine: faults that have nothing to do with each other are tried
// together. Each is settled as it is alone.
func TestMakeIsLinear(t *testing.T) {
	set, err := rules.Load(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	growth := account.Growth(5, func(n int) func() {
		o := lint.Options{Rules: set}
		files := fstest.MapFS{}
		for name, text := range (account.Shape{Domains: n, Profiles: 2, Faulty: true}).Folder() {
			files[name] = &fstest.MapFile{Data: text}
		}
		o.Read.Files = filesystem.Of(files)
		return func() {
			plan, err := fix.Make(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			if len(plan.Changes) != n/5*6 || len(plan.Tasks) > 0 || len(plan.Refused) != n/5*3 {
				t.Errorf("%d faults: %d changes, %d tasks, %d refused", n, len(plan.Changes), len(plan.Tasks), len(plan.Refused))
				for _, r := range plan.Refused {
					t.Log(r.Reason())
				}
				for _, c := range plan.Changes {
					t.Log(c.Message)
				}
				for _, c := range plan.Tasks {
					t.Log(c.Rule, c.Message)
				}
			}
		}
	})
	if t.Logf("%.2f", growth); growth > 2.4 {
		t.Errorf("twice as many faults add %.2f times as many allocations", growth)
	}
}
