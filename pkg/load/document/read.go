package document

import (
	"fmt"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/load/markers"
	"github.com/canvaslint/canvaslint/pkg/parallel"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Content is what one file held, or all the files of an archive.
type Content struct {
	Documents []Document
	Formatted []Formatted
	Problems  []source.Problem
	Waivers   []config.Waiver
	Ignored   []filesystem.Ignored
	Files     []File
	HCL       bool // Terraform's configuration
	// Readings number what a Cache parsed: two contents with the same are the same.
	Readings []uint64
}

// IsSame reports whether two contents of one cache hold the same.
func (c *Content) IsSame(other *Content) bool {
	return slices.Equal(c.Readings, other.Readings) && slices.Equal(c.Files, other.Files) && slices.Equal(c.Problems, other.Problems) && slices.Equal(c.Ignored, other.Ignored)
}

// nothingKnown is said of a file that the user named.
const nothingKnown = "holds no AWS export, policy, domain or key: save the unchanged answer of the AWS CLI (--output json)"

// File is one that was read.
type File struct {
	Path, Name string
	Used       bool // it holds something that canvaslint knows
}

// Formatted is a tree of another format.
type Formatted struct {
	Kind Kind
	Root source.Node
}

// Used reports whether the content held anything that canvaslint knows.
func (c *Content) Used() bool { return len(c.Documents)+len(c.Formatted) > 0 }

func (c *Content) merge(other Content) {
	c.Documents = append(c.Documents, other.Documents...)
	c.Formatted = append(c.Formatted, other.Formatted...)
	c.Problems = append(c.Problems, other.Problems...)
	c.Waivers = append(c.Waivers, other.Waivers...)
	c.Ignored = append(c.Ignored, other.Ignored...)
	c.Files = append(c.Files, other.Files...)
	c.Readings = append(c.Readings, other.Readings...)
}

// ReadAll reads and parses the files on all processors, keeping their order.
// It spares those that the cache has; nil is none.
func ReadAll(from filesystem.FS, inputs []filesystem.File, cache *Cache) []Content {
	contents := make([]Content, len(inputs))
	parallel.Do(len(inputs), func(i int) { contents[i] = Read(from, inputs[i], cache) })
	cache.forget()
	return contents
}

// Read reads a file, and what is in it where it is an archive.
func Read(from filesystem.FS, in filesystem.File, cache *Cache) Content {
	if filesystem.IsHCL(in.Name) {
		return Content{Files: []File{{Path: in.Path, Name: in.Name}}, HCL: true}
	}
	var c Content
	opened := filesystem.Open(from, in, func(text filesystem.File) { c.merge(cache.content(text)) })
	c.Problems, c.Ignored = append(c.Problems, opened.Problems...), append(c.Ignored, opened.Ignored...)
	switch {
	case !opened.Archive && len(c.Files) == 0:
		c.Files = []File{{Path: in.Path, Name: in.Name}}
	case opened.Archive && in.Named && !c.Used() && len(c.Problems) == 0:
		c.Problems = []source.Problem{{Path: in.Name, Message: nothingKnown}}
	}
	return c
}

// readText reads a file that is no archive. What it gives depends on nothing else,
// and nothing changes it later.
func readText(in filesystem.File) Content {
	r := rooter{in: in, place: layout.Parse(in.Name)}
	trees, problems := source.Parse(in.Name, withoutLog(in.Data), source.Auto)
	for _, tree := range trees {
		tree.Literal()
		r.take(tree.Root(), 0)
	}
	if r.content.Used() {
		return r.finish(trees, problems)
	}
	if failure, ok := failureOf(in.Name, in.Data); ok {
		nothing, _ := source.Parse(in.Name, []byte("null"), source.JSON)
		r.fail(failure, nothing[0].Root())
		problems, r.content.Problems = nil, nil
	}
	return r.finish(trees, problems)
}

// fail takes in what was saved of a call that failed: where the error says that
// there is no such document, that is what it says of the bucket.
func (r *rooter) fail(f failure, at source.Node) bool {
	kind := f.none()
	if kind == "" {
		r.failure, r.failedAt = &f, at.Span()
		return false
	}
	r.add(kind, at, false, false)
	return true
}

// finish says what became of the file: used, ignored, or a problem.
func (r *rooter) finish(trees []*source.Document, problems []source.Problem) Content {
	in, c := r.in, r.content
	problems = append(problems, c.Problems...)
	c.Problems = nil
	if c.Used() {
		problems = append(problems, severalPolicies(trees, c.Documents)...)
	}
	ignore := func(reason string) { c.Ignored = append(c.Ignored, filesystem.Ignored{File: in.Name, Reason: reason}) }
	refuse := func(reason string) { c.Problems = []source.Problem{{Path: in.Name, Message: reason}} }
	export := layout.IsExport(in.Name) && strings.HasSuffix(in.Name, ".json")
	switch {
	case c.Used():
		c.Problems = problems
		for _, tree := range trees {
			found, wrong := waivers(tree)
			c.Waivers, c.Problems = append(c.Waivers, found...), append(c.Problems, wrong...)
		}
		if r.passed.Exists() {
			start, _ := r.passed.Span().Positions()
			ignore(fmt.Sprintf("in part: %d of the documents in it, the first at %s, are not documents that canvaslint knows", r.passedOver, start))
		}
	case len(problems) > 0 && (in.Named || layout.IsExport(in.Name) || looksOurs(string(in.Data))):
		c.Problems = unrendered(problems, string(in.Data))
	case len(problems) > 0:
		ignore("does not parse and does not look like an AWS policy or export: " + problems[0].Message)
	case r.unneeded != "":
		ignore("the answer of " + r.unneeded + ", which is not needed")
	case r.failure != nil && !r.failure.isNeeded():
		ignore("what " + r.failure.call + " gives is not needed")
	case r.failure != nil && (in.Named || export || r.failure.call != "" && !r.failure.recorded):
		c.Problems = []source.Problem{{Span: r.failedAt, Message: r.failure.message()}}
	case r.failure != nil:
		ignore(r.failure.message())
	case export:
		refuse("holds no document that canvaslint knows, although an export keeps one here: save it again with the AWS CLI (--output json)")
	case in.Named:
		refuse(nothingKnown)
	default:
		ignore("not a document that canvaslint knows")
	}
	c.Files = []File{{Path: in.Path, Name: in.Name, Used: c.Used()}}
	return c
}

// unrendered adds to the first problem of a text that does not parse what its
// markers say: a tool has to make the document first.
func unrendered(problems []source.Problem, text string) []source.Problem {
	if found := markers.First(text); found != "" && !strings.Contains(problems[0].Message, "render the template first") {
		problems = slices.Clone(problems[:1])
		problems[0].Message += "; " + found + " shows that this file is a template: render the template first, and check the result"
	}
	return problems
}

// severalPolicies objects to several JSON policies in one file: AWS takes one.
// Exports may stand in a row, a line each.
func severalPolicies(trees []*source.Document, documents []Document) []source.Problem {
	if len(trees) < 2 || len(documents) == 0 || documents[0].Kind != RawPolicy {
		return nil
	}
	second := trees[1].Root()
	if !strings.HasPrefix(second.Raw(), "{") {
		return nil // a YAML stream, which goes to AWS through a program
	}
	at := second.Span()
	at.End = at.Start + 1
	return []source.Problem{{Message: "another document starts here: AWS accepts one document per file. Each was read separately; put each into its own file", Span: at}}
}

// looksOurs tells whether text that does not parse was meant to be one of our
// documents: such a file is a problem, not a file to pass over in silence.
func looksOurs(text string) bool {
	for _, word := range []string{`"Statement"`, `"Effect"`, `"Principal"`, `"KeyMetadata"`, `"KmsKeyId"`, `"DomainId"`, `"Policy"`, `"VpcEndpoints"`, `"Keys"`, `"Aliases"`, `"RoleDetailList"`, `"UserProfileName"`, `"configurationItems"`, "kms:", "Statement:", "AWS::"} {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}
