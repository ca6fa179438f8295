package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/wording"
)

// mostNodes is how many nodes of profiles a picture has at most. The table
// below it has all.
const mostNodes = 40

// The states of an edge. An edge that merely says which role a profile has is
// not judged: what is known of it stands at the edges behind.
const (
	works   = "works"
	fails   = "fails"
	unknown = "unknown"
	uses    = "uses"
)

// picture is who uses what in a domain, laid out; lengths are SVG user units.
type picture struct {
	ID, Title     string
	Width, Height int
	Columns       []caption
	Nodes         []*node
	Edges         []*edge
}

type caption struct {
	X    int
	Text string
}

// node is a group of profiles, a role, a key or a bucket.
type node struct {
	Kind, Label, Sub, Title string
	X, Y, Width, Height     int
	Class                   string

	key     string
	column  int
	in, out []*edge
	rank    float64
}

// edge is one answer, or several alike, between two nodes.
type edge struct {
	Class, Href, Label, Title string
	Path                      string
	PillX, PillY, PillWidth   int
	MarkX, MarkY, TextX       int
	EndX, EndY                int

	from, to *node
	purposes []string
	severity int // of the finding that Href leads to
	y1, y2   int
}

// graph gathers the nodes and edges of a domain.
type graph struct {
	w     *pageWriter
	d     *domainView
	nodes map[string]*node
	order []*node
	edges map[edgeKey]*edge
	list  []*edge
}

type edgeKey struct {
	from, to *node
	class    string
}

// picture draws a domain; nil where there is nothing to draw.
func (w *pageWriter) picture(d *domainView) *picture {
	g := &graph{w: w, d: d, nodes: map[string]*node{}, edges: map[edgeKey]*edge{}}
	wholes := togetherInPicture(d.groups)
	for i, whole := range wholes {
		if i == mostNodes {
			rest := 0
			for _, more := range wholes[i:] {
				rest += len(more.profiles)
			}
			g.node("rest", node{Kind: "profiles", Label: wording.Count(rest, "more profile"), Sub: "in the table below"})
			break
		}
		from := g.node(fmt.Sprint("profiles ", i), profilesNode(whole.profiles))
		for _, part := range whole.parts {
			for j, row := range part.rows {
				g.row(from, row, mainRole(part.rows), part.ids[j])
			}
		}
	}
	g.dropUses()
	if len(g.list) == 0 {
		return nil
	}
	p := &picture{
		ID: d.ID + "-picture", Title: "Domain " + d.Name + ": who uses what",
		Nodes: g.order, Edges: g.list,
	}
	p.layOut()
	return p
}

// whole is groups that share roles, keys and buckets, whatever their answers.
type whole struct {
	profiles []string
	parts    []*group
}

func togetherInPicture(groups []*group) []*whole {
	var wholes []*whole
	known := map[string]*whole{}
	for _, g := range groups {
		var out strings.Builder
		for _, row := range g.rows {
			fmt.Fprintf(&out, "%q", []string{string(row.Purpose), row.Role, row.Key, row.Bucket})
		}
		it := known[out.String()]
		if it == nil {
			it = &whole{}
			known[out.String()] = it
			wholes = append(wholes, it)
		}
		it.parts = append(it.parts, g)
		it.profiles = append(it.profiles, g.profiles...)
	}
	return wholes
}

func profilesNode(profiles []string) node {
	if len(profiles) == 1 && profiles[0] == "" {
		return node{Kind: "no profile", Label: "default settings", Sub: "of the domain"}
	}
	title := groupName(profiles)
	if len(profiles) == 1 {
		return node{Kind: "profile", Label: Clean(profiles[0]), Title: title}
	}
	return node{Kind: "profiles", Label: wording.Count(len(profiles), "profile"), Sub: title, Title: title}
}

// mainRole is the role of the application among the rows of a profile.
func mainRole(rows []finding.Readiness) string {
	for _, row := range rows {
		if row.Purpose != finding.GenerativeAI && row.Purpose != finding.LargeData {
			return row.Role
		}
	}
	return ""
}

// row draws the answer of one row.
func (g *graph) row(from *node, row finding.Readiness, main, id string) {
	if row.Verdict == finding.NotChecked && row.Role != main {
		return
	}
	role := g.role(row, main)
	if row.Verdict == finding.NotChecked {
		g.edge(from, role, uses, "", nil, id)
		return
	}
	found := g.w.against(row)
	switch class := verdictClass(row.Verdict); class {
	case works:
		g.ready(from, role, row, found, id)
	case fails:
		g.notReady(from, role, row, found, id)
	default:
		g.edge(from, role, uses, "", nil, id)
		for _, to := range g.targets(row) {
			g.edge(role, to, class, purposeName(row.Purpose), naming(found, to.key), id)
		}
		if len(g.targets(row)) == 0 {
			g.edge(from, role, class, purposeName(row.Purpose), first(found), id)
		}
	}
}

// ready draws what was proven. That a profile may use its role is part of the
// answer where the role itself was asked for.
func (g *graph) ready(from, role *node, row finding.Readiness, found []*finding.Finding, id string) {
	switch row.Purpose {
	case finding.Storage, finding.Bucket, finding.Output:
		g.edge(from, role, uses, "", nil, id)
	default:
		g.edge(from, role, works, purposeName(row.Purpose), nil, id)
	}
	targets := g.targets(row)
	if len(targets) == 0 && (row.Purpose == finding.App || row.Purpose == finding.Storage) {
		targets = append(targets, g.noKey(row, "none set"))
	}
	for _, to := range targets {
		g.edge(role, to, works, purposeName(row.Purpose), naming(found, to.key), id)
	}
}

// notReady draws a row that fails: at what the findings name, at the role where
// they name no key and no bucket, and at the row's own key else. What stands
// beside a failure in the same row was not told apart: it is unknown.
func (g *graph) notReady(from, role *node, row finding.Readiness, found []*finding.Finding, id string) {
	purpose := purposeName(row.Purpose)
	var atRole *finding.Finding
	failed := map[*node]bool{}
	for _, f := range found {
		switch {
		case f.Severity != finding.Error:
		case f.Resource != "" && f.Resource != f.Principal:
			to := g.resource(f.Resource)
			failed[to] = true
			g.edge(role, to, fails, purpose, f, id)
		case f.Principal != "" && atRole == nil:
			atRole = f
		}
	}
	targets := g.targets(row)
	if len(targets)+len(failed) == 0 && atRole == nil && (row.Purpose == finding.App || row.Purpose == finding.Storage) {
		targets = append(targets, g.noKey(row, "not usable"))
	}
	for _, to := range targets {
		switch {
		case failed[to]:
		case len(failed) == 0 && atRole == nil:
			g.edge(role, to, fails, purpose, first(found), id)
		default:
			g.edge(role, to, unknown, purpose, naming(found, to.key), id)
		}
	}
	if atRole != nil || len(targets)+len(failed) == 0 {
		g.edge(from, role, fails, purpose, cmp.Or(atRole, first(found)), id)
		return
	}
	g.edge(from, role, uses, "", nil, id)
}

// targets are the key and the bucket that a row is about. The bucket of the
// storage key has a row of its own.
func (g *graph) targets(row finding.Readiness) []*node {
	var targets []*node
	if row.Key != "" {
		targets = append(targets, g.resource(row.Key))
	}
	if row.Bucket != "" && row.Purpose != finding.Storage {
		targets = append(targets, g.resource(row.Bucket))
	}
	return targets
}

// first is the finding to lead to, nil for none.
func first(found []*finding.Finding) *finding.Finding {
	if len(found) == 0 {
		return nil
	}
	return found[0]
}

// naming is the worst finding that names a node's resource, nil for none.
func naming(found []*finding.Finding, key string) *finding.Finding {
	for _, f := range found {
		if f.Resource != "" && resourceKey(f.Resource) == key {
			return f
		}
	}
	return nil
}

func (g *graph) node(key string, n node) *node {
	if known := g.nodes[key]; known != nil {
		return known
	}
	n.key = key
	g.nodes[key] = &n
	g.order = append(g.order, &n)
	return &n
}

func (g *graph) role(row finding.Readiness, main string) *node {
	kind := "Canvas role"
	if row.Role != main {
		kind = "helper role"
	}
	n := node{Kind: kind, Label: Clean(lastPart(row.Role)), Title: Clean(row.Role), column: 1}
	if row.Role == "" {
		n.Label, n.Title = "not known", "the role is not known"
	}
	if n.Sub = elsewhere(row.Role, g.d); n.Sub == "" {
		n.Sub = Clean(pathOf(row.Role))
	}
	return g.node("role "+row.Role, n)
}

// resourceKey names a bucket by its name, whichever way it is spelt.
func resourceKey(name string) string {
	if _, bucket, ok := strings.Cut(name, ":s3:::"); ok {
		name = bucket
	}
	return "resource " + name
}

func (g *graph) resource(name string) *node {
	n := node{Kind: "bucket", Label: Clean(strings.TrimPrefix(resourceKey(name), "resource ")), Title: Clean(name), column: 2}
	if parts := strings.SplitN(name, ":", 6); len(parts) == 6 && parts[2] == "kms" {
		n.Kind, n.Label, n.Sub = "key", Clean(strings.TrimPrefix(parts[5], "key/")), elsewhere(name, g.d)
	}
	return g.node(resourceKey(name), n)
}

// noKey stands for a key that no row names; the row's reason says more.
func (g *graph) noKey(row finding.Readiness, label string) *node {
	reason := g.w.keys.shorten(Clean(row.Reason), home{row.Account, row.Region})
	return g.node(fmt.Sprintf("no key %q", []string{string(row.Purpose), label, reason}), node{
		Kind: "key of " + purposeName(row.Purpose), Label: label, Sub: reason, Title: reason, Class: "ghost", column: 2,
	})
}

// elsewhere says in which Region and account an ARN is, where these are not the
// domain's.
func elsewhere(name string, d *domainView) string {
	parts := strings.SplitN(name, ":", 6)
	if len(parts) < 6 {
		return ""
	}
	var where []string
	if region := Clean(parts[3]); region != "" && region != d.Region {
		where = append(where, "in "+region)
	}
	if account := Clean(parts[4]); account != "" && account != d.Account {
		where = append(where, "of account "+account)
	}
	return strings.Join(where, ", ")
}

func lastPart(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

// pathOf is the path of a role, where it is not the common one.
func pathOf(name string) string {
	_, rest, ok := strings.Cut(name, ":role/")
	if i := strings.LastIndexByte(rest, '/'); ok && i > 0 {
		return "/" + rest[:i+1]
	}
	return ""
}

// edge adds an answer. It leads to the worst finding, else to the row.
func (g *graph) edge(from, to *node, class, purpose string, f *finding.Finding, id string) {
	key := edgeKey{from, to, class}
	e := g.edges[key]
	if e == nil {
		e = &edge{Class: class, from: from, to: to, Href: id, severity: -1}
		g.edges[key] = e
		g.list = append(g.list, e)
	}
	if purpose != "" && !slices.Contains(e.purposes, purpose) {
		e.purposes = append(e.purposes, purpose)
	}
	if f != nil && f.Severity.Rank() > e.severity {
		e.severity, e.Href = f.Severity.Rank(), g.w.at[f.Fingerprint]
	}
}

// dropUses leaves out the edges that judge nothing where others say more, joins
// the rest to their nodes, and puts them into words.
func (g *graph) dropUses() {
	g.list = slices.DeleteFunc(g.list, func(e *edge) bool {
		return e.Class == uses && (g.edges[edgeKey{e.from, e.to, works}] != nil ||
			g.edges[edgeKey{e.from, e.to, fails}] != nil || g.edges[edgeKey{e.from, e.to, unknown}] != nil)
	})
	for _, e := range g.list {
		e.from.out, e.to.in = append(e.from.out, e), append(e.to.in, e)
		verb := map[string]string{works: "works", fails: "fails", unknown: "is unknown", uses: "is used"}[e.Class]
		e.Title = nodeWords(e.from) + " to " + nodeWords(e.to) + ": "
		if len(e.purposes) > 0 {
			e.Title += strings.Join(e.purposes, ", ") + " "
		}
		e.Title += verb
		if e.severity >= 0 {
			e.Title += "; leads to the finding"
		} else {
			e.Title += "; leads to the answer"
		}
		e.Label = strings.Join(e.purposes, ", ")
		if len(e.purposes) > 1 && textWidth(e.Label) > longLabel {
			e.Label = fmt.Sprintf("%s +%d", e.purposes[0], len(e.purposes)-1)
		}
		e.Label = shortened(e.Label, longLabel)
	}
}

func nodeWords(n *node) string { return n.Kind + " " + n.Label }
