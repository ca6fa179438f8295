package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/canvaslint/canvaslint/pkg/rules"
	"github.com/canvaslint/canvaslint/policies"
	"github.com/canvaslint/canvaslint/schema"
)

// OPA has no limit of memory, and one call of a builtin cannot be interrupted.
// So the user's rules run in a process of their own: this program again, with a
// command that nobody types. It reads the job from standard input, and has no
// environment of the user's. Before it reads the rules it gives up opening files and sockets
// and sets a limit of memory that the system holds, where the system can; it
// also measures itself, and says what went wrong before the system ends it.

// workerName is the command of the process that runs the user's rules.
const workerName = "run-rules-apart"

// Defaults of the limits. They are for one part of the work: compiling, all
// rules over one input, one test.
const (
	defaultRulesTime   = 5 * time.Second
	defaultRulesMemory = 256 // MiB
)

// rulesFlags say which rules there are beside the built-in ones, and what they
// may use.
type rulesFlags struct {
	folders []string
	time    time.Duration
	memory  int // MiB
}

func defaultRules() rulesFlags {
	return rulesFlags{time: defaultRulesTime, memory: defaultRulesMemory}
}

func (r *rulesFlags) add(command *cobra.Command) {
	command.Flags().StringArrayVar(&r.folders, "rules", nil, "run the rules of a `folder` too (repeatable; also rule-dirs in the config)")
	r.addLimits(command)
}

func (r *rulesFlags) addLimits(command *cobra.Command) {
	command.Flags().DurationVar(&r.time, "rules-timeout", defaultRulesTime, "`time` that the rules of your own may take for one input")
	command.Flags().IntVar(&r.memory, "rules-memory", defaultRulesMemory, "memory in `MiB` that the rules of your own may take")
}

func (r *rulesFlags) check() error {
	switch {
	case r.time < 10*time.Millisecond:
		return fmt.Errorf("--rules-timeout takes 10ms or more, not %s", r.time)
	case r.memory < 64 || r.memory > 1<<20:
		return fmt.Errorf("--rules-memory takes 64 to 1048576 MiB, not %d", r.memory)
	}
	return nil
}

// builtin gives the built-in rules, ready for more.
func (r *rulesFlags) builtin() (*rules.Set, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	set, err := rules.Load(policies.FS)
	if err != nil {
		return nil, fmt.Errorf("read the built-in rules: %w", err)
	}
	set.Schema = schema.Input
	set.Sandbox = r.sandbox
	return set, nil
}

// load gives the built-in rules, and those of the folders that the flags and
// the config name.
func (r *rulesFlags) load(c settings) (*rules.Set, error) {
	set, err := r.builtin()
	if err != nil {
		return nil, err
	}
	folders := slices.Clone(r.folders)
	for _, folder := range c.RuleDirs {
		if !filepath.IsAbs(folder) {
			folder = filepath.Join(c.folder, folder)
		}
		folders = append(folders, folder)
	}
	var seen []string
	for _, folder := range folders {
		full, err := filepath.Abs(folder)
		if err != nil {
			return nil, fmt.Errorf("find the rules folder %s: %w", folder, err)
		}
		if slices.Contains(seen, full) {
			continue
		}
		seen = append(seen, full)
		if _, err := addRules(set, folder); err != nil {
			return nil, err
		}
	}
	return set, nil
}

// addRules reads the rules of a folder, and nothing outside of it.
func addRules(set *rules.Set, folder string) (added []*rules.Rule, err error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, fmt.Errorf("read the rules folder: %w", err)
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	return set.Add(root.FS(), display(folder))
}

// inputFactor is what a worker needs in bytes for a byte of input, measured:
// the values of OPA, and garbage. It is ours, and no part of the rules' limit.
const inputFactor = 40

// limit is the memory in bytes that the worker may have for a task.
func (r *rulesFlags) limit(task rules.Task) int64 {
	return int64(r.memory)<<20 + inputFactor*int64(task.Input) + 4*int64(len(task.Job))
}

// sandbox is the rules.Sandbox of the program.
func (r *rulesFlags) sandbox(task rules.Task, line func([]byte) error) error {
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find the program to run the rules with: %w", err)
	}
	command := exec.Command(program, workerName, "--time", r.time.String(),
		"--limit", strconv.FormatInt(r.limit(task), 10), "--memory", strconv.Itoa(r.memory))
	// The C library, where this program uses it, reserves memory by thread.
	command.Env = []string{"MALLOC_ARENA_MAX=1"}
	command.Stdin = bytes.NewReader(task.Job)
	complaint := &head{limit: 4 << 10}
	command.Stderr = complaint
	out, err := command.StdoutPipe()
	if err != nil {
		return fmt.Errorf("run the rules: %w", err)
	}
	if err := command.Start(); err != nil {
		return fmt.Errorf("run the rules: start a process for them: %w", err)
	}
	place, err := r.listen(command, out, line)
	ended := command.Wait()
	switch {
	case err != nil:
		return err
	case ended != nil:
		return r.explain(place, complaint.String(), ended)
	}
	return nil
}

// maxOutput is the size in bytes of all that a worker may write.
const maxOutput = 128 << 20

// listen reads the worker's lines. It ends a worker that is silent for longer
// than it may work: the worker's own clock did not do it.
func (r *rulesFlags) listen(command *exec.Cmd, out io.Reader, line func([]byte) error) (place string, err error) {
	patience := r.time + 5*time.Second
	silence := time.AfterFunc(patience, func() { command.Process.Kill() }) //nolint:errcheck // it has ended already
	defer silence.Stop()
	lines := bufio.NewReaderSize(io.LimitReader(out, maxOutput), 64<<10)
	for {
		text, err := lines.ReadBytes('\n')
		if err != nil {
			return place, nil // Wait tells how the worker ended
		}
		if bytes.HasPrefix(text, []byte(`{"at":`)) {
			place = lastPlace(text, place)
			continue
		}
		silence.Reset(patience)
		if err := line(text); err != nil {
			command.Process.Kill() //nolint:errcheck // it has ended already
			return place, err
		}
	}
}

// lastPlace reads a line that only tells where the worker is; former is the place
// before.
func lastPlace(text []byte, former string) string {
	var moved struct{ At string }
	if err := json.Unmarshal(text, &moved); err != nil {
		return former // cut off: the worker ended while it wrote
	}
	return moved.At
}

// explain says why a worker ended that did not say it itself.
func (r *rulesFlags) explain(place, complaint string, ended error) error {
	if place == "" {
		place = "the rules of your own"
	}
	// Go's runtime ends in one of these ways when the system refuses memory.
	for _, sign := range []string{"out of memory", "cannot allocate memory", "SIGSEGV", "pthread_create failed"} {
		if strings.Contains(complaint, sign) {
			return errors.New(tooMuch(place, r.memory))
		}
	}
	if first, _, ok := strings.Cut(complaint, "\n"); ok {
		return fmt.Errorf("%s: the rules were stopped: %s", place, first)
	}
	return fmt.Errorf("%s: the rules were stopped: the process that runs them ended with %w", place, ended)
}

func tooMuch(place string, memory int) string {
	return fmt.Sprintf("%s: the rules were stopped here: they took more than %d MiB of memory (--rules-memory)", place, memory)
}

func tooLong(place string, limit time.Duration) string {
	return fmt.Sprintf("%s: the rules were stopped here: they ran for more than %s (--rules-timeout)", place, limit)
}

// head keeps the first bytes that are written to it.
type head struct {
	bytes.Buffer
	limit int
}

// Write takes all and keeps what has room.
func (h *head) Write(p []byte) (int, error) {
	h.Buffer.Write(p[:min(len(p), max(0, h.limit-h.Len()))])
	return len(p), nil
}

// workerCommand is the other side: the process that runs the user's rules.
func workerCommand(s streams) *cobra.Command {
	var limit int64
	var memory int
	var span time.Duration
	command := &cobra.Command{
		Use: workerName, Hidden: true, Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			// The process measures itself and can say what happened; the system's
			// limits lie a little above, for what is faster than that.
			if err := restrain(limit); err != nil {
				return statusError{exitInternal, fmt.Errorf("set the limits of the rules: %w", err)}
			}
			// The collector works harder before the limit is reached; a stack of
			// the default size, 1 GB, would be past it.
			idle := memoryInUse()
			debug.SetMemoryLimit(idle + limit/4*3)
			debug.SetMaxStack(32 << 20)
			w := rules.NewWorker(s.out)
			go watch(w, idle+limit, memory, span)
			if err := w.Serve(s.in); err != nil {
				return statusError{exitInternal, err}
			}
			return nil
		},
	}
	command.Flags().Int64Var(&limit, "limit", math.MaxInt64, "bytes of memory in all")
	command.Flags().IntVar(&memory, "memory", defaultRulesMemory, "MiB of it that are the rules' own, for messages")
	command.Flags().DurationVar(&span, "time", defaultRulesTime, "time for one part of the job")
	return command
}

// memoryInUse is what Go's runtime has taken from the system, in bytes, what it
// gave back apart. An idle process has some 40 MiB, most of it never touched.
func memoryInUse() int64 {
	sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(sample)
	return int64(sample[0].Value.Uint64() - sample[1].Value.Uint64())
}

// watch ends the process when the rules take too long or too much. It looks
// often enough that a rule that grows as fast as memory can be written gets no
// further than some ten MiB between two looks.
func watch(w *rules.Worker, limit int64, memory int, span time.Duration) {
	steps, begin, told := w.Steps(), time.Now(), ""
	for range time.Tick(2 * time.Millisecond) {
		place := w.Place()
		if now := w.Steps(); now != steps {
			steps, begin = now, time.Now()
		}
		shown := place
		if shown == "" {
			shown = "the rules of your own"
		}
		switch {
		case memoryInUse() > limit:
			w.Fault(tooMuch(shown, memory))
			os.Exit(exitUsage)
		case time.Since(begin) > span:
			w.Fault(tooLong(shown, span))
			os.Exit(exitUsage)
		case place != told && place != "":
			told = place
			w.Moved(place)
		}
	}
}
