package load

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestMentions holds the list of what a file mentions against asking for each name.
func TestMentions(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2)) // #nosec G404 -- the same on every run
	word := func(most int) string {
		const letters = "ab-_.%/2Fé+ "
		text := ""
		for range random.IntN(most) {
			at := random.IntN(len(letters))
			text += letters[at : at+1]
		}
		return text
	}
	found := 0
	for range 20_000 {
		file, name := word(14), word(5)
		if slices.Contains(mentions(file), name) != Mentions(file, name) {
			t.Fatalf("%q and %q: one says %v", file, name, Mentions(file, name))
		}
		if Mentions(file, name) {
			found++
		}
	}
	if found < 500 {
		t.Errorf("%d of the names are mentioned: too few to tell", found)
	}
}
