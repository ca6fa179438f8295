package triage

import (
	"fmt"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/iam"
)

// Variant is what was found under one set of assumptions. The assumptions of all
// variants of a run speak of the same things in the same order: "Env is prod".
type Variant struct {
	Assumptions []string
	Findings    []finding.Finding
	Readiness   []finding.Readiness
}

// Merge lays the findings of all variants together. What is found in every variant
// stands once; what is found only in some says in which.
func Merge(variants []Variant) []finding.Finding {
	if len(variants) == 1 {
		return variants[0].Findings
	}
	var merged []finding.Finding
	var where [][]int // the variants of each
	for i, variant := range variants {
		for _, f := range variant.Findings {
			at := slices.IndexFunc(merged, func(known finding.Finding) bool { return isSame(known, f) })
			switch {
			case at < 0:
				at = len(merged)
				merged, where = append(merged, f), append(where, nil)
			case iam.HasStandIn(f.Region) && !iam.HasStandIn(merged[at].Region):
				merged[at] = f // of any Region
			}
			if !slices.Contains(where[at], i) {
				where[at] = append(where[at], i)
			}
		}
	}
	merged, where = unite(merged, where, len(variants))
	for i := range merged {
		if len(where[i]) < len(variants) {
			merged[i].Message += ", where " + assumed(variants, where[i])
		}
	}
	return Sort(merged)
}

// unite makes one finding of those that say the same of one place, each in other
// variants and of a thing with another name, and together in all variants: that it
// holds does not depend on the assumptions, only the name does.
func unite(merged []finding.Finding, where [][]int, variants int) ([]finding.Finding, [][]int) {
	var kept []finding.Finding
	var in [][]int
	done := make([]bool, len(merged))
	for i, f := range merged {
		if done[i] {
			continue
		}
		group, all := []int{i}, slices.Clone(where[i])
		for j := i + 1; j < len(merged); j++ {
			if !done[j] && disjoint(all, where[j]) && saysSame(f, merged[j]) {
				group, all = append(group, j), append(all, where[j]...)
			}
		}
		if len(group) > 1 && len(all) == variants {
			var names []string
			for _, j := range group {
				done[j] = true
				if iam.HasStandIn(merged[j].Region) && !iam.HasStandIn(f.Region) {
					f = merged[j] // of any Region
				}
				if name := ownName(merged[j]); !slices.Contains(names, name) {
					names = append(names, name)
				}
			}
			f.Message = strings.ReplaceAll(f.Message, ownName(f), strings.Join(names, " or "))
			kept, in = append(kept, f), append(in, all)
			continue
		}
		kept, in = append(kept, f), append(in, where[i])
	}
	return kept, in
}

func disjoint(a, b []int) bool {
	return !slices.ContainsFunc(b, func(variant int) bool { return slices.Contains(a, variant) })
}

// ownName is the name in the ARN of what a finding is about.
func ownName(f finding.Finding) string {
	return f.Resource[strings.LastIndexAny(f.Resource, ":/")+1:]
}

// bare is a text of a finding without what differs where only the names do: that
// of what it is about, and with the Region the ARNs.
func bare(f finding.Finding, text string) string {
	for _, name := range []string{f.Resource, f.Principal, ownName(f), f.Region} {
		if name != "" {
			text = strings.ReplaceAll(text, name, "\x00")
		}
	}
	return text
}

// saysSame reports whether two findings of one place differ in the name of what
// they are about and in nothing else that is said.
func saysSame(a, b finding.Finding) bool {
	if a.Rule != b.Rule || a.Place != b.Place || a.Severity != b.Severity || a.Purpose != b.Purpose || len(a.Causes) != len(b.Causes) || ownName(a) == "" || ownName(b) == "" {
		return false
	}
	for i := range a.Causes {
		if a.Causes[i].Place != b.Causes[i].Place || a.Causes[i].Action != b.Causes[i].Action || bare(a, a.Causes[i].Message) != bare(b, b.Causes[i].Message) {
			return false
		}
	}
	return bare(a, a.Message) == bare(b, b.Message)
}

// isSame reports whether two findings of different variants are one. Its Region
// may be what the variants assume differently.
func isSame(a, b finding.Finding) bool {
	return (a.Fingerprint == b.Fingerprint || a.Region != b.Region) && a.Rule == b.Rule && a.Place == b.Place && a.Message == b.Message && a.Severity == b.Severity
}

// MergeReadiness gives one row for each profile and purpose, with those of the
// merged findings that speak against it. Where the variants do not agree, the
// verdict is unknown and the reason tells theirs.
func MergeReadiness(variants []Variant, findings []finding.Finding) []finding.Readiness {
	if len(variants) == 1 {
		return variants[0].Readiness
	}
	var merged []finding.Readiness
	for _, variant := range variants {
		for _, row := range variant.Readiness {
			at := slices.IndexFunc(merged, func(known finding.Readiness) bool { return isSameRow(known, row) })
			switch {
			case at < 0:
				merged = append(merged, row)
			case iam.HasStandIn(row.Region) && !iam.HasStandIn(merged[at].Region):
				merged[at] = row
			}
		}
	}
	for i := range merged {
		merged[i] = mergeRow(variants, merged[i])
		merged[i].Findings = slices.DeleteFunc(merged[i].Findings, func(fingerprint string) bool {
			return !slices.ContainsFunc(findings, func(f finding.Finding) bool { return f.Fingerprint == fingerprint })
		})
	}
	return merged
}

// isSameRow compares what rows are about. A domain that a template makes is one
// and the same wherever a variant assumes it to be.
func isSameRow(a, b finding.Readiness) bool {
	samePlace := a.Account == b.Account && a.Region == b.Region || iam.HasStandIn(a.Domain)
	return samePlace && a.Domain == b.Domain && a.Profile == b.Profile && a.Purpose == b.Purpose
}

// absent is the verdict on a profile that a variant does not have.
const absent finding.Verdict = "not there"

func mergeRow(variants []Variant, row finding.Readiness) finding.Readiness {
	var verdicts []finding.Verdict
	by := map[finding.Verdict][]int{}
	reason, findings := "", []string{}
	for i, variant := range variants {
		verdict := absent
		if at := slices.IndexFunc(variant.Readiness, func(r finding.Readiness) bool { return isSameRow(r, row) }); at >= 0 {
			verdict = variant.Readiness[at].Verdict
			if reason == "" {
				reason = variant.Readiness[at].Reason
			}
			for _, fingerprint := range variant.Readiness[at].Findings {
				if !slices.Contains(findings, fingerprint) {
					findings = append(findings, fingerprint)
				}
			}
		}
		if by[verdict] == nil {
			verdicts = append(verdicts, verdict)
		}
		by[verdict] = append(by[verdict], i)
	}
	row.Findings = findings
	if len(verdicts) == 1 {
		row.Reason = reason
		return row
	}
	var parts []string
	for _, verdict := range verdicts {
		parts = append(parts, fmt.Sprintf("%s where %s", verdict, assumed(variants, by[verdict])))
	}
	row.Verdict, row.Reason = finding.Unknown, strings.Join(parts, "; ")
	return row
}

// Assumed says what some of the variants, given by their numbers, have in
// common: "Env is prod", "Env is prod or Env is test". What makes no difference
// is left out.
func Assumed(assumptions [][]string, chosen []int) string {
	if len(assumptions) == 0 {
		return ""
	}
	kept := relevant(assumptions, chosen)
	var phrases []string
	for _, i := range chosen {
		var words []string
		for position, phrase := range assumptions[i] {
			if kept[position] {
				words = append(words, phrase)
			}
		}
		if phrase := strings.Join(words, " and "); !slices.Contains(phrases, phrase) {
			phrases = append(phrases, phrase)
		}
	}
	return strings.Join(phrases, " or ")
}

// relevant tells the assumptions that decide whether a variant is chosen: of two
// variants that differ in another one only, both are or neither is.
func relevant(assumptions [][]string, chosen []int) []bool {
	kept := make([]bool, len(assumptions[0]))
	for position := range kept {
		for i := range assumptions {
			for j := range assumptions {
				if differOnlyIn(assumptions[i], assumptions[j], position) && slices.Contains(chosen, i) != slices.Contains(chosen, j) {
					kept[position] = true
				}
			}
		}
	}
	return kept
}

func differOnlyIn(a, b []string, position int) bool {
	for i := range a {
		if (a[i] != b[i]) != (i == position) {
			return false
		}
	}
	return true
}

func assumed(variants []Variant, chosen []int) string {
	assumptions := make([][]string, len(variants))
	for i, variant := range variants {
		assumptions[i] = variant.Assumptions
	}
	return Assumed(assumptions, chosen)
}
