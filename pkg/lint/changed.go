package lint

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/triage"
	"github.com/canvaslint/canvaslint/pkg/wording"
)

// Changes restrict what is reported to what changed files affect. What is read
// stays the same: a policy is judged with the documents it belongs to.
type Changes struct {
	Files []string // that changed, also those that were deleted
	// Parameters are files of values for templates, RuleDirs the folders of the
	// user's own rules: a change of theirs counts, too.
	Parameters, RuleDirs []string
}

// restrict takes out of a report what the changed files do not bear on, and says
// so in its notes. It gives what then counts as settled.
func (c *Changes) restrict(o Options, r *finding.Report, loaded *load.Result, settled func(*canvas.Need) bool) func(*canvas.Need) bool {
	files := newFileSet(o.Read.Files, c.Files)
	changed := triage.NewChanged(loaded.Snapshot, files.has)
	var notes []string
	if what := c.everything(o, files, loaded); what != "" {
		changed.Everything()
		notes = append(notes, what+" changed, which affects everything: nothing is left out.")
	}
	for _, rule := range c.rules(o, files) {
		changed.Rule(rule)
	}
	owners := goneOwners(o.Settings, files, changed)
	r.Coverage.Ignored = append(r.Coverage.Ignored, c.outside(o)...)
	notes = append(notes, c.lost(o, files, changed, loaded, r.Problems)...)
	left := keep(&r.Findings, changed.Finding) + keep(&r.Problems, func(p finding.Problem) bool {
		return changed.Problem(p) || owners[finding.Place{File: p.File, Start: p.Start}] || c.ofFolder(files, p.File)
	})
	keep(&r.Waived, changed.Finding)
	keep(&r.Waivers, func(w finding.Waiver) bool { return changed.Problem(finding.Problem{File: w.File}) })
	if r.Baseline != nil {
		keep(&r.Baseline.Known, changed.Finding)
	}
	reported, rules := map[string]bool{}, map[string]bool{}
	for _, f := range slices.Concat(r.Findings, r.Waived) {
		reported[f.Fingerprint], rules[f.Rule] = true, true
	}
	keep(&r.Readiness, func(row finding.Readiness) bool { return changed.Row(row, reported) })
	keep(&r.Rules, func(rule finding.Rule) bool { return rules[rule.ID] })
	r.Summary = triage.Summary(r.Findings)
	r.Coverage.Notes = append(append(r.Coverage.Notes, notes...), leftOut(len(c.Files), left))
	return func(need *canvas.Need) bool { return settled(need) || !changed.Need(need) }
}

// everything names what changed that bears on all that is found, "" for nothing.
// A document whose content says what it is about may have been about anything
// before: an alias or a role that was taken out of it leaves no trace. In an export
// the path says it.
func (c *Changes) everything(o Options, files *fileSet, loaded *load.Result) string {
	if o.Settings.changedIn(files) {
		return "The config"
	}
	if slices.ContainsFunc(c.Parameters, files.has) {
		return "The parameters"
	}
	for _, input := range loaded.Inputs {
		if name := input.Span.File.Name; input.ByContent() && files.has(name) && !layout.IsExport(name) {
			return name + " (" + input.Kind + ")"
		}
	}
	return ""
}

// rules gives the ids of the user's own rules that changed; what rules share bears
// on all of them.
func (c *Changes) rules(o Options, files *fileSet) []string {
	var ids []string
	for _, folder := range c.RuleDirs {
		root := files.id(folder) + "/"
		for name := range files.names {
			below, ok := strings.CutPrefix(name, root)
			if !ok {
				continue
			}
			id, _, _ := strings.Cut(below, "/")
			if o.Rules.Find(id) != nil {
				ids = append(ids, id)
				continue
			}
			for _, rule := range o.Rules.Rules {
				if rule.IsOwn() {
					ids = append(ids, rule.ID)
				}
			}
		}
	}
	return ids
}

// outside lists the changed files that are not below the paths.
func (c *Changes) outside(o Options) []finding.Ignored {
	read := newFileSet(o.Read.Files, slices.Concat(o.Paths, c.Parameters, c.RuleDirs))
	var list []finding.Ignored
	for _, name := range c.Files {
		if _, err := fs.Lstat(o.Read.Files, name); err == nil && !read.has(name) {
			list = append(list, finding.Ignored{File: o.Read.Display(name), Reason: "it changed, but is outside of what was read"})
		}
	}
	return list
}

// lost tells the change what files were about that were deleted or can't be
// understood any more, and gives a sentence for each deleted one whose name does
// not say.
func (c *Changes) lost(o Options, files *fileSet, changed *triage.Changed, loaded *load.Result, problems []finding.Problem) []string {
	broken := map[string]bool{}
	for _, p := range problems {
		broken[files.id(p.File)] = true
	}
	var notes []string
	for _, name := range c.Files {
		_, err := fs.Lstat(files, name)
		deleted := errors.Is(err, fs.ErrNotExist)
		isNamed := slices.ContainsFunc(o.Settings.Documents, func(d config.Document) bool { return files.id(o.Settings.Beside(d.File)) == files.id(name) })
		if !changed.Named(o.Read.Display(name), deleted || broken[files.id(name)], loaded.Snapshot) && !isNamed && deleted && filesystem.Readable(name) {
			changed.Everything()
			notes = append(notes, o.Read.Display(name)+" is gone, and its name does not say what it was about: nothing is left out.")
		}
	}
	return notes
}

// ofFolder reports whether a problem of Terraform's configuration, which stands at
// one file for its folder, is of a folder whose configuration changed.
func (c *Changes) ofFolder(files *fileSet, file string) bool {
	return filesystem.IsHCL(file) && slices.ContainsFunc(c.Files, func(name string) bool {
		return filesystem.IsHCL(name) && files.id(filepath.Dir(name)) == files.id(filepath.Dir(file))
	})
}

// leftOut says what --changed did.
func leftOut(files, left int) string {
	text := "Only what " + wording.CountAs(files, "changed file affects", "changed files affect") + " is reported; "
	if left == 0 {
		return text + "nothing else was found."
	}
	return text + wording.CountAs(left, "other finding or problem is", "other findings or problems are") + " left out. Run a check without --changed to see them."
}

// keep takes out of a list what does not satisfy, and counts it.
func keep[T any](list *[]T, satisfies func(T) bool) int {
	kept := make([]T, 0, len(*list)) // the list has other readers
	for _, item := range *list {
		if satisfies(item) {
			kept = append(kept, item)
		}
	}
	left := len(*list) - len(kept)
	*list = kept
	return left
}

// goneOwners tells the change which resources the config gives deleted files to,
// and gives the places of these entries: that they name no file is a problem of
// this change.
func goneOwners(s Settings, files *fileSet, changed *triage.Changed) map[finding.Place]bool {
	places := map[finding.Place]bool{}
	for _, document := range s.Documents {
		name := s.Beside(document.File)
		if _, err := fs.Lstat(files, name); err == nil || !files.has(name) || document.Owner == "" {
			continue
		}
		changed.About(document.Owner)
		place := finding.PlaceOf(document.At)
		places[finding.Place{File: place.File, Start: place.Start}] = true
	}
	return places
}

// changedIn reports whether the config, its waivers or a list of files that are not
// read is among the files, also where it was deleted.
func (s Settings) changedIn(files *fileSet) bool {
	if s.File != "" && files.has(s.File) {
		return true
	}
	names := append([]string{config.FileName, config.OtherFileName, ".gitignore"}, config.WaiversFileNames()...)
	for file := range files.names {
		if slices.Contains(names, path.Base(file)) {
			return true
		}
	}
	return false
}

// fileSet is a set of files, however they are spelled. A folder stands for
// all below it, an archive for all that is in it.
type fileSet struct {
	filesystem.FS
	names map[string]bool // by identity
	known map[string]bool // answers, by the name asked for
}

func newFileSet(files filesystem.FS, names []string) *fileSet {
	c := &fileSet{FS: files, names: map[string]bool{}, known: map[string]bool{}}
	for _, name := range names {
		c.names[c.id(name)] = true
	}
	return c
}

// id is the identity of a file in a form whose folders path.Dir finds.
func (c *fileSet) id(name string) string { return path.Clean(filepath.ToSlash(c.Identity(name))) }

func (c *fileSet) has(name string) bool {
	if name == "" {
		return false
	}
	answer, ok := c.known[name]
	if !ok {
		for at := c.id(name); !answer; at = path.Dir(at) {
			answer = c.names[at]
			if at == path.Dir(at) {
				break
			}
		}
		c.known[name] = answer
	}
	return answer
}

// SplitNames reads file names, parted by NUL where there is one (git diff -z), else a
// line each.
func SplitNames(data []byte) ([]string, error) {
	end := "\x00"
	if !bytes.Contains(data, []byte(end)) {
		data, end = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")), "\n"
	}
	var names []string
	for name := range strings.SplitSeq(string(data), end) {
		if end == "\n" && len(name) > 1 && strings.HasPrefix(name, `"`) && strings.HasSuffix(name, `"`) {
			return nil, fmt.Errorf("%s is quoted, as git quotes unusual names: use git diff --name-only -z", name)
		}
		if name != "" {
			names = append(names, name)
		}
	}
	return names, nil
}
