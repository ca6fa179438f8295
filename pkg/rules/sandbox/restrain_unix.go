//go:build unix && !linux

package sandbox

import "golang.org/x/sys/unix"

// restrain takes files and sockets from this process for good. No limit of
// memory that these systems hold counts what Go allocates; the process measures
// itself, which is exact, for all its memory is Go's.
func restrain(int64) error {
	for _, resource := range []int{unix.RLIMIT_NOFILE, unix.RLIMIT_FSIZE, unix.RLIMIT_CORE} {
		if err := unix.Setrlimit(resource, &unix.Rlimit{}); err != nil {
			return err
		}
	}
	return nil
}
