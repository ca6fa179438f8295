package document

import (
	"sync/atomic"

	"github.com/canvaslint/canvaslint/pkg/kept"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Cache keeps what files held from one ReadAll to the next, so that only files
// whose content changed are parsed again.
type Cache struct {
	files    kept.Store[fileID, held]
	readings atomic.Uint64
}

// fileID tells files apart. A path alone does not: the name, and whether the user
// gave it, decide what is made of the same text.
type fileID struct {
	path, name string
	named      bool
}

// held is what a file held when it had a text.
type held struct {
	text    string
	content Content
}

// content gives what a file holds, parsed unless it was parsed before.
func (c *Cache) content(in filesystem.File) Content {
	if c == nil {
		return readText(in)
	}
	id := fileID{in.Path, in.Name, in.Named}
	if old, ok := c.files.Get(id); ok && old.text == string(in.Data) {
		return old.content
	}
	made := readText(in)
	made.Readings = []uint64{c.readings.Add(1)}
	c.files.Put(id, held{made.text(in.Data), made})
	return made
}

// forget ends a ReadAll: what it did not read is gone.
func (c *Cache) forget() {
	if c != nil {
		c.files.Forget()
	}
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
