package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"time"

	"github.com/canvaslint/canvaslint/pkg/cache"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/lint"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/outfile"
	"github.com/canvaslint/canvaslint/pkg/report"
)

// memory is what a check has to do with results of earlier runs; nil is nothing.
type memory struct {
	store    cache.Store
	question cache.Question
	seen     *cache.Recorder
}

// past is what is kept of a check: the report before it is written in any format, so
// that a run that finds it writes all that the first one wrote.
type past struct {
	Report json.RawMessage `json:"report"`
	Status int             `json:"status"`
	Guards []outfile.Guard `json:"guards"` // what must not be written over
}

// remember decides whether the result of a check may be kept: not where it rests on
// more than files, and not where it writes a baseline.
func (f *checkFlags) remember(s streams, paths []string) *memory {
	if f.noCache || s.cache == "" || f.live.on || f.watch || f.writeBaseline != "" || f.shard != "" || f.changes.from != "" || slices.Contains(paths, "-") {
		return nil
	}
	question, ok := s.question()
	if !ok {
		return nil
	}
	return &memory{store: cache.Store{Folder: s.cache, From: filesystem.Disk{}}, question: question, seen: cache.Record(filesystem.Disk{})}
}

// question is all that the result rests on beside the files that are read: the
// program as it was built, the command line, the current folder, and the day, on
// which waivers end.
func (s streams) question() (cache.Question, bool) {
	// The link leads to the program that runs, also when another has taken its place.
	program := "/proc/self/exe"
	if runtime.GOOS != "linux" {
		var err error
		if program, err = os.Executable(); err != nil {
			return nil, false
		}
	}
	file, err := os.Stat(program)
	here, wrong := os.Getwd()
	info, ok := debug.ReadBuildInfo()
	if err != nil || wrong != nil || !ok {
		return nil, false
	}
	build := fmt.Sprint(version(), buildCommit, file.Size(), file.ModTime().UnixNano(), info)
	return append(cache.Question{build, here, time.Now().Format(time.DateOnly)}, s.args...), true
}

// watch has everything that is read noted.
func (m *memory) watch(s streams) streams {
	if m != nil {
		s.files = m.seen
	}
	return s
}

// find gives the result of an earlier run, nil where there is none that still holds.
func (m *memory) find() *past {
	if m == nil {
		return nil
	}
	answer, ok := m.store.Find(m.question)
	var p past
	if !ok || json.Unmarshal(answer, &p) != nil {
		return nil
	}
	return &p
}

// keep keeps a result. Rules of the user's own are not read through what takes notes.
func (m *memory) keep(ownRules []string, plan *outfile.Plan, outcome *lint.Outcome, end error) {
	if m == nil || len(ownRules) > 0 || outcome.BrokenOff != "" || !m.seen.IsWhole() {
		return
	}
	var status statusError
	if end != nil && !errors.As(end, &status) {
		return
	}
	var text bytes.Buffer
	if report.StreamJSON(&text, outcome.Report) != nil {
		return
	}
	if answer, err := json.Marshal(past{text.Bytes(), status.status, plan.Guards()}); err == nil {
		_ = m.store.Keep(m.question, m.seen, answer) // else it is worked out again
	}
}

// again writes the reports of an earlier run anew.
func (f *checkFlags) again(s streams, p *past) error {
	found, err := report.ReadJSON(bytes.NewReader(p.Report))
	if err != nil {
		return statusError{exitInternal, fmt.Errorf("read a result of an earlier run (--no-cache does without): %w", err)}
	}
	plan := &outfile.Plan{}
	if err := f.outputs.plan(plan); err != nil {
		return usageError(err)
	}
	for _, guard := range p.Guards {
		plan.Reads(guard.What, guard.Name)
	}
	if err := plan.Check(); err != nil {
		return usageError(err)
	}
	files, err := plan.Open()
	if err != nil {
		return usageError(err)
	}
	defer plan.Discard()
	if err := f.write(s, finding.WholeOf(found), files); err != nil {
		return err
	}
	if err := plan.Commit(); err != nil {
		return statusError{exitInternal, err}
	}
	if p.Status != exitClean {
		return statusError{status: p.Status}
	}
	return nil
}
