package schema_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	generator "github.com/invopop/jsonschema"

	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/diff"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/schema"
)

// generateDiff makes the schema of the Go types and their comments.
func generateDiff(t *testing.T) []byte {
	t.Helper()
	r := generator.Reflector{AllowAdditionalProperties: true, ExpandedStruct: true, Mapper: closed}
	for _, dir := range []string{"../pkg/diff", "../pkg/finding", "../pkg/source"} {
		if err := r.AddGoComments("github.com/canvaslint/canvaslint/schema", dir, generator.WithFullComment()); err != nil {
			t.Fatal(err)
		}
	}
	for name, comment := range r.CommentMap {
		r.CommentMap[name] = strings.Join(strings.Fields(comment), " ")
	}
	s := r.Reflect(&diff.Report{})
	s.ID = "https://github.com/canvaslint/canvaslint/schema/diff.schema.json"
	s.Title = "canvaslint diff"
	for _, name := range []string{"before", "after"} {
		if member, ok := s.Definitions["Change"].Properties.Get(name); ok {
			member.Enum = []any{"Allowed", "ExplicitlyDenied", "ImplicitlyDenied", "Unknown"}
		}
	}
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(text, '\n')
}

// TestDiffIsCurrent holds the published schema against the types.
func TestDiffIsCurrent(t *testing.T) {
	want := generateDiff(t)
	if *update {
		if err := os.WriteFile("diff.schema.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile("diff.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("diff.schema.json is not current; run go generate ./schema\n%s", diff)
	}
}

// TestDiffIsValid holds what diff writes of the snapshots of testdata against the
// published schema.
func TestDiffIsValid(t *testing.T) {
	s := compile(t, schema.Diff)
	var sides []diff.Side
	for _, name := range []string{"clean", "broken"} {
		loaded, err := load.Load([]string{"../testdata/snapshots/" + name}, load.Options{})
		if err != nil {
			t.Fatal(err)
		}
		sides = append(sides, diff.Side{Snapshot: loaded.Snapshot})
	}
	for i := range sides {
		var text bytes.Buffer
		report := diff.Compare(sides[i], sides[1-i], config.Config{}.Defaults())
		if err := report.WriteJSON(&text); err != nil {
			t.Fatal(err)
		}
		if len(report.Gains) == 0 {
			t.Error("nothing is gained")
		}
		if err := s.Validate(decode(t, text.Bytes())); err != nil {
			t.Error(err)
		}
	}
}
