package ruletest

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/rules"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Mutant is a good case with one statement of a policy changed for the worse.
type Mutant struct {
	Case string
	File string // cases.txtar, as shown
	Line int    // in it, of what was changed
	Path string // the file within the case
	What string // the change, in words
	// Noticed reports whether any rule objects.
	Noticed bool

	changed Case
}

// batch is how many mutants go into one sandbox: its memory is counted by job.
const batch = 200

// Mutate changes the statements that the good cases of the user's rules set
// themselves, one at a time, and runs all those rules over each. The mutants
// come by rule, then in the order of cases.txtar.
func Mutate(set *rules.Set, own []*rules.Rule, base, scratch string) ([]Mutant, error) {
	var mutants []Mutant
	for _, rule := range own {
		cases, err := casesOf(rule, base)
		if err != nil {
			return nil, err
		}
		for _, c := range cases {
			if c.IsBad() {
				continue
			}
			for _, m := range c.mutants() {
				m.File = casesFile(rule)
				mutants = append(mutants, m)
			}
		}
	}
	mine := func(id string) bool {
		return slices.ContainsFunc(own, func(rule *rules.Rule) bool { return rule.ID == id })
	}
	for start := 0; start < len(mutants); start += batch {
		part := mutants[start:min(start+batch, len(mutants))]
		var trials []rules.Trial
		for i, m := range part {
			trial, problems, err := m.changed.prepare(filepath.Join(scratch, strconv.Itoa(start+i)))
			if err != nil {
				return nil, fmt.Errorf("%s:%d: %w", m.File, m.Line, err)
			}
			trial.Wanted = mine
			trials = append(trials, trial)
			part[i].Noticed = len(problems) > 0
		}
		outcome, err := set.Try(trials, false)
		if err != nil {
			return nil, err
		}
		for i, found := range outcome.Findings {
			part[i].Noticed = part[i].Noticed || len(found) > 0
		}
	}
	return mutants, nil
}

// mutants gives all changes of a case, in the order of its files.
func (c Case) mutants() []Mutant {
	var list []Mutant
	for _, path := range c.own {
		text, ok := c.Files[path]
		if !ok || path == config.FileName {
			continue
		}
		documents, problems := source.Parse(path, []byte(text), source.Auto)
		if len(problems) > 0 {
			continue // the case is about a file that cannot be read
		}
		f := &policyFile{}
		for _, document := range documents {
			f.roots = append(f.roots, document.Root())
			f.find(document.Root())
		}
		for _, change := range f.changes() {
			changed := c
			changed.Files = maps.Clone(c.Files)
			changed.Files[path] = f.write(change)
			start, _ := change.at.Span().Positions()
			list = append(list, Mutant{
				Case: c.Name, Path: path, Line: c.lines[path] + start.Line - 1, What: change.what + inStatement(change.statement), changed: changed,
			})
		}
	}
	return list
}

func inStatement(statement source.Node) string {
	if sid := statement.Get("Sid").Text(); sid != "" {
		return fmt.Sprintf(" (statement %s)", sid)
	}
	return ""
}

// spot identifies a node.
type spot struct {
	document *source.Document
	index    int
}

func spotOf(n source.Node) spot { return spot{n.Document(), n.Index()} }

// policyFile is a file with the statements in it, those in strings too.
type policyFile struct {
	roots      []source.Node
	statements []source.Node
	embedded   map[spot]source.Node // the root of the document in a string
}

// find collects the statements below a node.
func (f *policyFile) find(n source.Node) {
	switch {
	case n.Is(source.Object):
		if n.Get("Effect").Is(source.String) && (n.Get("Action").Exists() || n.Get("NotAction").Exists()) {
			f.statements = append(f.statements, n)
			return
		}
		for _, value := range n.Members() {
			f.find(value)
		}
	case n.Is(source.Array):
		for item := range n.Items() {
			f.find(item)
		}
	case n.Is(source.String):
		document, problems := n.Embedded()
		if document == nil || len(problems) > 0 {
			return
		}
		if f.embedded == nil {
			f.embedded = map[spot]source.Node{}
		}
		f.embedded[spotOf(n)] = document.Root()
		f.find(document.Root())
	}
}

// change is one edit of a statement: text in place of a value, or "" to drop
// the value with its name.
type change struct {
	statement source.Node
	at        source.Node
	text      string
	what      string
}

// changes gives what can be done to the statements, in order.
func (f *policyFile) changes() []change {
	var list []change
	for _, s := range f.statements {
		list = append(list, change{s, s, "", "drop the statement"}, flip(s))
		for _, name := range []string{"Action", "NotAction"} {
			list = append(list, dropItems(s, s.Get(name), "drop the action %s")...)
		}
		list = append(list, widenActions(s)...)
		for _, name := range []string{"Principal", "Resource"} {
			if value := s.Get(name); value.Exists() && value.Text() != "*" {
				list = append(list, change{s, value, `"*"`, "widen the " + strings.ToLower(name) + " to *"})
			}
		}
		list = append(list, dropConditions(s)...)
	}
	return list
}

func flip(s source.Node) change {
	effect := s.Get("Effect")
	if effect.Text() == "Allow" {
		return change{s, effect, `"Deny"`, "flip the effect from Allow to Deny"}
	}
	return change{s, effect, `"Allow"`, "flip the effect from " + effect.Text() + " to Allow"}
}

// dropItems drops each item of a list that has several.
func dropItems(s, list source.Node, what string) []change {
	if !list.Is(source.Array) || list.Len() < 2 {
		return nil
	}
	var changes []change
	for item := range list.Items() {
		changes = append(changes, change{s, item, "", fmt.Sprintf(what, item.Text())})
	}
	return changes
}

// widenActions allows or denies all of the service that the first action is of.
func widenActions(s source.Node) []change {
	actions := s.Get("Action")
	for action := range actions.Each() {
		service, name, ok := strings.Cut(action.Text(), ":")
		if !ok || name == "*" {
			return nil
		}
		return []change{{s, actions, quote(service + ":*"), "widen the actions to " + service + ":*"}}
	}
	return nil
}

// dropConditions drops the whole condition, and where it has several parts, each.
func dropConditions(s source.Node) []change {
	condition := s.Get("Condition")
	if !condition.Is(source.Object) {
		return nil
	}
	changes := []change{{s, condition, "", "remove the condition"}}
	var parts []change
	for operator, keys := range condition.Members() {
		for key, value := range keys.Members() {
			parts = append(parts, change{s, value, "", fmt.Sprintf("remove the condition %s %s", operator.Text(), key.Text())})
		}
	}
	if len(parts) > 1 {
		changes = append(changes, parts...)
	}
	return changes
}

// write gives the file with a change in it, as JSON; tags of YAML stay.
func (f *policyFile) write(c change) string {
	var b strings.Builder
	for i, root := range f.roots {
		if i > 0 {
			b.WriteString("\n---\n")
		}
		f.render(&b, root, c)
	}
	return b.String() + "\n"
}

func (f *policyFile) render(b *strings.Builder, n source.Node, c change) {
	if spotOf(n) == spotOf(c.at) {
		if c.text == "" {
			b.WriteString("[]") // a statement that stands alone
			return
		}
		b.WriteString(c.text)
		return
	}
	if tag := n.Tag(); tag != "" {
		b.WriteString(tag + " ")
	}
	separator := ""
	isDropped := func(value source.Node) bool { return c.text == "" && spotOf(value) == spotOf(c.at) }
	switch root, ok := f.embedded[spotOf(n)]; {
	case ok:
		var inner strings.Builder
		f.render(&inner, root, c)
		b.WriteString(quote(inner.String()))
	case n.Is(source.Object):
		b.WriteString("{")
		for name, value := range n.Members() {
			if isDropped(value) && spotOf(value) != spotOf(c.statement) {
				continue
			}
			b.WriteString(separator + quote(name.Text()) + ": ")
			f.render(b, value, c)
			separator = ", "
		}
		b.WriteString("}")
	case n.Is(source.Array):
		b.WriteString("[")
		for item := range n.Items() {
			if isDropped(item) {
				continue
			}
			b.WriteString(separator)
			f.render(b, item, c)
			separator = ", "
		}
		b.WriteString("]")
	case n.Is(source.String):
		b.WriteString(quote(n.Text()))
	default:
		b.WriteString(n.Text())
	}
}

func quote(text string) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(text); err != nil {
		return `""`
	}
	return strings.TrimSuffix(b.String(), "\n")
}
