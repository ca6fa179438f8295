package parallel_test

import (
	"sync/atomic"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/parallel"
)

func TestDo(t *testing.T) {
	for _, n := range []int{0, 1, 2, 100} {
		done := make([]atomic.Int32, n)
		parallel.Do(n, func(i int) { done[i].Add(1) })
		for i := range done {
			if done[i].Load() != 1 {
				t.Errorf("piece %d of %d was done %d times", i, n, done[i].Load())
			}
		}
	}
}

// The others are done all the same, and the caller can tell of it.
func TestPanicsReachTheCaller(t *testing.T) {
	var done atomic.Int32
	defer func() {
		if fault := recover(); fault != "broken" || done.Load() != 9 {
			t.Errorf("recovered %v after %d pieces", fault, done.Load())
		}
	}()
	parallel.Do(10, func(i int) {
		if i == 3 {
			panic("broken")
		}
		done.Add(1)
	})
}

func TestPieces(t *testing.T) {
	for _, n := range []int{0, 1, 7, 8, 9, 1000} {
		done := make([]atomic.Int32, n)
		parallel.Pieces(n, 8, func(from, to int) {
			if to-from < 8 && to != n || from >= to {
				t.Errorf("of %d: a piece from %d to %d", n, from, to)
			}
			for i := from; i < to; i++ {
				done[i].Add(1)
			}
		})
		for i := range done {
			if done[i].Load() != 1 {
				t.Errorf("%d of %d was done %d times", i, n, done[i].Load())
			}
		}
	}
}
