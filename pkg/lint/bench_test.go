package lint_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/canvaslint/canvaslint/bench/account"
	"github.com/canvaslint/canvaslint/pkg/fix"
	"github.com/canvaslint/canvaslint/pkg/lint"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/rules"
	"github.com/canvaslint/canvaslint/policies"
)

// BenchmarkAccounts shows what an account costs alone and among others, with rules
// that are compiled already: compare the times per account.
func BenchmarkAccounts(b *testing.B) {
	set, err := rules.Load(policies.FS)
	if err != nil {
		b.Fatal(err)
	}
	for _, n := range []int{1, 10, 100} {
		folder := b.TempDir()
		shape := account.Shape{Accounts: n, Domains: 3, Profiles: 3, Keys: 2, Buckets: 1}
		if err := shape.Folder().Write(folder); err != nil {
			b.Fatal(err)
		}
		o := lint.Options{Rules: set, Paths: []string{folder}, Read: load.Options{}}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := lint.CheckAll(context.Background(), o, fix.Attach); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*n), "us/account")
		})
	}
}
