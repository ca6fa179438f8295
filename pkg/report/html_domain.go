package report

import (
	"fmt"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"
)

func (p *page) domainsSection() g.Node {
	if len(p.Domains) == 0 {
		return nil
	}
	return titled("domains", "Domains", nodesOf(p.Domains, func(_ int, d domainView) g.Node { return d.article() }))
}

func (d *domainView) article() g.Node {
	where := d.Account
	if d.Region != "" {
		where += ", " + d.Region
	}
	return line(h.Article(h.Class("domain"), h.ID(d.ID), h.Aria("labelledby", d.ID+"-title"), lineEnd{},
		line(h.Header(h.H3(h.ID(d.ID+"-title"), g.Text(d.Name)), g.Text(" "),
			h.P(h.Class("verdict "+d.Class), mark(d.Class), g.Text(" "+d.Verdict)), g.Text(" "), h.P(h.Class("where"), g.Text(where)))),
		g.Iff(d.Picture != nil, func() g.Node { return line(d.Picture.figure()) }),
		nodesOf(d.Details, func(_ int, part chunk) g.Node { return foldedPart(part.Folded, line(d.answers(part))) }),
	))
}

// answers is the table that says in words what the picture shows.
func (d *domainView) answers(part chunk) g.Node {
	label := "Answers for domain " + d.Name
	if part.Folded != "" {
		label += ", " + part.Folded
	}
	column := func(name string) g.Node { return h.Th(h.Role("columnheader"), h.Scope("col"), g.Text(name)) }
	return h.Table(h.Class("answers"), h.Role("table"), h.Aria("label", label), lineEnd{},
		line(h.THead(h.Role("rowgroup"), h.Tr(h.Role("row"), column("Capability"), column("Answer"), column("Key or bucket"), column("Reason and findings")))),
		nodesOf(part.Groups, func(_ int, group groupView) g.Node {
			return line(h.TBody(h.Role("rowgroup"), h.ID(group.ID), lineEnd{}, line(group.who()), nodesOf(group.Rows, answerLine)))
		}))
}

// who names the profiles that the answers are for.
func (v *groupView) who() g.Node {
	return h.Tr(h.Role("row"), h.Class("who"), h.Th(h.Role("rowheader"), h.Scope("rowgroup"), h.ColSpan("4"), g.Text(v.Name),
		when(v.Role, func(role string) g.Node { return g.Group{g.Text(" "), h.Small(g.Text(role))} }),
		g.Iff(len(v.More) > 0, func() g.Node {
			return h.Details(h.Summary(g.Text(fmt.Sprintf("all %d profiles", len(v.More)))), h.P(commas(v.More, g.Text)))
		})))
}

func answerLine(_ int, row answerView) g.Node {
	cell := h.Role("cell")
	return line(h.Tr(h.Role("row"), h.ID(row.ID), h.Class(row.Class),
		h.Th(h.Role("rowheader"), h.Scope("row"), g.Text(row.Purpose)),
		h.Td(cell, h.Class("answer"), mark(row.Class), g.Text(" "+row.Word)),
		h.Td(cell, h.Class("target"), when(row.Target, code), when(row.Role, func(role string) g.Node { return h.Small(g.Text(role)) })),
		h.Td(cell, h.Class("why"), when(row.Reason, func(reason string) g.Node { return h.P(g.Text(reason)) }), nodesOf(row.Findings, func(_ int, f pageLink) g.Node {
			return g.Group{h.A(h.Class("ref "+f.Class), h.Href("#"+f.To), g.Text(f.Text)), g.Text(" ")}
		}))))
}

// legend says once what the marks of the tables and the lines of the pictures mean.
func (p *page) legend() g.Node {
	key := func(class, path, text string) g.Node {
		return h.Span(h.Class(class), mark(class), g.Text(" "), h.SVG(h.Class("key"), g.Attr("viewBox", "0 0 34 10"), h.Aria("hidden", "true"), leaf("path", g.Attr("d", path))), g.Text(" "+text))
	}
	return line(h.P(h.Class("legend"), h.Aria("hidden", "true"),
		key(works, "M1 5h32", "ready, works"), g.Text(" "), key(fails, "M1 5h32M13 1l8 8m0-8l-8 8", "not ready, fails"), g.Text(" "),
		key(unknown, "M1 5h32", "unknown"), g.Text(" "), h.Span(h.Class("unchecked"), mark("unchecked"), g.Text(" not checked")), g.Text(" "),
		h.Span(h.Class(uses), h.SVG(h.Class("key"), g.Attr("viewBox", "0 0 34 10"), h.Aria("hidden", "true"), leaf("path", g.Attr("d", "M1 5h32"))), g.Text(" belongs to, judged by what follows"))))
}

func (p *picture) figure() g.Node {
	title := func(text string) g.Node { return g.El("title", g.Text(text)) }
	return h.Figure(lineEnd{},
		line(h.P(h.Class("sideways"), g.Text("The picture can be scrolled sideways."))),
		line(scrolls(p.Title, lineEnd{}, line(h.SVG(h.Class("picture"), g.Attr("viewBox", fmt.Sprintf("-1 0 %d %d", p.Width+2, p.Height+1)),
			number("width", p.Width+2), number("height", p.Height+1), h.Role("group"), h.Aria("labelledby", p.ID), lineEnd{},
			line(g.El("title", h.ID(p.ID), g.Text(p.Title+". The table below says the same in words."))),
			nodesOf(p.Columns, func(_ int, c caption) g.Node {
				return line(g.El("text", h.Class("caption"), number("x", c.X), number("y", 12), g.Text(c.Text)))
			}),
			nodesOf(p.Edges, func(_ int, e *edge) g.Node { return line(e.link(title(e.Title))) }),
			nodesOf(p.Nodes, func(_ int, n *node) g.Node { return line(n.box(when(n.Title, title))) }),
		)))))
}

func (e *edge) link(title g.Node) g.Node {
	path := func(class, d string) g.Node { return leaf("path", h.Class(class), g.Attr("d", d)) }
	return h.A(h.Class("edge "+e.Class), h.Href("#"+e.Href), h.Aria("label", e.Title), title,
		path("hit", e.Path), path("line", e.Path), path("head", fmt.Sprintf("M%d %dl-8 -4.5v9z", e.EndX, e.EndY)),
		g.Iff(e.Label != "", func() g.Node {
			sign := "m-2.5 -2a2.5 2.5 0 1 1 3.7 2.2c-.8 .5 -1.2 .8 -1.2 1.6m0 2.4v.6"
			switch e.Class {
			case works:
				sign = "m-4 .5l3 3 5 -6.5"
			case fails:
				sign = "m-3.5 -3.5l7 7m0 -7l-7 7"
			}
			return g.Group{
				leaf("rect", number("x", e.PillX), number("y", e.PillY), number("width", e.PillWidth), number("height", pillHeight), number("rx", pillHeight/2)),
				path("sign", fmt.Sprintf("M%d %d%s", e.MarkX, e.MarkY, sign)),
				g.El("text", number("x", e.TextX), number("y", e.EndY), number("dy", 4), g.Text(e.Label)),
			}
		}))
}

func (n *node) box(title g.Node) g.Node {
	text := func(class string, dy int, text string) g.Node {
		return g.El("text", h.Class(class), number("x", n.X), number("y", n.Y), number("dx", 12), number("dy", dy), g.Text(text))
	}
	label := 38
	if n.Sub != "" {
		label = 34
	}
	return g.El("g", h.Class("node "+n.Class), title,
		leaf("rect", number("x", n.X), number("y", n.Y), number("width", n.Width), number("height", n.Height), number("rx", 5)),
		text("kind", 18, n.Kind), text("label", label, n.Label),
		when(n.Sub, func(sub string) g.Node { return text("sub", 50, sub) }))
}
