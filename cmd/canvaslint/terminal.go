package main

import (
	"os"

	"golang.org/x/term"
)

// terminal gives the process's own streams. Colour goes to a terminal only, and
// never where NO_COLOR is set (https://no-color.org).
func terminal() streams {
	s := streams{in: os.Stdin, out: os.Stdout, err: os.Stderr}
	if fd := int(os.Stdout.Fd()); term.IsTerminal(fd) {
		s.color = os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
		if width, _, err := term.GetSize(fd); err == nil {
			s.width = width
		}
	}
	s.bar = term.IsTerminal(int(os.Stderr.Fd()))
	return s
}
