package source_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/pkg/source"
)

func TestMarks(t *testing.T) {
	for name, c := range map[string]struct {
		file, text string
		want       []string
	}{
		"yaml, a line of its own and the end of one": {"a.yaml", `Statement:
  # lint:ignore one -- why
  # more
  - Sid: A
    Effect: Allow
  - Sid: B # lint:ignore two
    Effect: "# lint:ignore no"
Text: |
  # lint:ignore no
`, []string{"one -- why 2:5-2:27 4:1-5:18", "two 6:14-6:29 6:1-7:31"}},
		"jsonc": {"a.jsonc", `{
  // lint:ignore one
  "A": {
    "B": 1 /* lint:ignore two */
  }, "C": "// lint:ignore no"
}`, []string{"one 2:6-2:21 3:1-5:4", "two 4:15-4:30 4:1-4:33"}},
		"none": {"a.json", `{"A": "lint:ignore"}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			documents, _ := source.Parse(c.file, []byte(c.text), source.Auto)
			var got []string
			for _, d := range documents {
				for _, found := range d.Marks("lint:ignore") {
					from, to := found.Span.Positions()
					start, end := found.Scope.Positions()
					got = append(got, fmt.Sprintf("%s %s-%s %s-%s", found.Text, from, to, start, end))
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
