// Package finding holds what a run produces: findings, problems, readiness and
// the report that carries them. It is the JSON report of version 1, as types.
package finding

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// Severity says how bad a finding is.
type Severity string

// The severities, and Off for a rule that the config switches off.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Info    Severity = "info"
	Off     Severity = "off"
)

// Severities are the words for how bad a finding is, the worst first.
func Severities() []string { return []string{string(Error), string(Warning), string(Info)} }

// Rank orders severities: the higher the worse; Off and unknown words are 0.
func (s Severity) Rank() int {
	switch s {
	case Error:
		return 3
	case Warning:
		return 2
	case Info:
		return 1
	}
	return 0
}

// Place is a range of a file as reports show it: 1-based, columns in Unicode
// code points, End exclusive. A zero Start means that only the file is known.
type Place struct {
	File  string          `json:"file,omitempty"`
	Start source.Position `json:"start,omitzero"`
	End   source.Position `json:"end,omitzero"`
}

// PlaceOf turns a span into a place.
func PlaceOf(span source.Span) Place {
	if span.IsZero() {
		return Place{}
	}
	start, end := span.Positions()
	return Place{File: span.File.Name, Start: start, End: end}
}

// Finding is input that a rule objects to.
type Finding struct {
	Rule     string   `json:"rule"`
	Severity Severity `json:"severity"`
	Message  string   `json:"message"`
	Place
	Account string `json:"account,omitempty"`
	Region  string `json:"region,omitempty"`
	Domain  string `json:"domain,omitempty"` // its id
	// DomainName is the name that its owner gave it, where a document says it.
	DomainName string   `json:"domainName,omitempty"`
	Profiles   []string `json:"profiles,omitempty"`
	Principal  string   `json:"principal,omitempty"` // ARN of the role
	Resource   string   `json:"resource,omitempty"`  // ARN of the key or bucket
	Purpose    Purpose  `json:"purpose,omitempty"`
	Causes     []Cause  `json:"causes,omitempty"`
	Related    []Note   `json:"related,omitempty"`
	Fix        *Fix     `json:"fix,omitempty"`
	Snippet    []Line   `json:"snippet,omitempty"`
	// OnlyInGuide names the edition of the page that alone objects to this.
	OnlyInGuide string `json:"onlyInGuide,omitempty"`
	Fingerprint string `json:"fingerprint"`
	Help        string `json:"help"`
	// Waiver is the one that a waived finding is waived by.
	Waiver *Waiver `json:"waiver,omitempty"`
}

// Purpose is what Canvas wants a key or bucket for.
type Purpose string

// The purposes, a closed list.
const (
	App          Purpose = "app"
	Storage      Purpose = "storage"
	Output       Purpose = "output"
	Dataset      Purpose = "dataset"
	Helper       Purpose = "helper"
	Bucket       Purpose = "bucket"
	TimeSeries   Purpose = "time-series"
	GenerativeAI Purpose = "generative-ai"
	LargeData    Purpose = "large-data"
)

// Cause is one reason why an action is not allowed: the layer that stopped it
// and the statement (or gap) to blame.
type Cause struct {
	Action  string `json:"action"`
	Layer   string `json:"layer"`
	Cause   string `json:"cause"`
	Message string `json:"message"`
	Place
	// Policy names a policy that has no file here: an AWS-managed one.
	Policy string `json:"policy,omitempty"`
	// Profiles are those it holds for, where these are not all of the finding.
	Profiles []string `json:"profiles,omitempty"`
	// Missing names the document that would settle what is unknown, Command the
	// command of the AWS CLI that saves it where check finds it.
	Missing string `json:"missing,omitempty"`
	Command string `json:"command,omitempty"`
}

// Culprit gives the first of the causes for which a statement is to blame that has a
// place: who changes it changes the finding.
func (f *Finding) Culprit() (Cause, bool) {
	for _, cause := range f.Causes {
		switch cause.Cause {
		case "explicit-deny", "iam-not-enabled", "not-allowed-by-guardrail", "condition-not-met":
			if cause.File != "" {
				return cause, true
			}
		}
	}
	return Cause{}, false
}

// Note is a related place.
type Note struct {
	Message string `json:"message"`
	Place
}

// Fix is the smallest change that settles a finding.
type Fix struct {
	Message string `json:"message"`
	// File is the document to change, Statement the JSON text to add to it.
	File      string `json:"file,omitempty"`
	Statement string `json:"statement,omitempty"`
	Edits     []Edit `json:"edits,omitempty"`
	// More are the statements that other documents need besides.
	More []Addition `json:"more,omitempty"`
}

// Addition is a statement to add to a document.
type Addition struct {
	Message   string `json:"message"`
	File      string `json:"file,omitempty"`
	Statement string `json:"statement"`
}

// Edit replaces the text of a place.
type Edit struct {
	Place
	Text string `json:"text"`
}

// Line is one line of source text, for showing the place without the file.
type Line struct {
	Line int    `json:"line"`
	Text string `json:"text"`
	// Column is that of the first character of the text, where a long line was
	// cut; an ellipsis stands at each cut.
	Column int `json:"column,omitzero"`
}

// Problem is input that could not be analysed.
type Problem struct {
	Message string          `json:"message"`
	File    string          `json:"file,omitempty"`
	Start   source.Position `json:"start,omitzero"`
}

// Verdict says whether one capability of a profile works.
type Verdict string

// The verdicts of readiness.
const (
	Ready      Verdict = "ready"
	NotReady   Verdict = "not ready"
	Unknown    Verdict = "unknown"
	NotChecked Verdict = "not checked"
)

// Readiness is one row of the answer to "will it work?": a profile and a
// purpose, the key or bucket it needs, and the findings that speak against it.
type Readiness struct {
	Account string `json:"account"`
	Region  string `json:"region"`
	Domain  string `json:"domain"`
	// DomainName is the name that its owner gave it, where a document says it.
	DomainName string   `json:"domainName,omitempty"`
	Profile    string   `json:"profile,omitempty"` // empty: the domain's default settings
	Role       string   `json:"role,omitempty"`
	Purpose    Purpose  `json:"purpose"`
	Key        string   `json:"key,omitempty"`
	Bucket     string   `json:"bucket,omitempty"`
	Verdict    Verdict  `json:"verdict"`
	Findings   []string `json:"findings"`
	// Reason says in a sentence why the verdict is unknown or not checked.
	Reason string `json:"reason,omitempty"`
}

// Rule is what a reader of a report needs to know of a rule.
type Rule struct {
	ID       string   `json:"id"`
	Title    string   `json:"title"`
	Severity Severity `json:"severity"`
	Help     string   `json:"help"`
	// Description says what is wrong, Why what comes of it, Fix what to do.
	Description string `json:"description,omitempty"`
	Why         string `json:"why,omitempty"`
	Fix         string `json:"fix,omitempty"`
	// Sources are the pages that the rule rests on.
	Sources []string `json:"sources,omitempty"`
}

// Ignored is a file that was seen and not read, and why.
type Ignored struct {
	File   string `json:"file"`
	Reason string `json:"reason"`
}

// Input is one document that was read.
type Input struct {
	File  string          `json:"file"`
	Start source.Position `json:"start,omitzero"`
	Kind  string          `json:"kind"`
	// Of names the resource of a template, plan or snapshot that it was made from.
	Of string `json:"of,omitempty"`
	// Owner is what the document describes, How what says so; without an owner
	// it was checked alone.
	Owner string `json:"owner,omitempty"`
	How   string `json:"how"`
}

// Coverage says what was read, and what was not.
type Coverage struct {
	Files     int            `json:"files"`
	Documents map[string]int `json:"documents"`
	Decisions struct {
		Allowed int `json:"allowed"`
		Denied  int `json:"denied"`
		Unknown int `json:"unknown"`
	} `json:"decisions"`
	Ignored []Ignored `json:"ignored"`
	// Inputs are the documents that were read, in the order of their places.
	Inputs []Input `json:"inputs"`
	// Notes are sentences on what the answer leaves out: grants that were not
	// exported, profiles out of scope, a format that hides Canvas settings.
	Notes []string `json:"notes,omitempty"`
}

// Waiver is a decision of the user to live with a finding, and what became of it.
type Waiver struct {
	Rule  string          `json:"rule"`
	State string          `json:"state"` // used, unused, expired
	File  string          `json:"file"`
	Start source.Position `json:"start,omitzero"`
	// Reason, Owner and Until (the last day, YYYY-MM-DD) are as the user wrote them.
	Reason string `json:"reason,omitempty"`
	Owner  string `json:"owner,omitempty"`
	Until  string `json:"until,omitempty"`
}

// Baseline is what became of the findings of an earlier run.
type Baseline struct {
	File string `json:"file"`
	// Known are findings that the baseline has; they do not count.
	Known []Finding `json:"known"`
	// Stale are entries of the baseline that no finding answers to any more.
	Stale []BaselineEntry `json:"stale"`
}

// BaselineEntry names findings of an earlier run: by rule, resource and
// content, never by line or file.
type BaselineEntry struct {
	Fingerprint string `json:"fingerprint"`
	// Count is how many findings have the fingerprint.
	Count    int      `json:"count"`
	Rule     string   `json:"rule"`
	Severity Severity `json:"severity,omitempty"`
	Resource string   `json:"resource,omitempty"`
	Message  string   `json:"message"`
	// Claims are what the finding objects to, part by part. One that objects to
	// more is new.
	Claims []string `json:"claims,omitempty"`
}

// Tool names the program that wrote a report.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Partial says that the user chose among the rules, or that a limit ended the run.
type Partial struct {
	Only []string `json:"only"`
	Skip []string `json:"skip"`
	// Stopped is what a run was at that a limit ended; a problem names the limit.
	Stopped string `json:"stopped,omitempty"`
}

// Report is all that one run has to say; its JSON form is version 1.
type Report struct {
	Version   int            `json:"version"`
	Tool      Tool           `json:"tool"`
	Guide     string         `json:"guide"`
	Config    string         `json:"config,omitempty"` // the file that was used
	Partial   *Partial       `json:"partial,omitempty"`
	Findings  []Finding      `json:"findings"`
	Waived    []Finding      `json:"waived"`
	Waivers   []Waiver       `json:"waivers"`
	Baseline  *Baseline      `json:"baseline,omitempty"`
	Problems  []Problem      `json:"problems"`
	Readiness []Readiness    `json:"readiness"`
	Rules     []Rule         `json:"rules"`
	Coverage  Coverage       `json:"coverage"`
	Summary   map[string]int `json:"summary"`
	// Part is there where the report is on some of the accounts only.
	Part *Part `json:"part,omitempty"`
}

// Fingerprint identifies a finding across runs: by rule, what it is about and a
// key of the rule's own choosing, never by line.
func Fingerprint(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:12])
}
