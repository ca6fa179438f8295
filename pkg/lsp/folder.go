package lsp

import (
	"context"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/fix"
	"github.com/canvaslint/canvaslint/pkg/lint"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/lsp/protocol"
	"github.com/canvaslint/canvaslint/pkg/rules"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// folder is what is checked together, as "canvaslint check" checks it from there:
// a folder of the workspace, or the open documents of one outside of it.
type folder struct {
	root  string
	loose bool // only open documents are looked at

	// The rest belongs to the server's lock.
	wanted, done int // generations: of the last change, and of latest
	latest       *checked
	changed      chan struct{} // closed when latest changes
	look         bool          // files may have changed
	reload       bool          // and rules of the user's
	dropped      bool

	// The rest belongs to the checker.
	published map[protocol.URI]published
	cache     *load.Cache
	seen      *seen
	rules     *rules.Set
	ruleDirs  []string
}

func newFolder(root string, loose bool) *folder {
	return &folder{root: root, loose: loose, changed: make(chan struct{}), cache: &load.Cache{}}
}

// checked is a check of a folder, and what it was a check of.
type checked struct {
	folder  *folder
	options lint.Options
	buffers map[string]buffer // by path
	result  *lint.Result      // nil where err is not
	err     error
	texts   map[string]text // by the name that is shown
	found   map[protocol.URI][]protocol.Diagnostic
}

// check checks the folder with buffers in place of files.
func (f *folder) check(ctx context.Context, o Options, j *job) *checked {
	buffers := j.buffers
	c := &checked{folder: f, buffers: buffers, texts: map[string]text{}}
	if j.reload {
		f.rules = nil
	}
	if j.look || f.seen == nil {
		f.seen = newSeen(o.Files)
	}
	if c.options, c.err = f.options(o, buffers); c.err != nil {
		return c
	}
	if c.result, c.err = lint.Check(ctx, c.options); c.err != nil {
		return c
	}
	fix.Attach(c.result)
	for _, input := range c.result.Documents.Inputs {
		c.take(input.Span)
	}
	for _, problem := range c.result.Problems {
		c.take(problem.Span)
	}
	return c
}

// options are those of a check from the folder. Where there is an error they still
// say how to read.
func (f *folder) options(o Options, buffers map[string]buffer) (lint.Options, error) {
	texts := map[string][]byte{}
	for _, b := range buffers {
		texts[b.path] = []byte(b.text.whole())
	}
	read := load.Options{Files: within{files: filesystem.Overlay(f.seen, texts), folder: f.root, hides: f.hides(buffers)}, Display: f.display, Cache: f.cache}
	made := lint.Options{Read: read, Now: o.Now(), Version: o.Version}
	name, err := lint.FindSettings(read.Files, []string{"."})
	if err != nil {
		return made, err
	}
	made.Settings.File = name
	settings, err := lint.ReadSettings(read, name)
	if err != nil {
		return made, err
	}
	if f.rules == nil || !slices.Equal(f.ruleDirs, settings.RuleDirs) {
		if f.rules, err = o.Rules(settings); err != nil {
			return made, err
		}
		f.ruleDirs, f.rules.Reviews = settings.RuleDirs, &rules.Reviews{}
	}
	made.Rules = f.rules
	if err := settings.ReadWaivers(read, f.rules); err != nil {
		return made, err
	}
	made.Settings = settings
	return made, nil
}

// hides leaves out, around loose documents, what is not open.
func (f *folder) hides(buffers map[string]buffer) func(fs.DirEntry) bool {
	if !f.loose {
		return nil
	}
	return func(entry fs.DirEntry) bool {
		_, open := buffers[filepath.Join(f.root, entry.Name())]
		return !open && !strings.HasPrefix(entry.Name(), ".canvaslint")
	}
}

// display shows a path relative to the folder where it lies below it.
func (f *folder) display(name string) string {
	if !filepath.IsAbs(name) {
		return filepath.ToSlash(filepath.Clean(name))
	}
	if isBelow(name, f.root) {
		if below, err := filepath.Rel(f.root, name); err == nil {
			name = below
		}
	}
	return filepath.ToSlash(name)
}

// path gives the path of a name that is shown.
func (f *folder) path(name string) string {
	if name = filepath.FromSlash(name); filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(f.root, name)
}

// take remembers the text that a span lies in.
func (c *checked) take(span source.Span) {
	if span.IsZero() {
		return
	}
	if _, known := c.texts[span.File.Name]; !known {
		b := c.buffers[c.folder.path(span.File.Name)]
		c.texts[span.File.Name] = text{span.File, b.text.marked}
	}
}

// text gives the text of a file by the name that is shown, as it was checked.
func (c *checked) text(name string) text {
	if t, ok := c.texts[name]; ok {
		return t
	}
	if b, ok := c.buffers[c.folder.path(name)]; ok {
		return b.text
	}
	data, err := fs.ReadFile(c.options.Read.Files, name)
	if err != nil {
		return newText(name, "")
	}
	return newText(name, string(data))
}

// file gives the path of the file that a name stands in: of a file in an archive
// the archive's, and false.
func (c *checked) file(name string) (path string, whole bool) {
	full := c.folder.path(name)
	if _, open := c.buffers[full]; open {
		return full, true
	}
	for at := full; at != filepath.Dir(at); at = filepath.Dir(at) {
		if info, err := fs.Stat(c.options.Read.Files, at); err == nil {
			return at, at == full || info.IsDir()
		}
	}
	return full, true
}

// uri gives the URI of a path: the client's own for an open document.
func (c *checked) uri(path string) protocol.URI {
	if b, ok := c.buffers[path]; ok {
		return b.uri
	}
	return uriOf(path)
}

// location gives a place as the client has it.
func (c *checked) location(p finding.Place) protocol.Location {
	path, whole := c.file(p.File)
	l := protocol.Location{URI: c.uri(path)}
	if whole {
		l.Range = c.text(p.File).place(p)
	}
	return l
}
