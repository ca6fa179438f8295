package commandline_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/commandline"
	"github.com/canvaslint/canvaslint/pkg/fetch"
)

// TestSteps: the line of a fetch goes on when all calls that are known are done, which
// is so after the first, and counts accounts.
func TestSteps(t *testing.T) {
	var screen bytes.Buffer
	counter := commandline.NewCounter(&screen, "reading", 0)
	for _, step := range []struct {
		steps fetch.Steps
		want  []string
	}{
		{fetch.Steps{Known: 1}, []string{"reading", "0/2"}},
		{fetch.Steps{Done: 1, Known: 1}, []string{"reading", "1/2"}},
		{fetch.Steps{Done: 1, Known: 400, Members: 12}, []string{"reading, 0 of 12 accounts", "1/401"}},
		{fetch.Steps{Done: 400, Known: 400, Failed: 2, Accounts: 3, Members: 12}, []string{"reading, 3 of 12 accounts, 2 failed", "400/401"}},
		{fetch.Steps{Done: 99_000, Known: 99_000, Failed: 2, Accounts: 12, Members: 12}, []string{"12 of 12 accounts", "99000/99001"}},
	} {
		screen.Reset()
		counter.Show(step.steps.Done, step.steps.Known, step.steps.String())
		for _, want := range step.want {
			if !strings.Contains(screen.String(), want) {
				t.Errorf("%+v: %q is not in %q", step.steps, want, screen.String())
			}
		}
	}
	screen.Reset()
	counter.Finish()
	if left := screen.String(); !strings.HasSuffix(left, "\r") {
		t.Errorf("in the end the line is not cleared: %q", left)
	}
	screen.Reset()
	counter = nil // without a terminal
	counter.Show(1, 2, "")
	counter.Finish()
	if screen.Len() > 0 {
		t.Errorf("without a terminal it says %q", screen.String())
	}
}
