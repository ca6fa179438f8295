package main

import "golang.org/x/sys/unix"

// restrain takes from this process, for good, what rules have no need of: files,
// sockets, and memory above a limit in bytes. RLIMIT_DATA counts what a process
// may write to, which RLIMIT_AS does not: Go reserves address space far beyond.
// https://man7.org/linux/man-pages/man2/setrlimit.2.html
func restrain(limit int64) error {
	for resource, most := range map[int]uint64{
		unix.RLIMIT_DATA: uint64(limit), unix.RLIMIT_NOFILE: 0, unix.RLIMIT_FSIZE: 0, unix.RLIMIT_CORE: 0,
	} {
		if err := unix.Setrlimit(resource, &unix.Rlimit{Cur: most, Max: most}); err != nil {
			return err
		}
	}
	return nil
}
