package triage

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

// Gather puts saved reports together. One that is there already, in the same or
// another file, counts once.
type Gather struct {
	union *Union
	seen  map[[sha256.Size]byte]bool
	parts map[int]bool
	any   bool
}

// NewGather makes an empty one.
func NewGather() (*Gather, error) {
	union, err := NewUnion()
	if err != nil {
		return nil, err
	}
	return &Gather{union: union, seen: map[[sha256.Size]byte]bool{}, parts: map[int]bool{}}, nil
}

// Add takes in a saved report.
func (g *Gather) Add(r *finding.Report) error {
	text, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("put reports together: %w", err)
	}
	id := sha256.Sum256(text)
	if g.seen[id] {
		return nil
	}
	g.seen[id], g.any = true, true
	part := partOf(r)
	if part.Of < 0 || part.Of > finding.MostParts || len(part.Parts) > finding.MostParts {
		return fmt.Errorf("it is one of %d parts: there are at most %d", part.Of, finding.MostParts)
	}
	switch known := len(slices.DeleteFunc(slices.Clone(part.Parts), func(n int) bool { return !g.parts[n] })); {
	case known > 0 && known == len(part.Parts):
		return nil
	case known > 0:
		return fmt.Errorf("some of the parts %s are there already, and others are not: merge those that do not overlap", numbers(part.Parts))
	}
	for _, n := range part.Parts {
		g.parts[n] = true
	}
	if missing := missingParts(part); missing != nil { // which are perhaps to come
		without := *r
		without.Problems = slices.DeleteFunc(slices.Clone(r.Problems), func(p finding.Problem) bool { return p == *missing })
		r = &without
	}
	packed, err := g.union.Pack(r, part)
	if err != nil {
		return err
	}
	return g.union.Add(packed)
}

// partOf is what a report says of itself as a part, or what can be told of one that
// does not.
func partOf(r *finding.Report) finding.Part {
	if r.Part != nil {
		return *r.Part
	}
	var part finding.Part
	for _, note := range r.Coverage.Notes {
		rank := finding.AboutInput
		if note == finding.NoDomainText {
			rank = finding.NoDomain
		}
		part.Remarks = append(part.Remarks, finding.Remark{Rank: rank, Text: note})
	}
	domains := map[[3]string]bool{}
	for _, row := range r.Readiness {
		domains[[3]string{row.Account, row.Region, row.Domain}] = true
	}
	part.Scope.Domains, part.Scope.Checked = len(domains), len(domains)
	for _, f := range r.Findings {
		u := finding.Undecided{Account: f.Account, Region: f.Region, Domain: f.Domain, Principal: f.Principal, Resource: f.Resource, Purpose: f.Purpose}
		if u.IsOf(f) && f.Severity != finding.Info {
			part.Undecided = append(part.Undecided, u)
		}
	}
	return part
}

// Done gives the report on everything. Parts that are missing are a problem in it.
// What fails, and whether what is unknown does, are those of the parts where they
// are not given.
func (g *Gather) Done(failOn string, allowUnknown bool) (United, bool) {
	if !g.any {
		return United{}, false
	}
	var problems []finding.Problem
	missing := missingParts(g.union.part)
	if missing != nil {
		problems = append(problems, *missing)
	}
	united := g.union.Whole(problems...)
	if missing != nil {
		part := united.Part
		united.Whole.Head.Part = &part
	}
	if failOn != "" {
		united.Part.FailOn = failOn
	}
	if united.Part.FailOn == "" {
		united.Part.FailOn = string(finding.Error)
	}
	united.Part.AllowUnknown = united.Part.AllowUnknown || allowUnknown
	return united, true
}

// missingParts says which parts are not there, nil where none is missing.
func missingParts(part finding.Part) *finding.Problem {
	there := map[int]bool{}
	for _, n := range part.Parts {
		there[n] = true
	}
	var missing []int
	for n := range part.Of {
		if !there[n+1] {
			missing = append(missing, n+1)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return &finding.Problem{Message: fmt.Sprintf("of %d parts %s missing: what they are on was not checked; merge their reports too", part.Of, partWords(missing))}
}

func partWords(missing []int) string {
	if len(missing) == 1 {
		return "part " + numbers(missing) + " is"
	}
	return "the parts " + numbers(missing) + " are"
}

// numbers lists the first few of some numbers.
func numbers(list []int) string {
	const shown = 20
	var words []string
	for _, n := range list[:min(shown, len(list))] {
		words = append(words, strconv.Itoa(n))
	}
	text := strings.Join(words, ", ")
	if more := len(list) - shown; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
