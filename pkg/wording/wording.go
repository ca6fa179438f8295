// Package wording puts numbers, lists and suggestions into sentences.
package wording

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Count writes a number with its noun, whose plural ends in s.
func Count(n int, noun string) string { return CountAs(n, noun, noun+"s") }

// CountAs writes a number with what stands behind one and behind many.
func CountAs(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// List joins names by commas, and the last two by a word such as "and".
func List(names []string, word string) string {
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " " + word + " " + names[last]
}

// longest is the length in bytes of a text that is compared letter by letter: the
// work grows with the square of it.
const longest = 512

// Distance counts the letters to add, drop or change between two texts; more than
// limit, and any difference between very long texts, is limit+1.
func Distance(a, b string, limit int) int {
	switch {
	case a == b:
		return 0
	case len(a) > longest || len(b) > longest, len(a)-len(b) > 4*limit, len(b)-len(a) > 4*limit: // a letter has four bytes at most
		return limit + 1
	}
	return min(levenshtein.ComputeDistance(a, b), limit+1)
}

// Nearest gives up to three names that continue a text, else the one or two that
// the fewest changes make of it. Case does not matter.
func Nearest(text string, names []string) []string {
	text = strings.ToLower(text)
	var longer []string
	for _, name := range names {
		if text != "" && strings.HasPrefix(strings.ToLower(name), text) {
			longer = append(longer, name)
		}
	}
	if len(longer) > 0 {
		slices.SortStableFunc(longer, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
		return longer[:min(3, len(longer))]
	}
	return Within(text, names, max(1, len(text)/3))
}

// Within gives the one or two names that the fewest changes make of a text in
// lower case, if they are no more than a limit.
func Within(text string, names []string, limit int) []string {
	best, found := limit+1, []string(nil)
	for _, name := range names {
		switch d := Distance(text, strings.ToLower(name), best); {
		case d < best:
			best, found = d, []string{name}
		case d == best && len(found) > 0:
			found = append(found, name)
		}
	}
	slices.Sort(found)
	return found[:min(2, len(found))]
}

// DidYouMean suggests names, as the end of a sentence; "" where there are none.
func DidYouMean(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return "; did you mean " + List(names, "or") + "?"
}
