package main

import (
	"os"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/term"
)

// terminal gives the process's own streams. Colour goes to a terminal only, and
// never where NO_COLOR is set (https://no-color.org).
func terminal() streams {
	s := streams{in: os.Stdin, out: os.Stdout, err: os.Stderr}
	dumb := os.Getenv("TERM") == "dumb"
	if fd := int(os.Stdout.Fd()); term.IsTerminal(fd) {
		s.terminal = true
		s.color = os.Getenv("NO_COLOR") == "" && !dumb
		if width, _, err := term.GetSize(fd); err == nil {
			s.width = width
		}
	}
	if term.IsTerminal(int(os.Stderr.Fd())) && !dumb {
		s.ticks = everySecond
	}
	// Who needs the same bytes twice fixes the time of the reports that hold one
	// (https://reproducible-builds.org/specs/source-date-epoch/).
	if seconds, err := strconv.ParseInt(os.Getenv("SOURCE_DATE_EPOCH"), 10, 64); err == nil {
		s.now = func() time.Time { return time.Unix(seconds, 0) }
	}
	if folder, err := os.UserCacheDir(); err == nil {
		s.cache = filepath.Join(folder, "canvaslint")
	}
	s.bar = term.IsTerminal(int(os.Stderr.Fd()))
	return s
}

// everySecond gives ticks until they are stopped.
func everySecond() (ticks <-chan time.Time, stop func()) {
	ticker := time.NewTicker(time.Second)
	return ticker.C, ticker.Stop
}
