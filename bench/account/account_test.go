package account_test

import (
	"maps"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/canvaslint/canvaslint/bench/account"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/lint"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/rules"
	"github.com/canvaslint/canvaslint/policies"
)

// TestHealthyAccounts has fifty made-up accounts without a mistake, in every
// format and under both editions of the page: no error, no problem, and everybody
// is ready.
func TestHealthyAccounts(t *testing.T) {
	set, err := rules.Load(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	for n, shape := range []account.Shape{
		{Accounts: 15, Domains: 1, Profiles: 1, Seed: 1},
		{Accounts: 10, Domains: 2, Profiles: 2, Roles: 2, Keys: 1, Buckets: 1, Seed: 2},
		{Accounts: 10, Domains: 1, Roles: 3, Keys: 3, Seed: 3},
		{Accounts: 10, Domains: 1, Profiles: 4, Buckets: 3, Seed: 4},
		{Accounts: 5, Domains: 3, Profiles: 1, Roles: 1, Keys: 1, Buckets: 2, Seed: 5},
	} {
		formats := shape.Formats()
		for _, format := range slices.Sorted(maps.Keys(formats)) {
			disk := fstest.MapFS{}
			for name, text := range formats[format] {
				disk[name] = &fstest.MapFile{Data: text}
			}
			settings := lint.Settings{Config: config.Config{Guide: []string{config.Guide2022, config.GuideCurrent}[n%2]}}
			result, err := lint.Check(t.Context(), lint.Options{Paths: []string{"."}, Read: load.Options{Files: filesystem.Of(disk)}, Rules: set, Settings: settings})
			if err != nil {
				t.Fatal(err)
			}
			r := result.Report
			for _, f := range r.Findings {
				if f.Severity == finding.Error || f.Rule == "role-access-unknown" {
					t.Errorf("shape %d, %s: %s: %s", n, format, f.Rule, f.Message)
				}
			}
			for _, p := range r.Problems {
				t.Errorf("shape %d, %s: %s: %s", n, format, p.File, p.Message)
			}
			profiles := map[string]bool{}
			for _, row := range r.Readiness {
				profiles[row.Account+" "+row.Domain+" "+row.Profile] = true
				if row.Verdict != finding.Ready && row.Verdict != finding.NotChecked {
					t.Errorf("shape %d, %s: %s of %s is %s", n, format, row.Purpose, row.Profile, row.Verdict)
				}
			}
			want := shape.Accounts * shape.Domains * max(shape.Profiles, 1)
			if format == "config" {
				want = shape.Accounts * shape.Domains // AWS Config has no profiles
			}
			if len(profiles) != want {
				t.Errorf("shape %d, %s: %d profiles, want %d", n, format, len(profiles), want)
			}
		}
	}
}
