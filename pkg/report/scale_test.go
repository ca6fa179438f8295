package report

import (
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/canvaslint/canvaslint/bench/account"
)

// Twice the findings are at most twice the work in every format. Some formats
// stop at a number of them.
func TestWritersAreLinear(t *testing.T) {
	for _, format := range Formats(Options{Time: time.Unix(0, 0).UTC()}) {
		growth := account.Growth(200, func(n int) func() {
			r := large(n)
			return func() {
				if err := format.Write(io.Discard, r); err != nil {
					t.Fatal(err)
				}
			}
		})
		if growth > 2.4 {
			t.Errorf("%s: twice the findings add %.2f times as many allocations", format.Name, growth)
		}
	}
}

func BenchmarkWriters(b *testing.B) {
	for _, format := range Formats(Options{Time: time.Unix(0, 0).UTC()}) {
		for _, n := range []int{5000, 10000} {
			b.Run(fmt.Sprintf("%s/%d", format.Name, n), func(b *testing.B) {
				r := large(n)
				b.ReportAllocs()
				for b.Loop() {
					if err := format.Write(io.Discard, r); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
