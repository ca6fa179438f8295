package commandline

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
)

// newBar makes a line of progress on a screen that goes away in the end; a length of -1
// is one that is not known.
func newBar(screen io.Writer, length int, what string, more ...progressbar.Option) *progressbar.ProgressBar {
	return progressbar.NewOptions(length, append([]progressbar.Option{
		progressbar.OptionSetWriter(screen), progressbar.OptionSetDescription(what), progressbar.OptionClearOnFinish(),
		progressbar.OptionSetSpinnerChangeInterval(0), progressbar.OptionSetPredictTime(false), progressbar.OptionSetElapsedTime(false),
	}, more...)...)
}

// Counter shows how many steps of a run are done; nil is silent.
type Counter struct {
	bar  *progressbar.ProgressBar
	what string
}

// NewCounter begins to show what is done, anew at most once in a time.
func NewCounter(screen io.Writer, what string, once time.Duration) *Counter {
	return &Counter{newBar(screen, 1, what, progressbar.OptionShowCount(), progressbar.OptionThrottle(once)), what}
}

// Show shows how far the run is, and more in words.
func (c *Counter) Show(done, known int, more string) {
	if c == nil {
		return
	}
	// A bar that is full once is done for good: there is always one step more to
	// come, until the end.
	c.bar.ChangeMax(known + 1)
	c.bar.Describe(c.what + more)
	_ = c.bar.Set(done)
}

// Finish takes the line away.
func (c *Counter) Finish() {
	if c != nil {
		_ = c.bar.Finish()
	}
}

// Progress tells on a screen what a long run is doing. A nil progress is silent.
type Progress struct {
	steps chan string
	quit  chan struct{}
	gone  chan struct{}
	once  sync.Once
}

// StartProgress begins to tell; the first line comes with the first tick, after a
// second. Without ticks (no terminal) there is nothing to tell.
func StartProgress(screen io.Writer, everySecond func() (ticks <-chan time.Time, stop func())) *Progress {
	if everySecond == nil {
		return nil
	}
	p := &Progress{steps: make(chan string), quit: make(chan struct{}), gone: make(chan struct{})}
	ticks, stop := everySecond()
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
					bar = newBar(screen, -1, step)
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

// Step says what comes now.
func (p *Progress) Step(name string) {
	if p != nil {
		p.steps <- name
	}
}

// Stop takes the line away and waits until that is done; then the report may be
// written. It may be called again, but no step after it.
func (p *Progress) Stop() {
	if p != nil {
		p.once.Do(func() { close(p.quit) })
		<-p.gone
	}
}
