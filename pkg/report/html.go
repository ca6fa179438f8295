package report

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/wording"
)

//go:embed html
var htmlFiles embed.FS

// ours is where every link out of the page leads to.
const ours = "https://github.com/canvaslint/canvaslint/"

// WriteHTML writes the report as one page that needs nothing but a browser:
// readiness, a picture per domain, the findings, and what was read. All that
// comes from input stands in it as text, its hostile characters as escapes; the
// page's one script and one style are named by their hashes in its
// Content-Security-Policy, which forbids everything else, the network included.
// The same report gives the same bytes.
func WriteHTML(w io.Writer, r *finding.Report) error {
	return newPageWriter(r).page().write(w)
}

// write renders the page.
func (p *page) write(w io.Writer) error {
	style, err := htmlFiles.ReadFile("html/report.css")
	if err != nil {
		return fmt.Errorf("read the page's style: %w", err)
	}
	script, err := htmlFiles.ReadFile("html/report.js")
	if err != nil {
		return fmt.Errorf("read the page's script: %w", err)
	}
	out := bufio.NewWriterSize(w, 1<<16)
	if err := p.document(style, script).Render(out); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// contentPolicy allows this style and this script, and nothing else
// (https://www.w3.org/TR/CSP3/#grammardef-hash-source).
func contentPolicy(style, script []byte) string {
	hash := func(text []byte) string {
		sum := sha256.Sum256(text)
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return "default-src 'none'; style-src " + hash(style) + "; script-src " + hash(script) + "; base-uri 'none'; form-action 'none'"
}

// page is what html_page.go and the files beside it show. Its texts are clean.
type page struct {
	Class, Title, Lead string // the verdict
	Facts              []fact
	Notices            []pageLink
	PlanTitle          string // "The plan: 3 edits in 2 files"
	PlanSettles        string // "4 of 17 errors"
	Plan               []planFile
	Accounts           []accountRow // of an index
	Back               string       // the index, on the page of an account
	Purposes           []string
	Matrix             []chunk
	Domains            []domainView
	Groups             []severityGroup
	Filter             filterView
	Problems           []noteView
	Waived, Known      []findingView
	Waivers            []waiverView
	HasBaseline        bool
	Baseline           string
	Stale              []finding.BaselineEntry
	Documents          []count
	Ignored            []ignoredView
	Notes              []string
	Total              int
}

// planFile is a file to edit, and its edits.
type planFile struct {
	Name  string
	Edits []planEdit
}

// planEdit is what to do at a place, and the findings that it is for.
type planEdit struct {
	What string
	For  []pageLink
}

type fact struct {
	Name   string
	Values []string
}

// pageLink is text that leads to an id of the page; without one it is text alone.
type pageLink struct{ Text, To, Class string }

type count struct {
	Name   string
	Number int
}

// severityGroup is all findings of one severity.
type severityGroup struct {
	ID, Class, Name string
	Findings        []findingView
}

type filterView struct {
	Accounts, Rules []count
}

type waiverView struct {
	Rule, State, Place, Reason, Owner, Until string
}

type ignoredView struct {
	Reason string
	Files  []string
}

// pageWriter turns a report into what is shown.
type pageWriter struct {
	report *finding.Report
	keys   shortKeys
	ids    []string                    // of findings, waived and known ones, in that order
	byMark map[string]*finding.Finding // fingerprint to the first that has it
	at     map[string]string           // fingerprint to id
	titles map[string]string           // rule to title
	back   string                      // the index that the page belongs to
	shared int                         // problems that only the index lists
}

func newPageWriter(r *finding.Report) *pageWriter {
	w := &pageWriter{report: r, keys: shortKeysOf(r), byMark: map[string]*finding.Finding{}, at: map[string]string{}, titles: map[string]string{}}
	for _, rule := range r.Rules {
		w.titles[rule.ID] = Clean(rule.Title)
	}
	w.number()
	return w
}

// page works out what is shown.
func (w *pageWriter) page() *page {
	r := w.report
	p := &page{Total: len(r.Findings), Back: w.back}
	w.readiness(p)
	w.verdict(p)
	known := len(r.Findings) + len(r.Waived)
	p.Groups = w.groups()
	p.Filter = w.filter()
	p.Waived = w.findings(r.Waived, w.ids[len(r.Findings):known])
	if r.Baseline != nil {
		p.HasBaseline, p.Baseline = true, Clean(r.Baseline.File)
		p.Known = w.findings(r.Baseline.Known, w.ids[known:])
		for _, entry := range r.Baseline.Stale {
			entry.Rule, entry.Message, entry.Resource = Clean(entry.Rule), Clean(entry.Message), Clean(entry.Resource)
			p.Stale = append(p.Stale, entry)
		}
	}
	w.coverage(p)
	return p
}

// number gives every finding an id of the page: its fingerprint, where that can
// be one, so that a link into a report stays right when the report is made anew.
func (w *pageWriter) number() {
	all := [][]finding.Finding{w.report.Findings, w.report.Waived}
	if w.report.Baseline != nil {
		all = append(all, w.report.Baseline.Known)
	}
	taken := map[string]int{}
	for _, findings := range all {
		for i := range findings {
			mark := findings[i].Fingerprint
			id := "f-x"
			if mark != "" && strings.Trim(mark, "0123456789abcdef") == "" {
				id = "f-" + mark
			}
			taken[id]++
			if n := taken[id]; n > 1 {
				id = fmt.Sprintf("%s-%d", id, n)
			}
			w.ids = append(w.ids, id)
			if _, ok := w.at[mark]; !ok {
				w.at[mark], w.byMark[mark] = id, &findings[i]
			}
		}
	}
}

// verdict says what a reader must know, and what to do first.
func (w *pageWriter) verdict(p *page) {
	var verdicts []finding.Verdict
	for _, d := range p.Domains {
		verdicts = append(verdicts, d.verdict)
	}
	w.judge(p, verdicts)
	w.facts(p)
	w.notices(p)
	w.plan(p)
}

// judge says what a reader must know who reads one line only, by the verdicts on the
// domains.
func (w *pageWriter) judge(p *page, domains []finding.Verdict) {
	r := w.report
	number := func(v finding.Verdict) int { return numberOf(domains, v) }
	total := counts(r)
	open := number(finding.Unknown) > 0 || len(r.Problems)+w.shared > 0
	switch errors := total["error"]; {
	case number(finding.NotReady) > 0:
		p.Class, p.Title = fails, "Canvas is not ready"
	case errors > 0 && number(finding.Ready)+number(finding.Unknown) == 0:
		p.Class, p.Title = fails, "There "+isAre(errors)+" "+wording.Count(errors, "error")
	case errors > 0 && open:
		p.Class, p.Title = fails, "Readiness is not proven, with "+wording.Count(errors, "error")
	case errors > 0:
		p.Class, p.Title = fails, "Canvas is ready, with "+wording.Count(errors, "error")
	case open:
		p.Class, p.Title = unknown, "Readiness is not proven"
	case number(finding.Ready) == 0:
		p.Class, p.Title = unknown, "Readiness was not checked"
	default:
		p.Class, p.Title = works, "Canvas is ready"
	}
	p.Lead = ""
	if len(domains) > 0 {
		p.Lead = wording.Count(len(domains), "domain") + ": " + domainCounts(domains) + ". "
	}
	if w.back != "" {
		p.Lead += upperFirst(countText(total)) + "."
		return
	}
	p.Lead += upperFirst(summary(r)) + "."
}

// domainCounts counts domains by their verdicts: "1 ready, 2 not ready".
func domainCounts(verdicts []finding.Verdict) string {
	var parts []string
	for _, v := range []finding.Verdict{finding.Ready, finding.NotReady, finding.Unknown, finding.NotChecked} {
		if n := numberOf(verdicts, v); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, v))
		}
	}
	return strings.Join(parts, ", ")
}

func numberOf(verdicts []finding.Verdict, v finding.Verdict) int {
	n := 0
	for _, got := range verdicts {
		if got == v {
			n++
		}
	}
	return n
}

// plan lists the edits that the findings bring, by file.
func (w *pageWriter) plan(p *page) {
	edits, files, settled := planOf(w.report)
	if settled == 0 {
		return
	}
	total := counts(w.report)["error"]
	p.PlanTitle = "The plan: " + wording.Count(edits, "edit") + " in " + wording.Count(files, "file")
	p.PlanSettles = fmt.Sprintf("%d of %s", settled, wording.Count(total, "error"))
	at := map[string]int{}
	for i := range w.report.Findings {
		f := &w.report.Findings[i]
		if f.Fix == nil {
			continue
		}
		for _, edit := range f.Fix.Edits {
			name := Clean(edit.File)
			if _, known := at[name]; !known {
				at[name] = len(p.Plan)
				p.Plan = append(p.Plan, planFile{Name: name})
			}
			file := &p.Plan[at[name]]
			what := strings.TrimSuffix(strings.TrimSuffix(editText(edit, edit.File), ":"), " by")
			if last := len(file.Edits) - 1; last < 0 || file.Edits[last].What != what {
				file.Edits = append(file.Edits, planEdit{What: what})
			}
			last := &file.Edits[len(file.Edits)-1]
			last.For = append(last.For, pageLink{Text: Clean(f.Rule), To: w.ids[i]})
		}
	}
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

func upperFirst(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// facts are what the answer rests on.
func (w *pageWriter) facts(p *page) {
	r := w.report
	accounts, regions := map[string]bool{}, map[string]bool{}
	for _, row := range r.Readiness {
		accounts[row.Account], regions[row.Region] = true, true
	}
	for _, f := range r.Findings {
		accounts[f.Account], regions[f.Region] = true, true
	}
	p.Facts = []fact{
		{"Accounts", sortedNames(accounts)},
		{"Regions", sortedNames(regions)},
		{"Measured by", []string{"the AWS page, edition " + Clean(r.Guide)}},
	}
	if decisions := r.Coverage.Decisions; w.back == "" { // they are counted for the whole run
		p.Facts = append(p.Facts, fact{"Permissions", []string{fmt.Sprintf("%d allowed, %d denied, %d unknown", decisions.Allowed, decisions.Denied, decisions.Unknown)}})
	}
	p.Facts = append(p.Facts, fact{"Written by", []string{strings.TrimSpace(Clean(r.Tool.Name) + " " + Clean(r.Tool.Version))}})
}

// sortedNames gives the names of a set that are not empty, clean; "none" stands
// for none.
func sortedNames(set map[string]bool) []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(set)) {
		if name != "" {
			names = append(names, Clean(name))
		}
	}
	if names == nil {
		return []string{"none"}
	}
	return names
}

// notices are what lessens the answer.
func (w *pageWriter) notices(p *page) {
	r := w.report
	add := func(text, to string) { p.Notices = append(p.Notices, pageLink{Text: text, To: to}) }
	if n := len(r.Problems); n > 0 {
		add(wording.Count(n, "problem")+": input that could not be analysed", "problems")
	}
	if w.shared > 0 {
		add(wording.Count(w.shared, "problem")+" that may concern any account: see the index", "")
	}
	if n := r.Coverage.Decisions.Unknown; n > 0 {
		add(wording.Count(n, "permission")+" unknown", "")
	}
	if r.Partial != nil && r.Partial.Stopped != "" {
		add("This report is partial: the run was broken off while "+Clean(r.Partial.Stopped)+".", "")
	}
	if r.Partial != nil && len(r.Partial.Only) > 0 {
		add("Only these rules were run: "+Clean(strings.Join(r.Partial.Only, ", ")), "")
	}
	if r.Partial != nil && len(r.Partial.Skip) > 0 {
		add("These rules were skipped: "+Clean(strings.Join(r.Partial.Skip, ", ")), "")
	}
	if n := len(r.Waived); n > 0 {
		add(wording.Count(n, "finding")+" waived and so not counted", "accepted")
	}
	if r.Baseline != nil && len(r.Baseline.Known) > 0 {
		add(wording.Count(len(r.Baseline.Known), "finding")+" in the baseline and so not counted", "accepted")
	}
	if n := len(r.Coverage.Notes); n > 0 {
		add(wording.Count(n, "note")+" on what the answer leaves out", "coverage")
	}
}

// filter lists what findings can be chosen by, each with how many it has.
func (w *pageWriter) filter() filterView {
	accounts, rules := map[string]int{}, map[string]int{}
	for _, f := range w.report.Findings {
		accounts[Clean(f.Account)]++
		rules[Clean(f.Rule)]++
	}
	return filterView{Accounts: countsOf(accounts), Rules: countsOf(rules)}
}

func countsOf(numbers map[string]int) []count {
	var list []count
	for _, name := range slices.Sorted(maps.Keys(numbers)) {
		list = append(list, count{name, numbers[name]})
	}
	return list
}

// coverage says what was read, what was not, and what the user lives with.
func (w *pageWriter) coverage(p *page) {
	r := w.report
	for _, problem := range r.Problems {
		at := finding.Place{File: problem.File, Start: problem.Start}
		p.Problems = append(p.Problems, noteView{Message: Clean(problem.Message), Place: placeOf(at)})
	}
	for _, waiver := range r.Waivers {
		at := finding.Place{File: waiver.File, Start: waiver.Start}
		p.Waivers = append(p.Waivers, waiverView{
			Clean(waiver.Rule), Clean(waiver.State), placeOf(at), Clean(waiver.Reason), Clean(waiver.Owner), Clean(waiver.Until),
		})
	}
	documents := map[string]int{}
	for kind, n := range r.Coverage.Documents {
		documents[Clean(kind)] += n
	}
	p.Documents = countsOf(documents)
	files := map[string][]string{}
	for _, file := range r.Coverage.Ignored {
		reason := Clean(file.Reason)
		files[reason] = append(files[reason], Clean(file.File))
	}
	for _, reason := range slices.Sorted(maps.Keys(files)) {
		p.Ignored = append(p.Ignored, ignoredView{reason, files[reason]})
	}
	slices.SortStableFunc(p.Ignored, func(a, b ignoredView) int { return cmp.Compare(len(b.Files), len(a.Files)) })
	for _, note := range r.Coverage.Notes {
		p.Notes = append(p.Notes, Clean(note))
	}
}

// placeOf gives file:line:column, nothing where there is no file.
func placeOf(at finding.Place) string {
	if at.File == "" {
		return ""
	}
	return where(at)
}
