// Package rules runs Rego rules over the snapshot and what Canvas needs of it.
// A rule is a folder with a rule.rego; built-in rules and the user's are the
// same thing in another fs.FS. Rules say what is wrong and why; every fact and
// position comes from Go.
package rules

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"sort"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

// Rule is one rule as its METADATA describes it, the only place for its words.
type Rule struct {
	ID          string
	Title       string
	Description string // what is wrong
	Why         string
	Fix         string
	Exceptions  string
	Severity    finding.Severity   // the default
	Severities  []finding.Severity // any other that a result may carry
	Since       string
	Guides      []string
	Sources     []string // the pages it rests on
	Inputs      []string // the parts of the input without which it has nothing to say

	module string        // rule.rego
	cases  func() string // cases.txtar, "" where there is none
	file   string        // rule.rego's name in messages
	own    bool          // the user's, not built in

	described sync.Once // by Describe, for all workers of a run
	faulty    error
}

// Help is where the rule is explained.
func (r *Rule) Help() string { return HelpOf(r.ID) }

// HelpOf is where a rule is explained.
func HelpOf(id string) string {
	return "https://github.com/canvaslint/canvaslint/blob/main/docs/rules.md#" + id
}

// Cases gives the text of cases.txtar.
func (r *Rule) Cases() string { return r.cases() }

// Module gives the text of rule.rego.
func (r *Rule) Module() string { return r.module }

// File is the name of rule.rego in messages: with the folder that was given for
// the user's rules, within the built-in ones for those.
func (r *Rule) File() string { return r.file }

// Set is a set of rules, with the library modules they share.
type Set struct {
	Rules []*Rule
	// Sandbox runs the user's rules; without one they are an error.
	Sandbox Sandbox
	// Schema is the JSON Schema of Input, against which the user's rules are
	// type-checked; empty: they are not.
	Schema []byte
	// Reviews spare policies that an earlier Evaluate looked at; nil keeps none.
	Reviews *Reviews
	// Base is the lib/base.txtar of the user's rules, over which their cases are
	// laid; "" where there is none.
	Base string

	libraries map[string]string
	shared    []module // the user's lib/ and tests
	prepared  prepared
}

// Load reads the rules of a folder: one folder per rule, and lib/ for what they
// share. It returns an error for a rule whose METADATA lacks a part.
func Load(fsys fs.FS) (*Set, error) {
	set := &Set{libraries: map[string]string{}}
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, fmt.Errorf("read the rules: %w", err)
	}
	for _, entry := range entries {
		if !entry.IsDir() {
			continue
		}
		if entry.Name() == "lib" {
			if err := set.loadLibraries(fsys); err != nil {
				return nil, err
			}
			continue
		}
		rule, err := loadRule(fsys, entry.Name())
		if err != nil {
			return nil, err
		}
		set.Rules = append(set.Rules, rule)
	}
	sort.Slice(set.Rules, func(i, j int) bool { return set.Rules[i].ID < set.Rules[j].ID })
	return set, nil
}

func (s *Set) loadLibraries(fsys fs.FS) error {
	files, err := fs.Glob(fsys, "lib/*.rego")
	if err != nil {
		return fmt.Errorf("list the rule library: %w", err)
	}
	for _, file := range files {
		data, err := fs.ReadFile(fsys, file)
		if err != nil {
			return fmt.Errorf("read %s: %w", file, err)
		}
		s.libraries[file] = string(data)
	}
	return nil
}

func loadRule(fsys fs.FS, id string) (*Rule, error) {
	file := path.Join(id, "rule.rego")
	data, err := fs.ReadFile(fsys, file)
	if err != nil {
		return nil, fmt.Errorf("read the rule %s: %w", id, err)
	}
	rule := &Rule{ID: id, module: string(data), file: file}
	if want := fmt.Sprintf("package canvaslint[%q]", id); !strings.Contains(rule.module, want) {
		return nil, fmt.Errorf("read the rule %s: %s has no line %s", id, file, want)
	}
	rule.Inputs = headerList(rule.module, "inputs")
	rule.Severity = finding.Severity(headerWord(rule.module, "severity"))
	rule.cases = func() string { // they are larger than all else, and tests alone read them
		cases, err := fs.ReadFile(fsys, path.Join(id, "cases.txtar"))
		if err != nil {
			return ""
		}
		return string(cases)
	}
	return rule, nil
}

// headerWord reads one word of the METADATA without a YAML parser: at the start
// of a run only the severity and the inputs of each rule are wanted.
func headerWord(module, name string) string {
	_, rest, ok := strings.Cut(module, "\n#   "+name+":")
	if !ok {
		return ""
	}
	line, _, _ := strings.Cut(rest, "\n")
	return strings.TrimSpace(line)
}

func headerList(module, name string) []string {
	return strings.FieldsFunc(headerWord(module, name), func(r rune) bool { return strings.ContainsRune("[], ", r) })
}

// metadata is the shape of the METADATA comment.
type metadata struct {
	Title            string   `yaml:"title"`
	Description      string   `yaml:"description"`
	RelatedResources []string `yaml:"related_resources"`
	Custom           struct {
		Severity   finding.Severity   `yaml:"severity"`
		Severities []finding.Severity `yaml:"severities"`
		Why        string             `yaml:"why"`
		Fix        string             `yaml:"fix"`
		Exceptions string             `yaml:"exceptions"`
		Since      string             `yaml:"since"`
		Guides     []string           `yaml:"guides"`
		Inputs     []string           `yaml:"inputs"`
	} `yaml:"custom"`
}

// Describe fills in the words of the METADATA, once. It returns an error for a
// missing part.
func (r *Rule) Describe() error {
	r.described.Do(func() { r.faulty = r.describe() })
	return r.faulty
}

func (r *Rule) describe() error {
	var text bytes.Buffer
	_, rest, _ := strings.Cut(r.module, "# METADATA\n")
	for line := range strings.Lines(rest) {
		if !strings.HasPrefix(line, "#") {
			break
		}
		text.WriteString(strings.TrimPrefix(strings.TrimPrefix(line, "#"), " "))
	}
	var m metadata
	decoder := yaml.NewDecoder(&text)
	decoder.KnownFields(true)
	if err := decoder.Decode(&m); err != nil {
		return fmt.Errorf("read the METADATA of the rule %s: %w", r.ID, err)
	}
	for name, value := range map[string]string{
		"title": m.Title, "description": m.Description, "custom.why": m.Custom.Why, "custom.fix": m.Custom.Fix,
		"custom.exceptions": m.Custom.Exceptions, "custom.since": m.Custom.Since, "custom.severity": string(m.Custom.Severity),
	} {
		if value == "" {
			return fmt.Errorf("read the METADATA of the rule %s: %s is missing", r.ID, name)
		}
	}
	if len(m.RelatedResources) == 0 || len(m.Custom.Guides) == 0 || m.Custom.Severity.Rank() == 0 && m.Custom.Severity != finding.Off {
		return fmt.Errorf("read the METADATA of the rule %s: it needs related_resources, custom.guides and a severity of error, warning, info or off", r.ID)
	}
	if unknown := unknownInput(m.Custom.Inputs); unknown != "" {
		return fmt.Errorf("read the METADATA of the rule %s: custom.inputs names %q, which is no part of the input", r.ID, unknown)
	}
	r.Title, r.Description, r.Why, r.Fix, r.Exceptions = m.Title, m.Description, m.Custom.Why, m.Custom.Fix, m.Custom.Exceptions
	r.Severities, r.Since, r.Guides, r.Sources = m.Custom.Severities, m.Custom.Since, m.Custom.Guides, m.RelatedResources
	if r.Severity != m.Custom.Severity { // others may read it meanwhile
		r.Severity = m.Custom.Severity
	}
	return nil
}

// Find gives the rule of an id, nil if there is none.
func (s *Set) Find(id string) *Rule {
	for _, rule := range s.Rules {
		if rule.ID == id {
			return rule
		}
	}
	return nil
}

// mayCarry reports whether a result of the rule may have the severity.
func (r *Rule) mayCarry(severity finding.Severity) bool {
	return severity == r.Severity || slices.Contains(r.Severities, severity)
}

// WriteList writes the rules, a line each.
func (s *Set) WriteList(w io.Writer) error {
	width := 0
	for _, rule := range s.Rules {
		width = max(width, len(rule.ID))
	}
	for _, rule := range s.Rules {
		if err := rule.Describe(); err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "%-*s  %-7s  %s\n", width, rule.ID, rule.Severity, rule.Title); err != nil {
			return err
		}
	}
	return nil
}
