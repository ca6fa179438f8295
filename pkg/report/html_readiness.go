package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

// chunkSize is how many groups of profiles one table has; further ones are
// folded, so that a browser need not lay them out.
const chunkSize = 50

// group is the profiles of a domain that have the same answers.
type group struct {
	domain   *domainView
	profiles []string
	rows     []finding.Readiness // of the first of them
	ids      []string            // of the rows, in the page
}

// domainView is one domain: its picture, and its answers in words.
type domainView struct {
	ID, Name, Account, Region, Class, Verdict string
	Picture                                   *picture
	Details                                   []chunk

	verdict finding.Verdict
	groups  []*group
}

// chunk is a part of a table; Folded says what it holds where it begins closed.
type chunk struct {
	Folded  string
	Domains []matrixDomain // of the matrix
	Groups  []groupView    // of the details
}

type matrixDomain struct {
	Link pageLink
	Rows []matrixRow
}

type matrixRow struct {
	Name  string
	Link  string
	Cells []matrixCell
}

type matrixCell struct{ Class, Word, To, About string }

type groupView struct {
	ID, Name, Role string
	More           []string // names that Name leaves out
	Rows           []answerView
}

type answerView struct {
	ID, Purpose, Class, Word, Role, Target, Reason string
	Findings                                       []pageLink
}

// purposes are the capabilities in the order of the page, under the names of it.
func purposes() []finding.Purpose {
	return []finding.Purpose{
		finding.App, finding.Storage, finding.Output, finding.Bucket, finding.Dataset,
		finding.TimeSeries, finding.GenerativeAI, finding.LargeData, finding.Helper,
	}
}

// purposeName is what a capability is called.
func purposeName(p finding.Purpose) string {
	switch p {
	case finding.App:
		return "application data"
	case finding.Bucket:
		return "Canvas bucket"
	case finding.Dataset:
		return "dataset import"
	case finding.TimeSeries:
		return "time series"
	case finding.GenerativeAI:
		return "generative AI"
	case finding.LargeData:
		return "large data"
	case finding.Helper:
		return "helper role"
	}
	return words(string(p))
}

// verdictClass is how a verdict is shown: works, fails, unknown or unchecked.
func verdictClass(v finding.Verdict) string {
	switch v {
	case finding.Ready:
		return works
	case finding.NotReady:
		return fails
	case finding.NotChecked:
		return "unchecked"
	}
	return unknown
}

// verdictRank orders verdicts, the worse the higher.
func verdictRank(v finding.Verdict) int {
	switch v {
	case finding.NotReady:
		return 3
	case finding.Ready:
		return 1
	case finding.NotChecked:
		return 0
	}
	return 2
}

// readiness fills in the matrix and the domains.
func (w *pageWriter) readiness(p *page) {
	domains := w.domains()
	shown := w.shownPurposes()
	for _, purpose := range shown {
		p.Purposes = append(p.Purposes, purposeName(purpose))
	}
	var groups []*group
	for _, d := range domains {
		d.Picture = w.picture(d)
		d.Details = w.details(d)
		groups = append(groups, d.groups...)
		p.Domains = append(p.Domains, *d)
	}
	for i, part := range slices.Collect(slices.Chunk(groups, chunkSize)) {
		p.Matrix = append(p.Matrix, w.matrix(part, shown, folded(i, len(part), len(groups))))
	}
}

// folded says what a part of a table holds, nothing for the first.
func folded(i, size, total int) string {
	if i == 0 {
		return ""
	}
	return fmt.Sprintf("Rows %d to %d of %d", i*chunkSize+1, i*chunkSize+size, total)
}

// domains sorts the rows into domains and groups of profiles, those that are not
// ready first.
func (w *pageWriter) domains() []*domainView {
	var domains []*domainView
	known := map[[3]string]*domainView{}
	type user struct {
		d       *domainView
		profile string
	}
	var users []user
	rows := map[user][]finding.Readiness{}
	for _, row := range w.report.Readiness {
		key := [3]string{row.Account, row.Region, row.Domain}
		d := known[key]
		if d == nil {
			d = &domainView{
				ID: fmt.Sprintf("domain-%d", len(domains)+1), Name: domainText(row.DomainName, row.Domain), Account: Clean(row.Account), Region: Clean(row.Region),
				verdict: finding.NotChecked,
			}
			known[key] = d
			domains = append(domains, d)
		}
		if verdictRank(row.Verdict) > verdictRank(d.verdict) {
			d.verdict = row.Verdict
		}
		u := user{d, row.Profile}
		if rows[u] == nil {
			users = append(users, u)
		}
		rows[u] = append(rows[u], row)
	}
	groups := map[string]*group{}
	for _, u := range users {
		key := u.d.ID + signature(rows[u])
		g := groups[key]
		if g == nil {
			g = &group{domain: u.d, rows: rows[u]}
			for i := range g.rows {
				g.ids = append(g.ids, fmt.Sprintf("%s-group-%d-%d", u.d.ID, len(u.d.groups)+1, i+1))
			}
			groups[key] = g
			u.d.groups = append(u.d.groups, g)
		}
		g.profiles = append(g.profiles, u.profile)
	}
	for _, d := range domains {
		d.Class, d.Verdict = verdictClass(d.verdict), Clean(string(d.verdict))
		if d.Class == unknown {
			d.verdict = finding.Unknown // a verdict of a later version proves nothing
		}
		slices.SortStableFunc(d.groups, func(a, b *group) int { return cmp.Compare(worst(b.rows), worst(a.rows)) })
	}
	slices.SortStableFunc(domains, func(a, b *domainView) int { return cmp.Compare(verdictRank(b.verdict), verdictRank(a.verdict)) })
	return domains
}

// worst is the rank of the worst verdict among rows.
func worst(rows []finding.Readiness) int {
	rank := 0
	for _, row := range rows {
		rank = max(rank, verdictRank(row.Verdict))
	}
	return rank
}

// signature is what profiles of one group have in common.
func signature(rows []finding.Readiness) string {
	var out strings.Builder
	for _, row := range rows {
		fmt.Fprintf(&out, "%q", []string{string(row.Purpose), row.Role, row.Key, row.Bucket, string(row.Verdict), row.Reason})
		fmt.Fprintf(&out, "%q", row.Findings)
	}
	return out.String()
}

// shownPurposes are the columns of the matrix: those that any row has.
func (w *pageWriter) shownPurposes() []finding.Purpose {
	seen := map[finding.Purpose]bool{}
	for _, row := range w.report.Readiness {
		seen[row.Purpose] = true
	}
	var shown []finding.Purpose
	for _, purpose := range purposes() {
		if seen[purpose] {
			shown = append(shown, purpose)
		}
		delete(seen, purpose)
	}
	rest := make([]finding.Purpose, 0, len(seen))
	for purpose := range seen {
		rest = append(rest, purpose)
	}
	slices.Sort(rest)
	return append(shown, rest...)
}

// matrix gives one part of the overview.
func (w *pageWriter) matrix(groups []*group, shown []finding.Purpose, folded string) chunk {
	part := chunk{Folded: folded}
	for _, g := range groups {
		last := len(part.Domains) - 1
		if last < 0 || part.Domains[last].Link.To != g.domain.ID {
			text := strings.Trim(g.domain.Account+", "+g.domain.Region, ", ")
			part.Domains = append(part.Domains, matrixDomain{Link: pageLink{Text: g.domain.Name, To: g.domain.ID, Class: text}})
			last++
		}
		row := matrixRow{Name: groupName(g.profiles), Link: groupID(g)}
		for _, purpose := range shown {
			row.Cells = append(row.Cells, cellOf(g, purpose, row.Name))
		}
		part.Domains[last].Rows = append(part.Domains[last].Rows, row)
	}
	return part
}

// cellOf is the worst answer that a group has for a purpose.
func cellOf(g *group, purpose finding.Purpose, name string) matrixCell {
	cell, rank := matrixCell{Class: "none", Word: "no answer"}, -1
	for i, row := range g.rows {
		if row.Purpose == purpose && verdictRank(row.Verdict) > rank {
			rank = verdictRank(row.Verdict)
			cell = matrixCell{
				Class: verdictClass(row.Verdict), Word: Clean(string(row.Verdict)), To: g.ids[i],
				About: name + ", " + purposeName(purpose),
			}
		}
	}
	return cell
}

func groupID(g *group) string { return strings.TrimSuffix(g.ids[0], "-1") }

// groupName names the first profiles of a group.
func groupName(profiles []string) string {
	names := make([]string, len(profiles))
	for i, name := range profiles {
		names[i] = userName(name)
	}
	return profileNames(names)
}

func userName(name string) string {
	if name == "" {
		return "default settings"
	}
	return name
}

// details gives the answers of a domain in words.
func (w *pageWriter) details(d *domainView) []chunk {
	var chunks []chunk
	for i, part := range slices.Collect(slices.Chunk(d.groups, chunkSize)) {
		next := chunk{Folded: folded(i, len(part), len(d.groups))}
		for _, g := range part {
			main := mainRole(g.rows)
			view := groupView{ID: groupID(g), Name: groupName(g.profiles), Role: w.keys.shorten(Clean(main), home{g.rows[0].Account, g.rows[0].Region})}
			if len(g.profiles) > 4 {
				for _, name := range g.profiles {
					view.More = append(view.More, Clean(userName(name)))
				}
			}
			for i, row := range g.rows {
				answer := w.answer(row, g.ids[i])
				if row.Role == main {
					answer.Role = "" // said above the rows
				}
				view.Rows = append(view.Rows, answer)
			}
			next.Groups = append(next.Groups, view)
		}
		chunks = append(chunks, next)
	}
	return chunks
}

func (w *pageWriter) answer(row finding.Readiness, id string) answerView {
	at := home{row.Account, row.Region}
	view := answerView{
		ID: id, Purpose: purposeName(row.Purpose), Class: verdictClass(row.Verdict), Word: Clean(string(row.Verdict)),
		Role: w.keys.shorten(Clean(row.Role), at), Reason: w.keys.shorten(Clean(row.Reason), at),
	}
	view.Target = w.keys.shorten(Clean(row.Key), at)
	if row.Key == "" && row.Purpose != finding.Storage { // which is about a key, wherever it writes
		view.Target = Clean(row.Bucket)
	}
	for _, f := range w.against(row) {
		view.Findings = append(view.Findings, pageLink{Text: Clean(f.Rule), To: w.at[f.Fingerprint], Class: severityClass(f.Severity)})
	}
	return view
}

// against gives the findings that a row names, the worst first.
func (w *pageWriter) against(row finding.Readiness) []*finding.Finding {
	var findings []*finding.Finding
	for _, mark := range row.Findings {
		if f := w.byMark[mark]; f != nil && !slices.Contains(findings, f) {
			findings = append(findings, f)
		}
	}
	slices.SortStableFunc(findings, func(a, b *finding.Finding) int { return cmp.Compare(b.Severity.Rank(), a.Severity.Rank()) })
	return findings
}
