package document

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
)

// TestCache reads again and again while files change, come and go: the result is
// that of a ReadAll without a cache, and only what changed is parsed.
func TestCache(t *testing.T) {
	const policy = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}]}`
	files := fstest.MapFS{}
	write := func(name, text string) { files[name] = &fstest.MapFile{Data: []byte(text)} }
	cache := &Cache{}
	for _, step := range []struct {
		name   string
		change func()
		parsed []string
	}{
		{"at first", func() { write("a.json", policy); write("b.json", "{}"); write("c.txt", "nothing") }, []string{"a.json", "b.json", "c.txt"}},
		{"nothing changed", func() {}, nil},
		{"one changed", func() { write("b.json", policy) }, []string{"b.json"}},
		{"half of it typed", func() { write("b.json", policy[:50]) }, []string{"b.json"}},
		{"with a byte order mark", func() { write("b.json", "\ufeff"+policy) }, []string{"b.json"}},
		{"it goes", func() { delete(files, "b.json") }, nil},
		{"it comes back", func() { write("b.json", "\ufeff"+policy) }, []string{"b.json"}},
	} {
		step.change()
		before := texts(cache, files)
		if cached, fresh := outlines(files, cache), outlines(files, nil); cached != fresh {
			t.Errorf("%s: %s, without a cache %s", step.name, cached, fresh)
		}
		var parsed []string
		for name, text := range texts(cache, files) {
			if old, known := before[name]; !known || old != text {
				parsed = append(parsed, name)
			}
		}
		if slices.Sort(parsed); !slices.Equal(parsed, step.parsed) || cache.files.Len() != len(files) {
			t.Errorf("%s: parsed %q of %d, want %q of %d", step.name, parsed, cache.files.Len(), step.parsed, len(files))
		}
		cache.forget() // that this test asked
	}
}

// texts are those that a cache has of files.
func texts(cache *Cache, files fstest.MapFS) map[string]string {
	known := map[string]string{}
	for name := range files {
		if held, ok := cache.files.Get(fileID{path: name, name: name}); ok {
			known[name] = held.text
		}
	}
	return known
}

func outlines(files fstest.MapFS, cache *Cache) string {
	var inputs []filesystem.File
	for _, name := range slices.Sorted(maps.Keys(files)) {
		inputs = append(inputs, filesystem.File{Path: name, Name: name})
	}
	text := ""
	for _, c := range ReadAll(filesystem.Of(files), inputs, cache) {
		text += fmt.Sprint(c.Problems, c.Ignored, c.Files)
		for _, d := range c.Documents {
			text += fmt.Sprint(d.Kind, d.Node.Span())
		}
	}
	return text
}
