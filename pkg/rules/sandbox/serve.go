package sandbox

import (
	"fmt"
	"io"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"time"

	"github.com/canvaslint/canvaslint/pkg/rules"
)

// Host is what a worker needs of the program that it is.
type Host struct {
	Now func() time.Time
	// Stop ends the process: the rules went past a limit, which the answer says.
	Stop func()
}

// Serve is the other side: it does the work that it reads, with the arguments
// that New gave to the process. Before it reads the rules it gives up, for good,
// opening files and sockets, and sets a limit of memory that the system holds,
// where the system can. It also measures itself, so that it can say what went
// wrong before the system ends it.
func Serve(host Host, arguments []string, in io.Reader, out io.Writer) error {
	limits, all, err := parse(arguments)
	if err != nil {
		return fmt.Errorf("read the limits of the rules: %w", err)
	}
	// The system's limits lie a little above our own, for what is faster than that.
	if err := restrain(all); err != nil {
		return fmt.Errorf("set the limits of the rules: %w", err)
	}
	// The collector works harder before the limit is reached; a stack of
	// the default size, 1 GB, would be past it.
	idle := memoryInUse()
	debug.SetMemoryLimit(idle + all/4*3)
	debug.SetMaxStack(32 << 20)
	w := rules.NewWorker(out)
	go watch(w, host, idle+all, limits)
	return w.Serve(in)
}

// parse reads the arguments: the limits, and the bytes of memory in all.
func parse(arguments []string) (limits Limits, all int64, err error) {
	if len(arguments) != 3 {
		return limits, 0, fmt.Errorf("%d arguments, not 3", len(arguments))
	}
	if limits.Time, err = time.ParseDuration(arguments[0]); err == nil {
		if all, err = strconv.ParseInt(arguments[1], 10, 64); err == nil {
			limits.Memory, err = strconv.Atoi(arguments[2])
		}
	}
	return limits, all, err
}

// memoryInUse is what Go's runtime has taken from the system, in bytes, what it
// gave back apart. An idle process has some 40 MiB, most of it never touched.
func memoryInUse() int64 {
	sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(sample)
	return int64(sample[0].Value.Uint64() - sample[1].Value.Uint64())
}

// watch ends the process when the rules take too long or too much. It looks
// often enough that a rule that grows as fast as memory can be written gets no
// further than some ten MiB between two looks.
func watch(w *rules.Worker, host Host, all int64, limits Limits) {
	steps, begin, told := w.Steps(), host.Now(), ""
	for range time.Tick(2 * time.Millisecond) {
		place := w.Place()
		if now := w.Steps(); now != steps {
			steps, begin = now, host.Now()
		}
		shown := place
		if shown == "" {
			shown = "the rules of your own"
		}
		switch {
		case memoryInUse() > all:
			w.Fault(tooMuch(shown, limits.Memory))
			host.Stop()
		case host.Now().Sub(begin) > limits.Time:
			w.Fault(tooLong(shown, limits.Time))
			host.Stop()
		case place != told && place != "":
			told = place
			w.Moved(place)
		}
	}
}
