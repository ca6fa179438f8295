// Package past keeps the results of checks, so that one that would find the same is not
// made again. What is kept is the report before it is written in any format: a run that
// finds it writes all that the first one wrote.
package past

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/canvaslint/canvaslint/pkg/cache"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/lint"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/outfile"
	"github.com/canvaslint/canvaslint/pkg/report"
)

// Memory is what a check has to do with results of earlier runs; nil is nothing.
type Memory struct {
	store    cache.Store
	question cache.Question
	seen     *cache.Recorder
}

// Result is what is kept of a check.
type Result struct {
	Report json.RawMessage `json:"report"`
	Status int             `json:"status"`
	Guards []outfile.Guard `json:"guards"` // what must not be written over
}

// Open gives the memory in a folder for a command line. It is nil if what the result
// depends on besides files is not known: the program as it was built, the command line,
// the current folder, and the day, on which waivers end.
func Open(folder, version string, now time.Time, args []string) *Memory {
	// The link leads to the program that runs, also when another has taken its place.
	program := "/proc/self/exe"
	if runtime.GOOS != "linux" {
		var err error
		if program, err = os.Executable(); err != nil {
			return nil
		}
	}
	file, err := os.Stat(program)
	here, wrong := os.Getwd()
	info, ok := debug.ReadBuildInfo()
	if err != nil || wrong != nil || !ok {
		return nil
	}
	build := fmt.Sprint(version, file.Size(), file.ModTime().UnixNano(), info)
	return &Memory{
		store:    cache.Store{Folder: folder, From: filesystem.Disk{}},
		question: append(cache.Question{build, here, now.Format(time.DateOnly)}, args...),
		seen:     cache.Record(filesystem.Disk{}),
	}
}

// Files are the disk, and everything that is read from them is noted.
func (m *Memory) Files() filesystem.FS {
	if m == nil {
		return filesystem.Disk{}
	}
	return m.seen
}

// Find gives the result of an earlier run, nil where there is none that still holds.
func (m *Memory) Find() *Result {
	if m == nil {
		return nil
	}
	answer, ok := m.store.Find(m.question)
	var r Result
	if !ok || json.Unmarshal(answer, &r) != nil {
		return nil
	}
	return &r
}

// Keep keeps a result whose files were read from Files alone.
func (m *Memory) Keep(outcome *lint.Outcome, guards []outfile.Guard, status int) {
	if m == nil || outcome.BrokenOff != "" || !m.seen.IsWhole() {
		return
	}
	var text bytes.Buffer
	if report.StreamJSON(&text, outcome.Report) != nil {
		return
	}
	if answer, err := json.Marshal(Result{text.Bytes(), status, guards}); err == nil {
		_ = m.store.Keep(m.question, m.seen, answer) // else it is worked out again
	}
}

// Whole gives the report.
func (r *Result) Whole() (finding.Whole, error) {
	found, err := report.ReadJSON(bytes.NewReader(r.Report))
	if err != nil {
		return finding.Whole{}, fmt.Errorf("read a result of an earlier run (--no-cache does without): %w", err)
	}
	return finding.WholeOf(found), nil
}
