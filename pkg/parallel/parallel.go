// Package parallel spreads work over the processors.
package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Do does work 0 to n-1, as many pieces at once as there are processors, and returns
// when all are done. A panic of one of them is that of the caller, once the others
// have ended.
func Do(n int, work func(i int)) {
	var next atomic.Int64
	var workers sync.WaitGroup
	var once sync.Once
	var fault any
	for range min(runtime.GOMAXPROCS(0), n) {
		workers.Go(func() {
			for i := int(next.Add(1) - 1); i < n; i = int(next.Add(1) - 1) {
				func() {
					defer func() {
						if thrown := recover(); thrown != nil {
							once.Do(func() { fault = thrown })
						}
					}()
					work(i)
				}()
			}
		})
	}
	workers.Wait()
	if fault != nil {
		panic(fault)
	}
}

// Pieces does work 0 to n-1 in pieces of some that stand in a row, at least so many in
// each: for work that is too small to be handed out one by one.
func Pieces(n, least int, work func(from, to int)) {
	size := max(least, (n-1)/(4*runtime.GOMAXPROCS(0))+1)
	Do((n+size-1)/size, func(i int) { work(i*size, min(n, (i+1)*size)) })
}
