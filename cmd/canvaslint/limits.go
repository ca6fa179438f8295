package main

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"runtime/metrics"
	"time"

	"github.com/spf13/pflag"

	"github.com/canvaslint/canvaslint/pkg/fix"
	"github.com/canvaslint/canvaslint/pkg/lint"
)

// limitFlags are the flags of check that bound what a run takes.
type limitFlags struct {
	time   time.Duration
	memory int // MiB
}

func (l *limitFlags) register(f *pflag.FlagSet) {
	f.DurationVar(&l.time, "timeout", 0, "end after this `time`, such as 90s, with a partial report and exit status 3 (default: none)")
	f.IntVar(&l.memory, "max-memory", 0, "end when the run takes more memory than this many `MiB`, in the same way (default: no limit)")
}

// check checks within the limits.
func (l *limitFlags) check(o lint.Options) (*lint.Outcome, error) {
	if l.time < 0 || l.memory < 0 {
		return nil, errors.New("--timeout and --max-memory cannot be negative")
	}
	ctx := context.Background()
	if l.time == 0 && l.memory == 0 {
		return lint.CheckAll(ctx, o, fix.Attach)
	}
	if l.time > 0 {
		within, stop := context.WithTimeoutCause(ctx, l.time, lint.Limit{What: fmt.Sprintf("the time limit of %s (--timeout)", l.time)})
		defer stop()
		ctx = within
	}
	if l.memory > 0 {
		within, stop := context.WithCancelCause(ctx)
		defer stop(nil)
		go watchMemory(within, uint64(l.memory)<<20, func() {
			stop(lint.Limit{What: fmt.Sprintf("the limit of %d MiB of memory (--max-memory)", l.memory)})
		})
		ctx = within
	}
	return lint.CheckWithin(ctx, o, fix.Attach)
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
