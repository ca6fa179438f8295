package load_test

import (
	"fmt"
	"testing"
	"testing/fstest"

	"github.com/canvaslint/canvaslint/bench/account"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
)

// axes are what inputs grow in, each with a size that tells.
func axes() map[string]struct {
	n     int
	files func(n int) account.Files
} {
	mixed := func(n int) account.Shape {
		return account.Shape{Domains: n, Profiles: 4, Roles: 4 * n, Keys: 2 * n, Buckets: 2 * n}
	}
	return map[string]struct {
		n     int
		files func(n int) account.Files
	}{
		"accounts": {5, func(n int) account.Files {
			return account.Shape{Accounts: n, Domains: 1, Profiles: 2, Keys: 1, Buckets: 1}.Folder()
		}},
		"domains":  {10, func(n int) account.Files { return account.Shape{Domains: n, Profiles: 2}.Folder() }},
		"profiles": {20, func(n int) account.Files { return account.Shape{Domains: 1, Profiles: n}.Folder() }},
		"roles":    {100, func(n int) account.Files { return account.Shape{Domains: 1, Roles: n}.Folder() }},
		"keys":     {30, func(n int) account.Files { return account.Shape{Domains: 1, Keys: n}.Folder() }},
		"buckets":  {30, func(n int) account.Files { return account.Shape{Domains: 1, Buckets: n}.Folder() }},
		"config":   {10, func(n int) account.Files { return mixed(n).Config() }},
		"plan":     {10, func(n int) account.Files { return mixed(n).Plan() }},
	}
}

func reading(tb testing.TB, files account.Files) func() {
	tb.Helper()
	disk := fstest.MapFS{}
	for name, text := range files {
		disk[name] = &fstest.MapFile{Data: text}
	}
	return func() {
		result, err := load.Load([]string{"."}, load.Options{Files: filesystem.Of(disk)})
		if err != nil || len(result.Problems) > 0 {
			tb.Fatal(err, result.Problems)
		}
	}
}

// Twice the input is twice the work, whatever there is more of.
func TestLoadIsLinear(t *testing.T) {
	for name, axis := range axes() {
		growth := account.Growth(axis.n, func(n int) func() { return reading(t, axis.files(n)) })
		if growth > 2.4 {
			t.Errorf("%s: twice as many add %.2f times as many allocations", name, growth)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	for name, axis := range axes() {
		for _, n := range []int{4 * axis.n, 8 * axis.n} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				work := reading(b, axis.files(n))
				b.ReportAllocs()
				for b.Loop() {
					work()
				}
			})
		}
	}
}
