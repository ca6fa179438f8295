package access

import (
	"slices"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/iam"
)

// What is learned of a key narrows what is known of it; a contradiction leaves
// it unknown.
func TestLearn(t *testing.T) {
	tests := []struct {
		name   string
		set    func(*Context)
		values []string
		want   entry
	}{
		{"nothing known", func(*Context) {}, []string{"a"}, entry{state: known, values: []string{"a"}}},
		{"unknown", func(c *Context) { c.SetUnknown("k") }, []string{"a", "b"}, entry{state: oneOf, values: []string{"a", "b"}}},
		{"the same", func(c *Context) { c.Set("k", "a") }, []string{"a"}, entry{state: known, values: []string{"a"}}},
		{"one of them", func(c *Context) { c.Set("k", "a") }, []string{"b", "a"}, entry{state: known, values: []string{"a"}}},
		{"another", func(c *Context) { c.Set("k", "a") }, []string{"b"}, entry{state: unknown}},
		{"narrower", func(c *Context) { c.SetOneOf("k", "a", "b", "c") }, []string{"c", "a", "z"}, entry{state: oneOf, values: []string{"c", "a"}}},
		{"beginning", func(c *Context) { c.SetPrefix("k", "ab") }, []string{"abc"}, entry{state: known, values: []string{"abc"}}},
		{"another beginning", func(c *Context) { c.SetPrefix("k", "ab") }, []string{"xyz"}, entry{state: unknown}},
		{"absent", func(c *Context) { c.SetAbsent("k") }, []string{"a"}, entry{state: unknown}},
		{"several, the same", func(c *Context) { c.SetMulti("k", "a", "b") }, []string{"b", "a"}, entry{state: known, multi: true, values: []string{"a", "b"}}},
		{"several, fewer", func(c *Context) { c.SetMulti("k", "a", "b") }, []string{"a"}, entry{state: unknown, multi: true}},
	}
	for _, test := range tests {
		c := NewContext(true)
		test.set(c)
		c.Learn("K", test.values...)
		got := c.get(iam.NewKey("k"))
		if got.state != test.want.state || got.multi != test.want.multi || !slices.Equal(got.values, test.want.values) {
			t.Errorf("%s: %+v, want %+v", test.name, got, test.want)
		}
	}
}
