package main

import (
	"fmt"

	"github.com/schollz/progressbar/v3"

	"github.com/canvaslint/canvaslint/pkg/commandline"
	"github.com/canvaslint/canvaslint/pkg/fetch"
)

// showSteps gives what draws how far canvaslint-fetch is, nil where there is nothing to
// draw on, and what takes the line away.
func showSteps(s streams, what string, more ...progressbar.Option) (show func(fetch.Steps), remove func()) {
	if !s.bar {
		return nil, func() {}
	}
	bar := commandline.NewBar(s.screen, 1, what, append(more, progressbar.OptionShowCount())...)
	show = func(steps fetch.Steps) {
		// A bar that is full once is done for good: there is always one step more to
		// come, until the end.
		bar.ChangeMax(steps.Known + 1)
		bar.Describe(described(what, steps))
		_ = bar.Set(steps.Done)
	}
	return show, func() { _ = bar.Finish() }
}

// described says in words how far it is.
func described(what string, s fetch.Steps) string {
	if s.Members > 0 {
		what += fmt.Sprintf(", %d of %d accounts", s.Accounts, s.Members)
	}
	if s.Failed > 0 {
		what += fmt.Sprintf(", %d failed", s.Failed)
	}
	return what
}
