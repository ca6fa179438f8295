package main

import (
	"fmt"
	"sync"

	"github.com/schollz/progressbar/v3"
)

// newBar makes a line of progress on standard error that goes away in the end; a
// length of -1 is one that no one knows.
func newBar(s streams, length int, what string, more ...progressbar.Option) *progressbar.ProgressBar {
	return progressbar.NewOptions(length, append([]progressbar.Option{
		progressbar.OptionSetWriter(s.screen), progressbar.OptionSetDescription(what), progressbar.OptionClearOnFinish(),
		progressbar.OptionSetSpinnerChangeInterval(0), progressbar.OptionSetPredictTime(false), progressbar.OptionSetElapsedTime(false),
	}, more...)...)
}

// progress tells on standard error what a long run is at. A nil progress is
// silent.
type progress struct {
	steps chan string
	quit  chan struct{}
	gone  chan struct{}
	once  sync.Once
}

// startProgress begins to tell; the first line comes with the first tick, after
// a second. Without ticks (no terminal) there is nothing to tell.
func startProgress(s streams) *progress {
	if s.ticks == nil {
		return nil
	}
	p := &progress{steps: make(chan string), quit: make(chan struct{}), gone: make(chan struct{})}
	ticks, stop := s.ticks()
	go func() {
		defer close(p.gone)
		defer stop()
		var bar *progressbar.ProgressBar
		step, seconds := "", 0
		for {
			select {
			case step = <-p.steps:
			case <-ticks:
				seconds++
				if bar == nil {
					bar = newBar(s, -1, step)
				}
				bar.Describe(fmt.Sprintf("%s: %d s", step, seconds))
			case <-p.quit:
				if bar != nil {
					_ = bar.Finish()
				}
				return
			}
		}
	}()
	return p
}

// step says what comes now.
func (p *progress) step(name string) {
	if p != nil {
		p.steps <- name
	}
}

// stop takes the line away and waits until that is done; then the report may be
// written. It may be called again, but no step after it.
func (p *progress) stop() {
	if p != nil {
		p.once.Do(func() { close(p.quit) })
		<-p.gone
	}
}
