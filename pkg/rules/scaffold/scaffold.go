// Package scaffold makes the folder of a new rule: one that works, with cases and a Rego
// test, to be changed.
package scaffold

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/outfile"
	"github.com/canvaslint/canvaslint/pkg/rules"
	"github.com/canvaslint/canvaslint/pkg/rules/ruletest"
)

// template is the rule; RULE-ID stands for its id.
//
//go:embed template
var template embed.FS

// Known refuses ids that no new rule can have beside those of a set.
func Known(set *rules.Set, id string) error {
	switch {
	case !rules.ValidID(id):
		return fmt.Errorf("%q cannot be the id of a rule: use words of a to z and digits, joined by hyphens", id)
	case set.Find(id) != nil:
		return fmt.Errorf("%q is the id of a built-in rule: choose another", id)
	}
	return nil
}

// Make makes the folder of a new rule, which is called by its id. The rule is added to the
// set of the built-in ones.
func Make(set *rules.Set, builtin fs.FS, folder, shown string) error {
	files, err := files(set, builtin, filepath.Base(folder))
	if err != nil {
		return err
	}
	if _, err := os.Lstat(folder); err == nil {
		return fmt.Errorf("make the rule: %s already exists", shown)
	}
	return write(folder, files)
}

// files gives the files of a new rule, by name, with the findings that it has in its
// cases: they are worked out, for they depend on the base that the cases are laid over.
func files(set *rules.Set, builtin fs.FS, id string) (files map[string]string, err error) {
	files = map[string]string{}
	names, err := fs.Glob(template, "template/*")
	if err != nil {
		return nil, fmt.Errorf("read the template: %w", err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(template, name)
		if err != nil {
			return nil, fmt.Errorf("read the template: %w", err)
		}
		// "embed" and the Go tools pass over nothing that ends in .txt.
		files[strings.TrimSuffix(path.Base(name), ".txt")] = strings.ReplaceAll(string(text), "RULE-ID", id)
	}
	trial, err := os.MkdirTemp("", "canvaslint-new-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the rule: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(trial)) }()
	if err := write(filepath.Join(trial, id), files); err != nil {
		return nil, err
	}
	bench, err := ruletest.Open(set, builtin, trial, trial)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, bench.Close()) }()
	report, err := bench.Test()
	if err != nil {
		return nil, err
	}
	files["cases.txtar"] = report.Rules[0].Rewritten(files["cases.txtar"])
	return files, nil
}

// write writes the files of a rule into its folder.
func write(folder string, files map[string]string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fmt.Errorf("make the rule: %w", err)
	}
	for name, text := range files {
		if err := outfile.WriteText("the rule", filepath.Join(folder, name), text); err != nil {
			return err
		}
	}
	return nil
}
