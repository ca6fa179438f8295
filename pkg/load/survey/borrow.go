package survey

import (
	"slices"
	"strings"
	"sync"

	"github.com/canvaslint/canvaslint/pkg/load/document"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
)

// resolve turns the names that documents have into the nodes they lead to.
func (s *Survey) resolve(datasets []string) {
	for at, n := range s.nodes {
		for _, r := range n.named {
			if s.wanted[r] && defines(n, r) {
				s.index.defined[r] = append(s.index.defined[r], int32(at))
			}
		}
	}
	for _, n := range s.nodes {
		for _, r := range n.named {
			if r.kind == toAccount && r.account != n.account {
				s.join(n.account, r.account)
			}
			n.refs = append(n.refs, s.leads(n, r)...)
		}
		n.refs = append(n.refs, s.withIt(n)...)
		slices.Sort(n.refs)
		n.refs = slices.Clip(slices.Compact(n.refs))
	}
	for _, n := range s.nodes {
		n.named = nil
	}
	s.wanted = nil
	for _, name := range datasets {
		s.everybodys = append(s.everybodys, s.index.buckets[name]...)
		s.everybodys = append(s.everybodys, s.index.defined[reference{kind: toPointAlias, name: name}]...)
	}
	for _, at := range s.index.buckets {
		for _, at := range at {
			if s.nodes[at].open {
				s.everybodys = append(s.everybodys, at)
			}
			for _, account := range s.nodes[at].admits {
				s.admitted[account] = append(s.admitted[account], at)
			}
		}
	}
	slices.Sort(s.everybodys)
	s.keepBorrowed()
}

// withIt gives the nodes of its own account that say what a node which is borrowed
// leaves open: whether a key has another name, whether a bucket takes other accounts.
func (s *Survey) withIt(n *node) []int32 {
	switch n.kind {
	case keyNode:
		return s.listsOf(reference{account: n.account, region: n.region})
	case bucketNode, pointNode:
		if block, ok := s.index.at[nodePlace{kind: blockNode, account: n.account}]; ok {
			return []int32{block}
		}
	default:
	}
	return nil
}

// keepBorrowed forgets what no account borrows from another, which is nearly
// everything, and the index by which it was found.
func (s *Survey) keepBorrowed() {
	kept := make([]*node, len(s.nodes))
	var keep func(list []int32)
	keep = func(list []int32) {
		for _, at := range list {
			if kept[at] == nil {
				kept[at] = s.nodes[at]
				if kept[at].lends() {
					keep(kept[at].refs)
				}
			}
		}
	}
	for id, h := range s.accounts {
		for _, at := range h.nodes {
			for _, to := range s.nodes[at].refs {
				if s.nodes[to].account != id {
					h.refs = append(h.refs, to)
				}
			}
		}
		slices.Sort(h.refs)
		h.refs, h.nodes = slices.Clip(slices.Compact(h.refs)), nil
		keep(h.refs)
	}
	keep(s.everybodys)
	for _, list := range s.admitted {
		keep(list)
	}
	s.nodes, s.index = kept, nodeIndex{}
}

// wants reports whether what a name leads to bears on the node: an alias where
// Canvas's settings are, the VPC of a domain, a unique id in a resource's policy.
func wants(n *node, r reference) bool {
	switch r.kind {
	case toAlias:
		return n.kind == domainsNode || n.kind == bucketNode
	case toVPC, toPointAlias:
		return n.kind == domainsNode
	case toUniqueID:
		return n.kind == keyNode || n.kind == bucketNode
	default:
		return false
	}
}

// defines reports whether a node is what a name leads to.
func defines(n *node, r reference) bool {
	return n.kind == listsNode && r.kind == toAlias || n.kind == endpointsNode && r.kind == toVPC || n.kind == rolesNode && r.kind == toUniqueID ||
		n.kind == pointNode && r.kind == toPointAlias
}

// leads gives the nodes that a name in a node's documents leads to.
func (s *Survey) leads(n *node, r reference) []int32 {
	switch r.kind {
	case toKey:
		return s.index.keys[r.name]
	case toBucket:
		return s.index.buckets[r.name]
	case toRoles:
		if at, ok := s.index.at[nodePlace{kind: rolesNode, account: r.account}]; ok {
			return []int32{at}
		}
	case toLists:
		return s.listsOf(r)
	case toPoint:
		if at, ok := s.index.at[nodePlace{pointNode, r.account, r.region, r.name}]; ok {
			return []int32{at}
		}
	case toAliasARN:
		lists := s.listsOf(r)
		var targets []int32
		for _, at := range lists {
			for _, of := range s.nodes[at].refs {
				if s.nodes[of].kind == keyNode {
					targets = append(targets, of)
				}
			}
		}
		return append(targets, lists...)
	case toAlias, toVPC, toUniqueID, toPointAlias:
		if !wants(n, r) {
			return nil
		}
		defined := s.index.defined[r]
		if r.kind == toAlias && slices.ContainsFunc(defined, func(at int32) bool { return s.nodes[at].account == n.account && s.nodes[at].region == n.region }) {
			return nil // it is found at home
		}
		return defined
	default:
	}
	return nil
}

// listsOf gives the lists of keys of an account, of one Region or where that is a
// pattern of all.
func (s *Survey) listsOf(r reference) []int32 {
	var lists []int32
	for _, at := range s.index.lists[r.account] {
		if strings.ContainsAny(r.region, "*?$") || r.region == "" || s.nodes[at].region == r.region {
			lists = append(lists, at)
		}
	}
	return lists
}

// borrowed gives the nodes of other accounts that a group refers to: what its own
// documents name, and what keys, buckets and access points among that name in turn.
func (s *Survey) borrowed(g Group) []int32 {
	seen := map[int32]bool{}
	var found []int32
	var take func(list []int32)
	take = func(list []int32) {
		for _, at := range list {
			n := s.nodes[at]
			if seen[at] || slices.Contains(g.Accounts, n.account) {
				continue
			}
			seen[at] = true
			found = append(found, at)
			if n.lends() {
				take(n.refs)
			}
		}
	}
	for _, account := range g.Accounts {
		h := s.accounts[account]
		if h == nil {
			continue // what lies in no account's folder
		}
		take(h.refs)
		if h.domains {
			take(s.everybodys)
			take(s.admitted[account])
		}
	}
	slices.Sort(found)
	return found
}

// Read reads the accounts of a group: its own documents, what it borrows from
// others, and what lies in no account's folder.
func (s *Survey) Read(g Group) Reading {
	var r Reading
	for _, account := range g.Accounts {
		if account == "" {
			r.Own, r.Met = append(r.Own, s.rest...), merged(r.Met, s.met)
			continue
		}
		r.Accounts = append(r.Accounts, account)
		for _, folder := range s.accounts[account].folders {
			files, met := s.below(folder)
			r.Met = merged(r.Met, met)
			for _, file := range files {
				r.Own = append(r.Own, document.Read(s.options.FS, file, nil))
			}
		}
	}
	if g.Has("") {
		if len(g.Accounts) == 1 {
			r.Accounts = nil // a manifest counts as a whole
		}
		return r
	}
	for _, at := range s.borrowed(g) {
		r.Accounts = append(r.Accounts, s.nodes[at].account)
		r.Borrowed = append(r.Borrowed, s.shared.of(s, at)...)
	}
	for _, c := range s.rest {
		if c.Used() {
			r.Borrowed = append(r.Borrowed, c)
		}
	}
	return r
}

func merged(a, b filesystem.Found) filesystem.Found {
	a.Ignored, a.Problems, a.Notes = append(a.Ignored, b.Ignored...), append(a.Problems, b.Problems...), append(a.Notes, b.Notes...)
	return a
}

// Reading is what was read for one group.
type Reading struct {
	Own, Borrowed []document.Content
	// Accounts are all of which something was read.
	Accounts []string
	Met      filesystem.Found // beside the files, in the group's own folders
}

// join has two accounts read together.
func (s *Survey) join(a, b string) {
	a, b = s.leader(a), s.leader(b)
	if a != b && s.accounts[a] != nil && s.accounts[b] != nil {
		s.joins[max(a, b)] = min(a, b)
	}
}

// leader gives the least of the accounts that are read together with one.
func (s *Survey) leader(account string) string {
	for s.joins[account] != "" {
		account = s.joins[account]
	}
	return account
}

// Join has some accounts read together from now on, and with them those that are
// read together with any of them.
func (s *Survey) Join(accounts []string) {
	for _, account := range accounts[1:] {
		s.join(accounts[0], account)
	}
}

// Borrows gives the accounts of which a group reads something.
func (s *Survey) Borrows(g Group) []string {
	var accounts []string
	for _, at := range s.borrowed(g) {
		accounts = append(accounts, s.nodes[at].account)
	}
	slices.Sort(accounts)
	return slices.Compact(accounts)
}

// sharedContents keeps what many groups borrow.
type sharedContents struct {
	mutex sync.Mutex
	known map[int32][]document.Content
}

// of reads the files of a node, those of one that many refer to once.
func (c *sharedContents) of(s *Survey, at int32) []document.Content {
	c.mutex.Lock()
	contents, ok := c.known[at]
	c.mutex.Unlock()
	if ok {
		return contents
	}
	for _, in := range s.inputs(s.nodes[at]) {
		contents = append(contents, document.Read(s.options.FS, in, nil))
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if s.nodes[at].borrowers++; s.nodes[at].borrowers > keepFrom {
		if c.known == nil {
			c.known = map[int32][]document.Content{}
		}
		c.known[at] = contents
	}
	return contents
}

// keepFrom is how many groups may read a node anew: who is asked for by more is
// likely to be asked for by all.
const keepFrom = 3
