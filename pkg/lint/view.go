package lint

import (
	"encoding/json"
	"hash/maphash"
	"slices"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/load/survey"
	"github.com/canvaslint/canvaslint/pkg/triage"
)

// view is what one group found out, and what it saw of others in doing so: where
// two look at one document and do not see the same, neither sees all that bears
// on it.
type view struct {
	group  survey.Group
	packed triage.Packed
	files  int
	// findings are all that were made, and files those that were read.
	findings []sighting
	read     map[uint64]bool
	borrows  []string
}

// sighting is a finding as one group made it.
type sighting struct {
	owner string // account, "" for what lies in no account's folder
	file  uint64
	text  uint64
	// edits are the files that its fix changes.
	edits []uint64
}

// owner gives the account that a finding is about, or else that its file lies in.
func (s *streamer) owner(f finding.Finding) string {
	if f.Account != "" && s.survey.Has(f.Account) {
		return f.Account
	}
	return survey.Owner(f.File)
}

func (v *view) sees(file uint64) bool { return v.read[file] }

// viewOf notes what a group saw.
func (s *streamer) viewOf(g survey.Group, r *Result) *view {
	v := &view{group: g, files: r.Report.Coverage.Files, read: map[uint64]bool{}, borrows: s.survey.Borrows(g)}
	for _, file := range r.Documents.Borrowed {
		v.read[s.hash(file)] = true
	}
	for _, f := range slices.Concat(r.Report.Findings, r.Report.Waived) {
		text, err := json.Marshal(f)
		if err != nil {
			continue // texts and numbers only
		}
		seen := sighting{owner: s.owner(f), file: s.hash(f.File), text: s.hash(string(text))}
		if f.Fix != nil {
			seen.edits = append(seen.edits, s.hash(f.Fix.File))
			for _, edit := range f.Fix.Edits {
				seen.edits = append(seen.edits, s.hash(edit.File))
			}
			for _, more := range f.Fix.More {
				seen.edits = append(seen.edits, s.hash(more.File))
			}
		}
		v.findings = append(v.findings, seen)
	}
	return v
}

func (s *streamer) hash(text string) uint64 { return maphash.String(s.seed, text) }

// conflicts gives the accounts that have to be judged together: those that see
// another finding on a document than whom it belongs to, and those whose fixes
// change one file.
func (s *streamer) conflicts(groups []survey.Group) [][]string {
	views := map[string]*view{} // by account
	owned := map[string]map[uint64]bool{}
	for _, g := range groups {
		v := s.seen[g.ID()]
		for _, account := range g.Accounts {
			views[account], owned[account] = v, map[uint64]bool{}
		}
	}
	for _, v := range views {
		for _, f := range v.findings {
			if v.group.Has(f.owner) {
				owned[f.owner][f.text] = true
			}
		}
	}
	var joined [][]string
	for _, g := range groups {
		v := s.seen[g.ID()]
		for _, other := range append(slices.Clone(v.borrows), "") {
			if views[other] != nil && !g.Has(other) && !s.agrees(v, views[other], other, owned[other]) {
				joined = append(joined, []string{g.Accounts[0], other})
			}
		}
	}
	return append(joined, s.sharedEdits(groups)...)
}

// agrees reports whether a group sees of another's documents what that sees.
func (s *streamer) agrees(v, of *view, account string, owned map[uint64]bool) bool {
	saw := map[uint64]bool{}
	for _, f := range v.findings {
		if f.owner == account {
			if saw[f.text] = true; !owned[f.text] {
				return false
			}
		}
	}
	return !slices.ContainsFunc(of.findings, func(f sighting) bool { return f.owner == account && v.sees(f.file) && !saw[f.text] })
}

// sharedEdits gives the groups whose fixes change one file.
func (s *streamer) sharedEdits(groups []survey.Group) [][]string {
	by := map[uint64][]string{}
	for _, g := range groups {
		for _, f := range s.seen[g.ID()].findings {
			if !g.Has(f.owner) {
				continue
			}
			for _, file := range f.edits {
				if !slices.Contains(by[file], g.Accounts[0]) && file != s.hash("") {
					by[file] = append(by[file], g.Accounts[0])
				}
			}
		}
	}
	var joined [][]string
	for _, accounts := range by {
		if len(accounts) > 1 {
			joined = append(joined, accounts)
		}
	}
	return joined
}
