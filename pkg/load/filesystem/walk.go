package filesystem

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Options say where to look, and what to leave out. FS, Stdin and Display
// must be set.
type Options struct {
	FS FS
	// Stdin is read where the path is "-".
	Stdin io.Reader
	// Display turns a path into the form that is shown.
	Display func(path string) string
	// Exclude are patterns in the form that .gitignore has, relative to ExcludeFrom.
	Exclude     []string
	ExcludeFrom string
	// NoIgnore finds what .gitignore files leave out.
	NoIgnore bool
}

// File is a file to read.
type File struct {
	Path  string // as the system knows it
	Name  string // as it is shown
	Named bool   // given by the user, not found by walking
	Data  []byte // of standard input, and of what was opened
}

// Ignored is a file that was seen and not used.
type Ignored struct{ File, Reason string }

// Found is what Find met.
type Found struct {
	Files    []File
	Ignored  []Ignored
	Problems []source.Problem
	Notes    []string // sentences on what was left out
}

// Find lists the files to read, each once, in the order of their names. It
// returns an error only where a path does not exist or standard input fails.
func Find(paths []string, options Options) (Found, error) {
	w := walker{Options: options, entered: map[string]bool{}}
	if err := w.walk(paths); err != nil {
		return Found{}, err
	}
	w.noteExcluded()
	w.met.Files = w.choose()
	slices.SortStableFunc(w.met.Files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return w.met, nil
}

// Met is what Walk met beside the files.
type Met struct {
	Found
	Excluded []string // files and folders that were left out, as they are shown
	Linked   bool     // there was a symbolic link
}

// Walk gives the files to read as it meets them, where there are too many to be
// listed: in no order, and a file that is reached in two ways twice.
func Walk(paths []string, options Options, each func(File)) (Met, error) {
	w := walker{Options: options, entered: map[string]bool{}, each: each}
	if err := w.walk(paths); err != nil {
		return Met{}, err
	}
	w.noteExcluded()
	return Met{Found: w.met, Excluded: w.excluded, Linked: w.linked}, nil
}

// walk goes through all paths.
func (w *walker) walk(paths []string) error {
	for _, path := range paths {
		if path != "-" {
			w.roots = append(w.roots, w.FS.Identity(path))
		}
	}
	for _, path := range paths {
		if path == "-" {
			data, err := io.ReadAll(w.Stdin)
			if err != nil {
				return fmt.Errorf("read standard input: %w", err)
			}
			w.add(File{Path: "-", Name: "-", Named: true, Data: data}, "-", false)
			continue
		}
		info, err := fs.Stat(w.FS, path)
		if err != nil {
			next := ""
			if errors.Is(err, fs.ErrNotExist) {
				next = `: name an existing file or folder; "canvaslint export" prints a script that saves an account`
			}
			return fmt.Errorf("read %s: %w%s", path, bare(err), next)
		}
		if !info.IsDir() {
			w.add(File{Path: path, Name: w.Display(path), Named: true}, w.FS.Identity(path), false)
			continue
		}
		w.folder(path, []string{w.FS.Identity(path)}, configured(w.Options))
	}
	return nil
}

// walker finds the files below folders.
type walker struct {
	Options
	met   Found
	roots []string // identities of what the user named
	// entered are the folders that a link led to, each with the resource that
	// its path names: they are read once.
	entered  map[string]bool
	found    []reached
	excluded []string
	// each takes the files in the place of found.
	each   func(File)
	linked bool
}

// reached is a file with how it was found.
type reached struct {
	File
	identity string
	linked   bool // by a path with a symbolic link in it
}

func (w *walker) add(file File, identity string, linked bool) {
	if w.each != nil {
		w.each(file)
		return
	}
	w.found = append(w.found, reached{File: file, identity: identity, linked: linked})
}

func (w *walker) ignore(name, reason string) {
	w.met.Ignored = append(w.met.Ignored, Ignored{w.Display(name), reason})
}

func (w *walker) problem(name, message string) {
	w.met.Problems = append(w.met.Problems, source.Problem{Path: w.Display(name), Message: message})
}

// folder lists what is in a folder. The chain are the identities of the folders
// that led there: one that comes again is a loop.
func (w *walker) folder(name string, chain []string, out exclusion) {
	entries, err := fs.ReadDir(w.FS, name)
	if err != nil {
		w.problem(name, "read the folder: "+cause(err))
		return
	}
	if !w.NoIgnore && slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == ".gitignore" }) {
		out = out.with(w.FS, name)
	}
	identity := chain[len(chain)-1]
	for _, entry := range entries {
		child := path.Join(name, entry.Name())
		switch reason := out.reason(w.Options, child, entry.IsDir()); {
		case isConfig(entry.Name()) || entry.Name() == ".git":
		case reason != "":
			w.excluded = append(w.excluded, w.Display(child))
			w.ignore(child, reason)
		case entry.IsDir() && w.isDocument(child):
			w.problem(child, "this is a folder: the document that belongs here was not read; put the file itself here")
		case entry.IsDir():
			w.folder(child, append(slices.Clone(chain), inside(identity, entry.Name())), out)
		case entry.Type()&fs.ModeSymlink != 0:
			w.link(child, chain, out)
		case entry.Type().IsRegular():
			w.add(File{Path: child, Name: w.Display(child)}, inside(identity, entry.Name()), chain[0] == linkedChain)
		case w.isDocument(child):
			w.problem(child, "this is not a regular file: the document that belongs here was not read; put the file itself here")
		default:
			w.ignore(child, "not a regular file")
		}
	}
}

// inside gives the identity of what lies in a folder and is no link.
func inside(folder, name string) string {
	if strings.Contains(folder, "\\") {
		return filepath.Join(folder, name) // as Disk names files of Windows
	}
	return path.Join(folder, name)
}

// isDocument reports whether a path is one of an export's documents.
func (w *walker) isDocument(name string) bool {
	return strings.HasSuffix(name, ".json") && layout.IsExport(w.Display(name))
}

// linkedChain begins the chain of folders behind a link.
const linkedChain = "link"

// link follows a symbolic link to what lies inside of the folders that were
// given. A link elsewhere is a problem: no one asked to read there.
func (w *walker) link(name string, chain []string, out exclusion) {
	w.linked = true
	target, inside := w.FS.Identity(name), false
	info, err := fs.Stat(w.FS, name)
	for _, root := range w.roots {
		inside = inside || target == root || isBelow(target, root)
	}
	switch {
	case err == nil && !info.IsDir() && !Readable(name):
		w.ignore(name, "not a JSON or YAML file by its name")
	case err != nil && !Readable(name):
		w.ignore(name, "a symbolic link without a target")
	case err != nil:
		w.problem(name, "the target of this symbolic link does not exist, so nothing was read here: restore the target, or remove the link")
	case !inside:
		w.problem(name, "this symbolic link leads out of the checked folder and was not followed: put the files here, or pass its target too")
	case !info.IsDir():
		w.add(File{Path: name, Name: w.Display(name)}, target, true)
	case slices.Contains(chain, target):
		w.ignore(name, "a symbolic link to a parent folder, which is read anyway")
	case !w.enter(name, target):
		w.ignore(name, "a symbolic link to a folder that another link led to")
	default:
		w.folder(name, append(append([]string{linkedChain}, chain...), target), out)
	}
}

// enter reports whether a folder is new behind a link of its kind: two links to
// one folder of a shared key or bucket stand for two resources.
func (w *walker) enter(name, target string) bool {
	id := target + "\n" + resourceOf(w.Display(name)+"/x")
	if w.entered[id] {
		return false
	}
	w.entered[id] = true
	return true
}

func slashed(name string) string { return strings.ReplaceAll(name, "\\", "/") }

func isBelow(name, folder string) bool {
	folder = strings.TrimSuffix(slashed(folder), "/")
	return folder == "." || strings.HasPrefix(slashed(name), folder+"/")
}

// resourceOf says which resource a path of an export names; "" for other paths.
func resourceOf(name string) string {
	if !layout.IsExport(name) {
		return ""
	}
	place := layout.Parse(name)
	return strings.Join([]string{"export", place.Account, place.Region, place.Domain, place.Key, place.Bucket}, "/")
}

// choose keeps each file once: by the path that names a resource, else by its
// own path rather than a link's. A file that several resources share, by links,
// is read for each.
func (w *walker) choose() []File {
	byIdentity := map[string][]reached{}
	var order []string
	for _, r := range w.found {
		if byIdentity[r.identity] == nil {
			order = append(order, r.identity)
		}
		byIdentity[r.identity] = append(byIdentity[r.identity], r)
	}
	var files []File
	for _, identity := range order {
		if paths := byIdentity[identity]; len(paths) == 1 {
			files = append(files, paths[0].File)
		} else {
			files = append(files, once(paths)...)
		}
	}
	return files
}

func once(paths []reached) []File {
	slices.SortStableFunc(paths, func(a, b reached) int {
		switch {
		case a.linked == b.linked:
			return 0
		case b.linked:
			return -1
		}
		return 1
	})
	var files []File
	seen := map[string]bool{"": true}
	for _, p := range paths {
		if resource := resourceOf(p.Name); !seen[resource] {
			seen[resource] = true
			files = append(files, p.File)
		}
	}
	if len(files) == 0 {
		return []File{paths[0].File}
	}
	return files
}

// isConfig names canvaslint's own files.
func isConfig(name string) bool {
	return name == ".canvaslint.yaml" || name == ".canvaslint-waivers.yaml"
}
