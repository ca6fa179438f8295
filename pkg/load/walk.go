package load

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"sort"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// collect lists the files to read, in the order of their names.
func collect(paths []string, options Options, result *Result) ([]input, error) {
	w := walker{Options: options, result: result, entered: map[string]bool{}}
	for _, path := range paths {
		if path != "-" {
			w.roots = append(w.roots, options.Files.Identity(path))
		}
	}
	for _, path := range paths {
		if path == "-" {
			data, err := io.ReadAll(options.Stdin)
			if err != nil {
				return nil, fmt.Errorf("read standard input: %w", err)
			}
			w.found = append(w.found, reached{input: input{path: "-", name: "-", named: true, data: data}, identity: "-"})
			continue
		}
		info, err := fs.Stat(options.Files, path)
		if err != nil {
			next := ""
			if errors.Is(err, fs.ErrNotExist) {
				next = `: name an existing file or folder; "canvaslint export" prints a script that saves an account`
			}
			return nil, fmt.Errorf("read %s: %w%s", path, bare(err), next)
		}
		if !info.IsDir() {
			w.add(input{path: path, name: options.Display(path), named: true}, false)
			continue
		}
		w.folder(path, []string{options.Files.Identity(path)}, configured(options))
	}
	w.noteExcluded()
	inputs := w.choose()
	sort.SliceStable(inputs, func(i, j int) bool { return inputs[i].name < inputs[j].name })
	return inputs, nil
}

// walker finds the files below folders.
type walker struct {
	Options
	result *Result
	roots  []string // identities of what the user named
	// entered are the folders that a link led to, each with the resource that
	// its path names: they are read once.
	entered  map[string]bool
	found    []reached
	excluded []string
}

// reached is a file with how it was found.
type reached struct {
	input
	identity string
	linked   bool // by a path with a symbolic link in it
}

func (w *walker) add(in input, linked bool) {
	w.found = append(w.found, reached{input: in, identity: w.Files.Identity(in.path), linked: linked})
}

func (w *walker) ignore(name, reason string) {
	w.result.Ignored = append(w.result.Ignored, Ignored{w.Display(name), reason})
}

func (w *walker) problem(name, message string) {
	w.result.Problems = append(w.result.Problems, source.Problem{Path: w.Display(name), Message: message})
}

// folder lists what is in a folder. The chain are the identities of the folders
// that led there: one that comes again is a loop.
func (w *walker) folder(name string, chain []string, out exclusion) {
	entries, err := fs.ReadDir(w.Files, name)
	if err != nil {
		w.problem(name, "read the folder: "+cause(err))
		return
	}
	if !w.NoIgnore {
		out = out.with(w.Files, name)
	}
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
			w.folder(child, append(slices.Clone(chain), w.Files.Identity(child)), out)
		case entry.Type()&fs.ModeSymlink != 0:
			w.link(child, chain, out)
		case entry.Type().IsRegular():
			w.add(input{path: child, name: w.Display(child)}, len(chain) > 0 && chain[0] == linkedChain)
		case w.isDocument(child):
			w.problem(child, "this is no regular file: the document that belongs here was not read; put the file itself here")
		default:
			w.ignore(child, "not a regular file")
		}
	}
}

// isDocument reports whether a path is one of an export's documents.
func (w *walker) isDocument(name string) bool {
	return strings.HasSuffix(name, ".json") && layout.IsExport(w.Display(name))
}

// linkedChain begins the chain of folders behind a link.
const linkedChain = "link"

// link follows a symbolic link to what lies inside of the folders that were
// given. A link elsewhere is a problem: nobody asked to read there.
func (w *walker) link(name string, chain []string, out exclusion) {
	target, inside := w.Files.Identity(name), false
	info, err := fs.Stat(w.Files, name)
	for _, root := range w.roots {
		inside = inside || target == root || isBelow(target, root)
	}
	switch {
	case err == nil && !info.IsDir() && !Readable(name):
		w.ignore(name, "not a JSON or YAML file by its name")
	case err != nil && !Readable(name):
		w.ignore(name, "a symbolic link that leads nowhere")
	case err != nil:
		w.problem(name, "this symbolic link leads nowhere: what belongs here was not read; restore its target, or remove it")
	case !inside:
		w.problem(name, "this symbolic link leads out of the folder that is checked, and was not followed: put the files themselves here, or name its target too")
	case !info.IsDir():
		w.add(input{path: name, name: w.Display(name)}, true)
	case slices.Contains(chain, target):
		w.ignore(name, "a symbolic link to a folder around it, which is read anyway")
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
func (w *walker) choose() []input {
	byIdentity := map[string][]reached{}
	var order []string
	for _, r := range w.found {
		if byIdentity[r.identity] == nil {
			order = append(order, r.identity)
		}
		byIdentity[r.identity] = append(byIdentity[r.identity], r)
	}
	var inputs []input
	for _, identity := range order {
		inputs = append(inputs, once(byIdentity[identity])...)
	}
	return inputs
}

func once(paths []reached) []input {
	slices.SortStableFunc(paths, func(a, b reached) int {
		switch {
		case a.linked == b.linked:
			return 0
		case b.linked:
			return -1
		}
		return 1
	})
	var inputs []input
	seen := map[string]bool{"": true}
	for _, p := range paths {
		if resource := resourceOf(p.name); !seen[resource] {
			seen[resource] = true
			inputs = append(inputs, p.input)
		}
	}
	if len(inputs) == 0 {
		return []input{paths[0].input}
	}
	return inputs
}

// isConfig names canvaslint's own files.
func isConfig(name string) bool {
	return name == ".canvaslint.yaml" || name == ".canvaslint-waivers.yaml"
}
