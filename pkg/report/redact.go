package report

import (
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

// Redact gives a copy of a report that can be shown to others. It keeps the words
// of the program and of AWS (services, Regions, actions, condition keys, managed
// policies), and puts pseudonyms for all others, wherever they stand: no list of
// places has to be complete. The same name has the same pseudonym within a report,
// and ARNs keep their structure. Fingerprints are replaced too, since they could be
// guessed back; a baseline does not fit a redacted report.
//
// A profile or folder whose name is an ordinary word of the reports themselves
// ("storage", "key") is replaced where it stands as a name, not in sentences.
func Redact(r *finding.Report) *finding.Report {
	p := newPseudonyms(r)
	p.learn(r)
	return p.report(r)
}

// learn gathers the names before anything is replaced, so that a sentence about
// a name that is known only later is caught too.
func (p *pseudonyms) learn(r *finding.Report) {
	for _, f := range allFindings(r) {
		p.exact("account", f.Account)
		p.exact("domain", f.Domain)
		p.exact("domain", f.DomainName)
		for _, profile := range f.Profiles {
			p.exact("profile", profile)
		}
	}
	for _, row := range r.Readiness {
		p.exact("account", row.Account)
		p.exact("domain", row.Domain)
		p.exact("domain", row.DomainName)
		p.exact("profile", row.Profile)
		p.bucket(row.Bucket)
		p.named("role", row.Role)
		p.named("key", row.Key)
	}
	for _, f := range allFindings(r) {
		p.named("role", f.Principal)
		p.named("name", f.Resource)
	}
	// Replacing learns: what it finds in ARNs, paths and source text is known from
	// then on. What comes of it now is thrown away.
	p.report(r)
}

// report makes the copy.
func (p *pseudonyms) report(r *finding.Report) *finding.Report {
	out := *r
	out.Part = nil // it is full of names, and a redacted report fits no other
	out.Config = p.path(r.Config)
	out.Findings = each(r.Findings, p.finding)
	out.Waived = each(r.Waived, p.finding)
	out.Waivers = each(r.Waivers, p.waiver)
	out.Problems = each(r.Problems, func(problem finding.Problem) finding.Problem {
		problem.File, problem.Message = p.path(problem.File), p.sentence(problem.Message)
		return problem
	})
	out.Readiness = each(r.Readiness, p.readiness)
	out.Rules = each(r.Rules, p.rule)
	if r.Partial != nil {
		out.Partial = &finding.Partial{Only: each(r.Partial.Only, p.ruleID), Skip: each(r.Partial.Skip, p.ruleID), Stopped: r.Partial.Stopped}
	}
	out.Summary = maps.Clone(r.Summary)
	if r.Baseline != nil {
		out.Baseline = &finding.Baseline{
			File: p.path(r.Baseline.File), Known: each(r.Baseline.Known, p.finding),
			Stale: each(r.Baseline.Stale, func(e finding.BaselineEntry) finding.BaselineEntry {
				e.Fingerprint, e.Resource, e.Message = p.exact("fingerprint", e.Fingerprint), p.text(e.Resource), p.sentence(e.Message)
				e.Rule, e.Claims = p.ruleID(e.Rule), each(e.Claims, p.sentence)
				return e
			}),
		}
	}
	out.Coverage.Documents = maps.Clone(r.Coverage.Documents)
	out.Coverage.Inputs = each(r.Coverage.Inputs, func(i finding.Input) finding.Input {
		i.File, i.Owner, i.Of = p.path(i.File), p.named("name", i.Owner), p.sentence(i.Of)
		i.Kind, i.How = p.sentence(i.Kind), p.sentence(i.How)
		return i
	})
	out.Coverage.Ignored = each(r.Coverage.Ignored, func(i finding.Ignored) finding.Ignored {
		return finding.Ignored{File: p.path(i.File), Reason: p.sentence(i.Reason)}
	})
	out.Coverage.Notes = each(r.Coverage.Notes, p.sentence)
	return &out
}

// each applies a function to every item; no list stays none.
func each[T any](list []T, change func(T) T) []T {
	out := slices.Clone(list)
	for i := range out {
		out[i] = change(out[i])
	}
	return out
}

func (p *pseudonyms) finding(f finding.Finding) finding.Finding {
	help := p.address(f.Rule, f.Help)
	f.Rule, f.Message, f.Place = p.ruleID(f.Rule), p.sentence(f.Message), p.place(f.Place)
	f.Account, f.Region, f.Domain = p.exact("account", f.Account), p.sentence(f.Region), p.exact("domain", f.Domain)
	f.DomainName = p.exact("domain", f.DomainName)
	f.Purpose, f.OnlyInGuide = finding.Purpose(p.sentence(string(f.Purpose))), p.sentence(f.OnlyInGuide)
	f.Profiles = each(f.Profiles, func(name string) string { return p.exact("profile", name) })
	f.Principal, f.Resource = p.named("role", f.Principal), p.named("name", f.Resource)
	f.Causes = each(f.Causes, func(c finding.Cause) finding.Cause {
		c.Message, c.Place, c.Policy = p.sentence(c.Message), p.place(c.Place), p.named("policy", c.Policy)
		c.Action, c.Layer, c.Cause = p.sentence(c.Action), p.sentence(c.Layer), p.sentence(c.Cause)
		c.Missing, c.Command = p.sentence(c.Missing), "" // with pseudonyms it would save nothing
		c.Profiles = each(c.Profiles, func(name string) string { return p.exact("profile", name) })
		return c
	})
	f.Related = each(f.Related, func(n finding.Note) finding.Note {
		return finding.Note{Message: p.sentence(n.Message), Place: p.place(n.Place)}
	})
	if f.Fix != nil {
		f.Fix = &finding.Fix{
			Message: p.sentence(f.Fix.Message), File: p.path(f.Fix.File), Statement: p.source(f.Fix.Statement),
			Edits: each(f.Fix.Edits, func(e finding.Edit) finding.Edit {
				return finding.Edit{Place: p.place(e.Place), Text: p.source(e.Text)}
			}),
			More: each(f.Fix.More, func(a finding.Addition) finding.Addition {
				return finding.Addition{Message: p.sentence(a.Message), File: p.path(a.File), Statement: p.source(a.Statement)}
			}),
		}
	}
	f.Snippet = each(f.Snippet, func(l finding.Line) finding.Line { return p.line(l, &f.Place) })
	f.Fingerprint = p.exact("fingerprint", f.Fingerprint)
	f.Help = help
	if f.Waiver != nil {
		waiver := p.waiver(*f.Waiver)
		f.Waiver = &waiver
	}
	return f
}

// line replaces names in a source line, and moves the columns of the place to
// where its text now stands: the reader has the line, not the file.
func (p *pseudonyms) line(l finding.Line, at *finding.Place) finding.Line {
	cut := max(l.Column-1, 0) // what a long line lacks at its beginning
	start, end := offsetOf(l.Text, at.Start.Column-cut), offsetOf(l.Text, at.End.Column-cut)
	text, moved := p.sourceAt(l.Text, start, end)
	if l.Line == at.Start.Line && start >= 0 {
		at.Start.Column = utf8.RuneCountInString(text[:moved[0]]) + 1 + cut
	}
	if l.Line == at.End.Line && end >= 0 {
		at.End.Column = utf8.RuneCountInString(text[:moved[1]]) + 1 + cut
	}
	return finding.Line{Line: l.Line, Text: text, Column: l.Column}
}

// offsetOf gives the byte offset of a column, -1 where the line is too short.
func offsetOf(line string, column int) int {
	for offset := range line {
		if column--; column == 0 {
			return offset
		}
	}
	if column == 1 {
		return len(line)
	}
	return -1
}

func (p *pseudonyms) waiver(w finding.Waiver) finding.Waiver {
	w.Rule, w.File, w.Reason, w.Owner = p.ruleID(w.Rule), p.path(w.File), p.exact("reason", w.Reason), p.exact("owner", w.Owner)
	return w
}

func (p *pseudonyms) readiness(row finding.Readiness) finding.Readiness {
	row.Region, row.Purpose = p.sentence(row.Region), finding.Purpose(p.sentence(string(row.Purpose)))
	row.Account, row.Domain, row.Profile = p.exact("account", row.Account), p.exact("domain", row.Domain), p.exact("profile", row.Profile)
	row.DomainName = p.exact("domain", row.DomainName)
	row.Role, row.Key, row.Bucket = p.named("role", row.Role), p.named("key", row.Key), p.bucket(row.Bucket)
	row.Findings = each(row.Findings, func(f string) string { return p.exact("fingerprint", f) })
	row.Reason = p.sentence(row.Reason)
	return row
}

// rule leaves what is said of a built-in rule alone.
func (p *pseudonyms) rule(r finding.Rule) finding.Rule {
	if p.words.isRule(r.ID) {
		return r
	}
	r.Title, r.Description, r.Why, r.Fix = p.sentence(r.Title), p.sentence(r.Description), p.sentence(r.Why), p.sentence(r.Fix)
	r.Help, r.Sources = p.address(r.ID, r.Help), each(r.Sources, func(text string) string { return p.address(r.ID, text) })
	r.ID = p.ruleID(r.ID)
	return r
}

// ruleID keeps the ids of built-in rules; those of the user's own are names.
func (p *pseudonyms) ruleID(id string) string {
	if p.words.isRule(id) {
		return id
	}
	return p.exact("rule", id)
}

func (p *pseudonyms) place(at finding.Place) finding.Place {
	at.File = p.path(at.File)
	return at
}
