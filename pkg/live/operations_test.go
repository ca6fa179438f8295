package live_test

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/fetch"
)

// TestPolicyFiles: what users attach and roll out is of the table.
func TestPolicyFiles(t *testing.T) {
	for file, want := range map[string][]byte{
		"../../docs/fetch-policy.json":      fetch.Policy(),
		"../../docs/fetch-member-role.yaml": fetch.MemberRole(),
	} {
		if *update {
			if err := os.WriteFile(file, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not current: go test ./pkg/live -update", file)
		}
	}
}

// TestOperations: the table is sorted, names each call once, and none that
// could change anything.
func TestOperations(t *testing.T) {
	var ids []string
	for _, o := range fetch.Operations() {
		ids = append(ids, o.ID())
		if !strings.HasPrefix(o.Name, "Get") && !strings.HasPrefix(o.Name, "List") && !strings.HasPrefix(o.Name, "Describe") {
			t.Errorf("%s does not sound like reading", o.ID())
		}
		if o.Permission != "" && (len(o.Resources) == 0 || !strings.HasPrefix(o.Permission, strings.TrimSuffix(o.Service, "control")+":")) {
			t.Errorf("%s: permission %q on %v", o.ID(), o.Permission, o.Resources)
		}
	}
	if !slices.IsSorted(ids) || len(slices.Compact(slices.Clone(ids))) != len(ids) {
		t.Errorf("the table is not sorted, or names a call twice: %v", ids)
	}
}

// TestPlannedCalls: a whole run makes every call that the dry run lists, and
// no other. The replay server would answer others with a denial.
func TestPlannedCalls(t *testing.T) {
	called := map[string]bool{}
	for _, all := range []bool{false, true} {
		r := newReplay(t, wholeAccount())
		o := options(t.TempDir())
		o.AllRoles = all
		mustFetch(t, o)
		for id := range r.calls {
			called[id] = true
		}
	}
	r := newReplay(t, organization(2))
	o := organizationOptions(t.TempDir())
	o.Organization.Exclude = []string{"ou-abcd-22222222"}
	mustFetch(t, o)
	o = organizationOptions(t.TempDir())
	o.Organization.Units = []string{"ou-abcd-11111111"}
	mustFetch(t, o)
	for id := range r.calls {
		called[id] = id != "sts:AssumeRole" // the SDK's own
	}
	delete(called, "sts:AssumeRole")
	for _, o := range fetch.Operations() {
		if !called[o.ID()] {
			t.Errorf("%s is in the table and was never called", o.ID())
		}
		delete(called, o.ID())
	}
	for id := range called {
		t.Errorf("%s was called and is not in the table", id)
	}
}
