// Package load reads files of any format it knows into a snapshot. A document
// is recognised by its shape, never by its name alone; its name and folder only
// say whose it is where the document itself does not.
package load

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Options say how to read. The zero value works.
type Options struct {
	// Stdin is read where the path is "-".
	Stdin io.Reader
	// Owners maps a file, by its absolute path, to the ARN of the resource its
	// document belongs to: the config's documents.
	Owners map[string]string
	// Display turns a path into the form that is shown; nil keeps it.
	Display func(path string) string
	// Parameters are values for the parameters of templates, by name; of pseudo
	// parameters too ("AWS::AccountId").
	Parameters map[string]string
}

// Ignored is a file that was seen and not used.
type Ignored struct{ File, Reason string }

// Result is what loading found.
type Result struct {
	// Snapshot is that of the first world.
	Snapshot *snapshot.Snapshot
	// Worlds are the snapshots under each assignment of values to parameters
	// that decide what there is; one where nothing is left open.
	Worlds []World
	// Templates are the CloudFormation templates of the run.
	Templates []source.Node
	Files     int            // files that hold something we know
	Documents map[string]int // documents by kind
	Ignored   []Ignored
	Problems  []source.Problem
	// Notes are sentences on what was assumed.
	Notes []string
}

// input is one file to read.
type input struct {
	path  string // as the system knows it
	name  string // as it is shown
	named bool   // on the command line, not found by walking
	data  []byte // of standard input
}

// document is one tree that was recognised.
type document struct {
	kind  kind
	node  source.Node
	name  string // of the file, as it is shown
	named bool
	place layout.Place
	// of says what a document of another format was made from, and notVisible
	// what that format can't express.
	of         string
	notVisible []string
}

// Load reads the files and folders of paths. It returns an error only where a
// path does not exist, or a parameter is given that no template has; everything
// else that is wrong is among the problems.
func Load(paths []string, options Options) (*Result, error) {
	result := &Result{}
	inputs, err := collect(paths, options, result)
	if err != nil {
		return nil, err
	}
	contents := readAll(inputs)
	owners := owners(inputs, options.Owners, result)
	formatted := make([][]source.Node, len(formats()))
	for i, content := range contents {
		result.Problems = append(result.Problems, content.problems...)
		if content.ignored != "" {
			result.Ignored = append(result.Ignored, Ignored{inputs[i].name, content.ignored})
		}
		if content.used() {
			result.Files++
		}
		for _, f := range content.formatted {
			formatted[f.format] = append(formatted[f.format], f.root)
		}
	}
	result.Templates = templates(formatted)
	result.Notes = assumed(result.Templates, options.Parameters)
	assignments, problems, err := assignments(result.Templates, options.Parameters)
	if err != nil {
		return nil, err
	}
	result.Problems = append(result.Problems, problems...)
	for _, assignment := range assignments {
		result.take(build(inputs, contents, owners, formatted, assignment), assignment)
	}
	result.Snapshot = result.Worlds[0].Snapshot
	if result.Files == 0 && len(result.Problems) == 0 {
		result.Problems = append(result.Problems, source.Problem{
			Path:    strings.Join(paths, ", "),
			Message: "nothing here is a document that canvaslint knows: nothing was checked",
		})
	}
	return result, nil
}

// build makes a snapshot of what was read, under one assignment of values to
// the parameters of templates.
func build(inputs []input, contents []content, owners map[string]string, formatted [][]source.Node, assignment assignment) *builder {
	b := newBuilder(owners)
	for i, content := range contents {
		if !content.used() {
			b.unusable = append(b.unusable, inputs[i].name)
		}
		for _, doc := range content.documents {
			b.add(doc)
		}
	}
	for i, format := range formats() {
		b.translate(format, formatted[i], assignment.parameters)
	}
	b.finish()
	return b
}

// owners turns the config's documents into owners by the name that is shown. A
// file that was not read is a problem: the config means one that is there.
func owners(inputs []input, byPath map[string]string, result *Result) map[string]string {
	byName := map[string]string{}
	found := map[string]bool{}
	for _, in := range inputs {
		if full, err := filepath.Abs(in.path); err == nil && byPath[full] != "" {
			byName[in.name], found[full] = byPath[full], true
		}
	}
	for _, path := range slices.Sorted(maps.Keys(byPath)) {
		if !found[path] {
			result.Problems = append(result.Problems, source.Problem{Path: filepath.ToSlash(path), Message: "the config names this file under documents:, but it is not among the files that were read"})
		}
	}
	return byName
}

// identity is a path that is the same however a file is spelled.
func identity(path string) string {
	if full, err := filepath.Abs(path); err == nil {
		path = full
	}
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	return path
}

// collect lists the files to read, in the order of their names.
func collect(paths []string, options Options, result *Result) ([]input, error) {
	display := options.Display
	if display == nil {
		display = filepath.ToSlash
	}
	var inputs []input
	seen := map[string]bool{}
	add := func(in input) {
		if id := identity(in.path); !seen[id] {
			seen[id] = true
			inputs = append(inputs, in)
		}
	}
	for _, path := range paths {
		if path == "-" {
			data, err := io.ReadAll(options.Stdin)
			if err != nil {
				return nil, fmt.Errorf("read standard input: %w", err)
			}
			add(input{path: "-", name: "-", named: true, data: data})
			continue
		}
		info, err := os.Stat(path)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", path, errors.Unwrap(err))
		}
		if !info.IsDir() {
			add(input{path: path, name: display(path), named: true})
			continue
		}
		walk(path, display, result, add)
	}
	sort.SliceStable(inputs, func(i, j int) bool { return inputs[i].name < inputs[j].name })
	return inputs, nil
}

// walk lists the files below a folder. Links are not followed: they could lead
// outside, or round in circles.
func walk(root string, display func(string) string, result *Result, add func(input)) {
	target, err := filepath.EvalSymlinks(root) // a link that the user names is meant
	if err != nil {
		target = root
	}
	_ = filepath.WalkDir(target, func(path string, entry fs.DirEntry, err error) error {
		if below, relErr := filepath.Rel(target, path); relErr == nil {
			path = filepath.Join(root, below)
		}
		if err != nil {
			result.Problems = append(result.Problems, source.Problem{Path: display(path), Message: "read the folder: " + cause(err)})
			return nil
		}
		switch name := entry.Name(); {
		case entry.IsDir() && (name == ".git" || name == "node_modules" || name == ".terraform"):
			return filepath.SkipDir
		case name == ".canvaslint.yaml" || name == ".canvaslint-waivers.yaml":
			return nil
		case !entry.Type().IsRegular() && layout.IsExport(display(path)) && strings.HasSuffix(name, ".json"):
			result.Problems = append(result.Problems, source.Problem{Path: display(path), Message: "this is no regular file: the document that belongs here was not read; put the file itself here"})
			return nil
		case entry.IsDir():
			return nil
		case entry.Type()&fs.ModeSymlink != 0:
			result.Ignored = append(result.Ignored, Ignored{display(path), "a symbolic link: links are not followed"})
			return nil
		case !entry.Type().IsRegular():
			result.Ignored = append(result.Ignored, Ignored{display(path), "not a regular file"})
			return nil
		}
		add(input{path: path, name: display(path)})
		return nil
	})
}

// cause is the system's own word without the path, which the message has already.
func cause(err error) string {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err.Error()
	}
	return err.Error()
}

// content is what one file held.
type content struct {
	documents []document
	formatted []formatted
	problems  []source.Problem
	ignored   string
}

// formatted is a tree of another format.
type formatted struct {
	format int // index in formats
	root   source.Node
}

// used reports whether the file held anything that canvaslint knows.
func (c content) used() bool { return len(c.documents)+len(c.formatted) > 0 }

// readAll reads and parses the files on all processors, keeping their order.
func readAll(inputs []input) []content {
	contents := make([]content, len(inputs))
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(inputs)) {
		workers.Go(func() {
			for i := range next {
				contents[i] = read(inputs[i])
			}
		})
	}
	for i := range inputs {
		next <- i
	}
	close(next)
	workers.Wait()
	return contents
}

func read(in input) content {
	if !in.named && !isReadable(in.name) {
		return content{ignored: "not a JSON or YAML file by its name"}
	}
	data := in.data
	if in.path != "-" {
		var err error
		if data, err = os.ReadFile(in.path); err != nil {
			return content{problems: []source.Problem{{Path: in.name, Message: "read the file: " + cause(err)}}}
		}
	}
	trees, problems := source.Parse(in.name, data, source.Auto)
	var c content
	for _, tree := range trees {
		if format := formatOf(tree.Root()); format >= 0 {
			c.formatted = append(c.formatted, formatted{format, tree.Root()})
			continue
		}
		if kind := recognise(tree.Root()); kind != "" {
			c.documents = append(c.documents, document{kind: kind, node: tree.Root(), name: in.name, named: in.named, place: layout.Parse(in.name)})
		}
	}
	switch {
	case c.used():
		c.problems = problems
	case len(problems) > 0 && (in.named || layout.IsExport(in.name) || looksOurs(string(data))):
		c.problems = problems
	case len(problems) > 0:
		c.ignored = "does not parse, and has no word of an AWS policy or export: " + problems[0].Message
	case layout.IsExport(in.name) && strings.HasSuffix(in.name, ".json"):
		c.problems = []source.Problem{{Path: in.name, Message: "holds nothing that canvaslint knows, where an export keeps its documents: save it again with the AWS CLI (--output json)"}}
	case in.named:
		c.problems = []source.Problem{{Path: in.name, Message: "holds nothing that canvaslint knows: no AWS export, policy, domain or key"}}
	default:
		c.ignored = "none of the documents that canvaslint knows"
	}
	return c
}

// isReadable tells whether a file found by walking can be one of ours: exports
// come as .json, policies often without any extension, as .txt or as .tpl.
func isReadable(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".json", ".jsonc", ".yaml", ".yml", ".template", ".tpl", ".txt", "":
		return true
	}
	return false
}

// looksOurs tells whether text that does not parse was meant to be one of our
// documents: such a file is a problem, not a file to pass over in silence.
func looksOurs(text string) bool {
	for _, word := range []string{`"Statement"`, `"Effect"`, `"Principal"`, `"KeyMetadata"`, `"KmsKeyId"`, `"DomainId"`, `"Policy"`, `"VpcEndpoints"`, `"Keys"`, `"Aliases"`, `"RoleDetailList"`, `"UserProfileName"`, "kms:", "Statement:", "AWS::"} {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}
