package sandbox

import (
	"os"
	"strconv"
	"strings"

	"github.com/landlock-lsm/go-landlock/landlock"
	"golang.org/x/sys/unix"
)

const (
	// reserved is the address space in bytes of an idle process of Go's, where
	// it cannot be measured.
	reserved = 2 << 30
	// written is that part of it which may be written to.
	written = 64 << 20
	// slack is address space in bytes that is reserved and not written to: Go
	// takes it 64 MiB at a time, and the C library 8 MiB for a thread.
	slack = 160 << 20
)

// restrain takes from this process, for good, what rules have no need of: files,
// sockets, and memory above a limit in bytes.
//
// RLIMIT_DATA counts what a process may write to, but lets one mapping through
// that replaces another of its size, which is how Go takes memory into use: it
// stops growth, not one huge step. RLIMIT_AS counts every address, and so stops
// the step.
// https://man7.org/linux/man-pages/man2/setrlimit.2.html
//
// Landlock, where the kernel has it, also takes away what needs no file descriptor,
// such as making, linking and removing files, and all of the network. It comes first:
// it needs a descriptor of its own.
// https://docs.kernel.org/userspace-api/landlock.html
func restrain(limit int64) error {
	if err := landlock.V5.BestEffort().Restrict(); err != nil {
		return err
	}
	space, data := uint64(reserved), uint64(written)
	if text, err := os.ReadFile("/proc/self/statm"); err == nil {
		// Pages: size, resident, shared, text, lib, data, dirty.
		if fields := strings.Fields(string(text)); len(fields) == 7 {
			space, data = bytesOf(fields[0], space), bytesOf(fields[5], data)
		}
	}
	for resource, most := range map[int]uint64{
		unix.RLIMIT_AS: space + uint64(limit) + slack, unix.RLIMIT_DATA: data + uint64(limit+limit/4),
		unix.RLIMIT_NOFILE: 0, unix.RLIMIT_FSIZE: 0, unix.RLIMIT_CORE: 0,
	} {
		if err := unix.Setrlimit(resource, &unix.Rlimit{Cur: most, Max: most}); err != nil {
			return err
		}
	}
	return nil
}

// bytesOf reads a number of pages; other stands for what is none.
func bytesOf(pages string, other uint64) uint64 {
	count, err := strconv.ParseUint(pages, 10, 64)
	if err != nil {
		return other
	}
	return count * uint64(os.Getpagesize())
}
