package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// task is a command that is timed.
type task struct {
	name    string
	command []string
	size    float64 // of the input, in MB
	items   int     // in the input
	half    *task   // the same with less of them, or what it is compared with
	check   *task   // what canvaslint takes for the same, where another program is measured
	status  int     // of a right answer
	goal    string
	runs    []usage
	// environment is added to that of bench.
	environment []string
}

// usage is what one run took.
type usage struct{ wall, cpu, peak float64 } // seconds, seconds, MB

func wall(u usage) float64 { return u.wall }
func cpu(u usage) float64  { return u.cpu }
func peak(u usage) float64 { return u.peak }

// run measures once. Another status than the right one is an error: a wrong
// answer is quick.
func (t *task) run() error {
	command := exec.Command(t.command[0], t.command[1:]...)
	var complaint strings.Builder
	command.Stdout, command.Stderr = io.Discard, &complaint
	command.Env = append(os.Environ(), t.environment...)
	start := time.Now()
	if err := command.Run(); command.ProcessState == nil || command.ProcessState.ExitCode() != t.status {
		return fmt.Errorf("%s: %w, want status %d: %s", strings.Join(t.command, " "), cmp.Or(err, errors.New("exit status 0")), t.status, complaint.String())
	}
	took := time.Since(start)
	state := command.ProcessState
	t.runs = append(t.runs, usage{took.Seconds(), (state.UserTime() + state.SystemTime()).Seconds(), peakOf(state)})
	return nil
}

func (t *task) median(of func(usage) float64) float64 {
	var all []float64
	for _, u := range t.runs {
		all = append(all, of(u))
	}
	slices.Sort(all)
	return all[len(all)/2]
}
