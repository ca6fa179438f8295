package lint

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// Limits bound what a check takes; the zero value does not.
type Limits struct {
	Time   time.Duration
	Memory int // of the process, in MiB
}

// Check is [CheckAll] within the limits.
func (l Limits) Check(ctx context.Context, o Options, finish func(*Result)) (*Outcome, error) {
	if l.Time < 0 || l.Memory < 0 {
		return nil, errors.New("--timeout and --max-memory cannot be negative")
	}
	if l.Time == 0 && l.Memory == 0 {
		return CheckAll(ctx, o, finish)
	}
	if l.Time > 0 {
		within, stop := context.WithTimeoutCause(ctx, l.Time, Limit{What: fmt.Sprintf("the time limit of %s (--timeout)", l.Time)})
		defer stop()
		ctx = within
	}
	if l.Memory > 0 {
		within, stop := context.WithCancelCause(ctx)
		defer stop(nil)
		go watchMemory(within, uint64(l.Memory)<<20, func() {
			stop(Limit{What: fmt.Sprintf("the limit of %d MiB of memory (--max-memory)", l.Memory)})
		})
		ctx = within
	}
	return CheckWithin(ctx, o, finish)
}

// watchMemory calls exceeded when the process has taken more than it may. Before
// that the garbage collector tries harder.
func watchMemory(ctx context.Context, limit uint64, exceeded func()) {
	debug.SetMemoryLimit(int64(limit / 10 * 9)) // #nosec G115 -- MiB of an int
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		metrics.Read(samples)
		if samples[0].Value.Uint64()-samples[1].Value.Uint64() > limit {
			exceeded()
			return
		}
	}
}
