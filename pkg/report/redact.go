package report

import (
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

// Redact gives a copy of a report that can be shown to others. It keeps the words
// of the program and of AWS (services, Regions, actions, condition keys, managed
// policies), and puts stand-ins for all others, wherever they stand: no list of
// places has to be complete. The same name has the same stand-in within a report,
// and ARNs keep their structure. Fingerprints are replaced too, since they could be
// guessed back; a baseline does not fit a redacted report.
//
// A profile or folder whose name is an ordinary word of the reports themselves
// ("storage", "key") is replaced where it stands as a name, not in sentences.
func Redact(r *finding.Report) *finding.Report {
	d := newDisguise(r)
	d.learn(r)
	return d.report(r)
}

// learn gathers the names before anything is replaced, so that a sentence about
// a name that is known only later is caught too.
func (d *disguise) learn(r *finding.Report) {
	for _, f := range allFindings(r) {
		d.exact("account", f.Account)
		d.exact("domain", f.Domain)
		d.exact("domain", f.DomainName)
		for _, profile := range f.Profiles {
			d.exact("profile", profile)
		}
	}
	for _, row := range r.Readiness {
		d.exact("account", row.Account)
		d.exact("domain", row.Domain)
		d.exact("domain", row.DomainName)
		d.exact("profile", row.Profile)
		d.bucket(row.Bucket)
		d.named("role", row.Role)
		d.named("key", row.Key)
	}
	for _, f := range allFindings(r) {
		d.named("role", f.Principal)
		d.named("name", f.Resource)
	}
	// Replacing learns: what it finds in ARNs, paths and source text is known from
	// then on. What comes of it now is thrown away.
	d.report(r)
}

// report makes the copy.
func (d *disguise) report(r *finding.Report) *finding.Report {
	out := *r
	out.Part = nil // it is full of names, and a redacted report fits no other
	out.Config = d.path(r.Config)
	out.Findings = each(r.Findings, d.finding)
	out.Waived = each(r.Waived, d.finding)
	out.Waivers = each(r.Waivers, d.waiver)
	out.Problems = each(r.Problems, func(p finding.Problem) finding.Problem {
		p.File, p.Message = d.path(p.File), d.sentence(p.Message)
		return p
	})
	out.Readiness = each(r.Readiness, d.readiness)
	out.Rules = each(r.Rules, d.rule)
	if r.Partial != nil {
		out.Partial = &finding.Partial{Only: each(r.Partial.Only, d.ruleID), Skip: each(r.Partial.Skip, d.ruleID), Stopped: r.Partial.Stopped}
	}
	out.Summary = maps.Clone(r.Summary)
	if r.Baseline != nil {
		out.Baseline = &finding.Baseline{
			File: d.path(r.Baseline.File), Known: each(r.Baseline.Known, d.finding),
			Stale: each(r.Baseline.Stale, func(e finding.BaselineEntry) finding.BaselineEntry {
				e.Fingerprint, e.Resource, e.Message = d.exact("fingerprint", e.Fingerprint), d.text(e.Resource), d.sentence(e.Message)
				e.Rule, e.Claims = d.ruleID(e.Rule), each(e.Claims, d.sentence)
				return e
			}),
		}
	}
	out.Coverage.Documents = maps.Clone(r.Coverage.Documents)
	out.Coverage.Inputs = each(r.Coverage.Inputs, func(i finding.Input) finding.Input {
		i.File, i.Owner, i.Of = d.path(i.File), d.named("name", i.Owner), d.sentence(i.Of)
		i.Kind, i.How = d.sentence(i.Kind), d.sentence(i.How)
		return i
	})
	out.Coverage.Ignored = each(r.Coverage.Ignored, func(i finding.Ignored) finding.Ignored {
		return finding.Ignored{File: d.path(i.File), Reason: d.sentence(i.Reason)}
	})
	out.Coverage.Notes = each(r.Coverage.Notes, d.sentence)
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

func (d *disguise) finding(f finding.Finding) finding.Finding {
	help := d.address(f.Rule, f.Help)
	f.Rule, f.Message, f.Place = d.ruleID(f.Rule), d.sentence(f.Message), d.place(f.Place)
	f.Account, f.Region, f.Domain = d.exact("account", f.Account), d.sentence(f.Region), d.exact("domain", f.Domain)
	f.DomainName = d.exact("domain", f.DomainName)
	f.Purpose, f.OnlyInGuide = finding.Purpose(d.sentence(string(f.Purpose))), d.sentence(f.OnlyInGuide)
	f.Profiles = each(f.Profiles, func(name string) string { return d.exact("profile", name) })
	f.Principal, f.Resource = d.named("role", f.Principal), d.named("name", f.Resource)
	f.Causes = each(f.Causes, func(c finding.Cause) finding.Cause {
		c.Message, c.Place, c.Policy = d.sentence(c.Message), d.place(c.Place), d.named("policy", c.Policy)
		c.Action, c.Layer, c.Cause = d.sentence(c.Action), d.sentence(c.Layer), d.sentence(c.Cause)
		c.Missing, c.Command = d.sentence(c.Missing), "" // with stand-ins it would save nothing
		c.Profiles = each(c.Profiles, func(name string) string { return d.exact("profile", name) })
		return c
	})
	f.Related = each(f.Related, func(n finding.Note) finding.Note {
		return finding.Note{Message: d.sentence(n.Message), Place: d.place(n.Place)}
	})
	if f.Fix != nil {
		f.Fix = &finding.Fix{
			Message: d.sentence(f.Fix.Message), File: d.path(f.Fix.File), Statement: d.source(f.Fix.Statement),
			Edits: each(f.Fix.Edits, func(e finding.Edit) finding.Edit {
				return finding.Edit{Place: d.place(e.Place), Text: d.source(e.Text)}
			}),
			More: each(f.Fix.More, func(a finding.Addition) finding.Addition {
				return finding.Addition{Message: d.sentence(a.Message), File: d.path(a.File), Statement: d.source(a.Statement)}
			}),
		}
	}
	f.Snippet = each(f.Snippet, func(l finding.Line) finding.Line { return d.line(l, &f.Place) })
	f.Fingerprint = d.exact("fingerprint", f.Fingerprint)
	f.Help = help
	if f.Waiver != nil {
		waiver := d.waiver(*f.Waiver)
		f.Waiver = &waiver
	}
	return f
}

// line replaces names in a source line, and moves the columns of the place to
// where its text now stands: the reader has the line, not the file.
func (d *disguise) line(l finding.Line, at *finding.Place) finding.Line {
	cut := max(l.Column-1, 0) // what a long line lacks at its beginning
	start, end := offsetOf(l.Text, at.Start.Column-cut), offsetOf(l.Text, at.End.Column-cut)
	text, moved := d.sourceAt(l.Text, start, end)
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

func (d *disguise) waiver(w finding.Waiver) finding.Waiver {
	w.Rule, w.File, w.Reason, w.Owner = d.ruleID(w.Rule), d.path(w.File), d.exact("reason", w.Reason), d.exact("owner", w.Owner)
	return w
}

func (d *disguise) readiness(row finding.Readiness) finding.Readiness {
	row.Region, row.Purpose = d.sentence(row.Region), finding.Purpose(d.sentence(string(row.Purpose)))
	row.Account, row.Domain, row.Profile = d.exact("account", row.Account), d.exact("domain", row.Domain), d.exact("profile", row.Profile)
	row.DomainName = d.exact("domain", row.DomainName)
	row.Role, row.Key, row.Bucket = d.named("role", row.Role), d.named("key", row.Key), d.bucket(row.Bucket)
	row.Findings = each(row.Findings, func(f string) string { return d.exact("fingerprint", f) })
	row.Reason = d.sentence(row.Reason)
	return row
}

// rule leaves what is said of a built-in rule alone.
func (d *disguise) rule(r finding.Rule) finding.Rule {
	if d.words.isRule(r.ID) {
		return r
	}
	r.Title, r.Description, r.Why, r.Fix = d.sentence(r.Title), d.sentence(r.Description), d.sentence(r.Why), d.sentence(r.Fix)
	r.Help, r.Sources = d.address(r.ID, r.Help), each(r.Sources, func(text string) string { return d.address(r.ID, text) })
	r.ID = d.ruleID(r.ID)
	return r
}

// ruleID keeps the ids of built-in rules; those of the user's own are names.
func (d *disguise) ruleID(id string) string {
	if d.words.isRule(id) {
		return id
	}
	return d.exact("rule", id)
}

func (d *disguise) place(at finding.Place) finding.Place {
	at.File = d.path(at.File)
	return at
}
