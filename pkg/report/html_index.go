package report

import (
	"cmp"
	"fmt"
	"io"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/wording"
)

// pagesAbove is how many accounts one page holds. A report on more has an index
// and a page for each account.
const pagesAbove = 20

// HTMLPage is one of several pages of a report.
type HTMLPage struct {
	Name  string // relative to the folder of the index, with forward slashes
	Write func(w io.Writer) error
}

// HTMLPages gives the pages of a report on many accounts, the index first; nil if
// the report fits on one page. The index has the given name; the other pages lie in
// a folder beside it, which is named after it.
func HTMLPages(r *finding.Report, index string) []HTMLPage {
	accounts := byAccount(r)
	if len(accounts) <= pagesAbove {
		return nil
	}
	folder := strings.TrimSuffix(index, path.Ext(index)) + "-accounts"
	pages := []HTMLPage{{Name: index}}
	rows := make([]accountRow, len(accounts))
	shared := len(r.Problems)
	for _, a := range accounts {
		shared -= len(a.report.Problems)
	}
	for i, a := range accounts {
		name := path.Join(folder, fileOf(a.name, i)+".html")
		w := newPageWriter(a.report)
		w.back, w.shared = hrefOf("../"+index), shared
		rows[i] = w.row(hrefOf(name), a.name)
		pages = append(pages, HTMLPage{Name: name, Write: func(out io.Writer) error { return w.page().write(out) }})
	}
	slices.SortStableFunc(rows, func(a, b accountRow) int {
		return cmp.Or(cmp.Compare(b.rank, a.rank), cmp.Compare(b.Errors, a.Errors), cmp.Compare(a.Name, b.Name))
	})
	pages[0].Write = func(out io.Writer) error { return newIndex(r, rows).write(out) }
	return pages
}

// hrefOf writes the name of a file as a relative reference.
func hrefOf(name string) string { return (&url.URL{Path: name}).String() }

// accountReport is what a report says about one account.
type accountReport struct {
	name   string
	report *finding.Report
}

// byAccount takes a report apart. What names no account is left to the index.
func byAccount(r *finding.Report) []accountReport {
	at := map[string]*finding.Report{}
	var accounts []accountReport
	of := func(name string) *finding.Report {
		if at[name] == nil {
			part := &finding.Report{Version: r.Version, Tool: r.Tool, Guide: r.Guide, Rules: r.Rules, Partial: r.Partial}
			if r.Baseline != nil {
				part.Baseline = &finding.Baseline{File: r.Baseline.File}
			}
			at[name] = part
			accounts = append(accounts, accountReport{name, part})
		}
		return at[name]
	}
	for _, row := range r.Readiness {
		if row.Account != "" {
			of(row.Account).Readiness = append(of(row.Account).Readiness, row)
		}
	}
	share := func(findings []finding.Finding, list func(*finding.Report) *[]finding.Finding) {
		for _, f := range findings {
			if f.Account != "" {
				into := list(of(f.Account))
				*into = append(*into, f)
			}
		}
	}
	share(r.Findings, func(part *finding.Report) *[]finding.Finding { return &part.Findings })
	share(r.Waived, func(part *finding.Report) *[]finding.Finding { return &part.Waived })
	if r.Baseline != nil {
		share(r.Baseline.Known, func(part *finding.Report) *[]finding.Finding { return &part.Baseline.Known })
	}
	for _, problem := range r.Problems {
		for segment := range strings.SplitSeq(problem.File, "/") {
			if part := at[segment]; part != nil {
				part.Problems = append(part.Problems, problem)
				break
			}
		}
	}
	slices.SortFunc(accounts, func(a, b accountReport) int { return cmp.Compare(a.name, b.name) })
	return accounts
}

// fileOf names the page of an account: by its id, or by its number if the report
// was made of something that is no id.
func fileOf(account string, i int) string {
	if len(account) == 12 && strings.Trim(account, "0123456789") == "" {
		return account
	}
	return fmt.Sprintf("account-%d", i+1)
}

// accountRow is an account in the index.
type accountRow struct {
	Name, To, Class, Verdict        string
	Domains                         string // "2 not ready, 1 ready"
	Errors, Warnings, Infos, Broken int

	verdicts []finding.Verdict
	rank     int
}

// row sums an account up.
func (w *pageWriter) row(to, name string) accountRow {
	p := &page{}
	var verdicts []finding.Verdict
	for _, d := range w.domains() {
		verdicts = append(verdicts, d.verdict)
	}
	w.judge(p, verdicts)
	row := accountRow{Name: Clean(name), To: to, Class: p.Class, Verdict: p.Title, Domains: domainCounts(verdicts), Broken: len(w.report.Problems), verdicts: verdicts}
	total := counts(w.report)
	row.Errors, row.Warnings, row.Infos = total["error"], total["warning"], total["info"]
	row.rank = map[string]int{fails: 2, unknown: 1}[row.Class]
	return row
}

// newIndex gives the page that leads to those of the accounts. Beside them it holds
// what belongs to no account, and what was read.
func newIndex(r *finding.Report, rows []accountRow) *page {
	rest := *r
	rest.Readiness = nil
	ofNone := func(f finding.Finding) bool { return f.Account != "" }
	rest.Findings = slices.DeleteFunc(slices.Clone(r.Findings), ofNone)
	rest.Waived = slices.DeleteFunc(slices.Clone(r.Waived), ofNone)
	if r.Baseline != nil {
		baseline := *r.Baseline
		baseline.Known = slices.DeleteFunc(slices.Clone(baseline.Known), ofNone)
		rest.Baseline = &baseline
	}
	p := newPageWriter(&rest).page()
	p.Accounts, p.Matrix, p.Plan, p.Facts, p.Notices = rows, nil, nil, nil, nil
	whole := &pageWriter{report: r}
	var verdicts []finding.Verdict
	for _, row := range rows {
		verdicts = append(verdicts, row.verdicts...)
	}
	whole.judge(p, verdicts)
	whole.facts(p)
	p.Facts[0].Values = []string{wording.Count(len(rows), "account")}
	whole.notices(p)
	return p
}
