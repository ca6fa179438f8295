package lint

import (
	"errors"
	"slices"
	"time"

	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/source"
	"github.com/canvaslint/canvaslint/pkg/triage"
)

// Baseline is what is known from an earlier run.
type Baseline struct {
	File    string // as it is shown
	Entries []finding.BaselineEntry
	// Renew takes the findings of this run in place of Entries.
	Renew bool
}

// judged are the findings after the user's word on them.
type judged struct {
	all      []finding.Finding // before waivers and baseline
	left     []finding.Finding // those that count
	waived   []finding.Finding
	waivers  []finding.Waiver
	baseline *finding.Baseline
	entries  []finding.BaselineEntry // of a baseline that was renewed
	problems []source.Problem        // waivers in documents that can't be taken
}

// judge lays waivers and baseline over the findings.
func judge(o Options, loaded *load.Result, enforced enforcement, findings []finding.Finding) (judged, error) {
	j := judged{all: findings, left: findings, waivers: []finding.Waiver{}}
	if !o.NoWaivers {
		if err := j.waive(o, loaded.Waivers, enforced); err != nil {
			return j, err
		}
	}
	if o.Baseline == nil {
		return j, nil
	}
	entries := o.Baseline.Entries
	if o.Baseline.Renew {
		entries = triage.Entries(j.left)
		j.entries = entries
	}
	// Of a rule that did not run nothing is stale.
	entries = slices.DeleteFunc(slices.Clone(entries), func(e finding.BaselineEntry) bool { return !enforced.wants(e.Rule) })
	j.baseline = &finding.Baseline{File: o.Baseline.File}
	j.left, j.baseline.Known, j.baseline.Stale = triage.Compare(j.left, entries)
	return j, nil
}

// waive takes out the findings that waivers speak of: those of the settings, and
// those that documents hold of themselves, which are a problem where they can't
// be taken.
func (j *judged) waive(o Options, inDocuments []config.Waiver, enforced enforcement) error {
	waivers := slices.Clone(o.Settings.Waivers)
	for _, w := range inDocuments {
		if objection := o.Settings.objectionTo(o.Rules, w); objection != "" {
			j.problems = append(j.problems, source.Problem{Span: w.Span, Message: objection + "; nothing is waived"})
			continue
		}
		waivers = append(waivers, w)
	}
	if o.Now.IsZero() && slices.ContainsFunc(waivers, func(w config.Waiver) bool { return w.Until != "" }) {
		return errors.New("check: a waiver has an end date, and Options.Now is not set")
	}
	ran := func(rule string) bool { return enforced.wants(rule) && o.Settings.Rules[rule] != finding.Off }
	j.left, j.waived, j.waivers = triage.Waive(j.left, waivers, o.Now.Format(time.DateOnly), o.relative, ran)
	j.left, j.waived = triage.Sort(j.left), triage.Sort(j.waived) // a waived cause leads no more
	return nil
}

// settled reports whether someone decided to live with a need that is unknown:
// its role-access-unknown is waived, or in the baseline.
func (j *judged) settled(need *canvas.Need) bool {
	accepted := slices.Clone(j.waived)
	if j.baseline != nil {
		accepted = append(accepted, j.baseline.Known...)
	}
	return slices.ContainsFunc(accepted, canvas.UndecidedOf(need).IsOf)
}
