package finding

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/wording"
)

// Part is what a report on some of the accounts carries beside what it shows, so
// that it can be put together with those on the others: what one sentence or one
// status says of all of them.
type Part struct {
	// Of is how many parts there are, and Parts are the numbers of those that are
	// in this report, from 1.
	Of    int   `json:"of,omitempty"`
	Parts []int `json:"parts,omitempty"`
	// FailOn and AllowUnknown are what the exit status goes by.
	FailOn       string `json:"failOn,omitempty"`
	AllowUnknown bool   `json:"allowUnknown,omitempty"`
	// Undecided are permissions that stayed unknown, whose lack would be an error,
	// and that no waiver settles.
	Undecided []Undecided `json:"undecided,omitempty"`
	Remarks   []Remark    `json:"remarks,omitempty"`
	Scope     Scope       `json:"scope"`
}

// MostParts is into how many parts a check can be cut.
const MostParts = 1 << 20

// IsWhole reports whether no part is missing.
func (p Part) IsWhole() bool { return p.Of == 0 || len(p.Parts) == p.Of }

// Undecided is what one permission that stayed unknown is about.
type Undecided struct {
	Account   string  `json:"account"`
	Region    string  `json:"region"`
	Domain    string  `json:"domain"`
	Principal string  `json:"principal"`
	Resource  string  `json:"resource"`
	Purpose   Purpose `json:"purpose"`
}

// IsOf reports whether a finding says that this is unknown.
func (u Undecided) IsOf(f Finding) bool {
	return f.Rule == "role-access-unknown" && f.Account == u.Account && f.Region == u.Region &&
		f.Domain == u.Domain && f.Principal == u.Principal && f.Resource == u.Resource && f.Purpose == u.Purpose
}

// Remark is a note on what the answer leaves out. Remarks of one text become one.
type Remark struct {
	Rank RemarkRank `json:"rank"`
	Text string     `json:"text"`
	// Names are the first of those that it is about, in order, and Count is how
	// many there are.
	Names []string `json:"names,omitempty"`
	Count int      `json:"count,omitempty"`
	// Because says why, and Tail ends the sentence.
	Because string `json:"because,omitempty"`
	Tail    string `json:"tail,omitempty"`
}

// RemarkRank is the place of a remark among the notes.
type RemarkRank int

// The ranks. AboutInput is what loading assumed.
const (
	AboutInput RemarkRank = iota
	NoDomain
	OutOfScope
	NoGuardrails
	NoGrants
	NoEndpoint
	NotRead
	NotEnforced
)

// NoDomainText is the remark on an input without domains.
const NoDomainText = "There is no SageMaker domain in the input: nothing about Canvas was checked."

// mostNames is how many names a remark lists.
const mostNames = 5

// About is a remark on things of these names.
func About(rank RemarkRank, text string, names []string, tail string) Remark {
	names = slices.Sorted(slices.Values(names))
	return Remark{Rank: rank, Text: text, Names: names[:min(mostNames, len(names))], Count: len(names), Tail: tail}
}

// String is the note.
func (r Remark) String() string {
	text := r.Text + strings.Join(r.Names, ", ")
	if more := r.Count - len(r.Names); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text + r.Because + r.Tail
}

// UniteRemarks makes one of those that say the same, in the order of the notes.
func UniteRemarks(remarks []Remark) []Remark {
	type sentence struct {
		rank       RemarkRank
		text, tail string
	}
	at := map[sentence]int{}
	var united []Remark
	for _, r := range remarks {
		id := sentence{r.Rank, r.Text, r.Tail}
		i, ok := at[id]
		if !ok {
			at[id] = len(united)
			united = append(united, r)
			continue
		}
		known := &united[i]
		known.Names = slices.Sorted(slices.Values(slices.Concat(known.Names, r.Names)))
		known.Names, known.Count = known.Names[:min(mostNames, len(known.Names))], known.Count+r.Count
		if known.Because == "" || r.Because != "" && r.Because < known.Because {
			known.Because = r.Because
		}
	}
	slices.SortStableFunc(united, func(a, b Remark) int {
		return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.Text, b.Text))
	})
	return united
}

// Scope counts what was in scope: of all accounts together, at least one profile
// where any setting speaks of Canvas, and as many domains as the config expects.
type Scope struct {
	Domains int `json:"domains"`
	Checked int `json:"checked"`
	// Left is the problem that stands where none was checked.
	Left *Problem `json:"left,omitempty"`
	// Expected is how many the config wants, and ExpectedAt where it says so;
	// Advice takes more of them in.
	Expected   int    `json:"expected,omitempty"`
	ExpectedAt Place  `json:"expectedAt,omitzero"`
	Advice     string `json:"advice,omitempty"`
}

// Unite adds what another part counts.
func (s Scope) Unite(o Scope) Scope {
	s.Domains, s.Checked = s.Domains+o.Domains, s.Checked+o.Checked
	if s.Left == nil || o.Left != nil && ComparePlaces(Place{File: o.Left.File, Start: o.Left.Start}, Place{File: s.Left.File, Start: s.Left.Start}) < 0 {
		s.Left = o.Left
	}
	if s.Expected == 0 {
		s.Expected, s.ExpectedAt = o.Expected, o.ExpectedAt
	}
	s.Advice = cmp.Or(s.Advice, o.Advice)
	return s
}

// Problem is what is wrong with the whole of it, nil for nothing.
func (s Scope) Problem() *Problem {
	if s.Checked < s.Expected {
		return &Problem{
			File: s.ExpectedAt.File, Start: s.ExpectedAt.Start,
			Message: fmt.Sprintf("%s expected to be checked, and %d of %d in the input %s; %s",
				wording.CountAs(s.Expected, "domain is", "domains are"), s.Checked, s.Domains, was(s.Checked), s.Advice),
		}
	}
	if s.Checked == 0 {
		return s.Left
	}
	return nil
}

func was(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

// ComparePlaces orders places by file, line and column.
func ComparePlaces(a, b Place) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Start.Line, b.Start.Line), cmp.Compare(a.Start.Column, b.Start.Column),
		cmp.Compare(a.End.Line, b.End.Line), cmp.Compare(a.End.Column, b.End.Column))
}
