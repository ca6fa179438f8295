package access

import (
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
)

// Context is what a request says besides principal, action and resource.
// Presence and value of a key are known or unknown each for itself. Key names
// are taken in any case.
type Context struct {
	open    bool
	entries []entry
	// standIns is set where a value may hold stand-ins: nearly never.
	standIns bool
	sets     bool // a key may be every
}

// entry is what is known of one key.
type entry struct {
	key   iam.Key
	state state
	multi bool // multivalued
	// shapeless marks a key that no one set: it may be multivalued.
	shapeless bool
	values    []string
	name      string // as the caller wrote it
}

type state uint8

const (
	absent  state = iota
	known         // values are the values
	present       // the value is not known
	unknown       // neither is the presence
	oneOf         // exactly one of values
	begins        // values[0] and something, possibly nothing, after it
	every         // every value that fits the pattern values[0], each for itself
)

// NewContext makes an empty context. In an open world nothing is known of the
// keys that are not set, in a closed one they are absent.
func NewContext(openWorld bool) *Context { return &Context{open: openWorld} }

// Clone gives a copy that can be changed without changing the original, with room
// for some more keys.
func (c *Context) Clone(room int) *Context {
	if c == nil {
		return NewContext(false)
	}
	entries := append(make([]entry, 0, len(c.entries)+room), c.entries...)
	return &Context{open: c.open, entries: entries, standIns: c.standIns, sets: c.sets}
}

func (c *Context) set(name string, e entry) {
	e.key, e.name = iam.NewKey(name), name
	c.standIns = c.standIns || slices.ContainsFunc(e.values, iam.HasStandIn)
	if old := c.lookup(e.key); old != nil {
		*old = e
		return
	}
	c.entries = append(c.entries, e)
}

// Set gives a key one value. Several values make it multivalued, none makes it
// absent.
func (c *Context) Set(key string, values ...string) {
	switch len(values) {
	case 0:
		c.SetAbsent(key)
	case 1:
		c.set(key, entry{state: known, values: values})
	default:
		c.SetMulti(key, values...)
	}
}

// SetMulti gives a multivalued key its values; an empty list is a key without
// values, which conditions treat like an absent one.
func (c *Context) SetMulti(key string, values ...string) {
	c.set(key, entry{state: known, multi: true, values: values})
}

// SetUnknown says that nothing is known of a key, but that it is single-valued.
func (c *Context) SetUnknown(key string) { c.set(key, entry{state: unknown}) }

// SetUnknownMulti says that nothing is known of a multivalued key.
func (c *Context) SetUnknownMulti(key string) { c.set(key, entry{state: unknown, multi: true}) }

// SetPresent says that a key is there, with a value that is not known.
func (c *Context) SetPresent(key string) { c.set(key, entry{state: present}) }

// SetPresentMulti is SetPresent for a multivalued key.
func (c *Context) SetPresentMulti(key string) { c.set(key, entry{state: present, multi: true}) }

// SetAbsent says that the request does not have a key.
func (c *Context) SetAbsent(key string) { c.set(key, entry{state: absent}) }

// SetOneOf says that a key has exactly one of some values.
func (c *Context) SetOneOf(key string, values ...string) {
	if len(values) < 2 {
		c.Set(key, values...)
		return
	}
	c.set(key, entry{state: oneOf, values: values})
}

// Learn narrows a key to some values, of which it has exactly one. Where what is
// known of the key already contradicts them, nothing is known of it any more.
func (c *Context) Learn(key string, values ...string) {
	old := c.lookup(iam.NewKey(key))
	if old == nil || old.state > known && old.state != oneOf && old.state != begins {
		c.SetOneOf(key, values...)
		return
	}
	var left []string
	for _, value := range values {
		if old.allows(value) {
			left = append(left, value)
		}
	}
	switch {
	case old.state == known && old.multi && len(left) == len(values) && len(left) == len(old.values):
	case len(left) == 0 || old.multi:
		c.set(key, entry{state: unknown, multi: old.multi})
	default:
		c.SetOneOf(key, left...)
	}
}

// allows reports whether the key can have a value.
func (e *entry) allows(value string) bool {
	if e.state == begins {
		return strings.HasPrefix(value, e.values[0])
	}
	return slices.Contains(e.values, value)
}

// SetPrefix says how a key's value begins, such as "AROAEXAMPLE:" of aws:userid.
func (c *Context) SetPrefix(key, prefix string) {
	c.set(key, entry{state: begins, values: []string{prefix}})
}

// SetEvery lets the question be about every value of a key that fits a pattern,
// one for iam.SetGlob, as Request.Set does for resources.
func (c *Context) SetEvery(key, pattern string) {
	if text, ok := iam.SetText(pattern); ok {
		c.Set(key, text)
		return
	}
	c.set(key, entry{state: every, values: []string{pattern}})
	c.sets = true
}

// lookup gives what was set for a key, nil if nothing was.
func (c *Context) lookup(key iam.Key) *entry {
	for i := range c.entries {
		if c.entries[i].key == key {
			return &c.entries[i]
		}
	}
	return nil
}

// get gives what is known of a key.
func (c *Context) get(key iam.Key) entry {
	if c == nil {
		return entry{key: key}
	}
	if e := c.lookup(key); e != nil {
		return *e
	}
	if c.open {
		return entry{key: key, state: unknown, shapeless: true}
	}
	return entry{key: key}
}

// hasEvery reports whether a key stands for every value of a pattern.
func (c *Context) hasEvery() bool {
	return c != nil && c.sets && slices.ContainsFunc(c.entries, func(e entry) bool { return e.state == every })
}

// hasUnknowns reports whether anything could be split into cases.
func (c *Context) hasUnknowns() bool {
	if c == nil {
		return false
	}
	if c.open {
		return true
	}
	for i := range c.entries {
		if c.entries[i].state > known {
			return true
		}
	}
	return false
}

// hasBeginning reports whether not more is known of a value than how it begins,
// or that it is each that fits a pattern.
func (e *entry) hasBeginning() bool { return e.state == begins || e.state == every }

// beginning is what all values of a key begin with that begins, or is every
// value of a pattern.
func (e *entry) beginning() string {
	if e.state == begins {
		return e.values[0]
	}
	glob := iam.SetGlob(e.values[0])
	text, _ := glob.Lead()
	return text
}

// presence tells whether the request has the key. A key without values counts
// as one that is missing.
func (e *entry) presence() truth {
	switch e.state {
	case absent:
		return no
	case unknown:
		return maybe
	case known:
		return truthOf(len(e.values) > 0)
	}
	return yes
}
