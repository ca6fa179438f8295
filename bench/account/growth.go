package account

import (
	"math"
	"runtime"
	"runtime/debug"
)

// Growth tells how the allocations of some work grow with n: what the step from
// 2n to 4n adds, measured by what that from n to 2n adds. 2 is linear, 4 is
// quadratic, and what does not depend on n has no part in it. Unlike time it is
// the same on a busy machine.
// More than n hardly counts where a step adds less than a hundredth of the whole.
func Growth(n int, prepare func(n int) (work func())) float64 {
	allocations := func(n int) float64 {
		// The collector empties pools and lets go of compiled policies, which are
		// then made again: that would count as growth.
		runtime.GC()
		defer debug.SetGCPercent(debug.SetGCPercent(-1))
		work := prepare(n)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		work()
		runtime.ReadMemStats(&after)
		return float64(after.Mallocs - before.Mallocs)
	}
	allocations(n) // what is made once, on first use
	least := math.Inf(1)
	// Other tests of the program may run at the same time: what looks worse than
	// linear is measured again.
	for tries := 0; tries < 3 && least > 2.2; tries++ {
		one, two, four := allocations(n), allocations(2*n), allocations(4*n)
		least = min(least, (four-two)/max(two-one, one/100)) // less is noise
	}
	return least
}
