// Package config reads .canvaslint.yaml: what the user decided. Every key that
// it does not know, and every value that does not fit, is an error with its
// place; a setting that is silently passed over would be a false green.
package config

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/source"
	"github.com/canvaslint/canvaslint/pkg/wording"
)

// FileName is the config file that check looks for, and OtherFileName the spelling
// that is as good.
const (
	FileName      = ".canvaslint.yaml"
	OtherFileName = ".canvaslint.yml"
)

// FileIn gives the config file among the names of a folder, "" where there is none.
// A second one, and one whose name no one looks for, is an error.
func FileIn(names []string) (string, error) {
	found := ""
	for _, name := range names {
		plain := strings.TrimPrefix(strings.ToLower(name), ".")
		stem, extension, _ := strings.Cut(plain, ".")
		switch {
		case name == FileName || name == OtherFileName:
			if found != "" {
				return "", fmt.Errorf("there are two configs, %s and %s: keep one", found, name)
			}
			found = name
		case name == plain && extension != "yaml" && extension != "yml": // canvaslint.json may be a report
		case stem == "canvaslint" || stem == "canvaslintrc":
			return "", fmt.Errorf("%s is not read: the config file is called %s", name, FileName)
		}
	}
	return found, nil
}

// Editions of the AWS page.
const (
	Guide2022    = "2022"
	GuideCurrent = "current"
)

// Config is the config file. The zero value, run through Defaults, is a run
// without one.
type Config struct {
	Guide        string // 2022 or current
	FailOn       string // error, warning, info or never
	AllowUnknown bool   // unknown: allow
	AllProfiles  bool   // canvas: all
	Rules        map[string]finding.Severity
	RuleAt       map[string]source.Span // where a rule is named, for unknown ids
	RuleDirs     []string               // relative to the config's folder
	RulesAsOf    string                 // version whose rules are enforced; "" for all
	Overrides    []Override
	Waivers      []Waiver
	WaiversNeed  []string // owner, until
	NotWaivable  []string // rule ids
	Datasets     []string
	// Exclude are patterns of files that are not read, in the form that .gitignore
	// has, relative to the config's folder.
	Exclude    []string
	Documents  []Document
	DeployedTo []Deployment
	Expect     Expect
	Facts      Facts
}

// Document says whose a file's document is.
type Document struct {
	File  string      // relative to the config's folder
	Owner string      // ARN; "" where only the type is said
	Type  string      // of policy, of all below a folder too; "" where the document says it
	At    source.Span // of the owner
}

// Deployment says where the plans and templates of a file, or below a folder, are
// deployed that do not say it themselves.
type Deployment struct {
	Path            string // relative to the config's folder; "" for all
	Account, Region string
}

// Expect is what the user demands beyond what AWS does.
type Expect struct {
	CustomerKeys []finding.Purpose // app, storage
	Models       []Model
	// Domains is how many domains must be checked at least.
	Domains   int
	DomainsAt source.Span // zero where a flag demands it
}

// Model is a model that users are expected to build.
type Model struct {
	Name, Domain, Problem, Key string
	Node                       source.Node // the model's entry
}

// Facts settle what no document says.
type Facts struct {
	OrganizationID    string
	OrganizationPaths []string
	// PrincipalTags are by role ARN, then tag key.
	PrincipalTags map[string]map[string]string
	// Context are condition keys with the values one of which they have.
	Context map[string][]string
	// At says where a fact stands: "organization id", "organization paths",
	// "context KEY", or for a tag the ARN of the role, a blank, and the tag's key.
	At map[string]source.Span
}

// Defaults fills in what the file leaves open.
func (c Config) Defaults() Config {
	if c.Guide == "" {
		c.Guide = Guide2022
	}
	if c.FailOn == "" {
		c.FailOn = string(finding.Error)
	}
	return c
}

// Parse reads a config file. All that is wrong with it is in the one error,
// a line each with file:line:column.
func Parse(name string, data []byte) (Config, error) {
	if isBlank(string(data)) {
		return Config{}, nil
	}
	r := &reader{}
	documents, problems := source.Parse(name, data, source.YAML)
	for _, problem := range problems {
		r.faults = append(r.faults, problem.String())
	}
	var config Config
	for i, document := range documents {
		if i > 0 {
			r.fault(document.Root(), "a config file holds one document")
			break
		}
		r.object(document.Root(), r.top(&config))
	}
	if len(r.faults) > 0 {
		return Config{}, errors.New(strings.Join(r.faults, "\n"))
	}
	return config, nil
}

// isBlank reports whether a file holds nothing but comments: it decides nothing.
func isBlank(text string) bool {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line != "" && line != "---" && !strings.HasPrefix(line, "#") {
			return false
		}
	}
	return true
}

// reader collects faults while it reads.
type reader struct {
	faults []string
	spans  []source.Span // of faults that fault added
}

func (r *reader) fault(at source.Node, format string, args ...any) {
	r.spans = append(r.spans, at.Span())
	r.faults = append(r.faults, at.Span().String()+": "+fmt.Sprintf(format, args...))
}

// fields maps the members an object may have to what reads them.
type fields map[string]func(source.Node)

func (r *reader) top(c *Config) fields {
	return fields{
		"guide":       func(n source.Node) { c.Guide = r.word(n, Guide2022, GuideCurrent) },
		"fail-on":     func(n source.Node) { c.FailOn = r.word(n, "error", "warning", "info", "never") },
		"unknown":     func(n source.Node) { c.AllowUnknown = r.word(n, "fail", "allow") == "allow" },
		"canvas":      func(n source.Node) { c.AllProfiles = r.word(n, "detected", "all") == "all" },
		"rules":       func(n source.Node) { c.Rules = r.severities(n, c) },
		"rule-dirs":   func(n source.Node) { c.RuleDirs = r.texts(n) },
		"datasets":    func(n source.Node) { c.Datasets = r.buckets(n) },
		"documents":   func(n source.Node) { r.documents(n, c) },
		"deployed-to": func(n source.Node) { r.deployments(n, c) },
		"exclude": func(n source.Node) {
			for item := range r.items(n) {
				c.Exclude = append(c.Exclude, r.pattern(item))
			}
		},
		"expect": func(n source.Node) {
			r.object(n, fields{
				"customer-keys": func(n source.Node) {
					for item := range r.items(n) {
						c.Expect.CustomerKeys = append(c.Expect.CustomerKeys, finding.Purpose(r.word(item, "app", "storage")))
					}
				},
				"models":  func(n source.Node) { r.models(n, c) },
				"domains": func(n source.Node) { c.Expect.Domains, c.Expect.DomainsAt = r.count(n), n.Span() },
			})
		},
		"facts":       func(n source.Node) { r.facts(n, &c.Facts) },
		"rules-as-of": func(n source.Node) { c.RulesAsOf = r.version(n) },
		"overrides":   func(n source.Node) { r.overrides(n, c) },
		"waivers":     func(n source.Node) { c.Waivers = append(c.Waivers, r.waivers(n, true)...) },
		"waivers-need": func(n source.Node) {
			for item := range r.items(n) {
				c.WaiversNeed = append(c.WaiversNeed, r.word(item, "owner", "until"))
			}
		},
		"not-waivable": func(n source.Node) {
			for item := range r.items(n) {
				c.NotWaivable = append(c.NotWaivable, r.rule(item, c))
			}
		},
	}
}

// object reads the members that fields knows and objects to the rest.
func (r *reader) object(node source.Node, known fields) {
	if node.Is(source.Null) || !node.Exists() {
		return
	}
	if !node.Is(source.Object) {
		r.fault(node, "expected a mapping here, found %s", node.Kind())
		return
	}
	for key, value := range node.Members() {
		read, ok := known[key.Text()]
		if !ok {
			if meant := wording.Nearest(key.Text(), known.names()); len(meant) > 0 {
				r.fault(key, "unknown key %q%s", key.Text(), wording.DidYouMean(meant))
				continue
			}
			r.fault(key, "unknown key %q; known here are: %s", key.Text(), strings.Join(known.names(), ", "))
			continue
		}
		read(value)
	}
}

func (f fields) names() []string {
	var names []string
	for name := range f {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// word reads one of a few words.
func (r *reader) word(node source.Node, words ...string) string {
	if text := r.text(node); text == "" || slices.Contains(words, text) {
		return text
	}
	r.fault(node, "%q is none of: %s%s", node.Text(), strings.Join(words, ", "), wording.DidYouMean(wording.Nearest(node.Text(), words)))
	return ""
}

func (r *reader) text(node source.Node) string {
	if !node.IsScalar() || node.Text() == "" {
		r.fault(node, "expected a text here, found %s", node.Kind())
		return ""
	}
	return node.Text()
}

func (r *reader) items(node source.Node) func(func(source.Node) bool) {
	if !node.Is(source.Array) {
		r.fault(node, "expected a list here, found %s", node.Kind())
	}
	return node.Items()
}

func (r *reader) texts(node source.Node) []string {
	var texts []string
	for item := range r.items(node) {
		texts = append(texts, r.text(item))
	}
	return texts
}

// buckets reads names of buckets, not their URLs or ARNs.
func (r *reader) buckets(node source.Node) []string {
	for item := range node.Items() {
		if strings.ContainsAny(item.Text(), ":/*") {
			r.fault(item, "%q is no bucket name: put the bare name here", item.Text())
		}
	}
	return r.texts(node)
}

// severities reads severities by rule id.
func (r *reader) severities(node source.Node, c *Config) map[string]finding.Severity {
	severities := map[string]finding.Severity{}
	if !node.Is(source.Object) {
		r.fault(node, "expected a mapping of rule ids to severities, found %s", node.Kind())
	}
	for key, value := range node.Members() {
		severities[r.rule(key, c)] = finding.Severity(r.word(value, "off", "info", "warning", "error"))
	}
	return severities
}

// rule reads a rule id and notes where it stands.
func (r *reader) rule(node source.Node, c *Config) string {
	if c.RuleAt == nil {
		c.RuleAt = map[string]source.Span{}
	}
	if _, ok := c.RuleAt[node.Text()]; !ok {
		c.RuleAt[node.Text()] = node.Span()
	}
	return node.Text()
}

// version reads a version such as 1.0: numbers with dots.
func (r *reader) version(node source.Node) string {
	text := r.text(node)
	if strings.Trim(text, "0123456789.") != "" || strings.HasPrefix(text, ".") || strings.HasSuffix(text, ".") {
		r.fault(node, "%q is no version: write it as 1.0", text)
	}
	return text
}

// count reads a whole number, 1 or more.
func (r *reader) count(node source.Node) int {
	number, err := strconv.Atoi(node.Text())
	if err != nil || number < 1 || !node.Is(source.Number) {
		r.fault(node, "expected a whole number here, 1 or more")
	}
	return number
}

func (r *reader) documents(node source.Node, c *Config) {
	for item := range r.items(node) {
		var document Document
		r.object(item, fields{
			"file":  func(n source.Node) { document.File = r.text(n) },
			"owner": func(n source.Node) { document.Owner, document.At = r.text(n), n.Span() },
			"type": func(n source.Node) {
				document.Type = r.word(n, "key", "bucket", "identity", "trust", "scp", "rcp", "endpoint")
			},
		})
		if document.File == "" || document.Owner == "" && document.Type == "" {
			r.fault(item, "a document needs file, and owner or type")
			continue
		}
		c.Documents = append(c.Documents, document)
	}
}

func (r *reader) deployments(node source.Node, c *Config) {
	for item := range r.items(node) {
		var d Deployment
		matching := func(into *string, is func(string) bool, what string) func(source.Node) {
			return func(n source.Node) {
				if *into = r.text(n); *into != "" && !is(*into) {
					r.fault(n, "%q is no %s", *into, what)
				}
			}
		}
		r.object(item, fields{
			"path":    func(n source.Node) { d.Path = r.text(n) },
			"account": matching(&d.Account, layout.IsAccount, "account id of twelve digits: put one here, in quotes"),
			"region":  matching(&d.Region, layout.IsRegion, "AWS Region such as eu-central-1"),
		})
		if d.Account == "" && d.Region == "" {
			r.fault(item, "an entry needs account or region")
			continue
		}
		c.DeployedTo = append(c.DeployedTo, d)
	}
}

func (r *reader) models(node source.Node, c *Config) {
	for item := range r.items(node) {
		model := Model{Node: item}
		r.object(item, fields{
			"name":   func(n source.Node) { model.Name = r.text(n) },
			"domain": func(n source.Node) { model.Domain = r.text(n) },
			"key":    func(n source.Node) { model.Key = r.text(n) },
			"problem": func(n source.Node) {
				model.Problem = r.word(n, "regression", "binary-classification", "multiclass-classification",
					"time-series-forecasting", "text-classification", "image-classification", "text-generation")
			},
		})
		if model.Name == "" || model.Problem == "" {
			r.fault(item, "a model needs name and problem")
			continue
		}
		c.Expect.Models = append(c.Expect.Models, model)
	}
}

func (r *reader) facts(node source.Node, facts *Facts) {
	facts.At = map[string]source.Span{}
	r.object(node, fields{
		"organization": func(n source.Node) {
			r.object(n, fields{
				"id": func(n source.Node) { facts.OrganizationID, facts.At["organization id"] = r.text(n), n.Span() },
				"paths": func(n source.Node) {
					facts.OrganizationPaths, facts.At["organization paths"] = r.texts(n), n.Span()
				},
			})
		},
		"principal-tags": func(n source.Node) {
			facts.PrincipalTags = map[string]map[string]string{}
			for role, tags := range n.Members() {
				values := map[string]string{}
				for tag, value := range tags.Members() {
					values[tag.Text()] = r.text(value)
					facts.At[role.Text()+" "+tag.Text()] = value.Span()
				}
				facts.PrincipalTags[role.Text()] = values
			}
		},
		"context": func(n source.Node) {
			facts.Context = map[string][]string{}
			for key, values := range n.Members() {
				facts.At["context "+key.Text()] = values.Span()
				for value := range values.Each() {
					facts.Context[key.Text()] = append(facts.Context[key.Text()], r.text(value))
				}
			}
		},
	})
}
