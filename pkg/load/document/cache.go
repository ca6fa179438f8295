package document

import (
	"sync"

	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Cache keeps what files held from one ReadAll to the next, so that only files
// whose content changed are parsed again. The zero value is empty. It may serve
// several ReadAlls, one after the other, and forgets what the last one did not read.
type Cache struct {
	mu      sync.Mutex
	entries map[fileID]*kept
}

// fileID tells files apart. A path alone does not: the name, and whether the user
// gave it, decide what is made of the same text.
type fileID struct {
	path, name string
	named      bool
}

// kept is what a file held when it had a text.
type kept struct {
	text    string
	content Content
	fresh   bool // asked for by the ReadAll at work
}

// content gives what a file holds, parsed unless it was parsed before.
func (c *Cache) content(in filesystem.File) Content {
	if c == nil {
		return readText(in)
	}
	id := fileID{in.Path, in.Name, in.Named}
	c.mu.Lock()
	old := c.entries[id]
	c.mu.Unlock()
	if old != nil && old.text == string(in.Data) {
		old.fresh = true
		return old.content
	}
	made := readText(in)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.entries == nil {
		c.entries = map[fileID]*kept{}
	}
	c.entries[id] = &kept{text: made.text(in.Data), content: made, fresh: true}
	return made
}

// text gives data as a string, that of the parsed file where it has it: an
// export is not kept twice.
func (c *Content) text(data []byte) string {
	var root source.Node
	switch {
	case len(c.Documents) > 0:
		root = c.Documents[0].Node
	case len(c.Formatted) > 0:
		root = c.Formatted[0].Root
	}
	if file := root.Span().File; file != nil && file.Text == string(data) {
		return file.Text
	}
	return string(data)
}

// prune forgets what the ReadAll that ends did not ask for.
func (c *Cache) prune() {
	if c == nil {
		return
	}
	for id, entry := range c.entries {
		if !entry.fresh {
			delete(c.entries, id)
		}
		entry.fresh = false
	}
}
