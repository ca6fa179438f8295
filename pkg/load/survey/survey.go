// Package survey looks through the exports of many accounts for what they refer to
// in each other, so that accounts can be read one at a time, each with what it
// refers to in others.
package survey

import (
	"errors"
	"path"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/load/document"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/parallel"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Survey is what a first look found. It keeps what the folders of each account
// refer to, and none of the documents.
type Survey struct {
	options filesystem.Options
	paths   []string
	// accounts by id, and their ids in order.
	accounts map[string]*holding
	ids      []string
	nodes    []*node
	index    nodeIndex
	// rest is what lies in no account's folder: the organization, manifests, and
	// files that hold nothing.
	rest   []document.Content
	met    filesystem.Found // of folders that are no account's
	lists  Lists            // of rest
	shared sharedContents
	// everybodys are buckets that any account may read, and admitted those whose
	// policies name an account.
	everybodys []int32
	admitted   map[string][]int32
	together   bool // everything is
	regions    map[string]string
	wanted     map[reference]bool // names that only documents tell what they mean
	joins      map[string]string  // an account to one that it is read together with
}

// ErrJoined says that accounts cannot be told apart here: all there is has to be
// read together.
var ErrJoined = errors.New("the input cannot be split by account")

// holding is what is known of one account.
type holding struct {
	id      string
	folders []string // as the system knows them
	nodes   []int32  // until it is known what others borrow
	// refs are the nodes of other accounts that its documents refer to.
	refs    []int32
	domains bool
}

// Group is a set of accounts that are read together. The account "" stands for what
// lies in no account's folder.
type Group struct{ Accounts []string }

// ID tells groups apart.
func (g Group) ID() string { return strings.Join(g.Accounts, " ") }

// Has reports whether an account is in the group.
func (g Group) Has(account string) bool { return slices.Contains(g.Accounts, account) }

// New looks through paths. It gives ErrJoined where what was found cannot be split
// by account for certain, and the errors of filesystem.Find. Datasets names buckets
// that every account reads.
func New(paths []string, options filesystem.Options, datasets []string) (*Survey, error) {
	s := &Survey{options: options, paths: paths, accounts: map[string]*holding{}, index: newNodeIndex(), admitted: map[string][]int32{}, joins: map[string]string{}, regions: map[string]string{}, wanted: map[reference]bool{}}
	loose, err := s.walk()
	if err != nil {
		return nil, err
	}
	for id, h := range s.accounts {
		s.ids = append(s.ids, id)
		slices.Sort(h.folders)
		h.folders = slices.Compact(h.folders)
	}
	slices.Sort(s.ids)
	for _, name := range datasets { // or aliases of access points
		s.wanted[reference{kind: toPointAlias, name: name}] = true
	}
	if len(s.ids) < 2 || !s.takeRest(loose) || !s.scan() {
		return nil, ErrJoined
	}
	s.resolve(datasets)
	return s, nil
}

// Groups gives each account, with those that it has to be read together with, in
// the order of their ids, behind what lies in no account's folder.
func (s *Survey) Groups() []Group {
	if s.together {
		return []Group{{Accounts: append([]string{""}, s.ids...)}}
	}
	groups := []Group{{Accounts: []string{""}}}
	at := map[string]int{}
	for _, id := range s.ids {
		leader := s.leader(id)
		if leader == id {
			at[id] = len(groups)
			groups = append(groups, Group{})
		}
		g := &groups[at[leader]]
		g.Accounts = append(g.Accounts, id)
	}
	return groups
}

// Lists are those of the documents that lie in no account's folder.
func (s *Survey) Lists() *Lists { return &s.lists }

// JoinAll has everything read together from now on.
func (s *Survey) JoinAll() { s.together = true }

// Owner gives the account whose folder a file lies in, by the name that is shown;
// "" for what lies in none.
func Owner(file string) string {
	account, _ := accountOf(file)
	return account
}

// Has reports whether an account is among those that were surveyed.
func (s *Survey) Has(account string) bool { return s.accounts[account] != nil }

// walk finds the accounts and their folders, and the files that lie in none.
func (s *Survey) walk() (loose []filesystem.File, err error) {
	roots := map[string]bool{}
	for _, path := range s.paths {
		if path == "-" {
			return nil, ErrJoined
		}
		root := s.options.FS.Identity(path)
		for other := range roots {
			if within(root, other) || within(other, root) {
				return nil, ErrJoined // what is named twice is read once
			}
		}
		roots[root] = true
	}
	joined := false
	met, err := filesystem.Walk(s.paths, s.options, func(file filesystem.File) {
		account, depth := accountOf(file.Name)
		if account == "" && depth == 0 && !file.Named {
			loose = append(loose, file)
			return
		}
		joined = joined || file.Named || account == "" || !s.take(file, account, depth)
	})
	switch {
	case err != nil:
		return nil, err
	case joined || met.Linked || slices.ContainsFunc(met.Excluded, ofAccount):
		return nil, ErrJoined
	}
	s.met = met.Found
	// What is said of an account's folder is said again when that is read.
	s.met.Ignored = slices.DeleteFunc(s.met.Ignored, func(i filesystem.Ignored) bool { return ofAccount(i.File) })
	s.met.Problems = slices.DeleteFunc(s.met.Problems, func(p source.Problem) bool { return ofAccount(p.Path) })
	return loose, nil
}

func ofAccount(file string) bool { return Owner(file) != "" }

func within(name, folder string) bool {
	below, ok := strings.CutPrefix(strings.ReplaceAll(name, "\\", "/"), strings.ReplaceAll(folder, "\\", "/"))
	return folder == "." || ok && (below == "" || below[0] == '/' || strings.HasSuffix(folder, "/"))
}

// take puts a file of an account where it belongs; false where it could be anyone's.
func (s *Survey) take(in filesystem.File, account string, depth int) bool {
	if !filesystem.Readable(in.Name) {
		s.holding(account, in.Path, depth)
		return path.Base(in.Name) != ".gitignore"
	}
	if !layout.IsExport(in.Name) {
		return false
	}
	h := s.holding(account, in.Path, depth)
	parts := strings.Split(in.Name, "/")
	n, ok := nodeOf(parts[len(parts)-depth:])
	if !ok {
		return false
	}
	n.account, n.root = h.id, h.folders[len(h.folders)-1]
	if known, ok := s.index.at[n.place()]; ok {
		return s.nodes[known].root == n.root // else two exports of one account
	}
	// Texts of its own, so that none keeps the path of a file.
	n.region, n.part = s.region(n.region), strings.Clone(n.part)
	h.domains = h.domains || n.kind == domainsNode
	s.index.add(&n, int32(len(s.nodes)))
	h.nodes = append(h.nodes, int32(len(s.nodes)))
	s.nodes = append(s.nodes, &n)
	return true
}

// takeRest reads the files that lie in no account's folder: only what is of the
// organization, and manifests, may be read with every account.
func (s *Survey) takeRest(loose []filesystem.File) bool {
	for _, file := range loose {
		c := document.Read(s.options.FS, file, nil)
		if !isOfAll(&c) {
			return false
		}
		s.rest = append(s.rest, c)
	}
	return true
}

func isOfAll(c *document.Content) bool {
	// What is wrong with a file in an archive would be said of the account that its
	// name has, which does not read the archive.
	if c.HCL || len(c.Formatted) > 0 || len(c.Waivers) > 0 || slices.ContainsFunc(c.Problems, func(p source.Problem) bool { return Owner(p.Path) != "" }) {
		return false
	}
	for _, doc := range c.Documents {
		switch doc.Kind {
		case document.Organization, document.ControlPolicy, document.Targets, document.Roots, document.Accounts, document.Parents,
			document.Children, document.Units, document.PolicyList, document.Manifest:
		default:
			return false
		}
	}
	return true
}

// holding gives what is known of an account, whose folder lies so many steps
// above a file.
func (s *Survey) holding(account, file string, depth int) *holding {
	h := s.accounts[account]
	if h == nil {
		h = &holding{id: strings.Clone(account)}
		s.accounts[h.id] = h
	}
	folder := above(file, depth)
	if len(h.folders) == 0 || h.folders[len(h.folders)-1] != folder {
		h.folders = append(h.folders, strings.Clone(folder))
	}
	return h
}

// region gives the one copy of a Region's name.
func (s *Survey) region(name string) string {
	known, ok := s.regions[name]
	if !ok {
		known = strings.Clone(name)
		s.regions[known] = known
	}
	return known
}

// accountOf gives the account whose folder a file lies in, and how many steps
// above the file that folder is; a depth without an account says that there are
// several.
func accountOf(name string) (account string, depth int) {
	parts := strings.Split(name, "/")
	for i, part := range parts[:len(parts)-1] {
		if len(part) != 12 || !layout.IsAccount(part) {
			continue
		}
		if account != "" {
			return "", len(parts)
		}
		account, depth = part, len(parts)-1-i
	}
	return account, depth
}

// above gives the folder so many steps above a file.
func above(file string, steps int) string {
	for range steps {
		file = path.Dir(file)
	}
	return file
}

// scan reads every account's files for what they refer to; false where one of
// them is no plain text. What is named by what only documents tell is looked for
// once it is known what that is.
func (s *Survey) scan() bool {
	var naming, named []*node
	for _, n := range s.nodes {
		if n.names() {
			naming = append(naming, n)
		} else {
			named = append(named, n)
		}
	}
	if !s.scanAll(naming) {
		return false
	}
	for _, n := range naming {
		for _, r := range n.named {
			if wants(n, r) {
				s.wanted[r] = true
			}
		}
	}
	return s.scanAll(named)
}

// scanAll reads the files of some nodes on all processors.
func (s *Survey) scanAll(nodes []*node) bool {
	plain := make([]bool, len(nodes))
	parallel.Do(len(nodes), func(i int) { plain[i] = s.scanNode(nodes[i]) })
	return !slices.Contains(plain, false)
}
