package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"github.com/canvaslint/canvaslint/pkg/fix"
	"github.com/canvaslint/canvaslint/pkg/outfile"
)

// fixFlags are the flags of fix: those of check that say what is checked, and
// where the plan goes.
type fixFlags struct {
	check checkFlags
	write bool
	out   string
}

func fixCommand(s streams) *cobra.Command {
	flags := fixFlags{}
	command := &cobra.Command{
		Use:   "fix [PATH...]",
		Short: "Find the smallest edits that resolve all errors, and verify them",
		Long: `Fix checks the files and folders it is given, finds the smallest set of edits that
resolves the errors, and checks the edited files again before it prints them.
It prints the edits as a unified diff, with a sentence for each. --write changes the
files. --out writes the changed files, the new policies and the AWS CLI commands that
put them in place to a folder. canvaslint itself changes nothing in AWS.

Exit status: 0 no error is left after the plan; 1 errors are left that need a person; 2 usage
or configuration error; 3 no error is left, but something stays unknown.`,
		RunE: func(_ *cobra.Command, paths []string) error {
			if flags.write && flags.out != "" {
				return usageError(errors.New("--write and --out exclude each other"))
			}
			return runFix(s, flags, paths)
		},
	}
	flags.check.rules = defaultRules()
	flags.check.rules.add(command)
	f := command.Flags()
	f.StringVar(&flags.check.config, "config", "", "config `file` (default: .canvaslint.yaml, found upwards)")
	guideFlag(f, &flags.check.guide)
	f.StringArrayVar(&flags.check.parameters, "parameters", nil, parametersHelp)
	f.BoolVar(&flags.write, "write", false, "change the files")
	f.StringVar(&flags.out, "out", "", "write the changed files, the new policies and the commands to a `folder`")
	return command
}

func runFix(s streams, flags fixFlags, paths []string) error {
	o, err := flags.check.options(s, paths)
	if err != nil {
		return usageError(err)
	}
	plan, err := fix.Make(context.Background(), o)
	if err != nil {
		return usageError(err)
	}
	printPlan(s.text, plan)
	switch {
	case flags.write:
		err = writeFixed(plan)
	case flags.out != "":
		err = writeMirror(plan, flags.out, paths)
	}
	if err != nil {
		return usageError(err)
	}
	return verdict(plan.After.Failed, len(plan.After.Report.Problems) > 0, plan.After.Undecided && !o.Settings.AllowUnknown)
}

// printPlan writes the sentences, the differences and what is left to a person.
func printPlan(w io.Writer, plan *fix.Plan) {
	for i, change := range plan.Changes {
		fmt.Fprintf(w, "%d. %s\n   %s\n", i+1, change.Message, change.Edits[0].Span)
	}
	for _, name := range slices.Sorted(maps.Keys(plan.Files)) {
		file := plan.Files[name]
		fmt.Fprintf(w, "\n%s", diff.Diff("a/"+name, []byte(file.Old), "b/"+name, []byte(file.New)))
	}
	if len(plan.Changes) > 0 {
		fmt.Fprintln(w)
	}
	for _, refusal := range plan.Refused {
		fmt.Fprintln(w, refusal.Reason())
	}
	for _, task := range plan.Tasks {
		fmt.Fprintf(w, "needs a person: %s [%s]\n   %s:%s\n", task.Message, task.Rule, task.File, task.Start)
		if task.Todo != "" {
			fmt.Fprintf(w, "   %s\n", task.Todo)
		}
		for line := range strings.Lines(task.HCL) {
			fmt.Fprintf(w, "   %s", line)
		}
	}
	fmt.Fprintln(w, plan.Summary())
}

// writeFixed writes the new texts over the old ones, in the encoding that they have.
func writeFixed(plan *fix.Plan) error {
	for _, name := range slices.Sorted(maps.Keys(plan.Files)) {
		file := plan.Files[name]
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
func encoded(name string, file fix.File) ([]byte, error) {
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

// writeMirror writes the plan to a folder: the changed files where they lie in
// the input, the new documents, and the commands that put them in place.
func writeMirror(plan *fix.Plan, folder string, paths []string) error {
	texts := map[string][]byte{}
	for name, file := range plan.Files {
		texts[filepath.Join("files", filepath.FromSlash(within(name, paths)))] = []byte(file.New)
	}
	for name, text := range plan.Documents() {
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
func within(name string, paths []string) string {
	if len(paths) == 1 {
		if rest, ok := strings.CutPrefix(name, strings.TrimSuffix(display(paths[0]), "/")+"/"); ok {
			return rest
		}
	}
	return strings.TrimLeft(strings.ReplaceAll(name, "..", "_"), "/")
}
