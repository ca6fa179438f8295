package cloudformation

import (
	"flag"
	"fmt"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/canvaslint/canvaslint/pkg/source"
)

var update = flag.Bool("update", false, "rewrite the expected documents")

// roots parses the files of a folder of an archive, without those that end in ".want".
func roots(t *testing.T, archive *txtar.Archive, folder string) []source.Node {
	t.Helper()
	var roots []source.Node
	for _, file := range archive.Files {
		if path.Dir(file.Name) != folder || strings.HasSuffix(file.Name, ".want") {
			continue
		}
		trees, problems := source.Parse(path.Base(file.Name), file.Data, source.Auto)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		if !Fits(trees[0].Root()) {
			t.Fatalf("%s is not recognised", file.Name)
		}
		roots = append(roots, trees[0].Root())
	}
	return roots
}

func TestTranslate(t *testing.T) {
	const file = "testdata/translate.txtar"
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	written := &txtar.Archive{Comment: archive.Comment}
	seen := map[string]bool{}
	want := map[string]string{}
	for _, f := range archive.Files {
		if strings.HasSuffix(f.Name, ".want") {
			want[path.Dir(f.Name)] = string(f.Data)
		}
	}
	for i, f := range archive.Files {
		folder := path.Dir(f.Name)
		if !strings.HasSuffix(f.Name, ".want") {
			written.Files = append(written.Files, f)
		}
		last := i+1 == len(archive.Files) || path.Dir(archive.Files[i+1].Name) != folder
		if seen[folder] || !last {
			continue
		}
		seen[folder] = true
		var b strings.Builder
		documents, problems := Translate(roots(t, archive, folder), Given{})
		for _, d := range documents {
			p := d.Place
			fmt.Fprintf(&b, "%s: %s\n", d.Of, strings.Join(strings.Fields(strings.Join([]string{p.Domain, p.Key, p.Bucket, p.Document}, " ")), " "))
			outline(&b, d.Root, "  ", "")
		}
		for _, problem := range problems {
			fmt.Fprintf(&b, "problem: %s\n", problem)
		}
		written.Files = append(written.Files, txtar.File{Name: folder + "/documents.want", Data: []byte(b.String())})
		if diff := cmp.Diff(want[folder], b.String()); diff != "" && !*update {
			t.Errorf("%s (-want +got):\n%s", folder, diff)
		}
	}
	if *update {
		if err := os.WriteFile(file, txtar.Format(written), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func outline(b *strings.Builder, n source.Node, indent, name string) {
	start, _ := n.Span().Positions()
	file := ""
	if !n.Span().IsZero() && n.Span().File.Name != "main.yaml" && n.Span().File.Name != "main.json" {
		file = n.Span().File.Name + ":"
	}
	switch n.Kind() {
	case source.Object:
		fmt.Fprintf(b, "%s%s{ %s%s\n", indent, name, file, start)
	case source.Array:
		fmt.Fprintf(b, "%s%s[ %s%s\n", indent, name, file, start)
	default:
		fmt.Fprintf(b, "%s%s%s %s%s\n", indent, name, n.Text(), file, start)
	}
	for key, value := range n.Members() {
		outline(b, value, indent+"  ", key.Text()+": ")
	}
	for item := range n.Items() {
		outline(b, item, indent+"  ", "")
	}
}
