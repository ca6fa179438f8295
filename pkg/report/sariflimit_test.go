package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// TestSARIFLimits writes the most severe results that fit, and counts the others.
func TestSARIFLimits(t *testing.T) {
	r := large(300) // 100 of each severity
	for _, c := range []struct {
		name    string
		limits  sarifLimits
		results int // 0: as many as fit
		said    string
	}{
		{"everything fits", sarifLimits{results: 300, packed: 1 << 30}, 300, ""},
		{"too many", sarifLimits{results: 150, packed: 1 << 30}, 150, "150 of 300 results are left out, the least severe (of the findings that count: 50 warnings, 100 infos)"},
		{"too large", sarifLimits{results: 300, packed: 20_000}, 0, " of 300 results are left out, the least severe"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			if err := c.limits.within(&out, r); err != nil {
				t.Fatal(err)
			}
			var log struct {
				Runs []struct {
					Results []struct{ Level string }
				}
			}
			if err := json.Unmarshal(out.Bytes(), &log); err != nil {
				t.Fatal(err)
			}
			got := log.Runs[0].Results
			if len(got) == 0 || c.results != 0 && len(got) != c.results || packedSize(out.Bytes()) > c.limits.packed {
				t.Errorf("%d results in %d bytes, packed", len(got), packedSize(out.Bytes()))
			}
			for i, result := range got {
				if want := []string{"error", "warning", "note"}[i/100]; result.Level != want {
					t.Fatalf("result %d is of level %s, want %s", i, result.Level, want)
				}
			}
			if said := strings.Contains(out.String(), "results are left out"); said != (c.said != "") || !strings.Contains(out.String(), c.said) {
				t.Errorf("said %t, want %q", said, c.said)
			}
		})
	}
}
