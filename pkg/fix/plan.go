// Package fix works out the few edits that settle the errors of a check, and
// proves them: the edited files are checked again, and their access is compared
// with what it was.
package fix

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/diff"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/lint"
	"github.com/canvaslint/canvaslint/pkg/load/cloudformation"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Plan is what to change.
type Plan struct {
	// Changes are the edits, each with what it is for, in the order of their files.
	Changes []Change
	// Tasks are the errors that no edit of a document settles.
	Tasks []Task
	// Files are the new texts of the files that change, by name.
	Files map[string]File
	// Refused are changes that would open something else.
	Refused []Refusal
	// Access is how access differs after the plan; nil where nothing changes.
	Access *diff.Report
	// Before and After are the checks without and with the changes.
	Before, After *lint.Result
}

// File is a file before and after the plan.
type File struct{ Old, New string }

// Change is one edit of one document, in a sentence.
type Change struct {
	// Message says what the change does: "add statement AllowCanvas to ...".
	Message string
	File    string
	Edits   []source.Edit
	// Owner is the ARN of the resource whose policy changes, or a domain or
	// profile whose setting does ("d-1a2b", "d-1a2b/jane"). Policy is the name of
	// the policy, Layer what it is; a setting has none.
	Owner, Policy string
	Layer         access.LayerName
	// key tells the change from others, whatever else changes.
	key string
	// needs are what the change serves.
	needs []*canvas.Need
}

// Task is an error that a person has to settle.
type Task struct {
	Rule, Message, Todo string
	// HCL are the statements to add to the policy of a Terraform resource, as blocks
	// of an aws_iam_policy_document.
	HCL string
	finding.Place
}

// mostRounds bounds how often what a change brings to light is fixed in turn.
const mostRounds = 6

// Make works out a plan for the errors of a check. It reads files as the options
// say, and changes none.
func Make(ctx context.Context, o lint.Options) (*Plan, error) {
	before, err := lint.Check(ctx, o)
	if err != nil {
		return nil, err
	}
	m := &maker{ctx: ctx, options: o, before: before}
	plan, err := m.try(nil)
	if err != nil {
		return nil, err
	}
	without := map[string]bool{}
	if plan, err = m.prove(plan, without); err != nil {
		return nil, err
	}
	refused := plan.Refused
	if plan, err = m.shrink(plan, without); err != nil {
		return nil, err
	}
	plan.Refused = refused
	if objections := m.objections(plan); len(objections) > 0 {
		return nil, fmt.Errorf("prove the plan: %s", objections[0].text)
	}
	plan.Tasks = tasks(plan.After)
	for i := range plan.Changes {
		change := &plan.Changes[i]
		if construct := cloudformation.Construct(plan.Before.Documents.Templates, change.Edits[0].Span); construct != "" {
			change.Message += " (CDK construct " + construct + ")"
		}
	}
	return plan, nil
}

// maker makes plans of one check.
type maker struct {
	ctx     context.Context
	options lint.Options
	before  *lint.Result
	trials  int // that looked for changes that nothing needs
}

// try makes the plan that has none of the changes left out.
func (m *maker) try(without map[string]bool) (*Plan, error) {
	plan := &Plan{Files: map[string]File{}, Before: m.before, After: m.before}
	done := maps.Clone(without)
	if done == nil {
		done = map[string]bool{}
	}
	for range mostRounds {
		next := apart(propose(plan.After, m.before, done))
		for _, change := range next {
			done[change.key] = true
		}
		if len(next) == 0 {
			break
		}
		if err := m.apply(plan, next); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(plan.Changes, func(a, b Change) int {
		if a.File != b.File {
			if a.File < b.File {
				return -1
			}
			return 1
		}
		return 0
	})
	return plan, nil
}

// apart leaves out changes that touch a text which another one touches: they are
// proposed again, if they are still needed.
func apart(changes []Change) []Change {
	var chosen []Change
	taken := map[*source.File][]source.Edit{}
	for _, change := range changes {
		touches := slices.ContainsFunc(change.Edits, func(a source.Edit) bool {
			return slices.ContainsFunc(taken[a.Span.File], func(b source.Edit) bool { return a.Span.Start <= b.Span.End && b.Span.Start <= a.Span.End })
		})
		if touches {
			continue
		}
		chosen = append(chosen, change)
		for _, edit := range change.Edits {
			taken[edit.Span.File] = append(taken[edit.Span.File], edit)
		}
	}
	return chosen
}

// apply makes changes to the texts of a plan, and checks again.
func (m *maker) apply(plan *Plan, changes []Change) error {
	byFile := map[string][]source.Edit{}
	texts := map[string]string{}
	for _, change := range changes {
		for _, edit := range change.Edits {
			byFile[edit.Span.File.Name] = append(byFile[edit.Span.File.Name], edit)
			texts[edit.Span.File.Name] = edit.Span.File.Text
		}
	}
	for name, edits := range byFile {
		made, err := source.Apply(texts[name], edits)
		if err != nil {
			return fmt.Errorf("edit %s: %w", name, err)
		}
		file, ok := plan.Files[name]
		if !ok {
			file.Old = texts[name]
		}
		file.New = made
		plan.Files[name] = file
	}
	plan.Changes = append(plan.Changes, changes...)
	after, err := m.check(plan.Files)
	if err != nil {
		return err
	}
	plan.After = after
	return nil
}

// check checks the files with new texts.
func (m *maker) check(files map[string]File) (*lint.Result, error) {
	o := m.options
	buffers := map[string][]byte{}
	for name, file := range files {
		buffers[name] = []byte(file.New)
	}
	under := o.Read.Defaults().Files
	o.Read.Files = filesystem.Overlay(under, buffers)
	return lint.Check(m.ctx, o)
}

// Errors gives the findings of a check that are errors.
func Errors(r *lint.Result) []finding.Finding {
	return slices.DeleteFunc(slices.Clone(r.Report.Findings), func(f finding.Finding) bool { return f.Severity != finding.Error })
}

// tasks lists what is left to a person.
func tasks(after *lint.Result) []Task {
	var list []Task
	for _, f := range Errors(after) {
		task := Task{Rule: f.Rule, Message: f.Message, Place: f.Place}
		if f.Fix != nil {
			task.Todo = f.Fix.Message
			if f.Fix.Statement != "" && strings.Contains(f.Fix.Message, "(aws_") {
				task.HCL = hcl(readStatements(f.Fix.Statement))
			}
		} else if i := slices.IndexFunc(after.Report.Rules, func(r finding.Rule) bool { return r.ID == f.Rule }); i >= 0 {
			task.Todo = after.Report.Rules[i].Fix
		}
		list = append(list, task)
	}
	return list
}
