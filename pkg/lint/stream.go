package lint

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"runtime"
	"slices"
	"sync"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/load/survey"
	"github.com/canvaslint/canvaslint/pkg/rules"
	"github.com/canvaslint/canvaslint/pkg/triage"
)

// Outcome is what a check of any number of accounts found out.
type Outcome struct {
	Report finding.Whole
	// Failed reports that a finding is at or above the threshold of the settings.
	Failed bool
	// Undecided reports that a permission whose lack would be an error stayed
	// unknown, and the user did not settle for that.
	Undecided bool
	// Incomplete reports that there is a problem.
	Incomplete bool
	// BrokenOff is what ended the check before it was done, "" for nothing.
	BrokenOff string
	// Groups is how many groups of accounts were judged by themselves.
	Groups int
	// Entries are the baseline that this run leads to, where it was to be renewed.
	Entries []finding.BaselineEntry
}

// CheckAll is Check for inputs of any size: where accounts can be told apart, each
// is read, judged and let go of by itself, as many at once as there are processors,
// and the report is the same. Finish is called with the result of each account, or
// with that of everything.
func CheckAll(ctx context.Context, o Options, finish func(*Result)) (*Outcome, error) {
	o, enforced, err := o.begin()
	if err != nil {
		return nil, err
	}
	if o.splits() {
		outcome, err := stream(ctx, o, enforced, finish)
		if !errors.Is(err, survey.ErrJoined) {
			return outcome, err
		}
	}
	r, err := whole(ctx, o, enforced)
	if err != nil {
		return nil, err
	}
	finish(r)
	return o.alone(r)
}

// splits reports whether the question can be put to each account by itself. Rules
// of the user's own may look at everything, and a change of files bears on more
// than the account they lie in.
func (o Options) splits() bool {
	return o.Changes == nil && !slices.ContainsFunc(o.Rules.Rules, (*rules.Rule).IsOwn)
}

// stream checks account by account. It gives survey.ErrJoined where that is not
// certain to come to the same.
func stream(ctx context.Context, o Options, enforced enforcement, finish func(*Result)) (*Outcome, error) {
	o.Progress(reading)
	found, err := load.Survey(o.Paths, o.reading(), o.Settings.Datasets)
	if err != nil {
		return nil, err
	}
	o.Progress(checking)
	s, err := newStreamer(o, enforced, found, finish)
	if err != nil {
		return nil, err
	}
	outcome, err := s.run(ctx)
	if errors.Is(err, survey.ErrJoined) && o.Shard.isSet() {
		return nil, errors.New("the input cannot be cut into parts: documents in the folders of accounts are no one's for certain, are of other formats, or contradict the config; check everything without --shard")
	}
	return outcome, err
}

// run checks all groups, those anew that have to be joined.
func (s *streamer) run(ctx context.Context) (*Outcome, error) {
	found := s.survey
	for {
		groups := s.wanted(found.Groups())
		if err := s.check(ctx, groups); err != nil {
			return nil, err
		}
		together := s.conflicts(groups)
		for _, accounts := range together {
			if slices.Contains(accounts, "") {
				found.JoinAll()
			} else {
				found.Join(accounts)
			}
		}
		if len(together) == 0 && !s.widen(groups) {
			return s.outcome(groups)
		}
	}
}

// streamer checks groups of accounts. What it found out of a group stays, unless
// that is joined to another.
type streamer struct {
	options  Options
	enforced enforcement
	baseline *Baseline
	seed     maphash.Seed
	survey   *survey.Survey
	finish   func(*Result)
	union    *triage.Union
	mutex    sync.Mutex
	seen     map[string]*view // by the group's id
	// further are accounts of other shards that have to be judged with this one.
	further map[string]bool
}

func newStreamer(o Options, enforced enforcement, found *survey.Survey, finish func(*Result)) (*streamer, error) {
	union, err := triage.NewUnion()
	if err != nil {
		return nil, err
	}
	baseline := o.Baseline
	o.Baseline = nil
	o.about = o.Shard.takes
	return &streamer{options: o, baseline: baseline, seed: maphash.MakeSeed(), enforced: enforced, survey: found, finish: finish, union: union, seen: map[string]*view{}, further: map[string]bool{}}, nil
}

// check judges the groups that are not known yet, as many at once as there are
// processors.
func (s *streamer) check(ctx context.Context, groups []survey.Group) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	next := make(chan survey.Group)
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(groups)) {
		workers.Go(func() {
			for g := range next {
				if ctx.Err() != nil {
					continue
				}
				if err := s.careful(ctx, g); err != nil {
					stop(err)
				}
			}
		})
	}
	for _, g := range groups {
		if !s.knows(g) {
			next <- g
		}
	}
	close(next)
	workers.Wait()
	var fault defect
	if err := context.Cause(ctx); !errors.As(err, &fault) {
		return err
	}
	panic(fault.what) // where whoever called can tell of it
}

// defect is what a worker panicked with.
type defect struct{ what any }

func (d defect) Error() string { return fmt.Sprint(d.what) }

// careful is one, with an error in the place of a panic.
func (s *streamer) careful(ctx context.Context, g survey.Group) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = defect{fault}
		}
	}()
	return s.one(ctx, g)
}

func (s *streamer) knows(g survey.Group) bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.seen[g.ID()] != nil
}

// one reads and judges one group, and keeps what is about the accounts of this part.
func (s *streamer) one(ctx context.Context, g survey.Group) error {
	loaded, err := load.Group(s.survey, g, s.options.about, s.options.reading())
	if err != nil {
		return err
	}
	r, err := examine(ctx, s.options, s.enforced, loaded)
	if err != nil {
		return survey.ErrJoined // and let the whole of it say so
	}
	s.finish(r)
	v := s.viewOf(g, r)
	if v.packed, err = s.union.Pack(s.own(r, g), s.part(r.Part, g)); err != nil {
		return err
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.seen[g.ID()] = v
	return nil
}

// own gives what of a report is about those accounts of a group that are of this
// part, and about their files.
func (s *streamer) own(r *Result, g survey.Group) *finding.Report {
	about := func(account string) bool { return g.Has(account) && s.options.about(account) }
	owns := func(f finding.Finding) bool { return about(s.owner(f)) }
	report := *r.Report
	keep(&report.Findings, owns)
	keep(&report.Waived, owns)
	keep(&report.Problems, func(p finding.Problem) bool { return about(survey.Owner(p.File)) })
	keep(&report.Readiness, func(row finding.Readiness) bool { return about(row.Account) })
	rules := map[string]bool{}
	for _, f := range r.All {
		rules[f.Rule] = rules[f.Rule] || owns(f)
	}
	keep(&report.Rules, func(rule finding.Rule) bool { return rules[rule.ID] })
	return &report
}

// part leaves out what is said of the manifests, which lie in no account's folder,
// but by the group that they are of.
func (s *streamer) part(part finding.Part, g survey.Group) finding.Part {
	if !g.Has("") || !s.options.about("") {
		keep(&part.Remarks, func(r finding.Remark) bool { return r.Rank != finding.NotRead })
	}
	return part
}

// outcome puts the groups of this run together.
func (s *streamer) outcome(groups []survey.Group) (*Outcome, error) {
	files := 0
	for _, g := range groups {
		v := s.seen[g.ID()]
		if err := s.union.Add(v.packed); err != nil {
			return nil, err
		}
		files += v.files
	}
	if files == 0 && !s.options.Shard.isSet() {
		return nil, survey.ErrJoined // whoever reads it all says that there is nothing
	}
	o := s.options
	o.Baseline = s.baseline
	outcome := o.conclusion(s.union, s.enforced.wants)
	outcome.Groups = len(groups)
	return outcome, nil
}
