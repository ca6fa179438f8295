package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/report"
	"github.com/canvaslint/canvaslint/pkg/rules"
	"github.com/canvaslint/canvaslint/pkg/source"
	"github.com/canvaslint/canvaslint/pkg/triage"
)

// judged are the findings after the user's word on them.
type judged struct {
	all      []finding.Finding // before waivers and baseline
	left     []finding.Finding // those that count
	waived   []finding.Finding
	waivers  []finding.Waiver
	baseline *finding.Baseline
	problems []source.Problem // waivers in documents that can't be taken
}

// judge lays waivers and baseline over the findings.
func judge(flags checkFlags, c settings, set *rules.Set, loaded *load.Result, enforced enforcement, findings []finding.Finding) (judged, error) {
	j := judged{all: findings, waivers: []finding.Waiver{}}
	j.left = j.all
	if !flags.noWaivers {
		waivers := slices.Clone(c.Waivers)
		for _, w := range loaded.Waivers {
			if objection := objectionTo(c, set, w); objection != "" {
				j.problems = append(j.problems, source.Problem{Span: w.Span, Message: objection + "; nothing is waived"})
				continue
			}
			waivers = append(waivers, w)
		}
		ran := func(rule string) bool { return enforced.wants(rule) && c.Rules[rule] != finding.Off }
		j.left, j.waived, j.waivers = triage.Waive(j.left, waivers, time.Now().Format(time.DateOnly), c.relative, ran)
	}
	if flags.writeBaseline != "" {
		if err := writeBaseline(flags.writeBaseline, triage.Entries(j.left)); err != nil {
			return j, err
		}
		flags.baseline = flags.writeBaseline
	}
	if flags.baseline == "" {
		return j, nil
	}
	entries, err := readBaseline(flags.baseline)
	if err != nil {
		return j, err
	}
	j.baseline = &finding.Baseline{File: display(flags.baseline)}
	// Of a rule that did not run nothing is stale.
	entries = slices.DeleteFunc(entries, func(e finding.BaselineEntry) bool { return !enforced.wants(e.Rule) })
	j.left, j.baseline.Known, j.baseline.Stale = triage.Compare(j.left, entries)
	return j, nil
}

// objectionTo says why a waiver can't be taken, "" if it can.
func objectionTo(c settings, set *rules.Set, w config.Waiver) string {
	if set.Find(w.Rule) == nil {
		return fmt.Sprintf("there is no rule %q; \"canvaslint rules\" lists them", w.Rule)
	}
	return c.Objection(w)
}

// settled reports whether somebody decided to live with a need that is unknown:
// its role-access-unknown is waived, or in the baseline.
func (j *judged) settled(need *canvas.Need) bool {
	accepted := slices.Clone(j.waived)
	if j.baseline != nil {
		accepted = append(accepted, j.baseline.Known...)
	}
	return slices.ContainsFunc(accepted, func(f finding.Finding) bool {
		return f.Rule == "role-access-unknown" && f.Account == need.Domain.Account && f.Region == need.Domain.Region &&
			f.Domain == need.Domain.ID && f.Principal == need.Role && f.Resource == need.Resource && f.Purpose == need.Purpose
	})
}

// readWaivers adds the waivers of the file beside the config, and refuses those
// that can't be taken.
func (c *settings) readWaivers(set *rules.Set) error {
	file := filepath.Join(c.folder, config.WaiversFileName)
	switch data, err := os.ReadFile(file); {
	case errors.Is(err, os.ErrNotExist):
	case err != nil:
		return fmt.Errorf("read the waivers: %w", err)
	default:
		waivers, err := config.ParseWaivers(display(file), data)
		if err != nil {
			return fmt.Errorf("read the waivers:\n%w", err)
		}
		c.Waivers = append(c.Waivers, waivers...)
	}
	var wrong []error
	for _, w := range c.Waivers {
		if objection := objectionTo(*c, set, w); objection != "" {
			wrong = append(wrong, fmt.Errorf("%s: %s", w.Span, objection))
		}
	}
	if len(wrong) > 0 {
		return fmt.Errorf("read the waivers:\n%w", errors.Join(wrong...))
	}
	return nil
}

// relative turns a file as it is shown into a path relative to the config's
// folder, with forward slashes.
func (c *settings) relative(file string) string {
	full, err := filepath.Abs(filepath.FromSlash(file))
	if err != nil {
		return file
	}
	folder, err := filepath.Abs(c.folder)
	if err != nil {
		return file
	}
	below, err := filepath.Rel(folder, full)
	if err != nil {
		return file
	}
	return filepath.ToSlash(below)
}

func readBaseline(name string) ([]finding.BaselineEntry, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, usageError(fmt.Errorf("read the baseline: %w", err))
	}
	defer func() { _ = file.Close() }()
	entries, err := report.ReadBaseline(file)
	if err != nil {
		return nil, usageError(fmt.Errorf("%s: %w", display(name), err))
	}
	return entries, nil
}

func writeBaseline(name string, entries []finding.BaselineEntry) (err error) {
	file, err := os.Create(name)
	if err != nil {
		return usageError(fmt.Errorf("write the baseline: %w", err))
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return report.WriteBaseline(file, entries)
}
