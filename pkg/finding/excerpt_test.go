package finding

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/pkg/source"
)

func TestExcerpt(t *testing.T) {
	long := strings.Repeat("é", 1000) + "HERE" + strings.Repeat("z", 1000)
	file := source.NewFile("f", "short\n"+long+"\n"+strings.Repeat("a\n", 20))
	at := strings.Index(file.Text, "HERE")
	got := Excerpt(source.Span{File: file, Start: at, End: at + 4})
	want := []Line{{Line: 2, Column: 761, Text: "…" + strings.Repeat("é", 239) + "HERE" + strings.Repeat("z", 476) + "…"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	got = Excerpt(source.Span{File: file, Start: 0, End: len(file.Text)})
	if len(got) != 10 || got[0] != (Line{Line: 1, Text: "short"}) || got[1].Column != 0 || got[1].Text != strings.Repeat("é", 480)+"…" {
		t.Errorf("got %d lines, first %v", len(got), got[:2])
	}
}
