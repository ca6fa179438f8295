// Package parallel spreads work over the processors.
package parallel

import (
	"runtime"
	"sync"
)

// Do does work 0 to n-1, as many pieces at once as there are processors, and returns
// when all are done. A panic of one of them is that of the caller, once the others
// have ended.
func Do(n int, work func(i int)) {
	next := make(chan int)
	var workers sync.WaitGroup
	var once sync.Once
	var fault any
	for range min(runtime.GOMAXPROCS(0), n) {
		workers.Go(func() {
			for i := range next {
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
	for i := range n {
		next <- i
	}
	close(next)
	workers.Wait()
	if fault != nil {
		panic(fault)
	}
}
