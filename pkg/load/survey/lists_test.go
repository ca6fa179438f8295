package survey_test

import (
	"strings"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/load/survey"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// TestLists: of a list those items are given that are about the accounts or about
// none, in their order, and whom they are about is asked once.
func TestLists(t *testing.T) {
	trees, _ := source.Parse("a.json", []byte(`["b1", "a1", "-1", "c1", "a2", "-2", "b2"]`), source.JSON)
	asked := 0
	account := func(item source.Node) string {
		asked++
		return strings.TrimSuffix(item.Text()[:1], "-")
	}
	var lists survey.Lists
	for accounts, want := range map[string]string{"": "-1 -2", "a": "a1 -1 a2 -2", "b a b": "b1 a1 -1 a2 -2 b2", "d": "-1 -2"} {
		var got []string
		for item := range lists.About(trees[0].Root(), account, strings.Fields(accounts)) {
			got = append(got, item.Text())
		}
		if text := strings.Join(got, " "); text != want {
			t.Errorf("about %q: %s, want %s", accounts, text, want)
		}
	}
	if asked != 7 {
		t.Errorf("asked %d times", asked)
	}
}
