package main

import (
	"bytes"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/canvaslint/canvaslint/bench/account"
)

// TestProcessors: the report is the same byte for byte on one processor and on many.
func TestProcessors(t *testing.T) {
	accounts, large := t.TempDir(), t.TempDir()
	for folder, shape := range map[string]account.Shape{
		accounts: {Accounts: 3, Domains: 2, Profiles: 3, Keys: 2, Buckets: 2, Broken: true, Seed: 1},
		large:    {Domains: 30, Profiles: 25, Broken: true, Seed: 1}, // cut into shares
	} {
		if err := shape.Folder().Write(folder); err != nil {
			t.Fatal(err)
		}
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, path := range []string{accounts, large, filepath.Join("..", "..", "testdata", "snapshots", "broken")} {
		var want string
		for _, processors := range []int{1, 2, 8} {
			runtime.GOMAXPROCS(processors)
			for range 2 {
				var out, messages bytes.Buffer
				if status := run([]string{"check", "--format", "json", "--verbose", path}, streams{out: &out, err: &messages}); status != exitFindings {
					t.Fatalf("status %d: %s", status, messages.String())
				}
				if want == "" {
					want = out.String()
				}
				if out.String() != want {
					t.Errorf("%s: another report on %d processors", path, processors)
				}
			}
		}
	}
}
