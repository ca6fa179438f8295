package report

import (
	"fmt"
	"strconv"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

func (p *page) findingsSection() g.Node {
	said := "No findings."
	if len(p.Accounts) > 0 {
		said = "All findings are on the pages of the accounts."
	}
	body := none(said)
	if len(p.Groups) > 0 {
		body = g.Group{
			line(p.filters()),
			nodesOf(p.Groups, func(_ int, group severityGroup) g.Node {
				return line(h.Section(h.Class("group "+group.Class), h.ID(group.ID), h.Aria("labelledby", group.ID+"-title"), lineEnd{},
					line(h.H3(h.ID(group.ID+"-title"), g.Text(group.Name+" "), h.Span(h.Class("number"), g.Text(strconv.Itoa(len(group.Findings)))))),
					nodesOf(group.Findings, func(_ int, f findingView) g.Node { return f.article() })))
			}),
			line(h.P(h.Class("none"), h.ID("nothing"), g.Attr("hidden"), g.Text("No finding fits these filters."))),
		}
	}
	return line(h.Section(h.ID("findings"), h.Aria("labelledby", "findings-title"), lineEnd{},
		line(h.H2(h.ID("findings-title"), h.TabIndex("-1"), g.Text("Findings"))), body))
}

// filters choose among the findings, by the page's script.
func (p *page) filters() g.Node {
	field := func(label string, choice g.Node) g.Node {
		return line(h.Label(h.Class("field"), h.Span(g.Text(label)), choice))
	}
	option := func(value, text string) g.Node { return h.Option(h.Value(value), g.Text(text)) }
	return h.Form(h.ID("filters"), h.Role("search"), h.Aria("label", "Filter the findings"), lineEnd{},
		line(h.FieldSet(h.Legend(g.Text("Severity")), nodesOf(p.Groups, func(_ int, group severityGroup) g.Node {
			return g.Group{h.Label(h.Input(h.Type("checkbox"), h.Name("severity"), h.Value(group.Class), h.Checked()), g.Text(" "+group.Name)), g.Text(" ")}
		}))),
		field("Rule", h.Select(h.Name("rule"), option("", "all rules"), nodesOf(p.Filter.Rules, func(_ int, rule count) g.Node {
			return option(rule.Name, fmt.Sprintf("%s (%d)", rule.Name, rule.Number))
		}))),
		field("Account", h.Select(h.Name("account"), option("", "all accounts"), nodesOf(p.Filter.Accounts, func(_ int, account count) g.Node {
			name := account.Name
			if name == "" {
				name = "none"
			}
			return option(accountValue(account.Name), fmt.Sprintf("%s (%d)", name, account.Number))
		}))),
		line(h.Label(h.Class("field text"), h.Span(g.Text("Text")), h.Input(h.Type("search"), h.Name("q"),
			h.AutoComplete("off"), g.Attr("spellcheck", "false"), h.Placeholder("role, key, file, action")))),
		line(h.P(h.Class("state"), g.El("output", h.ID("shown"), h.Aria("live", "polite"), g.Text(fmt.Sprintf("%d of %d findings shown", p.Total, p.Total))),
			g.Text(" "), h.Button(h.Type("reset"), g.Text("Clear the filters")))),
	)
}

// accountValue is how the filter names an account; the empty value is all of them.
func accountValue(account string) string {
	if account == "" {
		return "-"
	}
	return account
}

func (f *findingView) article() g.Node {
	return line(h.Article(h.Class("finding "+f.Class), h.ID(f.ID), h.TabIndex("-1"),
		h.Data("severity", f.Class), h.Data("rule", f.Rule), h.Data("account", accountValue(f.Account)), lineEnd{},
		line(h.H4(h.Span(h.Class("badge"), g.Text(f.Severity)), g.Text(" "+f.Title))),
		line(h.P(h.Class("message"), g.Text(f.Message))),
		line(h.P(h.Class("place"),
			when(f.Place, func(place string) g.Node { return g.Group{code(place), g.Text(" ")} }),
			h.A(h.Class("self"), h.Href("#"+f.ID), h.Span(h.Class("hide"), g.Text("Link to this finding of ")), g.Text(f.Rule)))),
		g.If(len(f.Snippet) > 0, line(h.Pre(h.Class("snippet"), nodesOf(f.Snippet, snippetNode)))),
		g.If(len(f.Facts) > 0, line(factList(f.Facts))),
		f.causes(),
		g.Iff(len(f.Related) > 0, func() g.Node {
			return g.Group{line(h.H5(g.Text("Related"))), line(h.Ul(h.Class("related"), lineEnd{}, nodesOf(f.Related, noteItem)))}
		}),
		g.Iff(f.Fix != nil, func() g.Node { return f.Fix.part() }),
		f.help(),
	))
}

func snippetNode(_ int, l snippetLine) g.Node {
	number := strconv.Itoa(l.Number)
	switch {
	case l.Skipped:
		number = ellipsis
	case l.Number == 0:
		number = ""
	}
	return h.Span(h.Class("l"), h.Span(h.Class("n"), g.Text(number)), h.Span(g.Text(l.Before),
		when(l.Mark, func(text string) g.Node { return h.Mark(g.Text(text)) }), g.Text(l.After)))
}

func (f *findingView) causes() g.Node {
	if len(f.Causes) == 0 {
		return nil
	}
	return g.Group{line(h.H5(g.Text("Causes"))), line(h.Ul(h.Class("causes"), lineEnd{}, nodesOf(f.Causes, func(_ int, c causeView) g.Node {
		why := ", " + c.Cause
		if c.Message != "" {
			why += ": " + c.Message
		}
		return line(h.Li(commas(c.Actions, code), g.Text(" "), h.P(h.B(g.Text(c.Layer)), g.Text(why)), inFile(c.Policy), at(c.Place),
			copied(c.Command, "Copy the command", "Command that saves what is missing")))
	})))}
}

func inFile(name string) g.Node {
	return when(name, func(name string) g.Node { return h.P(h.Class("at"), g.Text("in "), code(name)) })
}

func (f *fixView) part() g.Node {
	return line(h.Div(h.Class("fix"), line(h.H5(g.Text("How to fix it"))),
		line(h.P(g.Text(f.Message))),
		g.Iff(f.File != "", func() g.Node { return line(inFile(f.File)) }),
		copied(f.Statement, "Copy the statement", "Statement to add"),
		nodesOf(f.More, func(_ int, more finding.Addition) g.Node {
			return g.Group{line(h.P(g.Text("And " + more.Message))), inFile(more.File), copied(more.Statement, "Copy the statement", "Statement to add")}
		}),
		nodesOf(f.Edits, func(_ int, e editView) g.Node {
			what := e.What
			if e.Text != "" {
				what += ":"
			}
			return g.Group{line(h.P(g.Text(what))), copied(e.Text, "Copy the text", "Text of the edit")}
		}),
	))
}

// copied is text with a button that copies it.
func copied(text, button, label string) g.Node {
	return when(text, func(text string) g.Node {
		return line(h.Div(h.Class("code"), h.Button(h.Type("button"), h.Class("copy"), g.Text(button)),
			h.Pre(h.TabIndex("0"), h.Role("group"), h.Aria("label", label), code(text))))
	})
}

func (f *findingView) help() g.Node {
	switch {
	case f.Help != "":
		return line(h.P(h.Class("help"), h.A(h.Href(f.Help), h.Rel("noreferrer"), g.Text("About the rule "+f.Rule))))
	case f.HelpText != "":
		return line(h.P(h.Class("help"), g.Text(f.HelpText)))
	}
	return nil
}

// brief is a finding that does not count.
func brief(_ int, f findingView) g.Node {
	return line(h.Li(h.ID(f.ID), h.TabIndex("-1"), h.B(g.Text(f.Rule)), g.Text(" ("+f.Severity+"): "+f.Message), at(f.Place),
		g.Iff(f.Waiver != nil, func() g.Node {
			return h.P(h.Class("because"),
				when(f.Waiver.Reason, func(text string) g.Node { return g.Text("Because: " + text) }),
				when(f.Waiver.Owner, func(text string) g.Node { return g.Text(" Owner: " + text + ".") }),
				when(f.Waiver.Until, func(text string) g.Node { return g.Text(" Until " + text + ".") }))
		})))
}
