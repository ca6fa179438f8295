package load

import (
	"os"
	"path/filepath"
	"testing"
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
