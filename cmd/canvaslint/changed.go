package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/triage"
)

// changeFlags restrict what is reported to what changed files bear on. What is
// read stays the same: a policy is judged with the documents it belongs to.
type changeFlags struct {
	on    bool
	from  string
	files []string // that changed
}

func (c *changeFlags) register(f *pflag.FlagSet) {
	f.BoolVar(&c.on, "changed", false, "report only what the FILEs after -- bear on; those that hold nothing of ours are ignored")
	f.StringVar(&c.from, "changed-from", "", "like --changed, with the names of a `file` (- is standard input), a line each or parted by NUL")
}

// split tells the paths to read from the files that changed. Dash is the number
// of arguments before "--", -1 where there is none.
func (c *changeFlags) split(s streams, args []string, dash int) ([]string, error) {
	if !c.on && c.from == "" {
		return args, nil
	}
	if c.on && dash < 0 {
		return nil, errors.New("--changed wants -- before the files that changed, as in: check --changed exports -- a.json b.json")
	}
	if c.from != "" {
		if c.from == "-" && slices.Contains(args, "-") {
			return nil, errors.New("standard input can be the list of --changed-from or a document, not both")
		}
		names, err := readNames(s, c.from)
		if err != nil {
			return nil, fmt.Errorf("read the list of changed files: %w", err)
		}
		c.files = names
	}
	if c.on {
		c.files = append(c.files, args[dash:]...)
		args = args[:dash]
	}
	c.on = true
	return args, nil
}

// readNames reads file names, parted by NUL where there is one (git diff -z),
// else a line each.
func readNames(s streams, file string) ([]string, error) {
	var data []byte
	var err error
	if file == "-" {
		data, err = io.ReadAll(s.in)
	} else {
		data, err = os.ReadFile(file)
	}
	if err != nil {
		return nil, err
	}
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

// restrict takes out of a report what the changed files do not bear on, and says
// so in its notes. It gives what then counts as settled.
func (c *changeFlags) restrict(r *finding.Report, s settings, loaded *load.Result, paths []string, settled func(*canvas.Need) bool) func(*canvas.Need) bool {
	if !c.on {
		return settled
	}
	files := newFileSet(c.files)
	changed := triage.NewChanged(loaded.Snapshot, files.has)
	var notes []string
	if s.changedIn(files) {
		changed.Everything()
		notes = append(notes, "The config changed, which bears on everything: nothing is left out.")
	}
	owners := goneOwners(s.Documents, s.folder, files, changed)
	r.Coverage.Ignored = append(r.Coverage.Ignored, c.outside(paths)...)
	notes = append(notes, c.lost(changed, loaded, r.Problems)...)
	left := keep(&r.Findings, changed.Finding) + keep(&r.Problems, func(p finding.Problem) bool {
		return changed.Problem(p) || owners[finding.Place{File: p.File, Start: p.Start}] || c.ofFolder(p.File)
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
	r.Coverage.Notes = append(append(r.Coverage.Notes, notes...), leftOut(len(c.files), left))
	return func(need *canvas.Need) bool { return settled(need) || !changed.Need(need) }
}

// outside lists the changed files that are not below the paths.
func (c *changeFlags) outside(paths []string) []finding.Ignored {
	if len(paths) == 0 {
		paths = []string{"."}
	}
	read := newFileSet(paths)
	var list []finding.Ignored
	for _, name := range c.files {
		if _, err := os.Lstat(name); err == nil && !read.has(name) {
			list = append(list, finding.Ignored{File: display(name), Reason: "it changed, but is outside of what was read"})
		}
	}
	return list
}

// lost tells the change what files were about that were deleted or can't be
// understood any more, and gives a sentence for each deleted one whose name does
// not say.
func (c *changeFlags) lost(changed *triage.Changed, loaded *load.Result, problems []finding.Problem) []string {
	broken := map[string]bool{}
	for _, p := range problems {
		broken[canonical(p.File)] = true
	}
	var notes []string
	for _, name := range c.files {
		_, err := os.Lstat(name)
		deleted := errors.Is(err, os.ErrNotExist)
		if !changed.Named(display(name), deleted || broken[canonical(name)], loaded.Snapshot) && deleted && load.Readable(name) {
			notes = append(notes, display(name)+" is gone, and its name does not say what it was about: a check without --changed shows what that did.")
		}
	}
	return notes
}

// ofFolder reports whether a problem of Terraform's configuration, which stands at
// one file for its folder, is of a folder whose configuration changed.
func (c *changeFlags) ofFolder(file string) bool {
	return load.IsHCL(file) && slices.ContainsFunc(c.files, func(name string) bool {
		return load.IsHCL(name) && canonical(filepath.Dir(name)) == canonical(filepath.Dir(file))
	})
}

// leftOut says what --changed did.
func leftOut(files, left int) string {
	text := "Only what " + count(files, "changed file bears", "changed files bear") + " on is reported; "
	if left == 0 {
		return text + "nothing else was found."
	}
	return text + count(left, "other finding or problem is", "other findings or problems are") + " left out: a check without --changed shows them."
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
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
func goneOwners(documents []config.Document, folder string, files *fileSet, changed *triage.Changed) map[finding.Place]bool {
	places := map[finding.Place]bool{}
	for _, document := range documents {
		name := filepath.Join(folder, document.File)
		if _, err := os.Lstat(name); err == nil || !files.has(name) {
			continue
		}
		changed.About(document.Owner)
		place := finding.PlaceOf(document.At)
		places[finding.Place{File: place.File, Start: place.Start}] = true
	}
	return places
}

// changedIn reports whether the config or its waivers are among the files, also
// where they were deleted.
func (c *settings) changedIn(files *fileSet) bool {
	file := c.file
	if file == "" {
		file = config.FileName
	}
	return files.has(file) || files.has(filepath.Join(c.folder, config.WaiversFileName))
}

// fileSet is a set of files, however they are spelled. A folder stands for
// all below it, an archive for all that is in it.
type fileSet struct {
	names map[string]bool
	known map[string]bool // answers, by the name asked for
}

func newFileSet(names []string) *fileSet {
	c := &fileSet{names: map[string]bool{}, known: map[string]bool{}}
	for _, name := range names {
		c.names[canonical(name)] = true
	}
	return c
}

func (c *fileSet) has(name string) bool {
	if name == "" {
		return false
	}
	answer, ok := c.known[name]
	if !ok {
		for at := canonical(name); !answer; at = filepath.Dir(at) {
			answer = c.names[at]
			if at == filepath.Dir(at) {
				break
			}
		}
		c.known[name] = answer
	}
	return answer
}

// canonical gives the absolute path of a file without links; what is not there,
// such as a deleted file or one in an archive, follows the folder it would be in.
func canonical(name string) string {
	full, err := filepath.Abs(filepath.FromSlash(name))
	if err != nil {
		return name
	}
	if target, err := filepath.EvalSymlinks(full); err == nil {
		return target
	}
	parent := filepath.Dir(full)
	if parent == full {
		return full
	}
	return filepath.Join(canonical(parent), filepath.Base(full))
}
