package schema_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	generator "github.com/invopop/jsonschema"

	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/rules"
	"github.com/canvaslint/canvaslint/schema"
)

// generateInput makes the schema of what rules see of the Go types and their
// comments.
func generateInput(t *testing.T) []byte {
	t.Helper()
	r := generator.Reflector{AllowAdditionalProperties: true, ExpandedStruct: true, Mapper: closed}
	const module = "github.com/canvaslint/canvaslint/"
	for _, dir := range []string{"../pkg/rules", "../pkg/canvas", "../pkg/snapshot", "../pkg/finding", "../pkg/source"} {
		if err := r.AddGoComments(module+"schema", dir, generator.WithFullComment()); err != nil {
			t.Fatal(err)
		}
	}
	for name, comment := range r.CommentMap {
		r.CommentMap[name] = strings.Join(strings.Fields(comment), " ")
	}
	s := r.Reflect(&rules.Input{})
	// OPA knows drafts 4, 6 and 7.
	s.Version, s.ID = "http://json-schema.org/draft-07/schema#", "https://raw.githubusercontent.com/canvaslint/canvaslint/main/schema/input.schema.json"
	s.Title = "canvaslint rule input"
	version, _ := s.Properties.Get("version")
	version.Const = rules.InputVersion
	nullable(s, reflect.TypeFor[rules.Input](), map[reflect.Type]bool{}, s.Definitions)
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return []byte(strings.ReplaceAll(string(text), "$defs", "definitions") + "\n")
}

// nullable lets null stand where a Go type has a pointer that is always written.
func nullable(s *generator.Schema, of reflect.Type, done map[reflect.Type]bool, all generator.Definitions) {
	for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice || of.Kind() == reflect.Map {
		of = of.Elem()
	}
	if of.Kind() != reflect.Struct || done[of] {
		return
	}
	done[of] = true
	if definition, ok := all[of.Name()]; ok {
		s = definition
	}
	for field := range of.Fields() {
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		nullable(s, field.Type, done, all)
		member, ok := s.Properties.Get(name)
		if !ok || field.Type.Kind() != reflect.Pointer || strings.Contains(options, "omit") {
			continue
		}
		value := *member
		value.Description = ""
		s.Properties.Set(name, &generator.Schema{
			AnyOf: []*generator.Schema{&value, {Type: "null"}}, Description: member.Description,
		})
	}
}

// TestInputIsCurrent holds the published schema against the types, and the
// published capabilities against what rules may use.
func TestInputIsCurrent(t *testing.T) {
	capabilities, err := rules.CapabilitiesJSON()
	if err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string][]byte{"input.schema.json": generateInput(t), "capabilities.json": capabilities} {
		if *update {
			if err := os.WriteFile(file, want, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		got, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s is not current; run go generate ./schema\n%s", file, diff)
		}
	}
}

// TestInputIsValid holds what rules see of the snapshots of testdata, and of the
// cases of the built-in rules, against the published schema.
func TestInputIsValid(t *testing.T) {
	s := compile(t, schema.Input)
	for _, name := range []string{"clean", "broken"} {
		for _, guide := range []string{config.Guide2022, config.GuideCurrent} {
			t.Run(name+"-"+guide, func(t *testing.T) {
				loaded, err := load.Load([]string{filepath.Join("..", "testdata", "snapshots", name)}, load.Options{})
				if err != nil {
					t.Fatal(err)
				}
				c := config.Config{Guide: guide}.Defaults()
				input := rules.NewInput(loaded.Snapshot, canvas.Work(loaded.Snapshot, c), c)
				text, err := json.Marshal(input)
				if err != nil {
					t.Fatal(err)
				}
				if err := s.Validate(decode(t, text)); err != nil {
					t.Error(err)
				}
				if len(input.Users) == 0 || len(input.Needs) == 0 || len(input.Documents.Keys) == 0 || len(input.Documents.Managed) == 0 {
					t.Error("the input is empty")
				}
			})
		}
	}
}

// TestInputRefuses shows that the schema says something.
func TestInputRefuses(t *testing.T) {
	s := compile(t, schema.Input)
	for _, text := range []string{`{}`, `{"version": 2}`, `[]`} {
		if s.Validate(decode(t, []byte(text))) == nil {
			t.Errorf("%s is valid", text)
		}
	}
}
