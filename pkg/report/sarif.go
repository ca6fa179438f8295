package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/fetch"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/wording"
)

const (
	sarifSchema = "https://json.schemastore.org/sarif-2.1.0.json"
	// sourceRoot is the base that GitHub takes for the root of the repository
	// (https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning).
	sourceRoot = "%SRCROOT%"
	homepage   = "https://github.com/canvaslint/canvaslint"
	// mostRelated is how many related locations GitHub accepts for a result; it
	// refuses a file with more.
	mostRelated = 1000
)

// WriteSARIF writes the report as SARIF 2.1.0, in the shape that GitHub code
// scanning accepts: every result has a place in a file whose URI is relative to
// %SRCROOT%, every rule its help. Problems are notifications of the invocation,
// which is not successful then; waived findings are suppressed results. With a
// baseline every result has a state; what is gone is a result of kind "pass". Of more
// results than GitHub takes the most severe are written, and a warning counts the rest.
func WriteSARIF(w io.Writer, r *finding.Report) error { return gitHubLimits().within(w, r) }

// sarifOf makes a log with at most so many results.
func sarifOf(r *finding.Report, most int) sarifLog {
	s := &sarifWriter{report: r, most: most, rules: map[string]int{}, files: map[string]int{}, seen: map[string]int{}}
	run := &s.run
	run.Tool.Driver = sarifDriver{Name: Clean(r.Tool.Name), Version: Clean(r.Tool.Version), InformationURI: homepage}
	run.AutomationDetails.ID = "canvaslint/"
	run.ColumnKind = "unicodeCodePoints"
	run.OriginalURIBaseIDs = map[string]sarifLocation{
		sourceRoot: {Description: &sarifMessage{Text: "the folder that canvaslint ran in"}},
	}
	run.Properties = map[string]any{"guide": Clean(r.Guide)}
	for _, rule := range r.Rules {
		s.rule(rule)
	}
	for i, f := range allFindings(r) {
		if i < most {
			run.Results = append(run.Results, s.result(f))
		}
	}
	if r.Baseline != nil {
		for _, entry := range r.Baseline.Stale[:max(0, min(most-len(run.Results), len(r.Baseline.Stale)))] {
			run.Results = append(run.Results, s.gone(r.Baseline.File, entry))
		}
	}
	run.Invocations = []sarifInvocation{s.invocation()}
	return sarifLog{Schema: sarifSchema, Version: "2.1.0", Runs: []sarifRun{s.run}}
}

// sarifWriter fills one run.
type sarifWriter struct {
	report *finding.Report
	most   int // results
	run    sarifRun
	rules  map[string]int // index by id
	files  map[string]int // index by name
	seen   map[string]int // how often a fingerprint occurred
}

// sarifLevel is the standard's word for a severity.
func sarifLevel(s finding.Severity) string {
	switch s {
	case finding.Error:
		return "error"
	case finding.Warning:
		return "warning"
	}
	return "note"
}

// securitySeverity is the number by which GitHub sorts: at least 7 is high, at
// least 4 medium, less is low.
func securitySeverity(s finding.Severity) string {
	switch s {
	case finding.Error:
		return "8.0"
	case finding.Warning:
		return "5.0"
	}
	return "2.0"
}

// sarifText is a message whose text comes from input. The standard reads
// "[text](target)" as a link, also in plain text, unless a bracket is escaped.
func sarifText(text string) string { return strings.ReplaceAll(Clean(text), "](", `\](`) }

// rule adds a rule once and gives its index.
func (s *sarifWriter) rule(rule finding.Rule) int {
	if index, ok := s.rules[rule.ID]; ok {
		return index
	}
	if rule.Title == "" {
		rule.Title = rule.ID
	}
	if rule.Description == "" {
		rule.Description = rule.Title
	}
	var help, markdown []string
	add := func(head, text string) {
		if text != "" {
			help = append(help, head+sarifText(text))
			markdown = append(markdown, bold(head)+markdownText(text))
		}
	}
	add("", rule.Description)
	add("Why: ", rule.Why)
	add("Fix: ", rule.Fix)
	for _, source := range rule.Sources {
		if address := safeURL(source); address != "" {
			help = append(help, "Source: "+address)
			markdown = append(markdown, "Source: <"+address+">")
		}
	}
	address := safeURL(rule.Help)
	if address != "" {
		help = append(help, "More: "+address)
		markdown = append(markdown, "[More about "+markdownText(rule.ID)+"]("+address+")")
	}
	index := len(s.run.Tool.Driver.Rules)
	s.rules[rule.ID] = index
	s.run.Tool.Driver.Rules = append(s.run.Tool.Driver.Rules, sarifRule{
		ID:               Clean(rule.ID),
		ShortDescription: sarifMessage{Text: sarifText(rule.Title)},
		FullDescription:  sarifMessage{Text: sarifText(rule.Description)},
		Help:             sarifMessage{Text: strings.Join(help, "\n\n"), Markdown: strings.Join(markdown, "\n\n")},
		HelpURI:          address, DefaultConfiguration: sarifConfiguration{sarifLevel(rule.Severity)},
		Properties: map[string]any{
			"tags":      []string{"security", "aws", "kms", "sagemaker-canvas"},
			"precision": "high", "problem.severity": problemSeverity(rule.Severity),
			"security-severity": securitySeverity(rule.Severity),
		},
	})
	return index
}

// bold is a head in Markdown.
func bold(head string) string {
	if head == "" {
		return ""
	}
	return "**" + strings.TrimSpace(head) + "** "
}

// problemSeverity is GitHub's word for a severity where it does not count as
// one of security.
func problemSeverity(s finding.Severity) string {
	if s == finding.Error || s == finding.Warning {
		return string(s)
	}
	return "recommendation"
}

// result turns a finding into a result.
func (s *sarifWriter) result(f judgedFinding) sarifResult {
	main := mainPlace(f.Finding)
	location := s.place(main)
	related, links := s.related(f.Finding)
	message := sarifText(f.Message)
	if len(links) > 0 {
		message += "\n" + strings.Join(links, "\n")
	}
	if f.Fix != nil && f.Fix.Message != "" {
		message += "\nFix: " + sarifText(fixText(f.Fix))
	}
	out := sarifResult{
		RuleID: Clean(f.Rule), RuleIndex: s.ruleOf(f.Finding), Level: sarifLevel(f.Severity),
		Message: sarifMessage{Text: message}, Locations: []sarifPlace{location},
		RelatedLocations: related, PartialFingerprints: s.fingerprints(f.Fingerprint),
		Fixes: s.fixes(f.Fix), Properties: subjectOf(f.Finding),
	}
	if f.Fix != nil && f.Fix.Statement != "" {
		out.Properties["statement"] = f.Fix.Statement
	}
	if main == f.Place {
		out.Locations[0].Physical.Context = contextRegion(f.Snippet)
	}
	if f.Domain != "" {
		out.Locations[0].Logical = []sarifName{{Clean(strings.Join([]string{f.Account, f.Region, f.Domain}, "/")), "resource"}}
	}
	if f.state == isWaived {
		out.Suppressions = []sarifSuppression{s.suppression(f.Finding)}
	}
	if s.report.Baseline != nil {
		out.BaselineState = "new"
		if f.state == isKnown {
			out.BaselineState = "unchanged"
		}
	}
	return out
}

func (s *sarifWriter) ruleOf(f finding.Finding) int {
	return s.rule(finding.Rule{ID: f.Rule, Severity: f.Severity, Help: f.Help})
}

// gone is what the baseline has and this run has not. It no longer is an
// objection, so that a reader that does not know baselines shows no alert.
func (s *sarifWriter) gone(file string, entry finding.BaselineEntry) sarifResult {
	out := sarifResult{
		RuleID: Clean(entry.Rule), RuleIndex: s.rule(finding.Rule{ID: entry.Rule}), Kind: "pass", Level: "none",
		Message: sarifMessage{Text: sarifText(entry.Message)}, Locations: []sarifPlace{s.place(finding.Place{File: file})},
		PartialFingerprints: s.fingerprints(entry.Fingerprint), BaselineState: "absent",
	}
	if entry.Resource != "" {
		out.Properties = map[string]any{"resource": Clean(entry.Resource)}
	}
	return out
}

// fingerprints names a result across runs. GitHub reads primaryLocationLineHash
// alone, a hash and how often it has occurred; ours holds no line.
func (s *sarifWriter) fingerprints(fingerprint string) map[string]string {
	s.seen[fingerprint]++
	return map[string]string{
		"canvaslint/v1":           Clean(fingerprint),
		"primaryLocationLineHash": fmt.Sprintf("%s:%d", Clean(fingerprint), s.seen[fingerprint]),
	}
}

// related turns causes and notes into related locations, and into lines of the
// message that link to them by number.
func (s *sarifWriter) related(f finding.Finding) (places []sarifPlace, links []string) {
	add := func(text string, at finding.Place) {
		if at.File == "" || len(places) == mostRelated {
			links = append(links, sarifText(text))
			return
		}
		for _, known := range places {
			if known.Message.Text == sarifText(text) && known.Physical.Artifact.URI == fileURI(at.File).URI && *known.Physical.Region == *regionOf(at) {
				return
			}
		}
		place := s.place(at)
		place.ID = len(places) + 1
		place.Message = &sarifMessage{Text: sarifText(text)}
		places = append(places, place)
		label := strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`).Replace(where(at))
		links = append(links, fmt.Sprintf("%s [%s](%d)", sarifText(text), label, place.ID))
	}
	for _, cause := range groupCauses(f.Causes) {
		add(causeText(cause), cause.Place)
	}
	for _, note := range f.Related {
		add(note.Message, note.Place)
	}
	return places, links
}

// suppression says who lives with a finding, and why. A waiver that stands in
// the document itself is one in source.
func (s *sarifWriter) suppression(f finding.Finding) sarifSuppression {
	out := sarifSuppression{Kind: "external", Status: "accepted"}
	if f.Waiver == nil {
		return out
	}
	if f.Waiver.File == f.File {
		out.Kind = "inSource"
	}
	out.Justification = sarifText(f.Waiver.Reason)
	if f.Waiver.File != "" {
		place := s.place(finding.Place{File: f.Waiver.File, Start: f.Waiver.Start})
		out.Location = &place
	}
	out.Properties = map[string]any{}
	for name, value := range map[string]string{"owner": f.Waiver.Owner, "until": f.Waiver.Until} {
		if value != "" {
			out.Properties[name] = Clean(value)
		}
	}
	return out
}

// fixes gives the edits of a fix, file by file.
func (s *sarifWriter) fixes(fix *finding.Fix) []sarifFix {
	if fix == nil || len(fix.Edits) == 0 {
		return nil
	}
	out := sarifFix{Description: sarifMessage{Text: sarifText(fix.Message)}}
	for _, edit := range fix.Edits {
		at := slices.IndexFunc(out.Changes, func(c sarifChange) bool { return c.Artifact.URI == fileURI(edit.File).URI })
		if at < 0 {
			at = len(out.Changes)
			out.Changes = append(out.Changes, sarifChange{Artifact: s.file(edit.File)})
		}
		change := sarifReplacement{Deleted: *regionOf(edit.Place)}
		if edit.End.IsZero() { // an insertion
			change.Deleted.EndLine, change.Deleted.EndColumn = change.Deleted.StartLine, change.Deleted.StartColumn
		}
		if edit.Text != "" {
			change.Inserted = &sarifContent{edit.Text}
		}
		out.Changes[at].Replacements = append(out.Changes[at].Replacements, change)
	}
	return []sarifFix{out}
}

// invocation tells how the run went.
func (s *sarifWriter) invocation() sarifInvocation {
	r := s.report
	out := sarifInvocation{ExecutionSuccessful: len(r.Problems) == 0}
	for _, problem := range r.Problems {
		next := sarifNotification{Level: "error", Message: sarifMessage{Text: sarifText(problem.Message)}}
		if problem.File != "" {
			next.Locations = []sarifPlace{s.place(finding.Place{File: problem.File, Start: problem.Start})}
		}
		out.ToolExecutionNotifications = append(out.ToolExecutionNotifications, next)
	}
	note := func(level, text string) {
		out.ToolExecutionNotifications = append(out.ToolExecutionNotifications, sarifNotification{Level: level, Message: sarifMessage{Text: sarifText(text)}})
	}
	if text := leftOut(r, s.most); text != "" {
		note("warning", text)
	}
	if n := r.Coverage.Decisions.Unknown; n > 0 {
		note("warning", wording.Count(n, "permission")+" unknown")
	}
	for _, text := range r.Coverage.Notes {
		note("note", text)
	}
	for _, file := range r.Coverage.Ignored {
		note("note", file.File+" was not read: "+file.Reason)
	}
	for _, text := range partialNotes(r) {
		out.ToolConfigurationNotifications = append(out.ToolConfigurationNotifications,
			sarifNotification{Level: "note", Message: sarifMessage{Text: sarifText(text)}})
	}
	for _, waiver := range r.Waivers {
		if waiver.State == "used" {
			continue
		}
		at := finding.Place{File: waiver.File, Start: waiver.Start}
		out.ToolConfigurationNotifications = append(out.ToolConfigurationNotifications, sarifNotification{
			Level: "warning", Message: sarifMessage{Text: sarifText(waiverNote(waiver))}, Locations: []sarifPlace{s.place(at)},
			Rule: &sarifReference{Clean(waiver.Rule)},
		})
	}
	return out
}

// place turns a place into a location. GitHub refuses one without a file.
func (s *sarifWriter) place(at finding.Place) sarifPlace {
	return sarifPlace{Physical: sarifPhysical{Artifact: s.file(at.File), Region: regionOf(at)}}
}

// file gives a file's location, and lists the file among the artifacts.
func (s *sarifWriter) file(name string) sarifLocation {
	index, ok := s.files[name]
	location := fileURI(name)
	if !ok {
		index = len(s.run.Artifacts)
		s.files[name] = index
		s.run.Artifacts = append(s.run.Artifacts, sarifArtifact{Location: location, Roles: []string{"analysisTarget"}})
	}
	location.Index = &index
	return location
}

// fileURI turns a file name into a URI. One outside of the current folder has
// no base.
func fileURI(name string) sarifLocation {
	const plain = "/-._~!$'()*+,;=@" // what a path may hold besides letters and digits (RFC 3986)
	var out strings.Builder
	for i := range len(name) {
		c := name[i]
		if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.IndexByte(plain, c) >= 0 {
			out.WriteByte(c)
		} else {
			fmt.Fprintf(&out, "%%%02X", c)
		}
	}
	uri := out.String()
	drive := len(name) > 2 && name[1] == ':' && name[2] == '/'
	switch {
	case name == "":
		return sarifLocation{URI: ".", URIBaseID: sourceRoot}
	case drive:
		return sarifLocation{URI: "file:///" + strings.Replace(uri, "%3A", ":", 1)}
	case fetch.IsAddress(name):
		return sarifLocation{URI: strings.Replace(uri, "%3A", ":", 1)}
	case strings.HasPrefix(uri, "//"):
		return sarifLocation{URI: "file:" + uri}
	case strings.HasPrefix(uri, "/"):
		return sarifLocation{URI: "file://" + uri}
	case uri == ".." || strings.HasPrefix(uri, "../"):
		return sarifLocation{URI: uri}
	}
	return sarifLocation{URI: uri, URIBaseID: sourceRoot}
}

// regionOf turns positions into a region: 1-based, the end exclusive, columns in
// code points, as in the report. GitHub demands a line; where only the file is
// known it is the first one.
func regionOf(at finding.Place) *sarifRegion {
	if at.Start.Line < 1 {
		return &sarifRegion{StartLine: 1}
	}
	out := &sarifRegion{StartLine: at.Start.Line, StartColumn: max(0, at.Start.Column)}
	if at.End.Line > at.Start.Line || at.End.Line == at.Start.Line && at.End.Column >= at.Start.Column {
		out.EndLine, out.EndColumn = at.End.Line, max(0, at.End.Column)
	}
	return out
}

// contextRegion gives the source lines of a finding, where they are in a row.
func contextRegion(lines []finding.Line) *sarifRegion {
	var text []string
	for i, line := range lines {
		if line.Line != lines[0].Line+i || line.Line < 1 {
			return nil
		}
		text = append(text, line.Text)
	}
	if len(lines) == 0 {
		return nil
	}
	return &sarifRegion{
		StartLine: lines[0].Line, EndLine: lines[len(lines)-1].Line,
		Snippet: &sarifContent{strings.Join(text, "\n")},
	}
}
