package triage

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/klauspost/compress/zstd"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

// Union puts reports on some of the accounts together: the result is the report on
// all of them, whatever the order in which they came, and in whatever parts. It
// keeps the long lists packed, so that it holds thousands of reports.
type Union struct {
	packer    *zstd.Encoder
	head      *finding.Report
	part      finding.Part
	waivers   map[waiverID]finding.Waiver
	rules     map[string]finding.Rule
	findings  pile[finding.Finding]
	waived    pile[finding.Finding]
	problems  pile[finding.Problem]
	readiness pile[finding.Readiness]
	ignored   pile[finding.Ignored]
	inputs    pile[finding.Input]
}

type waiverID struct {
	rule string
	at   finding.Place
}

// NewUnion makes an empty union.
func NewUnion() (*Union, error) {
	packer, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithWindowSize(1<<17), zstd.WithLowerEncoderMem(true))
	if err != nil {
		return nil, fmt.Errorf("put reports together: %w", err)
	}
	return &Union{
		packer:  packer,
		waivers: map[waiverID]finding.Waiver{}, rules: map[string]finding.Rule{},
		findings: pile[finding.Finding]{compare: compareFindings}, waived: pile[finding.Finding]{compare: compareFindings},
		problems: pile[finding.Problem]{compare: compareProblems}, readiness: pile[finding.Readiness]{compare: compareDomains},
		ignored: pile[finding.Ignored]{compare: compareIgnored}, inputs: pile[finding.Input]{compare: compareInputs},
	}, nil
}

// Packed is a report that waits to be put together with others.
type Packed struct {
	head  *finding.Report // without its long lists
	part  finding.Part
	lists lists
}

// Pack makes a report small. It may be called by several at once.
func (u *Union) Pack(r *finding.Report, part finding.Part) (Packed, error) {
	packed, err := packLists(u.packer, r)
	if err != nil {
		return Packed{}, err
	}
	head := *r
	head.Findings, head.Waived, head.Problems, head.Readiness, head.Baseline, head.Part = nil, nil, nil, nil, nil, nil
	head.Coverage.Ignored, head.Coverage.Inputs, head.Coverage.Notes = nil, nil, nil
	return Packed{&head, part, packed}, nil
}

// Empty is a report of the same run on nothing.
func (p Packed) Empty() Packed {
	head := *p.head
	head.Waivers, head.Rules, head.Coverage = nil, nil, finding.Coverage{}
	return Packed{head: &head, part: finding.Part{FailOn: p.part.FailOn, AllowUnknown: p.part.AllowUnknown}}
}

// Add takes in a report. One that does not go with the others is an error: one of
// another edition of the page, version or choice of rules.
func (u *Union) Add(p Packed) error {
	if u.head == nil {
		head := *p.head
		head.Waivers, head.Rules, head.Coverage, head.Summary = nil, nil, finding.Coverage{Documents: map[string]int{}}, nil
		u.head, u.part = &head, finding.Part{Of: p.part.Of, FailOn: p.part.FailOn, AllowUnknown: p.part.AllowUnknown}
	}
	if err := u.fits(p.head, p.part); err != nil {
		return err
	}
	u.count(p.head.Coverage)
	u.part = unitePart(u.part, p.part)
	for _, w := range p.head.Waivers {
		id := waiverID{w.Rule, finding.Place{File: w.File, Start: w.Start}}
		if known, ok := u.waivers[id]; !ok || known.State == "unused" {
			u.waivers[id] = w
		}
	}
	for _, rule := range p.head.Rules {
		u.rules[rule.ID] = rule
	}
	u.take(p.lists)
	return nil
}

// Cut says that what was added is one of several parts.
func (u *Union) Cut(index, count int) { u.part.Of, u.part.Parts = count, []int{index} }

// fits says what keeps a report from being put together with the others.
func (u *Union) fits(r *finding.Report, part finding.Part) error {
	same := func(what, a, b string) error {
		if a != b {
			return fmt.Errorf("they differ in %s: %q and %q", what, a, b)
		}
		return nil
	}
	for _, err := range []error{
		same("the edition of the page", u.head.Guide, r.Guide), same("the version of canvaslint", u.head.Tool.Version, r.Tool.Version),
		same("the config", u.head.Config, r.Config), same("the choice of rules", choice(u.head.Partial), choice(r.Partial)),
		same("the number of parts", fmt.Sprint(u.part.Of), fmt.Sprint(part.Of)), same("what fails", u.part.FailOn, part.FailOn),
		same("whether what is unknown fails", fmt.Sprint(!u.part.AllowUnknown), fmt.Sprint(!part.AllowUnknown)),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

func choice(p *finding.Partial) string {
	if p == nil {
		return "all"
	}
	return fmt.Sprintf("only %q, without %q", p.Only, p.Skip)
}

// count sums up what was read.
func (u *Union) count(c finding.Coverage) {
	sum := &u.head.Coverage
	sum.Files += c.Files
	for kind, n := range c.Documents {
		sum.Documents[kind] += n
	}
	sum.Decisions.Allowed += c.Decisions.Allowed
	sum.Decisions.Denied += c.Decisions.Denied
	sum.Decisions.Unknown += c.Decisions.Unknown
}

func unitePart(a, b finding.Part) finding.Part {
	a.Parts = slices.Sorted(slices.Values(slices.Concat(a.Parts, b.Parts)))
	a.Undecided = append(a.Undecided, b.Undecided...)
	a.Remarks = finding.UniteRemarks(slices.Concat(a.Remarks, b.Remarks))
	a.Scope = a.Scope.Unite(b.Scope)
	return a
}

// lists are the long lists of one report, packed.
type lists struct {
	findings, waived []piece[finding.Finding]
	problems         []piece[finding.Problem]
	readiness        []piece[finding.Readiness]
	ignored          []piece[finding.Ignored]
	inputs           []piece[finding.Input]
}

// packLists packs the long lists of a report. Findings lie apart by severity: the
// whole list begins with all errors.
func packLists(packer *zstd.Encoder, r *finding.Report) (lists, error) {
	findings := r.Findings
	if r.Baseline != nil { // whoever reads the whole lays a baseline over it
		findings = slices.Concat(findings, r.Baseline.Known)
	}
	findings, waived := slices.Clone(findings), slices.Clone(r.Waived)
	slices.SortStableFunc(findings, compareFindings)
	slices.SortStableFunc(waived, compareFindings)
	bySeverity := map[finding.Severity][]finding.Finding{}
	for _, f := range findings {
		bySeverity[f.Severity] = append(bySeverity[f.Severity], f)
	}
	var l lists
	var errs [6]error
	l.findings, errs[0] = pack(packer, slices.Collect(maps.Values(bySeverity))...)
	l.waived, errs[1] = pack(packer, waived)
	l.problems, errs[2] = pack(packer, r.Problems)
	l.readiness, errs[3] = pack(packer, r.Readiness)
	l.ignored, errs[4] = pack(packer, r.Coverage.Ignored)
	l.inputs, errs[5] = pack(packer, r.Coverage.Inputs)
	return l, errors.Join(errs[:]...)
}

// take adds the lists of one report.
func (u *Union) take(l lists) {
	u.findings.pieces, u.waived.pieces = append(u.findings.pieces, l.findings...), append(u.waived.pieces, l.waived...)
	u.problems.pieces, u.readiness.pieces = append(u.problems.pieces, l.problems...), append(u.readiness.pieces, l.readiness...)
	u.ignored.pieces, u.inputs.pieces = append(u.ignored.pieces, l.ignored...), append(u.inputs.pieces, l.inputs...)
}

// United is what came of a union.
type United struct {
	Whole finding.Whole
	Part  finding.Part
}

// Whole gives the report on everything that was added. Problems are further ones,
// of the union itself.
func (u *Union) Whole(problems ...finding.Problem) United {
	head := *u.head
	part := u.part
	if problem := part.Scope.Problem(); problem != nil && part.IsWhole() {
		problems = append(problems, *problem)
	}
	if part.Scope.Domains > 0 {
		part.Remarks = slices.DeleteFunc(slices.Clone(part.Remarks), func(r finding.Remark) bool { return r.Rank == finding.NoDomain })
	}
	for _, remark := range part.Remarks {
		head.Coverage.Notes = append(head.Coverage.Notes, remark.String())
	}
	head.Waivers = slices.SortedFunc(maps.Values(u.waivers), compareWaivers)
	head.Rules = slices.Collect(maps.Values(u.rules))
	SortRules(head.Rules)
	whole := finding.Whole{
		Head: &head, Findings: inOrder(&u.findings), Waived: inOrder(&u.waived),
		Problems:  once(merged(u.problems.all(), SortProblems(problems), compareProblems), equal[finding.Problem]),
		Readiness: onceOfDomain(u.readiness.all()), Ignored: once(u.ignored.all(), equal[finding.Ignored]), Inputs: once(u.inputs.all(), equal[finding.Input]),
	}
	head.Summary = Summary(nil)
	for f := range whole.Findings {
		head.Summary[string(f.Severity)]++
	}
	return United{whole, part}
}

// inOrder gives findings as Sort has them. Of all at once it looks only at where they
// stand and what causes them.
func inOrder(p *pile[finding.Finding]) iter.Seq[finding.Finding] {
	var last finding.Finding
	var refs []ref
	var outlines []finding.Finding
	for at, f := range p.refs() {
		if len(refs) > 0 && isSameFinding(last, f) {
			continue
		}
		last = f
		outline := finding.Finding{Severity: f.Severity, Place: f.Place}
		for _, cause := range f.Causes {
			outline.Causes = append(outline.Causes, finding.Cause{Cause: cause.Cause, Place: cause.Place})
		}
		refs, outlines = append(refs, at), append(outlines, outline)
	}
	ordered := make([]ref, 0, len(refs))
	for _, i := range causesFirst(outlines) {
		ordered = append(ordered, refs[i])
	}
	return p.at(ordered)
}

func equal[T comparable](a, b T) bool { return a == b }

// once leaves out what says the same as the one before it.
func once[T any](all iter.Seq[T], isSame func(a, b T) bool) iter.Seq[T] {
	return func(yield func(T) bool) {
		var last *T
		for item := range all {
			if last != nil && isSame(*last, item) {
				continue
			}
			last = &item
			if !yield(item) {
				return
			}
		}
	}
}

// onceOfDomain leaves out rows of a domain that were there already.
func onceOfDomain(all iter.Seq[finding.Readiness]) iter.Seq[finding.Readiness] {
	type row struct {
		profile string
		purpose finding.Purpose
		verdict finding.Verdict
	}
	return func(yield func(finding.Readiness) bool) {
		var domain finding.Readiness
		seen := map[row]bool{}
		for r := range all {
			if compareDomains(domain, r) != 0 {
				domain, seen = r, map[row]bool{}
			}
			id := row{r.Profile, r.Purpose, r.Verdict}
			if seen[id] {
				continue
			}
			seen[id] = true
			if !yield(r) {
				return
			}
		}
	}
}

// merged adds a short sorted list to a long one.
func merged[T any](long iter.Seq[T], short []T, compare func(a, b T) int) iter.Seq[T] {
	if len(short) == 0 {
		return long
	}
	return func(yield func(T) bool) {
		left := short
		for item := range long {
			for len(left) > 0 && compare(left[0], item) < 0 {
				if !yield(left[0]) {
					return
				}
				left = left[1:]
			}
			if !yield(item) {
				return
			}
		}
		for _, item := range left {
			if !yield(item) {
				return
			}
		}
	}
}
