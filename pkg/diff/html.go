package diff

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// style is the look of the page, in the colours that the reader's system has.
const style = `:root{color-scheme:light dark}
body{font:15px/1.5 system-ui,sans-serif;max-width:75rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #8886}
code{font:13px/1.4 ui-monospace,monospace;overflow-wrap:anywhere}
.at{opacity:.75}`

// WriteHTML writes the report as a page that loads nothing.
func (r *Report) WriteHTML(w io.Writer) error {
	var parts g.Group
	for _, s := range r.sections() {
		if len(s.changes) > 0 {
			parts = append(parts, changeTable(s))
		}
	}
	if len(r.Readiness) > 0 {
		parts = append(parts, r.readinessTable())
	}
	page := h.HTML(h.Lang("en"),
		h.Head(
			h.Meta(h.Charset("utf-8")), h.Meta(g.Attr("http-equiv", "Content-Security-Policy"), h.Content("default-src 'none'; style-src 'unsafe-inline'")),
			h.Meta(h.Name("viewport"), h.Content("width=device-width, initial-scale=1")), h.TitleEl(g.Text("Access compared - canvaslint")), h.StyleEl(g.Raw(style)),
		),
		h.Body(h.H1(g.Text("Access compared")), h.P(g.Text(fmt.Sprintf("%s (%d decisions compared)", r.summary(), r.Compared))), parts),
	)
	var b strings.Builder
	b.WriteString("<!doctype html>\n")
	if err := page.Render(&b); err != nil {
		return err
	}
	_, err := io.WriteString(w, source.Spelled(b.String())+"\n")
	return err
}

func changeTable(s section) g.Node {
	var rows g.Group
	for _, row := range grouped(s.changes) {
		why := g.Group{g.Text(row.Because)}
		if row.File != "" {
			why = append(why, h.Br(), h.Code(h.Class("at"), g.Text(placeText(row.Place))))
		}
		rows = append(rows, g.Text("\n"), h.Tr(
			h.Td(h.Code(g.Text(some(row.principals)))), h.Td(h.Code(g.Text(strings.Join(row.actions, ", ")))), h.Td(h.Code(g.Text(some(row.resources))), g.Text(through(row.Via))), h.Td(why),
			h.Td(h.Code(g.Text(row.Witness.command()))),
		))
	}
	return g.Group{g.Text("\n"), h.H2(g.Text(s.title)), h.Table(
		h.THead(h.Tr(h.Th(g.Text("who")), h.Th(g.Text("may call")), h.Th(g.Text("on")), h.Th(g.Text("because")), h.Th(g.Text("a request that differs")))), h.TBody(rows),
	)}
}

func (r *Report) readinessTable() g.Node {
	var rows g.Group
	for _, row := range r.Readiness {
		rows = append(rows, g.Text("\n"), h.Tr(h.Td(g.Text(row.who())), h.Td(g.Text(string(row.Purpose))), h.Td(g.Text(verdict(row.Before))), h.Td(g.Text(verdict(row.After)))))
	}
	return g.Group{g.Text("\n"), h.H2(g.Text("readiness")), h.Table(
		h.THead(h.Tr(h.Th(g.Text("profile")), h.Th(g.Text("purpose")), h.Th(g.Text("before")), h.Th(g.Text("after")))), h.TBody(rows),
	)}
}

// command is the request as a command line, without the paths.
func (w Witness) command() string {
	quoted := func(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
	text := "canvaslint decide --principal " + quoted(w.Principal) + " --action " + w.Action + " --resource " + quoted(w.Resource)
	for _, key := range slices.Sorted(maps.Keys(w.Context)) {
		for _, value := range w.Context[key] {
			text += " --context " + quoted(key+"="+value)
		}
	}
	return text
}
