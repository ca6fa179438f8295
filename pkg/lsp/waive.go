package lsp

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/lsp/protocol"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// waiverDays is how long a waiver holds that no one set a day for.
const waiverDays = 90

// waive gives the action that waives a finding, in the place that its format
// allows: a comment, the Metadata of a template's resource, else the file of
// waivers beside the config. It leaves the reason to the user: until there is one
// nothing is waived, and a problem says so.
func (v *view) waive(c *checked, f finding.Finding) *protocol.CodeAction {
	path, whole := c.file(f.File)
	w := waiver{checked: c, finding: f, uri: c.uri(path), text: c.text(f.File), until: c.options.Now.AddDate(0, 0, waiverDays).Format(time.DateOnly)}
	e := c.edits()
	if whole && !f.Start.IsZero() && (w.comment(e) || w.metadata(e)) {
		return &protocol.CodeAction{Title: "Waive " + f.Rule + " here; write the reason", Kind: protocol.QuickFix, Edit: e.workspace(v.client)}
	}
	at := w.list(e)
	action := &protocol.CodeAction{Title: "Waive " + f.Rule + " in " + filepath.Base(w.file) + "; write the reason", Kind: protocol.QuickFix, Edit: e.workspace(v.client)}
	if v.client.Window.ShowDocument.Support {
		action.Command = &protocol.Command{Title: "Write the reason", Command: goTo, Arguments: []any{uriOf(w.file), at}}
	}
	return action
}

// waiver is one to be written.
type waiver struct {
	checked *checked
	finding finding.Finding
	uri     protocol.URI
	text    text
	until   string
	file    string // of waivers
}

// comment writes a comment above the value that the finding stands at, where the
// format has comments.
func (w *waiver) comment(e *edits) bool {
	var mark string
	switch strings.ToLower(filepath.Ext(w.finding.File)) {
	case ".yaml", ".yml":
		mark = "#"
	case ".jsonc":
		mark = "//"
	default:
		return false
	}
	start := w.text.LineStart(w.lineOf())
	line := w.text.Text[start:]
	indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
	text := fmt.Sprintf("%s%s canvaslint:ignore %s -- until %s%s", indent, mark, w.finding.Rule, w.until, lineBreak(w.text.Text))
	e.put(w.uri, protocol.TextEdit{Range: w.text.span(start, start), NewText: text})
	return true
}

// lineOf is the line that the comment goes above: in a text of several lines
// there are no comments, so that of the whole text.
func (w *waiver) lineOf() int {
	at := w.text.LineStart(w.finding.Start.Line)
	line := w.finding.Start.Line
	documents, _ := source.Parse(w.text.Name, []byte(w.text.Text), source.Auto)
	for _, d := range documents {
		for i := 0; d.At(i).Exists(); i++ {
			n := d.At(i)
			if s := n.Span(); n.Is(source.String) && s.Start < at && at < s.End {
				start, _ := s.Positions()
				line = min(line, start.Line)
			}
		}
	}
	return line
}

// metadata adds the waiver to the Metadata of the resource that a finding stands in,
// in a template written as JSON.
func (w *waiver) metadata(e *edits) bool {
	entry := fmt.Sprintf(`{"rule": %q, "reason": "", "until": %q}`, w.finding.Rule, w.until)
	for _, template := range w.checked.result.Documents.Templates {
		for _, resource := range template.Get("Resources").Members() {
			place := finding.PlaceOf(resource.Span())
			if place.File != w.finding.File || !covers(place, w.finding.Place) {
				continue
			}
			list, err := addWaiver(resource, entry)
			if err != nil {
				return false
			}
			for _, edit := range list {
				e.put(w.uri, protocol.TextEdit{Range: w.text.span(edit.Span.Start, edit.Span.End), NewText: edit.Text})
			}
			return true
		}
	}
	return false
}

// addWaiver gives the edits that add a waiver to a resource, whatever it has of the
// way there.
func addWaiver(resource source.Node, entry string) ([]source.Edit, error) {
	if list := resource.Path("Metadata", "canvaslint", "waivers"); list.Exists() {
		return source.Append(list, literal(entry))
	}
	object, value := resource, literal(`[`+entry+`]`)
	for _, step := range []struct{ name, around string }{{"Metadata", `{"canvaslint": {"waivers": [` + entry + `]}}`}, {"canvaslint", `{"waivers": [` + entry + `]}`}} {
		next := object.Get(step.name)
		if !next.Exists() {
			return source.SetMember(object, step.name, literal(step.around))
		}
		object = next
	}
	return source.SetMember(object, "waivers", value)
}

// literal reads a JSON text that is right.
func literal(text string) source.Node {
	documents, _ := source.Parse("", []byte(text), source.JSON)
	if len(documents) == 0 {
		return source.Node{}
	}
	return documents[0].Root()
}

// covers reports whether a place holds the start of another.
func covers(outer, inner finding.Place) bool {
	return !less(inner.Start, outer.Start) && less(inner.Start, outer.End)
}

func less(a, b source.Position) bool {
	return a.Line < b.Line || a.Line == b.Line && a.Column < b.Column
}

// list adds the waiver to the file of waivers beside the config, which it makes
// where there is none, and gives the range where the reason goes.
func (w *waiver) list(e *edits) protocol.Range {
	folder, _ := filepath.Split(w.checked.options.Settings.Beside("x"))
	folder = w.checked.options.Read.Files.Absolute(folder)
	w.file = filepath.Join(folder, config.WaiversFileName)
	uri := w.checked.uri(w.file)
	data, err := fs.ReadFile(w.checked.options.Read.Files, w.file)
	if err != nil {
		e.created = append(e.created, uri)
	}
	t := newText(filepath.ToSlash(w.file), string(data))
	path, err := filepath.Rel(folder, w.checked.folder.path(w.finding.File))
	if err != nil {
		path = w.finding.File
	}
	edit := w.entry(t, filepath.ToSlash(path))
	e.put(uri, protocol.TextEdit{Range: t.span(edit.Span.Start, edit.Span.End), NewText: edit.Text})
	after := newText(t.Name, t.Text[:edit.Span.Start]+edit.Text+t.Text[edit.Span.End:])
	reason := edit.Span.Start + strings.Index(edit.Text, `""`) + 1
	return after.span(reason, reason)
}

// entry is the edit that adds the waiver to a file of waivers.
func (w *waiver) entry(t text, path string) source.Edit {
	about := fmt.Sprintf(`"path": %q`, path)
	if w.finding.Resource != "" {
		about += fmt.Sprintf(`, "resource": %q`, w.finding.Resource)
	}
	entry := fmt.Sprintf(`{"rule": %q, %s, "reason": "", "until": %q}`, w.finding.Rule, about, w.until)
	documents, _ := source.Parse(t.Name, []byte(t.Text), source.YAML)
	if len(documents) == 1 {
		list := documents[0].Root()
		if list.Is(source.Object) {
			list = list.Get("waivers")
		}
		if edits, err := source.Append(list, literal(entry)); err == nil && len(edits) == 1 {
			return edits[0]
		}
	}
	start := ""
	if t.Text != "" && !strings.HasSuffix(t.Text, "\n") {
		start = lineBreak(t.Text)
	}
	end := len(t.Text)
	return source.Edit{Span: source.Span{File: t.File, Start: end, End: end}, Text: start + "- " + entry + lineBreak(t.Text)}
}

// lineBreak is the one that a text has.
func lineBreak(text string) string {
	if strings.Contains(text, "\r\n") {
		return "\r\n"
	}
	return "\n"
}
