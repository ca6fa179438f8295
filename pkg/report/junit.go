package report

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

// The JUnit XML that Jenkins, GitLab and others read. There is no standard; these
// are the elements that all of them know
// (https://github.com/testmoapp/junitxml, https://docs.gitlab.com/ci/testing/unit_test_reports/).
type (
	junitSuites struct {
		XMLName xml.Name `xml:"testsuites"`
		Name    string   `xml:"name,attr"`
		junitCounts
		Suites []*junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name string `xml:"name,attr"`
		junitCounts
		Properties []junitProperty `xml:"properties>property,omitempty"`
		Cases      []junitCase     `xml:"testcase"`
	}
	junitCounts struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Errors   int `xml:"errors,attr"`
		Skipped  int `xml:"skipped,attr"`
	}
	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	junitCase struct {
		Class   string        `xml:"classname,attr"`
		Name    string        `xml:"name,attr"`
		File    string        `xml:"file,attr,omitempty"`
		Line    int           `xml:"line,attr,omitempty"`
		Failure *junitOutcome `xml:"failure"`
		Error   *junitOutcome `xml:"error"`
		Skipped *junitOutcome `xml:"skipped"`
		Output  string        `xml:"system-out,omitempty"`
	}
	junitOutcome struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
)

// WriteJUnit writes the report as JUnit XML. A test case is a finding, a row of
// readiness or a problem: errors and warnings fail, infos pass with an output;
// what is ready passes, what is not fails; what could not be analysed or stayed
// unknown is an error; what is waived, in the baseline or not checked is skipped.
func WriteJUnit(w io.Writer, r *finding.Report) error {
	all := junitSuites{Name: "canvaslint"}
	findings := &junitSuite{Name: "findings", Properties: []junitProperty{
		{"tool", Clean(r.Tool.Name + " " + r.Tool.Version)}, {"guide", Clean(r.Guide)}, {"files", fmt.Sprint(r.Coverage.Files)},
	}}
	for _, f := range allFindings(r) {
		findings.add(findingCase(f))
	}
	problems := &junitSuite{Name: "problems"}
	for _, problem := range r.Problems {
		problems.add(junitCase{
			Class: "problem", Name: junitText(problemText(problem)), File: Clean(problem.File), Line: problem.Start.Line,
			Error: &junitOutcome{Message: junitText(problem.Message), Type: "problem", Text: problemText(problem)},
		})
	}
	if findings.Tests+problems.Tests+len(r.Readiness) == 0 {
		// Some readers take a report without a test for a run that failed.
		findings.add(junitCase{Class: "canvaslint", Name: summary(r), Output: junitNotes(r)})
	}
	all.Suites = []*junitSuite{findings}
	if problems.Tests > 0 {
		all.Suites = append(all.Suites, problems)
	}
	all.Suites = append(all.Suites, readinessSuites(r)...)
	for _, suite := range all.Suites {
		all.Tests += suite.Tests
		all.Failures += suite.Failures
		all.Errors += suite.Errors
		all.Skipped += suite.Skipped
	}
	var buf bytes.Buffer
	buf.WriteString(xml.Header)
	encoder := xml.NewEncoder(&buf)
	encoder.Indent("", "  ")
	if err := encoder.Encode(all); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	buf.WriteByte('\n')
	return writeAll(w, buf.Bytes())
}

// add counts and appends a case.
func (s *junitSuite) add(c junitCase) {
	s.Tests++
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Error != nil:
		s.Errors++
	case c.Skipped != nil:
		s.Skipped++
	}
	s.Cases = append(s.Cases, c)
}

// junitText cuts a text to what fits into a name or a message.
func junitText(text string) string { return shorten(Clean(text), 400) }

// shorten cuts clean text after so many characters.
func shorten(text string, limit int) string {
	for i := range text {
		if limit--; limit < 0 {
			return text[:i] + ellipsis
		}
	}
	return text
}

func findingCase(f judgedFinding) junitCase {
	at := mainPlace(f.Finding)
	out := junitCase{Class: Clean(f.Rule), Name: junitText(f.Message), File: Clean(at.File), Line: at.Start.Line}
	if at.File != "" { // without the line: readers follow a test by its name
		out.Name = junitText(at.File + ": " + f.Message)
	}
	text := strings.Join(findingLines(f.Finding), "\n")
	switch {
	case f.state == isWaived:
		reason := "waived"
		if f.Waiver != nil {
			reason += ": " + f.Waiver.Reason
		}
		out.Skipped = &junitOutcome{Message: junitText(reason)}
		out.Output = text
	case f.state == isKnown:
		out.Skipped = &junitOutcome{Message: "in the baseline"}
		out.Output = text
	case f.Severity == finding.Info:
		out.Output = text
	default:
		out.Failure = &junitOutcome{Message: junitText(f.Message), Type: Clean(string(f.Severity)), Text: text}
	}
	return out
}

// findingLines tells a finding in plain lines, without source and colours.
func findingLines(f finding.Finding) []string {
	lines := []string{Clean(string(f.Severity)) + ": " + Clean(f.Message) + " [" + Clean(f.Rule) + "]"}
	if f.File != "" {
		lines = append(lines, "at "+where(f.Place))
	}
	placed := func(text string, at finding.Place) {
		text = Clean(text)
		if at.File != "" {
			text += " at " + where(at)
		}
		lines = append(lines, text)
	}
	for _, cause := range groupCauses(f.Causes) {
		placed("cause: "+causeText(cause), cause.Place)
	}
	for _, note := range f.Related {
		placed("note: "+note.Message, note.Place)
	}
	if f.OnlyInGuide != "" {
		lines = append(lines, "note: "+guideNote(f))
	}
	if f.Fix != nil {
		placed("fix: "+f.Fix.Message, finding.Place{File: f.Fix.File})
		for _, line := range statementLines(f.Fix.Statement) {
			lines = append(lines, "  "+line)
		}
		for _, more := range f.Fix.More {
			placed("and "+more.Message, finding.Place{File: more.File})
			for _, line := range statementLines(more.Statement) {
				lines = append(lines, "  "+line)
			}
		}
	}
	return lines
}

// readinessSuites gives a suite for each domain, in the order of the report.
func readinessSuites(r *finding.Report) []*junitSuite {
	var suites []*junitSuite
	index := map[string]*junitSuite{}
	rules := rulesByFingerprint(r)
	for _, row := range r.Readiness {
		name := "domain " + Clean(row.Domain) + " (" + Clean(row.Account) + ", " + Clean(row.Region) + ")"
		suite := index[name]
		if suite == nil {
			suite = &junitSuite{Name: name}
			index[name] = suite
			suites = append(suites, suite)
		}
		suite.add(readinessCase(row, rules))
	}
	return suites
}

func readinessCase(row finding.Readiness, rules map[string]string) junitCase {
	out := junitCase{Class: "readiness." + Clean(row.Domain), Name: Clean(profileName(row)) + ": " + Clean(string(row.Purpose))}
	target := row.Key
	if target == "" {
		target = row.Bucket
	}
	if target != "" {
		out.Name += " with " + Clean(target)
	}
	reason := Clean(row.Reason)
	if reason == "" {
		reason = strings.Join(ruleNames(row.Findings, rules), ", ")
	}
	reason = junitText(string(row.Verdict) + dash(reason))
	switch row.Verdict {
	case finding.Ready:
	case finding.NotReady:
		out.Failure = &junitOutcome{Message: reason, Type: "not ready"}
	case finding.NotChecked:
		out.Skipped = &junitOutcome{Message: reason}
	default:
		out.Error = &junitOutcome{Message: reason, Type: "unknown"}
	}
	return out
}

// junitNotes are what the answer leaves out.
func junitNotes(r *finding.Report) string {
	return strings.Join(cleanAll(r.Coverage.Notes), "\n")
}
