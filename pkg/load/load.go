// Package load reads files of any format it knows into a snapshot: filesystem
// finds and opens them, document recognises what they hold, and here it is put
// together. What belongs to a resource without naming it is told by its folder
// and its name.
package load

import (
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/load/cloudformation"
	"github.com/canvaslint/canvaslint/pkg/load/document"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Options say how to read. The zero value works.
type Options struct {
	// Files are what paths are looked up in; nil is the disk.
	Files filesystem.FS
	// Stdin is read where the path is "-"; nil is empty.
	Stdin io.Reader
	// Owners maps a file, by a path of any spelling, to the ARN of the resource its
	// document belongs to: the config's documents.
	Owners map[string]string
	// OwnerAt says where the config names a file of Owners, by the same path.
	OwnerAt map[string]source.Span
	// Display turns a path into the form that is shown; nil keeps it.
	Display func(path string) string
	// Parameters are values for the parameters of templates, by name; of pseudo
	// parameters too ("AWS::AccountId").
	Parameters map[string]string
	// PolicyTypes say of what kind policies are that stand alone.
	PolicyTypes []PolicyType
	// Homes say where templates and plans are deployed that do not say it
	// themselves. The first word counts; of paths, that of the longest.
	Homes []Home
	// Exclude are patterns of files that are not read, in the form that .gitignore
	// has, relative to the folder ExcludeFrom.
	Exclude     []string
	ExcludeFrom string
	// NoIgnore reads what .gitignore files leave out.
	NoIgnore bool
	// Cache spares files that an earlier Load has parsed; nil parses all.
	Cache *Cache
}

// Defaults fills in what may be left out.
func (o Options) Defaults() Options {
	if o.Files == nil {
		o.Files = filesystem.Disk{}
	}
	if o.Stdin == nil {
		o.Stdin = strings.NewReader("")
	}
	if o.Display == nil {
		o.Display = filepath.ToSlash
	}
	return o
}

// find says where the files are.
func (o Options) find() filesystem.Options {
	return filesystem.Options{FS: o.Files, Stdin: o.Stdin, Display: o.Display, Exclude: o.Exclude, ExcludeFrom: o.ExcludeFrom, NoIgnore: o.NoIgnore}
}

// Result is what loading found.
type Result struct {
	// Snapshot is that of the first variant.
	Snapshot *snapshot.Snapshot
	// Variants are the snapshots under each assignment of values to parameters
	// that decide what there is; one where nothing is left open.
	Variants []Variant
	// Templates are the CloudFormation templates of the run.
	Templates []source.Node
	Files     int            // files that hold something we know
	Documents map[string]int // documents by kind
	Ignored   []filesystem.Ignored
	// Inputs are the documents that were read, in the order of their places.
	Inputs   []Input
	Problems []source.Problem
	// Waivers are those that documents hold of themselves.
	Waivers []config.Waiver
	// Notes are sentences on what was assumed, and on what was left out on
	// purpose: deleted resources.
	Notes  []string
	owning ownership
	// Borrowed are the files that were read because the group that was asked for
	// refers to them; the rest tells nothing of them.
	Borrowed []string
}

// Load reads the files and folders of paths. It returns an error only where a
// path does not exist, or a parameter is given that no template has; everything
// else that is wrong is among the problems.
func Load(paths []string, options Options) (*Result, error) {
	options = options.Defaults()
	found, err := filesystem.Find(paths, options.find())
	if err != nil {
		return nil, err
	}
	contents := document.ReadAll(options.Files, found.Files, options.Cache.documents())
	now := reading{paths: paths, options: options, found: found, contents: contents}
	if result := options.Cache.again(now); result != nil {
		return result, nil
	}
	result := &Result{Ignored: found.Ignored, Problems: found.Problems, Notes: found.Notes}
	settleHCL(found.Files, contents, result)
	if err := result.combine(contents, options, scope{}); err != nil {
		return nil, err
	}
	options.Cache.end(now, result)
	if result.Files == 0 && len(result.Problems) == 0 {
		result.Problems = append(result.Problems, source.Problem{
			Path:    strings.Join(paths, ", "),
			Message: `nothing was checked: there is no AWS export, template, plan or policy here; "canvaslint export" prints a script that saves an account`,
		})
	}
	return result, nil
}

// combine makes snapshots of what was read, and adds what it says of the files
// within a scope.
func (r *Result) combine(contents []document.Content, options Options, scope scope) error {
	formatted := map[document.Kind][]source.Node{}
	var read []document.File
	for _, content := range contents {
		read = append(read, content.Files...)
		r.Problems = append(r.Problems, content.Problems...)
		r.Ignored = append(r.Ignored, content.Ignored...)
		r.Waivers = append(r.Waivers, content.Waivers...)
	}
	for _, file := range read {
		if file.Used && scope.has(file.Name) {
			r.Files++
		}
	}
	owners, told := owners(read, options, r), policyTypes(read, options)
	given := cloudformation.Given{Parameters: options.Parameters, Homes: homes(contents, options, r)}
	copies := copies{homes: given.Homes, first: map[original]string{}}
	for _, content := range contents {
		for _, f := range content.Formatted {
			if of, found := copies.isCopy(f.Kind, f.Root); found {
				r.Ignored = append(r.Ignored, filesystem.Ignored{File: f.Root.Span().File.Name, Reason: "it holds the same as " + of})
				continue
			}
			formatted[f.Kind] = append(formatted[f.Kind], f.Root)
		}
	}
	for _, format := range formats() {
		if format.notes != nil && len(formatted[format.kind]) > 0 {
			r.Notes = append(r.Notes, format.notes(formatted[format.kind])...)
		}
	}
	r.Templates = formatted[document.Template]
	r.Notes = append(r.Notes, assumed(r.Templates, given)...)
	assignments, problems, err := assignments(r.Templates, given)
	if err != nil {
		return err
	}
	r.Problems = append(r.Problems, problems...)
	for i, assignment := range assignments {
		b := newBuilder()
		b.owners, b.told, b.scope, b.cache = owners, told, scope, options.Cache
		b.build(read, contents, formatted, assignment)
		r.take(b, assignment)
		if i == 0 {
			r.Files -= b.passedOver(contents)
			if options.Cache != nil {
				r.owning = b.owning()
			}
		}
	}
	r.Snapshot = r.Variants[0].Snapshot
	return nil
}

// build makes a snapshot of what was read, under one assignment of values to
// the parameters of templates.
func (b *builder) build(read []document.File, contents []document.Content, formatted map[document.Kind][]source.Node, assignment assignment) {
	for _, file := range read {
		if !file.Used {
			b.unusable = append(b.unusable, file.Name)
		}
	}
	for _, content := range contents {
		for _, doc := range content.Documents {
			b.add(doc)
		}
	}
	for _, format := range formats() {
		b.translate(format, formatted[format.kind], assignment.given)
	}
	b.finish()
}

// owner is what the config says of a file: the ARN, and where it says so.
type owner struct {
	arn string
	at  source.Span
}

// owners turns the config's documents into owners by the name that is shown. A
// file that was not read is a problem: the config means one that is there.
func owners(read []document.File, options Options, result *Result) map[string]owner {
	byName := map[string]owner{}
	found := map[string]bool{}
	named := map[string]string{} // path of Owners, by identity
	for path := range options.Owners {
		named[options.Files.Identity(path)] = path
	}
	for _, f := range read {
		if len(named) == 0 {
			break
		}
		if path, ok := named[options.Files.Identity(f.Path)]; ok {
			byName[f.Name], found[path] = owner{options.Owners[path], options.OwnerAt[path]}, true
		}
	}
	for _, path := range slices.Sorted(maps.Keys(options.Owners)) {
		if !found[path] {
			problem := source.Problem{Path: filepath.ToSlash(path), Message: "the config names this file under documents:, but it is not among the files that were read"}
			if at := options.OwnerAt[path]; !at.IsZero() {
				problem = source.Problem{Span: at, Message: "the file that this entry names is not among the files that were read: correct the path, which is relative to the config's folder, or pass the file to check"}
			}
			result.Problems = append(result.Problems, problem)
		}
	}
	return byName
}
