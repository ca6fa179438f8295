// Package lint is the whole of a check: documents are read, what Canvas needs of
// them is worked out, rules object, and the user's decisions are laid over it.
// It touches no stream, environment, clock or process of its own, so that a
// command, an editor and a service can call it alike.
package lint

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"time"

	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/load/cloudformation"
	"github.com/canvaslint/canvaslint/pkg/rules"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
	"github.com/canvaslint/canvaslint/pkg/triage"
)

// Options say what is checked, and how. Rules are needed; the rest may be left out.
type Options struct {
	// Paths are the files and folders to check; none is the current folder.
	Paths []string
	// Read says how paths are read. Its owners come from the settings.
	Read load.Options
	// Settings are what the user decided.
	Settings Settings
	// Rules are those that there are.
	Rules *rules.Set
	// Only and Skip choose among the rules by id. An empty Only is all of them.
	Only, Skip []string
	// NoWaivers reports what is waived too.
	NoWaivers bool
	// Baseline holds the findings that are known; nil is none.
	Baseline *Baseline
	// Changes restrict what is reported; nil reports everything.
	Changes *Changes
	// Shard is the part of the accounts to report on.
	Shard Shard
	// about tells the accounts that the report is on, where they are some of those
	// that are judged; nil is all.
	about func(account string) bool
	// Now is when waivers are looked at. It is needed where one of them ends.
	Now time.Time
	// Version is that of the program, for the report.
	Version string
	// Progress is called with the name of each step before it begins.
	Progress func(step string)

	loaded func(*load.Result) // is told what was read
}

// Result is what a check found out, for those who go on with it.
type Result struct {
	Report *finding.Report
	// Part is what Report needs to be put together with others.
	Part finding.Part
	// Documents are what was read.
	Documents *load.Result
	// Variants are what there is under each set of assumptions; there is always one.
	Variants []Variant
	// All are the findings before waivers, baseline and changes.
	All []finding.Finding
	// Problems are those of the whole report with all of their places, before changes.
	Problems []source.Problem
	// Failed reports that a finding is at or above the threshold of the settings.
	Failed bool
	// Undecided reports that a permission whose lack would be an error stayed
	// unknown, and the user did not settle for that.
	Undecided bool
	// Entries are the baseline that this run leads to, where it was to be renewed.
	Entries []finding.BaselineEntry
}

// Variant is what there is under one set of assumptions, what Canvas needs of it,
// and what rules object to.
type Variant struct {
	Snapshot    *snapshot.Snapshot
	Assumptions []string
	Facts       *canvas.Facts
	Findings    []finding.Finding
	readiness   []finding.Readiness
}

// Run checks, and gives the report.
func Run(ctx context.Context, o Options) (*finding.Report, error) {
	r, err := Check(ctx, o)
	if err != nil {
		return nil, err
	}
	return r.Report, nil
}

// Check checks, and gives the report with what it rests on. An error is a path
// that does not exist, a parameter that no template has, or a broken rule; input
// that cannot be analysed is a problem in the report.
func Check(ctx context.Context, o Options) (*Result, error) {
	o, enforced, err := o.begin()
	if err != nil {
		return nil, err
	}
	return whole(ctx, o, enforced)
}

// begin fills in the defaults, and works out which rules hold.
func (o Options) begin() (Options, enforcement, error) {
	if o.Rules == nil {
		return o, enforcement{}, errors.New("check: there are no rules")
	}
	o = o.defaults()
	enforced, err := enforce(o)
	return o, enforced, err
}

// whole reads everything, and then judges it.
func whole(ctx context.Context, o Options, enforced enforcement) (*Result, error) {
	o.Progress(reading)
	loaded, err := Load(o)
	if err != nil {
		return nil, err
	}
	if o.loaded != nil {
		o.loaded(loaded)
	}
	o.Progress(checking)
	return examine(ctx, o, enforced, loaded)
}

// The steps of a check.
const (
	reading  = "reading files"
	checking = "checking what Canvas needs, and running the rules"
)

// examine judges documents that were read.
func examine(ctx context.Context, o Options, enforced enforcement, loaded *load.Result) (*Result, error) {
	for _, variant := range loaded.Variants {
		if err := contradictions(o.Settings.Facts, variant.Snapshot); err != nil {
			return nil, err
		}
	}
	variants, err := work(ctx, o, enforced, loaded)
	if err != nil {
		return nil, err
	}
	return conclude(o, enforced, loaded, variants)
}

// Load is the first step of Check alone: it reads the documents.
func Load(o Options) (*load.Result, error) {
	o = o.defaults()
	return load.Load(o.Paths, o.reading())
}

// reading says how the paths are read, with the user's word on documents.
func (o Options) reading() load.Options {
	o.Read.Owners, o.Read.OwnerAt = o.Settings.owners()
	o.Read.PolicyTypes = slices.Concat(o.Read.PolicyTypes, o.Settings.policyTypes())
	o.Read.Homes = slices.Concat(o.Read.Homes, o.Settings.homes())
	o.Read.Exclude, o.Read.ExcludeFrom = o.Settings.Exclude, o.Settings.Beside("")
	return o.Read
}

func (o Options) defaults() Options {
	o.Read = o.Read.Defaults()
	o.Settings.Config = o.Settings.Config.Defaults()
	if len(o.Paths) == 0 {
		o.Paths = []string{"."}
	}
	if o.Progress == nil {
		o.Progress = func(string) {}
	}
	return o
}

// work finds out the needs of every variant and what rules object to in it.
func work(ctx context.Context, o Options, enforced enforcement, loaded *load.Result) ([]Variant, error) {
	var variants []Variant
	for _, variant := range loaded.Variants {
		facts := canvas.WorkFor(variant.Snapshot, o.Settings.Config, o.about)
		findings, err := o.Rules.Evaluate(ctx, variant.Snapshot, facts, o.Settings.Config, enforced.wants)
		if err != nil {
			return nil, err
		}
		findings = triage.Apply(cloudformation.Advise(loaded.Templates, findings), &o.Settings.Config, o.relative)
		variants = append(variants, Variant{
			Snapshot: variant.Snapshot, Assumptions: variant.Assumptions, Facts: facts,
			Findings: findings, readiness: triage.Attach(facts.Readiness(), findings),
		})
	}
	return variants, nil
}

// conclude lays the user's decisions over what was found. Who waives a finding
// has not mended it: readiness is the same with all of them.
func conclude(o Options, enforced enforcement, loaded *load.Result, variants []Variant) (*Result, error) {
	var facts canvas.Variants
	var found []triage.Variant
	for _, w := range variants {
		facts = append(facts, w.Facts)
		found = append(found, triage.Variant{Assumptions: w.Assumptions, Findings: w.Findings, Readiness: w.readiness})
	}
	j, err := judge(o, loaded, enforced, triage.Merge(found))
	if err != nil {
		return nil, err
	}
	part := partOf(o, enforced, loaded, facts)
	r := assemble(o, loaded, facts, j, &part)
	r.Readiness = triage.SortReadiness(triage.MergeReadiness(found, j.all))
	settled := j.settled
	if o.Changes != nil {
		settled = o.Changes.restrict(o, r, loaded, j.settled)
	}
	part.Undecided = facts.Undecided(settled)
	spell(reflect.ValueOf(r))
	spell(reflect.ValueOf(&part))
	return &Result{
		Report: r, Part: part, Documents: loaded, Variants: variants, All: j.all, Entries: j.entries, Problems: o.unanalysed(loaded, facts, j),
		Failed: triage.Fails(r.Findings, o.Settings.FailOn), Undecided: len(part.Undecided) > 0,
	}, nil
}
