package commandline_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/canvaslint/canvaslint/pkg/commandline"
)

// TestProgress tells nothing before the first tick, and leaves no line behind.
func TestProgress(t *testing.T) {
	ticks := make(chan time.Time)
	stopped := false
	var told bytes.Buffer
	p := commandline.StartProgress(&told, func() (<-chan time.Time, func()) { return ticks, func() { stopped = true } })
	p.Step("reading files")
	p.Step("running the rules")
	ticks <- time.Time{}
	ticks <- time.Time{}
	p.Stop()
	p.Stop()
	blank := "\r" + strings.Repeat(" ", 26) + "\r"
	if want := "\r| running the rules: 1 s  " + blank + "\r/ running the rules: 2 s  " + blank; told.String() != want || !stopped {
		t.Errorf("got %q, stopped %t; want %q", told.String(), stopped, want)
	}

	told.Reset()
	p = commandline.StartProgress(&told, func() (<-chan time.Time, func()) { return ticks, func() {} })
	p.Step("reading files")
	p.Stop()
	if told.Len() > 0 {
		t.Errorf("a short run says %q", told.String())
	}

	p = commandline.StartProgress(&told, nil) // no terminal
	p.Step("reading files")
	p.Stop()
	if told.Len() > 0 {
		t.Errorf("without a terminal it says %q", told.String())
	}
}
