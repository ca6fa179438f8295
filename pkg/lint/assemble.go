package lint

import (
	"slices"

	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/source"
	"github.com/canvaslint/canvaslint/pkg/triage"
)

// assemble puts the report together.
func assemble(o Options, loaded *load.Result, facts canvas.Variants, j judged, part *finding.Part) *finding.Report {
	r := &finding.Report{
		Version: 1, Tool: finding.Tool{Name: "canvaslint", Version: o.Version}, Guide: o.Settings.Guide,
		Findings: j.left, Waived: j.waived, Waivers: j.waivers, Baseline: j.baseline,
		Problems: problems(o.unanalysed(loaded, facts, j)),
		Summary:  triage.Summary(j.left),
	}
	if o.Settings.File != "" {
		r.Config = o.Read.Display(o.Settings.File)
	}
	if len(o.Only)+len(o.Skip) > 0 {
		r.Partial = &finding.Partial{Only: append([]string{}, o.Only...), Skip: append([]string{}, o.Skip...)}
	}
	r.Coverage.Files, r.Coverage.Documents, r.Coverage.Notes = loaded.Files, loaded.Documents, notes(part.Remarks)
	r.Coverage.Decisions.Allowed, r.Coverage.Decisions.Denied, r.Coverage.Decisions.Unknown = facts.Decisions()
	for _, input := range loaded.Inputs {
		at := finding.PlaceOf(input.Span)
		r.Coverage.Inputs = append(r.Coverage.Inputs, finding.Input{File: at.File, Start: at.Start, Kind: input.Kind, Of: input.Of, Owner: input.Owner, How: input.How})
	}
	for _, ignored := range loaded.Ignored {
		r.Coverage.Ignored = append(r.Coverage.Ignored, finding.Ignored{File: ignored.File, Reason: ignored.Reason})
	}
	triage.SortIgnored(r.Coverage.Ignored)
	for _, rule := range o.Rules.Rules {
		if slices.ContainsFunc(j.all, func(f finding.Finding) bool { return f.Rule == rule.ID }) {
			r.Rules = append(r.Rules, finding.Rule{
				ID: rule.ID, Title: rule.Title, Severity: rule.Severity, Help: rule.Help(),
				Description: rule.Description, Why: rule.Why, Fix: rule.Fix, Sources: rule.Sources,
			})
		}
	}
	triage.SortRules(r.Rules)
	return r
}

// partOf is what this report needs to be put together with others.
func partOf(o Options, enforced enforcement, loaded *load.Result, facts canvas.Variants) finding.Part {
	part := finding.Part{FailOn: o.Settings.FailOn, AllowUnknown: o.Settings.AllowUnknown, Scope: facts.Scope()}
	for _, note := range loaded.Notes {
		part.Remarks = append(part.Remarks, finding.Remark{Rank: finding.AboutInput, Text: note})
	}
	part.Remarks = append(part.Remarks, facts.Remarks()...)
	for _, note := range enforced.note(o.Settings.RulesAsOf) {
		part.Remarks = append(part.Remarks, finding.Remark{Rank: finding.NotEnforced, Text: note})
	}
	part.Remarks = finding.UniteRemarks(part.Remarks)
	return part
}

func notes(remarks []finding.Remark) []string {
	var notes []string
	for _, remark := range remarks {
		notes = append(notes, remark.String())
	}
	return notes
}

// unanalysed are all the problems of a run. What is wrong with the scope is so of all
// accounts together.
func (o Options) unanalysed(loaded *load.Result, facts canvas.Variants, j judged) []source.Problem {
	found := slices.Concat(loaded.Problems, facts.Problems(), j.problems)
	if problem := facts.Unchecked(); problem != nil && o.about == nil && !o.Shard.isSet() {
		found = append(found, *problem)
	}
	return found
}

func problems(found []source.Problem) []finding.Problem {
	var list []finding.Problem
	for _, p := range found {
		problem := finding.Problem{Message: p.Message, File: p.Path}
		if !p.Span.IsZero() {
			problem.File = p.Span.File.Name
			problem.Start, _ = p.Span.Positions()
		}
		list = append(list, problem)
	}
	return triage.SortProblems(list)
}
