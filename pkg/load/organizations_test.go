package load

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// A control policy is named once, also where its name is its id.
func TestControlPolicyName(t *testing.T) {
	for name, want := range map[string]string{"p-deny": "p-deny", "Deny": "Deny (p-deny)", "": "p-deny"} {
		file := filepath.Join(t.TempDir(), "p-deny.json")
		text := `{"Policy":{"PolicySummary":{"Id":"p-deny","Name":"` + name + `","Type":"SERVICE_CONTROL_POLICY"},"Content":"{\"Version\":\"2012-10-17\",\"Statement\":[]}"}}`
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		loaded, err := Load([]string{file}, Options{Display: filepath.Base})
		if err != nil || len(loaded.Problems) > 0 {
			t.Fatal(err, loaded.Problems)
		}
		if got := loaded.Snapshot.Policies[0].Name; got != want {
			t.Errorf("the policy of the name %q is called %q, want %q", name, got, want)
		}
	}
}

// TestEmptyListOfPolicies takes the empty list of an account for service control
// policies that are off only where no such policy was written: where they are
// on, each target has one, and a target without one is denied everything.
func TestEmptyListOfPolicies(t *testing.T) {
	const list = "-- o/list-policies-for-target-111122223333.json --\n" + `{"Policies": []}` + "\n"
	policy := func(kind string) string {
		return "-- o/p-1.json --\n" + `{"Policy": {"PolicySummary": {"Id": "p-1"` + kind + `}, "Content": "{\"Version\": \"2012-10-17\", \"Statement\": []}"}}` + "\n"
	}
	for _, c := range []struct {
		archive  string
		off      bool
		problems int
	}{
		{list, true, 0},
		{list + policy(`, "Type": "SERVICE_CONTROL_POLICY"`), false, 0},
		{list + policy(`, "Type": "RESOURCE_CONTROL_POLICY"`), true, 0},
		{list + policy(`, "Type": "TAG_POLICY"`), true, 0},
		{list + policy(""), true, 1}, // nothing says what it is
	} {
		result, _ := loadFiles(t, c.archive, Options{})
		if got := result.Snapshot.Organization.IsOff(snapshot.ServiceControl); got != c.off || len(result.Problems) != c.problems {
			t.Errorf("%s: off %t, problems %v", c.archive, got, result.Problems)
		}
	}
}
