package triage

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/iam"
)

// claims says what a finding objects to, a short text for each part: a profile that
// it concerns, an action with the layer and the cause that stop it, and each name
// that its message and its causes mention. A finding is no worse than another of
// the same fingerprint when it claims nothing that the other does not. Places and
// ordinary words are left out: they change while the fault stays.
func claims(f finding.Finding) []string {
	var list []string
	for _, profile := range f.Profiles {
		list = append(list, "profile "+profile)
	}
	if len(f.Profiles) == 0 {
		list = append(list, everyProfile)
	}
	count := map[string]int{}
	mention := func(text string) {
		for _, name := range mentioned(text) {
			list = append(list, "names "+name)
		}
	}
	for _, cause := range f.Causes {
		text := strings.Join([]string{cause.Action, cause.Layer, cause.Cause, cause.Policy}, " ")
		if count[text]++; count[text] > 1 { // a second statement that does the same
			text += fmt.Sprintf(" (%d)", count[text])
		}
		list = append(list, forProfiles(strings.TrimSpace(text), cause.Profiles, f.Profiles)...)
		mention(cause.Message)
	}
	mention(f.Message)
	slices.Sort(list)
	return slices.Compact(list)
}

// everyProfile is claimed by a finding that names no profile.
const everyProfile = "every profile"

// forProfiles gives a claim for each profile that it holds for, one claim where it
// holds for all of the finding.
func forProfiles(claim string, some, all []string) []string {
	if len(some) == 0 || len(some) >= len(all) {
		return []string{claim}
	}
	var list []string
	for _, profile := range some {
		list = append(list, claim+" for "+profile)
	}
	return list
}

// mentioned gives the names in a sentence: what it quotes, and the words that no
// sentence is made of, such as kms:Decrypt, *, CanvasUsers or acme-data.
func mentioned(text string) []string {
	var names []string
	for i, part := range strings.Split(text, `"`) {
		if i%2 == 1 {
			names = append(names, part)
			continue
		}
		for word := range strings.FieldsFuncSeq(part, func(c rune) bool { return unicode.IsSpace(c) || strings.ContainsRune(",;()", c) }) {
			if word = strings.TrimRight(word, ".:"); isName(word) {
				names = append(names, word)
			}
		}
	}
	return names
}

// isName takes words with a sign or a capital within, or with digits and letters.
func isName(word string) bool {
	letters, digits, signs := false, false, word == "*"
	for i, c := range word {
		letters = letters || unicode.IsLetter(c)
		digits = digits || unicode.IsDigit(c)
		signs = signs || i > 0 && (unicode.IsUpper(c) || !unicode.IsLetter(c) && !unicode.IsDigit(c) && c != '\'' && c != '’')
	}
	return signs && (letters || word == "*") || letters && digits
}

// knows reports whether an entry of a baseline has all that a finding claims, and
// is as severe.
func knows(entry finding.BaselineEntry, f finding.Finding, claimed []string) bool {
	if entry.Severity.Rank() < f.Severity.Rank() {
		return false
	}
	known := map[string]bool{}
	var patterns []iam.Glob
	for _, claim := range entry.Claims {
		known[claim] = true
		if strings.HasPrefix(claim, "names ") && strings.Contains(claim, "*") {
			patterns = append(patterns, iam.WildcardGlob(claim, false))
		}
	}
	for _, claim := range claimed {
		if known[claim] {
			continue
		}
		kind, _, _ := strings.Cut(claim, " ")
		whole, profile, covered := strings.Cut(claim, " for ")
		switch {
		case kind == "names":
			covered = slices.ContainsFunc(patterns, func(g iam.Glob) bool { return g.Matches(claim) })
		case kind == "profile":
			covered = known[everyProfile]
		case covered:
			covered = known[whole] && (known["profile "+profile] || known[everyProfile])
		default: // for all of the finding, which were some of the entry
			covered = len(f.Profiles) > 0 && !slices.ContainsFunc(f.Profiles, func(p string) bool { return !known[claim+" for "+p] })
		}
		if !covered {
			return false
		}
	}
	return true
}
