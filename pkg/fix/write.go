package fix

import (
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/outfile"
)

// WriteText writes the sentences, the differences and what is left to a person.
func (p *Plan) WriteText(w io.Writer) {
	for i, change := range p.Changes {
		fmt.Fprintf(w, "%d. %s\n   %s\n", i+1, change.Message, change.Edits[0].Span)
	}
	for _, name := range slices.Sorted(maps.Keys(p.Files)) {
		file := p.Files[name]
		fmt.Fprintf(w, "\n%s", diff.Diff("a/"+name, []byte(file.Old), "b/"+name, []byte(file.New)))
	}
	if len(p.Changes) > 0 {
		fmt.Fprintln(w)
	}
	for _, refusal := range p.Refused {
		fmt.Fprintln(w, refusal.Reason())
	}
	for _, task := range p.Tasks {
		fmt.Fprintf(w, "needs a person: %s [%s]\n   %s:%s\n", task.Message, task.Rule, task.File, task.Start)
		if task.Todo != "" {
			fmt.Fprintf(w, "   %s\n", task.Todo)
		}
		for line := range strings.Lines(task.HCL) {
			fmt.Fprintf(w, "   %s", line)
		}
	}
	fmt.Fprintln(w, p.Summary())
}

// Apply writes the new texts over the old ones, in the encoding that they have.
func (p *Plan) Apply() error {
	for _, name := range slices.Sorted(maps.Keys(p.Files)) {
		file := p.Files[name]
		text, err := encoded(name, file)
		if err != nil {
			return err
		}
		if err := writeWhole(name, text); err != nil {
			return err
		}
	}
	return nil
}

// encoded gives the bytes of a new text. A byte order mark stays; what is in
// another encoding is not written.
func encoded(name string, file File) ([]byte, error) {
	const mark = "\ufeff"
	old, err := os.ReadFile(filepath.FromSlash(name))
	switch {
	case err != nil:
		return nil, err
	case string(old) == file.Old:
		return []byte(file.New), nil
	case string(old) == mark+file.Old:
		return []byte(mark + file.New), nil
	}
	return nil, fmt.Errorf("write %s: it is not UTF-8, or it changed since it was read; save it as UTF-8 and run fix again", name)
}

func writeWhole(name string, text []byte) error {
	out, err := outfile.Create(name)
	if err != nil {
		return err
	}
	if _, err := out.Write(text); err != nil {
		out.Discard()
		return err
	}
	return out.Commit()
}

// WriteFolder writes the plan to a folder: the changed files where they lie in the one
// path that was checked, the new documents, and the commands that put them in place.
func (p *Plan) WriteFolder(folder string, checked []string) error {
	texts := map[string][]byte{}
	for name, file := range p.Files {
		texts[filepath.Join("files", filepath.FromSlash(within(name, checked)))] = []byte(file.New)
	}
	for name, text := range p.Documents() {
		texts[filepath.FromSlash(name)] = []byte(text)
	}
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		target := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		if err := writeWhole(target, texts[name]); err != nil {
			return err
		}
	}
	return nil
}

// within gives the path of a file below the one folder that was checked, so that
// what is written can be copied over it; else below the current folder.
func within(name string, checked []string) string {
	if len(checked) == 1 {
		if rest, ok := strings.CutPrefix(name, strings.TrimSuffix(filesystem.Display(checked[0]), "/")+"/"); ok {
			return rest
		}
	}
	return strings.TrimLeft(strings.ReplaceAll(name, "..", "_"), "/")
}
