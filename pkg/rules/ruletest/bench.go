package ruletest

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"

	"github.com/canvaslint/canvaslint/pkg/rules"
)

// Bench is a folder of rules that is ready for its tests.
type Bench struct {
	set     *rules.Set
	own     []*rules.Rule
	folder  string
	base    string
	scratch string
}

// Open adds the rules of a folder, which is shown under a name, to the built-in ones.
// Where the folder has no base for its cases, they are laid over that of builtin. The
// bench has to be closed.
func Open(set *rules.Set, builtin fs.FS, folder, shown string) (*Bench, error) {
	b := &Bench{set: set, folder: folder}
	var err error
	if b.own, err = set.AddFolder(folder, shown); err != nil {
		return nil, err
	}
	if b.base = set.Base; b.base == "" {
		text, err := fs.ReadFile(builtin, "lib/base.txtar")
		if err != nil {
			return nil, fmt.Errorf("read the base of the cases: %w", err)
		}
		b.base = string(text)
	}
	if b.scratch, err = os.MkdirTemp("", "canvaslint-test-"); err != nil {
		return nil, fmt.Errorf("make a folder for the cases: %w", err)
	}
	return b, nil
}

// Close takes away what the tests left.
func (b *Bench) Close() error { return os.RemoveAll(b.scratch) }

// Test runs the cases and tests of the folder's rules.
func (b *Bench) Test() (*Report, error) {
	return Test(b.set, b.own, b.base, path.Join(b.scratch, "cases"))
}

// Update writes what the rules said into the cases, takes it for wanted, and says which
// files it wrote.
func (b *Bench) Update(w io.Writer, report *Report) (err error) {
	root, err := os.OpenRoot(b.folder)
	if err != nil {
		return fmt.Errorf("write the cases: %w", err)
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	for i, r := range report.Rules {
		before := b.set.Find(r.ID).Cases()
		if after := r.Rewritten(before); after != before {
			if err := root.WriteFile(path.Join(r.ID, "cases.txtar"), []byte(after), 0o644); err != nil {
				return fmt.Errorf("write the cases: %w", err)
			}
			fmt.Fprintf(w, "wrote %s\n", r.File)
		}
		for j := range r.Cases {
			report.Rules[i].Cases[j].Want = r.Cases[j].Got
		}
	}
	return nil
}

// Mutate lists the changes of the good cases that no rule notices, and says how many
// those are.
func (b *Bench) Mutate(w io.Writer) (unnoticed int, err error) {
	mutants, err := Mutate(b.set, b.own, b.base, path.Join(b.scratch, "mutants"))
	if err != nil {
		return 0, err
	}
	for _, m := range mutants {
		if m.Noticed {
			continue
		}
		unnoticed++
		fmt.Fprintf(w, "%s:%d: %s: %s: %s: no rule notices\n", m.File, m.Line, m.Case, m.Path, m.What)
	}
	if len(mutants) == 0 {
		fmt.Fprintln(w, "no mutants: no good case has a policy statement of its own")
		return 0, nil
	}
	fmt.Fprintf(w, "%d of %d mutants noticed\n", len(mutants)-unnoticed, len(mutants))
	return unnoticed, nil
}
