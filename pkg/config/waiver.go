package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// WaiversFileName is the file beside the config that may hold its waivers: JSON
// documents have no comments to put them in.
const WaiversFileName = ".canvaslint-waivers.yaml"

// WaiversFileNames are its spellings; JSON is YAML, too.
func WaiversFileNames() []string {
	return []string{WaiversFileName, ".canvaslint-waivers.yml", ".canvaslint-waivers.json"}
}

// Waiver is a decision to live with findings of one rule.
type Waiver struct {
	Rule string
	// Resource is the ARN of the key, bucket or role that a finding is about, or
	// the id of its domain; * stands for any text.
	Resource string
	// Path is a pattern of files, relative to the config's folder: ** stands for
	// any folders.
	Path          string
	Reason, Owner string
	Until         string // the last day, YYYY-MM-DD; "" is for good
	Span          source.Span
	// Scope is the text that a waiver written into a document is about; zero for
	// one of the config.
	Scope source.Span
}

// Override gives severities to a part of the findings.
type Override struct {
	Paths    []string // patterns of files, relative to the config's folder
	Accounts []string
	Rules    map[string]finding.Severity
}

// Severity gives the severity that the config sets for a finding of a rule, and
// whether it sets one. File is relative to the config's folder. A later override
// wins over an earlier one, and any over the rules.
func (c *Config) Severity(rule, file, account string) (finding.Severity, bool) {
	severity, ok := c.Rules[rule]
	for _, o := range c.Overrides {
		if s, there := o.Rules[rule]; there && o.fits(file, account) {
			severity, ok = s, true
		}
	}
	return severity, ok
}

func (o Override) fits(file, account string) bool {
	if len(o.Accounts) > 0 && !slices.Contains(o.Accounts, account) {
		return false
	}
	return len(o.Paths) == 0 || slices.ContainsFunc(o.Paths, func(pattern string) bool { return Matches(pattern, file) })
}

// Matches reports whether a pattern fits a path; both have forward slashes. *
// stands for any text within a name, ** for any folders.
func Matches(pattern, file string) bool {
	ok, err := doublestar.Match(strings.TrimPrefix(pattern, "./"), file)
	return err == nil && ok
}

// Expired reports whether the last day of a waiver is over. Today is YYYY-MM-DD.
func (w Waiver) Expired(today string) bool { return w.Until != "" && w.Until < today }

// Objection says why a waiver can't be taken under this config, "" if it can.
func (c *Config) Objection(w Waiver) string {
	switch {
	case slices.Contains(c.NotWaivable, w.Rule):
		return fmt.Sprintf("the rule %s is not waivable here (not-waivable in the config)", w.Rule)
	case w.Reason == "":
		return fmt.Sprintf("the waiver of %s has no reason: say why the finding is lived with", w.Rule)
	}
	given := map[string]string{"owner": w.Owner, "until": w.Until}
	for _, need := range c.WaiversNeed {
		if given[need] == "" {
			return fmt.Sprintf("the waiver of %s has no %s, which waivers-need in the config asks for", w.Rule, need)
		}
	}
	return ""
}

// ParseWaivers reads a file of waivers: a list, or an object with the member
// waivers. All that is wrong with it is in the one error.
func ParseWaivers(name string, data []byte) ([]Waiver, error) {
	if isBlank(string(data)) {
		return nil, nil
	}
	r := &reader{}
	documents, problems := source.Parse(name, data, source.YAML)
	for _, problem := range problems {
		r.faults = append(r.faults, problem.String())
	}
	var waivers []Waiver
	for _, document := range documents {
		if root := document.Root(); root.Is(source.Array) {
			waivers = append(waivers, r.waivers(root, true)...)
		} else {
			r.object(root, fields{"waivers": func(n source.Node) { waivers = append(waivers, r.waivers(n, true)...) }})
		}
	}
	if len(r.faults) > 0 {
		return nil, errors.New(strings.Join(r.faults, "\n"))
	}
	return waivers, nil
}

// ReadWaivers reads the waivers that a document holds of itself, each about the
// scope: they need neither resource nor path.
func ReadWaivers(list source.Node, scope source.Span) ([]Waiver, []source.Problem) {
	r := &reader{}
	waivers := r.waivers(list, false)
	for i := range waivers {
		waivers[i].Scope = scope
	}
	var problems []source.Problem
	for i, fault := range r.faults {
		problems = append(problems, source.Problem{Message: strings.TrimPrefix(fault, r.spans[i].String()+": "), Span: r.spans[i]})
	}
	return waivers, problems
}

// waivers reads a list of them; where asked for, each must say what it is about.
func (r *reader) waivers(node source.Node, about bool) []Waiver {
	var waivers []Waiver
	for item := range r.items(node) {
		w := Waiver{Span: item.Span()}
		known := fields{
			"rule":   func(n source.Node) { w.Rule = r.text(n) },
			"reason": func(n source.Node) { w.Reason = strings.TrimSpace(r.text(n)) },
			"owner":  func(n source.Node) { w.Owner = r.text(n) },
			"until":  func(n source.Node) { w.Until = r.day(n) },
		}
		if about {
			known["resource"] = func(n source.Node) { w.Resource = r.text(n) }
			known["path"] = func(n source.Node) { w.Path = r.pattern(n) }
		}
		before := len(r.faults)
		r.object(item, known)
		switch {
		case len(r.faults) > before:
		case w.Rule == "" || w.Reason == "":
			r.fault(item, "a waiver needs rule and reason")
		case about && w.Resource == "" && w.Path == "":
			r.fault(item, "a waiver needs resource or path: what it is about")
		default:
			waivers = append(waivers, w)
		}
	}
	return waivers
}

func (r *reader) day(node source.Node) string {
	text := r.text(node)
	if _, err := time.Parse(time.DateOnly, text); err != nil && text != "" {
		r.fault(node, "%q is not a date: write it as 2027-01-31", text)
		return ""
	}
	return text
}

func (r *reader) pattern(node source.Node) string {
	text := r.text(node)
	switch {
	case !doublestar.ValidatePattern(text):
		r.fault(node, "%q is no pattern of files: * stands for any text in a name, ** for any folders", text)
	case spellings(text) > maxSpellings:
		r.fault(node, "the alternatives in this pattern make more than %d patterns: write fewer {...} groups, or several patterns", maxSpellings)
	}
	return text
}

// maxSpellings bounds the patterns that the alternatives of one make, each of
// which matching may try.
const maxSpellings = 1000

// spellings counts the patterns that a pattern with alternatives stands for,
// up to a little over the bound: "{a,b{c,d}}" is a, bc and bd.
func spellings(pattern string) int {
	// Each open group has the sum of its finished alternatives and the product
	// of what stands in the present one.
	type group struct{ sum, product int }
	groups := []group{{product: 1}}
	for i := 0; i < len(pattern); i++ {
		last := &groups[len(groups)-1]
		switch pattern[i] {
		case '\\':
			i++
		case '{':
			groups = append(groups, group{product: 1})
		case ',':
			if len(groups) == 1 {
				continue
			}
			last.sum, last.product = last.sum+last.product, 1
		case '}':
			if len(groups) > 1 {
				groups = groups[:len(groups)-1]
				outer := &groups[len(groups)-1]
				outer.product = min(outer.product*(last.sum+last.product), maxSpellings+1)
			}
		}
	}
	return groups[0].product
}

func (r *reader) overrides(node source.Node, c *Config) {
	for item := range r.items(node) {
		var o Override
		r.object(item, fields{
			"paths": func(n source.Node) {
				for path := range r.items(n) {
					o.Paths = append(o.Paths, r.pattern(path))
				}
			},
			"accounts": func(n source.Node) { o.Accounts = r.texts(n) },
			"rules":    func(n source.Node) { o.Rules = r.severities(n, c) },
		})
		switch {
		case o.Rules == nil:
			r.fault(item, "an override needs rules")
		case len(o.Paths)+len(o.Accounts) == 0:
			r.fault(item, "an override needs paths or accounts; for all findings use rules at the top")
		default:
			c.Overrides = append(c.Overrides, o)
		}
	}
}
