package report

import (
	"fmt"
	"io"
	"strconv"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"
)

// The page is built of nodes that escape what they are given. g.Raw, which does
// not, is given the texts of this package alone:
// the style and the script.

// document gives the whole page.
func (p *page) document(style, script []byte) g.Node {
	return g.Group{
		g.Raw("<!doctype html>\n"),
		h.HTML(h.Lang("en"), lineEnd{},
			h.Head(lineEnd{},
				line(h.Meta(h.Charset("utf-8"))),
				line(h.Meta(g.Attr("http-equiv", "Content-Security-Policy"), h.Content(contentPolicy(style, script)))),
				line(h.Meta(h.Name("viewport"), h.Content("width=device-width, initial-scale=1"))),
				line(h.Meta(h.Name("referrer"), h.Content("no-referrer"))),
				line(h.Meta(h.Name("color-scheme"), h.Content("light dark"))),
				line(h.TitleEl(g.Text(p.Title+" - canvaslint"))),
				line(h.StyleEl(g.Raw(string(style)))),
			), lineEnd{},
			h.Body(lineEnd{},
				line(h.A(h.Class("skip"), h.Href("#findings"), g.Text("Skip to the findings"))),
				when(p.Back, func(to string) g.Node { return line(h.P(h.Class("back"), h.A(h.Href(to), g.Text("All accounts")))) }),
				line(p.head()),
				line(h.Main(lineEnd{}, p.accountsSection(), p.planSection(), p.readinessSection(), p.domainsSection(), p.findingsSection(), p.problemsSection(), p.acceptedSection(), p.coverageSection())),
				line(h.Footer(h.P(
					g.Text("Made from one run of canvaslint. The page loads nothing and sends nothing. The rules are explained at "),
					h.A(h.Href(ours+"blob/main/docs/rules.md"), h.Rel("noreferrer"), g.Text("docs/rules.md")), g.Text("."),
				))),
				line(h.Script(g.Raw(string(script)))),
			), lineEnd{},
		), lineEnd{},
	}
}

// lineEnd keeps the page readable as text.
type lineEnd struct{}

// Render ends the line.
func (lineEnd) Render(w io.Writer) error {
	_, err := io.WriteString(w, "\n")
	return err
}

func line(nodes ...g.Node) g.Node { return g.Group{g.Group(nodes), lineEnd{}} }

// nodesOf makes a node of every item; the item's number counts from 0.
func nodesOf[T any](items []T, node func(i int, item T) g.Node) g.Node {
	var nodes g.Group
	for i, item := range items {
		nodes = append(nodes, node(i, item))
	}
	return nodes
}

// commas puts commas between texts, each made a node.
func commas(texts []string, node func(text string) g.Node) g.Node {
	return nodesOf(texts, func(i int, text string) g.Node {
		return g.Group{g.If(i > 0, g.Text(", ")), node(text)}
	})
}

// when gives a node for a text that is not empty.
func when(text string, node func(text string) g.Node) g.Node {
	return g.Iff(text != "", func() g.Node { return node(text) })
}

func code(text string) g.Node { return h.Code(g.Text(text)) }

// at names a place in a line of its own.
func at(place string) g.Node {
	return when(place, func(place string) g.Node { return h.P(h.Class("at"), code(place)) })
}

func none(text string) g.Node { return line(h.P(h.Class("none"), g.Text(text))) }

// leaf is an SVG element without content.
func leaf(name string, attributes ...g.Node) g.Node {
	return g.NodeFunc(func(w io.Writer) error {
		if _, err := io.WriteString(w, "<"+name); err != nil {
			return err
		}
		for _, attribute := range attributes {
			if err := attribute.Render(w); err != nil {
				return err
			}
		}
		_, err := io.WriteString(w, "/>")
		return err
	})
}

func number(name string, value int) g.Node { return g.Attr(name, strconv.Itoa(value)) }

// mark is the sign of a verdict.
func mark(class string) g.Node {
	path := map[string]string{
		works: "M3 8.5l3.4 3.5L13 4.5", fails: "M3.5 3.5l9 9m0-9l-9 9",
		unknown: "M5.3 5.6a2.7 2.7 0 1 1 4 2.4c-.9.5-1.3 1-1.3 2M8 12.4v.9",
	}[class]
	if path == "" {
		path = "M4 8h8"
	}
	return h.SVG(h.Class("mark"), g.Attr("viewBox", "0 0 16 16"), h.Aria("hidden", "true"), leaf("path", g.Attr("d", path)))
}

func factList(facts []fact) g.Node {
	return h.Dl(h.Class("facts"), lineEnd{}, nodesOf(facts, func(_ int, f fact) g.Node {
		return line(h.Div(h.Dt(g.Text(f.Name)), h.Dd(commas(f.Values, g.Text))))
	}))
}

// scrolls is a part that is scrolled sideways where it is too wide.
func scrolls(label string, nodes ...g.Node) g.Node {
	return h.Div(h.Class("scroll"), h.TabIndex("0"), h.Role("group"), h.Aria("label", label), g.Group(nodes))
}

// foldedPart hides nodes behind a summary, where there is one.
func foldedPart(summary string, nodes ...g.Node) g.Node {
	if summary == "" {
		return g.Group(nodes)
	}
	return line(h.Details(h.Class("fold"), line(h.Summary(g.Text(summary))), g.Group(nodes)))
}

// titled is a section of the page.
func titled(id, title string, nodes ...g.Node) g.Node {
	return line(h.Section(h.ID(id), h.Aria("labelledby", id+"-title"), lineEnd{},
		line(h.H2(h.ID(id+"-title"), g.Text(title))), g.Group(nodes)))
}

func (p *page) head() g.Node {
	link := func(to, text string) g.Node { return line(h.Li(h.A(h.Href("#"+to), g.Text(text)))) }
	return h.Header(h.Class("top "+p.Class), lineEnd{},
		line(h.P(h.Class("eyebrow"), g.Text("canvaslint: Amazon SageMaker Canvas and KMS keys"))),
		line(h.H1(mark(p.Class), g.Text(" "+p.Title))),
		line(h.P(h.Class("lead"), g.Text(p.Lead))),
		g.Iff(len(p.Notices) > 0, func() g.Node {
			return line(h.Ul(h.Class("notices"), lineEnd{}, nodesOf(p.Notices, func(_ int, n pageLink) g.Node {
				text := g.Text(n.Text)
				if n.To != "" {
					text = h.A(h.Href("#"+n.To), text)
				}
				return line(h.Li(text))
			})))
		}),
		line(factList(p.Facts)),
		line(h.Nav(h.Aria("label", "Contents"), h.Ul(lineEnd{},
			g.If(len(p.Accounts) > 0, link("accounts", "Accounts")), g.If(len(p.Plan) > 0, link("plan", "Plan")), g.If(len(p.Accounts) == 0, link("readiness", "Readiness")), g.If(len(p.Domains) > 0, link("domains", "Domains")), link("findings", "Findings"),
			link("problems", "Problems"), link("accepted", "Accepted"), g.If(p.Back == "", link("coverage", "Coverage")),
		))),
	)
}

// planSection lists the edits that settle errors, by file: what to do first.
func (p *page) planSection() g.Node {
	if len(p.Plan) == 0 {
		return nil
	}
	return titled("plan", p.PlanTitle,
		line(h.P(h.Class("intro"), g.Text("They settle "+p.PlanSettles+". "), code("canvaslint fix"), g.Text(" shows them as a diff, checks the edited files again, and can write them."))),
		line(h.Ol(h.Class("list"), lineEnd{}, nodesOf(p.Plan, func(_ int, file planFile) g.Node {
			return line(h.Li(code(file.Name), h.Ul(nodesOf(file.Edits, func(_ int, edit planEdit) g.Node {
				return line(h.Li(g.Text(edit.What+", for "), nodesOf(edit.For, func(_ int, f pageLink) g.Node {
					return g.Group{h.A(h.Class("ref"), h.Href("#"+f.To), g.Text(f.Text)), g.Text(" ")}
				})))
			}))))
		}))))
}

// accountsSection leads to the pages of the accounts, those that are not ready first.
func (p *page) accountsSection() g.Node {
	if len(p.Accounts) == 0 {
		return nil
	}
	column := func(name, class string) g.Node { return h.Th(h.Scope("col"), h.Class(class), g.Text(name)) }
	count := func(n int) g.Node { return h.Td(h.Class("num"), g.Text(strconv.Itoa(n))) }
	return titled("accounts", "Accounts",
		line(h.P(h.Class("intro"), g.Text("Is Canvas ready in each account? The worst come first, and each has a page of its own."))),
		line(h.Form(h.ID("choose"), h.Role("search"), h.Aria("label", "Search the accounts"),
			h.Label(h.Class("field text"), h.Span(g.Text("Account, verdict")), h.Input(h.Type("search"), h.Name("account"), h.AutoComplete("off"), g.Attr("spellcheck", "false"))), g.Text(" "),
			g.El("output", h.ID("chosen"), h.Aria("live", "polite"), g.Text(fmt.Sprintf("%d of %d accounts shown", len(p.Accounts), len(p.Accounts)))))),
		line(scrolls("Accounts", h.Table(h.Class("plain accounts"), lineEnd{},
			line(h.THead(h.Tr(column("Account", ""), column("Verdict", ""), column("Domains", ""), column("Errors", "num"), column("Warnings", "num"), column("Infos", "num"), column("Problems", "num")))),
			h.TBody(lineEnd{}, nodesOf(p.Accounts, func(_ int, a accountRow) g.Node {
				return line(h.Tr(h.Class(a.Class), h.Th(h.Scope("row"), h.A(h.Href(a.To), g.Text(a.Name))),
					h.Td(h.Class("verdict"), mark(a.Class), g.Text(" "+a.Verdict)), h.Td(g.Text(a.Domains)),
					count(a.Errors), count(a.Warnings), count(a.Infos), count(a.Broken)))
			}))))),
	)
}

func (p *page) readinessSection() g.Node {
	if len(p.Accounts) > 0 {
		return nil
	}
	if len(p.Matrix) == 0 {
		return titled("readiness", "Readiness", none("No domain was found in what was read, so nothing about Canvas was checked."))
	}
	return titled("readiness", "Readiness",
		line(h.P(h.Class("intro"), g.Text("Does each Canvas capability work with its keys and buckets? Each mark links to its reason."))),
		p.legend(),
		nodesOf(p.Matrix, func(_ int, part chunk) g.Node { return foldedPart(part.Folded, line(p.matrix(part))) }),
	)
}

// matrix shows readiness at a glance: a row for each profile.
func (p *page) matrix(part chunk) g.Node {
	label := "Readiness at a glance"
	if part.Folded != "" {
		label += ", " + part.Folded
	}
	column := h.Scope("col")
	return scrolls(label, lineEnd{}, line(h.Table(h.Class("matrix"), lineEnd{},
		line(h.THead(h.Tr(h.Th(column, g.Text("Profile")), nodesOf(p.Purposes, func(_ int, name string) g.Node {
			return h.Th(column, h.Span(g.Text(name)))
		})))),
		nodesOf(part.Domains, func(_ int, d matrixDomain) g.Node {
			return line(h.TBody(lineEnd{},
				line(h.Tr(h.Class("domain"), h.Th(h.Scope("rowgroup"), number("colspan", len(p.Purposes)+1),
					h.A(h.Href("#"+d.Link.To), g.Text(d.Link.Text)), g.Text(" "), h.Small(g.Text(d.Link.Class))))),
				nodesOf(d.Rows, matrixLine)))
		}),
	)))
}

func matrixLine(_ int, row matrixRow) g.Node {
	return line(h.Tr(line(h.Th(h.Scope("row"), h.A(h.Href("#"+row.Link), g.Text(row.Name)))), nodesOf(row.Cells, func(_ int, c matrixCell) g.Node {
		word := h.Span(h.Class("word"), g.Text(c.Word))
		if c.To != "" {
			word = h.A(h.Href("#"+c.To), mark(c.Class), word, h.Span(h.Class("hide"), g.Text(": "+c.About)))
		}
		return line(h.Td(h.Class(c.Class), word))
	})))
}

func (p *page) problemsSection() g.Node {
	if len(p.Problems) == 0 {
		said := "Everything that was read could be analysed."
		if p.Back != "" {
			said = "No problem names a file of this account."
		}
		return titled("problems", "Problems", none(said))
	}
	return titled("problems", "Problems",
		line(h.P(h.Class("intro"), g.Text("Input that could not be analysed. The report does not take it into account."))),
		line(h.Ul(h.Class("list"), lineEnd{}, nodesOf(p.Problems, noteItem))))
}

func noteItem(_ int, note noteView) g.Node { return line(h.Li(g.Text(note.Message), at(note.Place))) }

// openList is a list behind a summary, which begins open.
func openList(summary string, items g.Node) g.Node {
	return line(h.Details(g.Attr("open"), h.Summary(g.Text(summary)), h.Ul(h.Class("list"), lineEnd{}, items)))
}

func (p *page) acceptedSection() g.Node {
	if len(p.Waived) == 0 && len(p.Waivers) == 0 && !p.HasBaseline {
		return titled("accepted", "Accepted", none("Nothing is waived, and there is no baseline."))
	}
	return titled("accepted", "Accepted",
		g.Iff(len(p.Waived) > 0 || len(p.Waivers) > 0, func() g.Node {
			return g.Group{
				line(h.H3(g.Text("Waivers"))),
				g.If(len(p.Waivers) > 0, line(scrolls("Waivers", p.waivers()))),
				g.If(len(p.Waived) > 0, openList(fmt.Sprintf("%d waived", len(p.Waived)), nodesOf(p.Waived, brief))),
			}
		}),
		g.Iff(p.HasBaseline, func() g.Node {
			return g.Group{
				line(h.H3(g.Text("Baseline "), code(p.Baseline))),
				g.If(len(p.Known) > 0, openList(fmt.Sprintf("%d known", len(p.Known)), nodesOf(p.Known, brief))),
				g.If(len(p.Stale) > 0, openList(fmt.Sprintf("%d stale: no finding matches them any longer", len(p.Stale)), p.stale())),
			}
		}))
}

func (p *page) stale() g.Node {
	var items g.Group
	for _, entry := range p.Stale {
		times := ""
		if entry.Count > 1 {
			times = fmt.Sprintf(" (%d times)", entry.Count)
		}
		items = append(items, line(h.Li(h.B(g.Text(entry.Rule)), g.Text(times+": "+entry.Message), at(entry.Resource))))
	}
	return items
}

func (p *page) waivers() g.Node {
	return h.Table(h.Class("plain"), h.THead(h.Tr(nodesOf([]string{"Rule", "State", "Reason", "Owner", "Until", "Place"}, func(_ int, name string) g.Node {
		return h.Th(h.Scope("col"), g.Text(name))
	}))), h.TBody(lineEnd{}, nodesOf(p.Waivers, func(_ int, w waiverView) g.Node {
		return line(h.Tr(h.Th(h.Scope("row"), g.Text(w.Rule)), h.Td(g.Text(w.State)), h.Td(g.Text(w.Reason)), h.Td(g.Text(w.Owner)), h.Td(g.Text(w.Until)), h.Td(code(w.Place))))
	})))
}

func (p *page) coverageSection() g.Node {
	if p.Back != "" {
		return nil // the index has it
	}
	documents, ignored := none("No document was recognised."), none("No file was ignored.")
	if len(p.Documents) > 0 {
		documents = line(h.Table(h.Class("plain short"),
			h.THead(h.Tr(h.Th(h.Scope("col"), g.Text("Document")), h.Th(h.Scope("col"), h.Class("num"), g.Text("Number")))),
			h.TBody(lineEnd{}, nodesOf(p.Documents, func(_ int, d count) g.Node {
				return line(h.Tr(h.Th(h.Scope("row"), g.Text(d.Name)), h.Td(h.Class("num"), g.Text(strconv.Itoa(d.Number)))))
			}))))
	}
	if len(p.Ignored) > 0 {
		ignored = nodesOf(p.Ignored, func(_ int, files ignoredView) g.Node {
			return line(h.Details(h.Summary(g.Text(fmt.Sprintf("%d ignored: %s", len(files.Files), files.Reason))),
				h.Ul(h.Class("files"), lineEnd{}, nodesOf(files.Files, func(_ int, name string) g.Node { return line(h.Li(code(name))) }))))
		})
	}
	return titled("coverage", "Coverage",
		g.Iff(len(p.Notes) > 0, func() g.Node {
			return g.Group{
				line(h.H3(g.Text("What the answer leaves out"))),
				line(h.Ul(h.Class("list"), lineEnd{}, nodesOf(p.Notes, func(_ int, note string) g.Node { return line(h.Li(g.Text(note))) }))),
			}
		}),
		line(h.H3(g.Text("What was read"))), documents,
		line(h.H3(g.Text("What was not read"))), ignored)
}
