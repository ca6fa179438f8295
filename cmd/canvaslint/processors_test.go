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
	folder := t.TempDir()
	if err := (account.Shape{Accounts: 3, Domains: 2, Profiles: 3, Keys: 2, Buckets: 2, Broken: true, Seed: 1}).Folder().Write(folder); err != nil {
		t.Fatal(err)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, path := range []string{folder, filepath.Join("..", "..", "testdata", "snapshots", "broken")} {
		var want string
		for _, processors := range []int{1, 2, 8} {
			runtime.GOMAXPROCS(processors)
			for range 3 {
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
