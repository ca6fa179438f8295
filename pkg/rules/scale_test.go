package rules_test

import (
	"context"
	"fmt"
	"testing"
	"testing/fstest"

	"github.com/canvaslint/canvaslint/bench/account"
	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/rules"
	"github.com/canvaslint/canvaslint/policies"
)

// evaluation gives what asks all rules for their findings in accounts of a shape.
func evaluation(tb testing.TB, shape account.Shape) func() {
	tb.Helper()
	set, err := rules.Load(policies.FS)
	if err != nil {
		tb.Fatal(err)
	}
	disk := fstest.MapFS{}
	for name, text := range shape.Folder() {
		disk[name] = &fstest.MapFile{Data: text}
	}
	loaded, err := load.Load([]string{"."}, load.Options{Files: filesystem.Of(disk)})
	if err != nil {
		tb.Fatal(err)
	}
	c := config.Config{}.Defaults()
	facts := canvas.Work(loaded.Snapshot, c)
	return func() {
		found, err := set.Evaluate(context.Background(), loaded.Snapshot, facts, c, func(string) bool { return true })
		if err != nil || shape.Broken && len(found) < shape.Domains*shape.Profiles {
			tb.Fatal(len(found), err)
		}
	}
}

func axes() map[string]struct {
	n     int
	shape func(n int) account.Shape
} {
	return map[string]struct {
		n     int
		shape func(n int) account.Shape
	}{
		"profiles": {5, func(n int) account.Shape { return account.Shape{Domains: 1, Profiles: n} }},
		"findings": {5, func(n int) account.Shape { return account.Shape{Domains: 1, Profiles: n, Broken: true} }},
		"keys":     {20, func(n int) account.Shape { return account.Shape{Domains: 1, Keys: n} }},
		"domains":  {40, func(n int) account.Shape { return account.Shape{Domains: n, Profiles: 1} }},
		"buckets":  {20, func(n int) account.Shape { return account.Shape{Domains: 2, Buckets: n} }},
		"accounts": {3, func(n int) account.Shape { return account.Shape{Accounts: n, Domains: 1, Profiles: 2} }},
	}
}

// Twice the account is twice the work, whatever there is more of.
func TestEvaluateIsLinear(t *testing.T) {
	for name, axis := range axes() {
		growth := account.Growth(axis.n, func(n int) func() { return evaluation(t, axis.shape(n)) })
		if growth > 2.4 {
			t.Errorf("%s: twice as many add %.2f times as many allocations", name, growth)
		}
	}
}

func BenchmarkEvaluate(b *testing.B) {
	for name, axis := range axes() {
		for _, n := range []int{4 * axis.n, 8 * axis.n} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				work := evaluation(b, axis.shape(n))
				b.ReportAllocs()
				for b.Loop() {
					work()
				}
			})
		}
	}
}
