package terraform_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/canvaslint/canvaslint/pkg/load/terraform"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Each case of testdata/cases.txtar is translated as its file "want" has it: the
// documents with their places, then the problems.
func TestTranslate(t *testing.T) {
	name := filepath.Join("testdata", "cases.txtar")
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var files []txtar.File
	var roots []source.Node
	for _, file := range archive.Files {
		test, base, _ := strings.Cut(file.Name, "/")
		if base != "want" {
			documents, problems := source.Parse(base, file.Data, source.Auto)
			if len(documents) == 0 {
				t.Fatalf("%s: %v", file.Name, problems)
			}
			for _, d := range documents {
				if !terraform.Fits(d.Root()) {
					t.Errorf("%s is not taken for a plan or a state", file.Name)
				}
				roots = append(roots, d.Root())
			}
			files = append(files, file)
			continue
		}
		got := told(roots)
		roots = nil
		if got != string(file.Data) && !*update {
			t.Errorf("%s gives\n%swant\n%s", test, got, file.Data)
		}
		files = append(files, txtar.File{Name: file.Name, Data: []byte(got)})
	}
	if *update {
		archive.Files = files
		if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func told(roots []source.Node) string {
	documents, problems := terraform.Translate(roots, nil)
	var b strings.Builder
	for _, d := range documents {
		fmt.Fprintf(&b, "%s at %s\n ", d.Of, d.Root.Span())
		for _, part := range [][2]string{{"account", d.Place.Account}, {"region", d.Place.Region}, {"domain", d.Place.Domain}, {"key", d.Place.Key}, {"bucket", d.Place.Bucket}, {"document", d.Place.Document}} {
			if part[1] != "" {
				fmt.Fprintf(&b, " %s=%s", part[0], part[1])
			}
		}
		if len(d.NotVisible) > 0 {
			fmt.Fprintf(&b, " not visible: %s", strings.Join(d.NotVisible, ", "))
		}
		b.WriteString("\n  ")
		write(&b, d.Root)
		b.WriteString("\n")
	}
	for _, problem := range problems {
		fmt.Fprintf(&b, "problem %s\n", problem)
	}
	return b.String()
}

// write writes a tree in short, texts with the line that they stand at.
func write(b *strings.Builder, n source.Node) {
	switch {
	case n.Is(source.Object):
		b.WriteString("{")
		first := true
		for name, value := range n.Members() {
			if !first {
				b.WriteString(", ")
			}
			first = false
			b.WriteString(name.Text() + ": ")
			write(b, value)
		}
		b.WriteString("}")
	case n.Is(source.Array):
		b.WriteString("[")
		first := true
		for item := range n.Items() {
			if !first {
				b.WriteString(", ")
			}
			first = false
			write(b, item)
		}
		b.WriteString("]")
	default:
		start, _ := n.Span().Positions()
		fmt.Fprintf(b, "%s@%d", n.Text(), start.Line)
	}
}

// Nothing that can be parsed makes the translation panic, and every place is
// inside of its file.
func FuzzTranslate(f *testing.F) {
	archive, err := txtar.ParseFile(filepath.Join("testdata", "cases.txtar"))
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range archive.Files {
		if !strings.HasSuffix(file.Name, "/want") {
			f.Add(file.Data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		terraform.Start(data)
		documents, _ := source.Parse("plan.json", data, source.Auto)
		var roots []source.Node
		for _, d := range documents {
			roots = append(roots, d.Root(), d.Root())
		}
		made, problems := terraform.Translate(roots, nil)
		for _, d := range made {
			var b strings.Builder
			write(&b, d.Root)
		}
		for _, p := range problems {
			if p.Span.Start < 0 || p.Span.End < p.Span.Start {
				t.Errorf("a place that is none: %v", p)
			}
		}
	})
}

func TestStart(t *testing.T) {
	cases := []struct {
		name, text string
		want       int
	}{
		{"a plan", `{"format_version":"1.2","terraform_version":"1"}`, 0},
		{"a wrapper", "[command]terraform show -json\n{\"format_version\":\"1.2\",\"terraform_version\":\"1\"}", 30},
		{"a state behind two lines", "a\r\nb\r\n{\r\n  \"version\": 4, \"terraform_version\":\"1\"}", 6},
		{"another document", "[command]x\n{\"Statement\": []}", 0},
		{"a list", "[\n{\"version\": 1}]", 0},
		{"nothing", " \n", 0},
	}
	for _, c := range cases {
		if got := terraform.Start([]byte(c.text)); got != c.want {
			t.Errorf("%s: starts at %d, want %d", c.name, got, c.want)
		}
	}
}

// Documents that are made of each other over and over end in what is unknown,
// and soon.
func TestEndless(t *testing.T) {
	var items, unknown, references []string
	for range 40 {
		items, unknown, references = append(items, "null"), append(unknown, "true"), append(references, `"data.aws_iam_policy_document.b.json"`)
	}
	list := func(items []string) string { return "[" + strings.Join(items, ",") + "]" }
	document := func(name, other string) (change, configured string) {
		change = fmt.Sprintf(`{"address": "data.aws_iam_policy_document.%s", "mode": "data", "type": "aws_iam_policy_document", "name": "%s",
 "change": {"actions": ["read"], "after": {"source_policy_documents": %s}, "after_unknown": {"json": true, "source_policy_documents": %s}}}`, name, name, list(items), list(unknown))
		return change, fmt.Sprintf(`{"mode": "data", "type": "aws_iam_policy_document", "name": %q, "expressions": {"source_policy_documents": {"references": %s}}}`,
			name, strings.ReplaceAll(list(references), ".b.json", "."+other+".json"))
	}
	a, aConfigured := document("a", "b")
	b, bConfigured := document("b", "a")
	text := `{"format_version": "1.2", "planned_values": {}, "resource_changes": [` + a + "," + b + `,
{"address": "aws_kms_key.k", "mode": "managed", "type": "aws_kms_key", "name": "k", "change": {"actions": ["create"], "after": {}, "after_unknown": {"policy": true}}}],
"configuration": {"root_module": {"resources": [` + aConfigured + "," + bConfigured + `,
{"mode": "managed", "type": "aws_kms_key", "name": "k", "expressions": {"policy": {"references": ["data.aws_iam_policy_document.a.json"]}}}]}}}`
	documents, problems := source.Parse("plan.json", []byte(text), source.Auto)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	made, _ := terraform.Translate([]source.Node{documents[0].Root()}, nil)
	for _, d := range made {
		if statements := d.Root.Path("Policy", "Statement"); statements.Exists() && statements.Len() < 40 {
			t.Errorf("%d statements: the unknown ones are gone", statements.Len())
		}
	}
}
