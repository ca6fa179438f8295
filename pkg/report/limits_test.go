package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// large is a report of many findings.
func large(n int) *finding.Report {
	r := &finding.Report{Tool: finding.Tool{Name: "canvaslint", Version: "0.1.0"}, Guide: "2022"}
	severities := []finding.Severity{finding.Error, finding.Warning, finding.Info}
	for i := range n {
		f := finding.Finding{
			Rule: "role-cannot-use-app-key", Severity: severities[i*3/n], Fingerprint: finding.Fingerprint(fmt.Sprint(i)),
			Message: fmt.Sprintf("the role Users%d may not call kms:Decrypt with the app key of domain d-%06d", i, i),
			Place:   finding.Place{File: fmt.Sprintf("export/d-%06d.json", i), Start: source.Position{Line: 3, Column: 4}, End: source.Position{Line: 3, Column: 9}},
			Account: "111122223333", Region: "eu-central-1", Domain: fmt.Sprintf("d-%06d", i), Profiles: []string{fmt.Sprintf("user-%d", i)},
			Principal: fmt.Sprintf("arn:aws:iam::111122223333:role/Users%d", i), Snippet: []finding.Line{{Line: 3, Text: `"DomainId": "x"`}},
			Fix: &finding.Fix{Message: "add this statement", Statement: `{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}`},
		}
		r.Findings = append(r.Findings, f)
		r.Problems = append(r.Problems, finding.Problem{File: f.File, Message: "cut off"})
		r.Readiness = append(r.Readiness, finding.Readiness{Account: f.Account, Region: f.Region, Domain: f.Domain, Profile: f.Profiles[0],
			Purpose: finding.App, Verdict: finding.NotReady, Findings: []string{f.Fingerprint}})
	}
	return r
}

// TestLimits keeps to what GitHub takes, and says what is left out.
func TestLimits(t *testing.T) {
	for _, n := range []int{60, 1000} {
		got := written(t, "markdown", large(n))
		if len(got) > mostMarkdown {
			t.Errorf("%d findings: %d bytes", n, len(got))
		}
		for _, said := range []string{
			MarkdownMark, fmt.Sprintf("- and %d more\n", n-mostTable), fmt.Sprintf("\n%d more findings are not in the table.\n", n-mostTable),
			"shown in full only in the other formats", fmt.Sprintf("\n%d more rows are not in the table.\n", n-mostTable), "\nMade by canvaslint 0.1.0, guide 2022\n",
		} {
			if said == "shown in full only in the other formats" && n == 60 {
				continue // there is room for all
			}
			if !strings.Contains(got, said) {
				t.Errorf("%d findings: %q is not said", n, said)
			}
		}
		if open, end := strings.Count(got, "<details"), strings.Count(got, "</details>"); open != end {
			t.Errorf("%d findings: %d parts are opened, %d ended", n, open, end)
		}
		github := written(t, "github", large(n))
		for _, kind := range []string{"error", "warning", "notice"} {
			if got := strings.Count("\n"+github, "\n::"+kind+" "); got != mostAnnotations {
				t.Errorf("%d annotations of kind %s", got, kind)
			}
		}
		if got, want := strings.Count(github, "\n- "), 2*n-3*mostAnnotations; got != want {
			t.Errorf("%d more messages, want %d", got, want)
		}
	}
	message := large(1)
	message.Findings[0].Message = strings.Repeat("ä ", 40000)
	if got := len(written(t, "markdown", message)); got > mostMarkdown {
		t.Errorf("a long message: %d bytes", got)
	}
	if got := len([]rune(written(t, "github", message))); got > 2*mostMessage {
		t.Errorf("a long message: %d characters", got)
	}
}

func BenchmarkFormats(b *testing.B) {
	r := large(10000)
	for _, format := range Formats(Options{}) {
		b.Run(format.Name, func(b *testing.B) {
			for b.Loop() {
				if err := format.Write(&strings.Builder{}, r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("redact", func(b *testing.B) {
		for b.Loop() {
			Redact(r)
		}
	})
}
