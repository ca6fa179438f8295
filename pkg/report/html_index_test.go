package report

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

// organization is a report on n accounts: the first is not ready, the second is
// unknown, the others are ready.
func organization(n int) *finding.Report {
	r := &finding.Report{Tool: finding.Tool{Name: "canvaslint", Version: "0.1.0"}, Guide: "2022"}
	for i := range n {
		account := fmt.Sprintf("%012d", 111122223333+i)
		row := finding.Readiness{Account: account, Region: "eu-central-1", Domain: fmt.Sprintf("d-%d", i), Profile: "jane", Purpose: finding.App, Verdict: finding.Ready}
		switch i {
		case 0:
			row.Verdict = finding.NotReady
			row.Findings = []string{finding.Fingerprint(account)}
			r.Findings = append(r.Findings, finding.Finding{
				Rule: "role-cannot-use-app-key", Severity: finding.Error, Message: "the role cannot use the key", Account: account, Fingerprint: row.Findings[0],
			})
		case 1:
			row.Verdict = finding.Unknown
		}
		r.Readiness = append(r.Readiness, row)
	}
	return r
}

// pagesOf writes all pages of a report, by name.
func pagesOf(t *testing.T, r *finding.Report, index string) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, page := range HTMLPages(r, index) {
		var out bytes.Buffer
		if err := page.Write(&out); err != nil {
			t.Fatal(err)
		}
		texts[page.Name] = out.String()
	}
	return texts
}

// An index has a row for each account, the worst first, and every link leads to a page.
func TestHTMLPages(t *testing.T) {
	if pages := HTMLPages(organization(pagesAbove), "audit.html"); pages != nil {
		t.Errorf("%d accounts have %d pages, want one page", pagesAbove, len(pages))
	}
	pages := pagesOf(t, organization(pagesAbove+1), "audit 1.html")
	if len(pages) != pagesAbove+2 {
		t.Errorf("%d pages", len(pages))
	}
	rows := regexp.MustCompile(`<tr class="([a-z]+)"><th scope="row"><a href="audit%201-accounts/([0-9]+)\.html">([0-9]+)</a>`).FindAllStringSubmatch(pages["audit 1.html"], -1)
	var got []string
	for _, row := range rows[:3] {
		got = append(got, row[1]+" "+row[2]+" "+row[3])
	}
	if diff := cmp.Diff([]string{"fails 111122223333 111122223333", "unknown 111122223334 111122223334", "works 111122223335 111122223335"}, got); diff != "" || len(rows) != pagesAbove+1 {
		t.Errorf("%d rows (-want +got):\n%s", len(rows), diff)
	}
	for _, row := range rows {
		page := pages["audit 1-accounts/"+row[2]+".html"]
		if !strings.Contains(page, `<a href="../audit%201.html">All accounts</a>`) || !strings.Contains(page, "eu-central-1") {
			t.Errorf("the page of %s: %.300s", row[2], page)
		}
		if has := strings.Contains(page, "the role cannot use the key"); has != (row[1] == "fails") {
			t.Errorf("the finding is on the page of %s: %t", row[2], has)
		}
	}
	if index := pages["audit 1.html"]; strings.Contains(index, "the role cannot use the key") || !strings.Contains(index, "21 domains: 19 ready, 1 not ready, 1 unknown. 1 error - ") {
		t.Error("the index lists the finding of an account, or does not sum up")
	}
}

// A problem is on the page of the account that its file names. One that names none may
// concern all: then no account is ready for certain.
func TestHTMLPagesProblems(t *testing.T) {
	const ready, open = "Canvas is ready", "Readiness is not proven"
	for _, c := range []struct{ file, first, second string }{
		{"export/111122223335/us-east-1/x.json", open, ready},
		{"organization/policies/p-1.json", open, open},
	} {
		r := organization(pagesAbove + 1)
		r.Problems = []finding.Problem{{Message: "cut off", File: c.file}}
		pages := pagesOf(t, r, "a.html")
		title := regexp.MustCompile(`<title>(.*) - canvaslint</title>`)
		for account, want := range map[string]string{"111122223335": c.first, "111122223336": c.second} {
			if got := title.FindStringSubmatch(pages["a-accounts/"+account+".html"])[1]; got != want {
				t.Errorf("%s: the page of %s says %q, want %q", c.file, account, got, want)
			}
		}
		if !strings.Contains(pages["a.html"], "cut off") {
			t.Errorf("%s: the index does not list the problem", c.file)
		}
	}
}

// An account that is no id gives no name of a file, and its page shows it as text.
func TestHTMLPagesHostile(t *testing.T) {
	r := organization(pagesAbove + 1)
	r.Readiness[0].Account, r.Findings[0].Account = "../<b>", "../<b>"
	pages := pagesOf(t, r, "a.html")
	page, ok := pages["a-accounts/account-1.html"]
	if !ok || strings.Contains(page, "<b>") || !strings.Contains(pages["a.html"], `<a href="a-accounts/account-1.html">../&lt;b&gt;</a>`) {
		t.Errorf("the page %t, %.200s", ok, page)
	}
}

// TestBrowserIndex searches the accounts and follows a link and the way back.
func TestBrowserIndex(t *testing.T) {
	folder := t.TempDir()
	for name, text := range pagesOf(t, organization(60), "report.html") {
		target := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(target, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	eachScreen(t, func(t *testing.T, browser context.Context, s screen) {
		b := openFile(browser, t, filepath.Join(folder, "report.html"), s, "")
		b.want("rows", ask[int](b, visibleRows), 60)
		b.run(chromedp.SendKeys(`#choose [name=account]`, "NOT READY"))
		b.until(`document.getElementById('chosen').textContent === '1 of 60 accounts shown'`)
		b.want("rows that say it", ask[int](b, visibleRows), 1)
		b.want("what makes the page scroll sideways", b.tooWide(), []string{})
		b.quiet()
	})
}

const visibleRows = `[...document.querySelectorAll('.accounts tbody tr')].filter(e => e.getClientRects().length).length`
