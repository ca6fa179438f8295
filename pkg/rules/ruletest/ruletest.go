// Package ruletest runs the cases of rules: small snapshots with the exact
// findings that a rule must report of them.
//
// A cases.txtar holds, for each case, the files of a snapshot below a folder
// named after the case, and the expected output in its file "want". Cases whose
// name begins with "bad" must have findings, those that begin with "good" must
// have none. The files of a case are laid over those of the base archive, where
// there is one (policies/lib/base.txtar for the built-in rules); an empty file
// takes one of them away. A case's own .canvaslint.yaml is its config.
package ruletest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/rules"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Case is one case of a rule.
type Case struct {
	Name  string
	Files map[string]string
	Want  string
	// Parameters are values for the parameters of templates.
	Parameters map[string]string
	Line       int // of cases.txtar, where its first file is named

	own   []string       // the files that it sets itself, in order
	lines map[string]int // of cases.txtar, where the text of an own file begins
}

// IsBad reports whether the rule must object to the case.
func (c Case) IsBad() bool { return strings.HasPrefix(c.Name, "bad") }

// Parse reads a cases.txtar and lays each case over the base.
func Parse(cases, base string) ([]Case, error) {
	common := map[string]string{}
	for _, file := range txtar.Parse([]byte(base)).Files {
		common[file.Name] = string(file.Data)
	}
	byName := map[string]*Case{}
	var names []string
	markers := markerLines(cases)
	for number, file := range txtar.Parse([]byte(cases)).Files {
		name, path, ok := strings.Cut(file.Name, "/")
		switch {
		case !ok || !strings.HasPrefix(name, "bad") && !strings.HasPrefix(name, "good"):
			return nil, fmt.Errorf("read the cases: line %d: the file %q is in no folder that begins with bad or good", markers[number], file.Name)
		case !filepath.IsLocal(filepath.FromSlash(path)):
			return nil, fmt.Errorf("read the cases: line %d: the file %q lies outside of its case", markers[number], file.Name)
		}
		c := byName[name]
		if c == nil {
			c = &Case{Name: name, Files: map[string]string{}, Line: markers[number], lines: map[string]int{}}
			for path, text := range common {
				c.Files[path] = text
			}
			byName[name] = c
			names = append(names, name)
		}
		switch {
		case path == "want":
			c.Want = string(file.Data)
		case strings.TrimSpace(string(file.Data)) == "":
			delete(c.Files, path)
		default:
			c.Files[path] = string(file.Data)
			c.own = append(c.own, path)
			c.lines[path] = markers[number] + 1
		}
	}
	var list []Case
	for _, name := range names {
		list = append(list, *byName[name])
	}
	return list, nil
}

// markerLines gives the line of each file's name in an archive, in order.
func markerLines(archive string) []int {
	var lines []int
	number := 0
	for line := range strings.Lines(archive) {
		number++
		if line = strings.TrimRight(line, "\r\n"); strings.HasPrefix(line, "-- ") && strings.HasSuffix(line, " --") && len(line) > len("--  --") {
			lines = append(lines, number)
		}
	}
	return lines
}

// Run runs one rule over the files of a case and gives the findings in the form
// of "want".
func Run(set *rules.Set, id string, c Case, folder string) (string, error) {
	findings, problems, err := Findings(set, func(rule string) bool { return rule == id }, c, folder)
	if err != nil {
		return "", err
	}
	return Output(findings, problems), nil
}

// Findings writes the files of a case into a folder and gives what the rules
// that are wanted find in them, and the problems of reading them.
func Findings(set *rules.Set, wanted func(rule string) bool, c Case, folder string) ([]finding.Finding, []source.Problem, error) {
	trial, problems, err := c.prepare(folder)
	if err != nil {
		return nil, nil, err
	}
	findings, err := set.Evaluate(context.Background(), trial.Snapshot, trial.Facts, trial.Config, wanted)
	return findings, problems, err
}

// prepare writes the files of a case into a folder and reads them, as far as
// the rules.
func (c Case) prepare(folder string) (rules.Trial, []source.Problem, error) {
	var trial rules.Trial
	for path, text := range c.Files {
		file := filepath.Join(folder, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return trial, nil, fmt.Errorf("write the case %s: %w", c.Name, err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			return trial, nil, fmt.Errorf("write the case %s: %w", c.Name, err)
		}
	}
	settings, err := readConfig(c)
	if err != nil {
		return trial, nil, err
	}
	display := func(path string) string {
		relative, err := filepath.Rel(folder, path)
		if err != nil {
			return path
		}
		return filepath.ToSlash(relative)
	}
	owners := map[string]string{}
	var types []load.PolicyType
	for _, document := range settings.Documents {
		if document.Type != "" {
			types = append(types, load.PolicyType{Path: filepath.Join(folder, document.File), Type: document.Type})
		}
		if document.Owner != "" {
			owners[filepath.Join(folder, document.File)] = document.Owner
		}
	}
	loaded, err := load.Load([]string{folder}, load.Options{Display: display, Owners: owners, PolicyTypes: types, Parameters: c.Parameters})
	if err != nil {
		return trial, nil, err
	}
	trial = rules.Trial{Snapshot: loaded.Snapshot, Facts: canvas.Work(loaded.Snapshot, settings), Config: settings}
	return trial, loaded.Problems, nil
}

// Output writes findings and problems as cases expect them.
func Output(findings []finding.Finding, problems []source.Problem) string {
	var b strings.Builder
	for _, problem := range problems {
		fmt.Fprintf(&b, "problem %s\n", problem)
	}
	for _, text := range sorted(findings) {
		b.WriteString(text)
	}
	return b.String()
}

func readConfig(c Case) (config.Config, error) {
	text := c.Files[config.FileName]
	if text == "" {
		return config.Config{}.Defaults(), nil
	}
	settings, err := config.Parse(config.FileName, []byte(text))
	if err != nil {
		return settings, fmt.Errorf("read the config of the case %s: %w", c.Name, err)
	}
	return settings.Defaults(), nil
}

func sorted(findings []finding.Finding) []string {
	var texts []string
	for _, f := range findings {
		texts = append(texts, Format(f))
	}
	sort.Strings(texts)
	return texts
}

// Format writes a finding as cases expect it: severity, place, message, then a
// line per profile list, cause, related place and fix.
func Format(f finding.Finding) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %s\n", f.Severity, place(f.Place), f.Message)
	if f.OnlyInGuide != "" {
		fmt.Fprintf(&b, "  only in guide %s\n", f.OnlyInGuide)
	}
	if len(f.Profiles) > 0 {
		fmt.Fprintf(&b, "  profiles %s\n", strings.Join(f.Profiles, ", "))
	}
	for _, cause := range f.Causes {
		fmt.Fprintf(&b, "  cause %s %s %s %s%s\n", cause.Action, cause.Layer, cause.Cause, place(cause.Place), cause.Policy)
		if cause.Command != "" {
			fmt.Fprintf(&b, "    run %s\n", cause.Command)
		}
	}
	for _, note := range f.Related {
		fmt.Fprintf(&b, "  related %s %s\n", place(note.Place), note.Message)
	}
	if f.Fix != nil {
		fmt.Fprintf(&b, "  fix %s %s\n", f.Fix.File, oneLine(f.Fix.Message+" "+f.Fix.Statement))
		for _, more := range f.Fix.More {
			fmt.Fprintf(&b, "  fix %s %s\n", more.File, oneLine(more.Message+" "+more.Statement))
		}
	}
	return b.String()
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

func place(p finding.Place) string {
	if p.File == "" {
		return ""
	}
	return fmt.Sprintf("%s:%s-%s", p.File, p.Start, p.End)
}

// Update writes the outputs of the cases into a cases.txtar, keeping all else.
func Update(cases string, got map[string]string) string {
	archive := txtar.Parse([]byte(cases))
	var files []txtar.File
	written := map[string]bool{}
	for i, file := range archive.Files {
		name, path, _ := strings.Cut(file.Name, "/")
		if path == "want" {
			continue
		}
		files = append(files, file)
		last := i+1 == len(archive.Files) || !sameCase(name, archive.Files[i+1:])
		if last && !written[name] {
			written[name] = true
			files = append(files, txtar.File{Name: name + "/want", Data: []byte(got[name])})
		}
	}
	archive.Files = files
	return string(txtar.Format(archive))
}

// sameCase reports whether any later file but the expectation is of the case.
func sameCase(name string, rest []txtar.File) bool {
	for _, file := range rest {
		if other, path, _ := strings.Cut(file.Name, "/"); other == name && path != "want" {
			return true
		}
	}
	return false
}
