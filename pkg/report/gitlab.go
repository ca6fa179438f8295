package report

import (
	"fmt"
	"io"
	"path"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

// The code quality report of GitLab
// (https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format).
type (
	gitlabIssue struct {
		Description string         `json:"description"`
		CheckName   string         `json:"check_name"`
		Fingerprint string         `json:"fingerprint"`
		Severity    string         `json:"severity"` // info, minor, major, critical, blocker
		Location    gitlabLocation `json:"location"`
	}
	gitlabLocation struct {
		Path  string      `json:"path"`
		Lines gitlabLines `json:"lines"`
	}
	gitlabLines struct {
		Begin int `json:"begin"`
		End   int `json:"end,omitzero"`
	}
)

// WriteGitLab writes the report as GitLab code quality: a list of issues, one
// for each finding that counts and one for each problem. GitLab compares them
// with those of the target branch by fingerprint, and drops one whose fingerprint
// it has seen; so the second of a kind gets another.
func WriteGitLab(w io.Writer, r *finding.Report) error {
	issues := make([]gitlabIssue, 0, len(r.Findings)+len(r.Problems))
	seen := map[string]int{}
	add := func(check, severity, message, fingerprint string, at finding.Place) {
		seen[fingerprint]++
		if n := seen[fingerprint]; n > 1 {
			fingerprint = finding.Fingerprint(fingerprint, fmt.Sprint(n))
		}
		lines := gitlabLines{Begin: max(1, at.Start.Line)}
		if at.End.Line > at.Start.Line {
			lines.End = at.End.Line
		}
		name := "." // GitLab wants a path; what has no file concerns the whole
		if at.File != "" {
			name = path.Clean(Clean(at.File))
		}
		issues = append(issues, gitlabIssue{
			Description: message, CheckName: Clean(check), Fingerprint: Clean(fingerprint), Severity: severity,
			Location: gitlabLocation{Path: name, Lines: lines},
		})
	}
	for _, f := range r.Findings {
		message := Clean(f.Message)
		if f.Fix != nil && f.Fix.Message != "" {
			message += ". Fix: " + Clean(fixText(f.Fix))
		}
		add(f.Rule, gitlabSeverity(f.Severity), message, f.Fingerprint, mainPlace(f))
	}
	for _, problem := range r.Problems {
		add("problem", "critical", "could not be analysed: "+Clean(problem.Message),
			finding.Fingerprint("problem", problem.File, problem.Message), finding.Place{File: problem.File, Start: problem.Start})
	}
	return writeIndented(w, issues)
}

// gitlabSeverity is GitLab's word for a severity.
func gitlabSeverity(s finding.Severity) string {
	switch s {
	case finding.Error:
		return "critical"
	case finding.Warning:
		return "major"
	}
	return "info"
}
