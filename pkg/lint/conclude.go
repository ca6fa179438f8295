package lint

import (
	"slices"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/triage"
)

// alone gives the outcome of a check that had to read everything together. Its
// findings are all in one part, where it is cut.
func (o Options) alone(r *Result) (*Outcome, error) {
	if !o.Shard.isSet() {
		return &Outcome{
			Report: finding.WholeOf(r.Report), Failed: r.Failed, Undecided: r.Undecided, Incomplete: len(r.Report.Problems) > 0, Entries: r.Entries,
		}, nil
	}
	union, err := triage.NewUnion()
	if err != nil {
		return nil, err
	}
	packed, err := union.Pack(r.Report, r.Part)
	if err != nil {
		return nil, err
	}
	if !o.Shard.takes("") {
		packed = packed.Empty()
	}
	if err := union.Add(packed); err != nil {
		return nil, err
	}
	return o.conclusion(union, nil), nil
}

// conclusion gives the outcome of everything that was put together: the status, and
// where there is one the baseline.
func (o Options) conclusion(union *triage.Union, ran func(rule string) bool) *Outcome {
	if o.Shard.isSet() {
		union.Cut(o.Shard.Index, o.Shard.Count)
	}
	united := union.Whole()
	if o.Shard.isSet() {
		united.Whole.Head.Part = &united.Part
		united.Whole.Head.Coverage.Notes = append([]string{o.Shard.note()}, united.Whole.Head.Coverage.Notes...)
	}
	return Conclude(united, o.Baseline, ran)
}

// Conclude gives the outcome of reports that were put together. Ran tells which
// rules a baseline is compared for.
func Conclude(united triage.United, baseline *Baseline, ran func(rule string) bool) *Outcome {
	outcome := &Outcome{Report: united.Whole}
	undecided := united.Part.Undecided
	if baseline != nil {
		undecided = outcome.compare(baseline, undecided, ran)
	}
	outcome.Undecided = len(undecided) > 0
	rank := finding.Severity(united.Part.FailOn).Rank()
	for f := range outcome.Report.Findings {
		outcome.Failed = outcome.Failed || rank > 0 && f.Severity.Rank() >= rank
	}
	for range outcome.Report.Problems {
		outcome.Incomplete = true
		break
	}
	return outcome
}

// compare lays a baseline over the findings, and gives what is left undecided.
func (o *Outcome) compare(baseline *Baseline, undecided []finding.Undecided, ran func(rule string) bool) []finding.Undecided {
	found := slices.Collect(o.Report.Findings)
	entries := baseline.Entries
	if baseline.Renew {
		entries = triage.Entries(found)
		o.Entries = entries
	}
	entries = slices.DeleteFunc(slices.Clone(entries), func(e finding.BaselineEntry) bool { return !ran(e.Rule) })
	b := &finding.Baseline{File: baseline.File}
	found, b.Known, b.Stale = triage.Compare(found, entries)
	head := *o.Report.Head
	head.Baseline, head.Summary = b, triage.Summary(found)
	o.Report.Head, o.Report.Findings = &head, slices.Values(found)
	return slices.DeleteFunc(slices.Clone(undecided), func(u finding.Undecided) bool {
		return slices.ContainsFunc(b.Known, u.IsOf)
	})
}
