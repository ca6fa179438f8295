package lsp

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/lsp/protocol"
)

// The commands of the server.
const (
	applyPlan = "canvaslint.applyPlan" // URI of a document of the folder
	openRule  = "canvaslint.openRule"  // URL of the rule's page
	goTo      = "canvaslint.goTo"      // URI and range
	// settleUnknown takes what to show: what would settle an unknown.
	settleUnknown = "canvaslint.settle"
)

// fixAll is the kind of the action that fixes a file when it is saved.
const fixAll = protocol.SourceFixAll + ".canvaslint"

// codeActions says what can be done about the findings of a range.
func codeActions(ctx context.Context, v *view, p protocol.CodeActionParams) ([]protocol.CodeAction, error) {
	c, err := v.fresh(ctx, p.TextDocument.URI)
	if c == nil || c.result == nil || err != nil {
		return []protocol.CodeAction{}, err
	}
	actions := []protocol.CodeAction{}
	add := func(a protocol.CodeAction) {
		if wants(p.Context.Only, a.Kind) {
			actions = append(actions, a)
		}
	}
	here := c.findings(p.TextDocument.URI)
	for _, f := range here {
		if at := c.location(f.Place).Range; overlap(at, p.Range) {
			for _, a := range v.actionsOn(c, f, at) {
				add(a)
			}
		}
	}
	all := c.edits()
	for _, f := range here {
		all.add(editsOf(f))
	}
	if edit := all.workspace(v.client); edit != nil {
		add(protocol.CodeAction{Title: "Fix all errors of this file", Kind: fixAll, Edit: edit})
		if len(actions) > 1 {
			add(protocol.CodeAction{Title: "Fix all errors of this file", Kind: protocol.QuickFix, Edit: edit})
		}
	}
	if slices.ContainsFunc(c.result.Report.Findings, func(f finding.Finding) bool { return f.Severity == finding.Error }) {
		add(protocol.CodeAction{Title: "Fix all errors of the folder, with a verified plan", Kind: protocol.QuickFix, Command: &protocol.Command{
			Title: "Fix all errors of the folder", Command: applyPlan, Arguments: []any{p.TextDocument.URI},
		}})
	}
	return actions, nil
}

// actionsOn says what can be done about one finding.
func (v *view) actionsOn(c *checked, f finding.Finding, at protocol.Range) []protocol.CodeAction {
	d := c.diagnostic(f)
	d.Range, d.Source = at, name
	about := []protocol.Diagnostic{d}
	var actions []protocol.CodeAction
	fix := c.edits()
	fix.add(editsOf(f))
	if edit := fix.workspace(v.client); edit != nil {
		actions = append(actions, protocol.CodeAction{Title: title("Fix: ", f.Fix.Message), Kind: protocol.QuickFix, Diagnostics: about, IsPreferred: true, Edit: edit})
	}
	if ask := settleAction(f); ask != nil {
		ask.Diagnostics = about
		actions = append(actions, *ask)
	}
	if waiver := v.waive(c, f); waiver != nil {
		waiver.Diagnostics = about
		actions = append(actions, *waiver)
	}
	if v.client.Window.ShowDocument.Support {
		actions = append(actions, protocol.CodeAction{Title: "Open the page of " + f.Rule, Kind: protocol.QuickFix, Diagnostics: about, Command: &protocol.Command{
			Title: "Open the page of " + f.Rule, Command: openRule, Arguments: []any{f.Help},
		}})
	}
	return actions
}

func editsOf(f finding.Finding) []finding.Edit {
	if f.Fix == nil {
		return nil
	}
	return f.Fix.Edits
}

// findings gives those of a document.
func (c *checked) findings(uri protocol.URI) []finding.Finding {
	var list []finding.Finding
	path, _ := pathOf(uri)
	for _, f := range c.result.Report.Findings {
		if at, _ := c.file(f.File); at == path {
			list = append(list, f)
		}
	}
	return list
}

// fresh gives a check of the folder of a document as it is now; nil for a
// document that no folder holds.
func (v *view) fresh(ctx context.Context, uri protocol.URI) (*checked, error) {
	path, ok := pathOf(uri)
	f := ownerOf(v.folders, path)
	if !ok || f == nil {
		return nil, nil //nolint:nilnil // no one speaks of it
	}
	return v.server.fresh(ctx, f)
}

// wants reports whether a client that asked for some kinds of actions asked for this.
func wants(only []string, kind string) bool {
	return len(only) == 0 && kind != fixAll || slices.ContainsFunc(only, func(o string) bool { return kind == o || strings.HasPrefix(kind, o+".") })
}

func overlap(a, b protocol.Range) bool {
	return compare(a.Start, b.End) <= 0 && compare(b.Start, a.End) <= 0
}

func compare(a, b protocol.Position) int {
	return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Character, b.Character))
}

// longestTitle is what a menu shows in full.
const longestTitle = 100

// title is the first line of a text, cut where it is long for a menu.
func title(start, text string) string {
	line, _, _ := strings.Cut(start+text, "\n")
	if runes := []rune(line); len(runes) > longestTitle {
		return string(runes[:longestTitle-1]) + "…"
	}
	return line
}

// decode reads the arguments of a command.
func decode(arguments []json.RawMessage, into ...any) bool {
	if len(arguments) < len(into) {
		return false
	}
	for i := range into {
		if json.Unmarshal(arguments[i], into[i]) != nil {
			return false
		}
	}
	return true
}
