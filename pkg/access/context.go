package access

import (
	"iter"
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
	// families are beginnings of keys, in lower case, of which the request has only
	// those that entries tell.
	families []string
	// below counts where neither entries nor families tell of a key, the last first.
	below []*Context
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

// Over makes a context that knows what others know, of a key that several know what
// the last one does. The others must not change any more, so that any number of
// contexts can rest on them.
func Over(below ...*Context) *Context {
	c := &Context{below: below}
	for _, b := range below {
		c.open, c.standIns, c.sets = c.open || b.open, c.standIns || b.standIns, c.sets || b.sets
	}
	return c
}

// Clone gives a copy that can be changed without changing the original.
func (c *Context) Clone() *Context {
	if c == nil {
		return NewContext(false)
	}
	copied := *c
	copied.entries, copied.families = slices.Clone(c.entries), slices.Clone(c.families)
	return &copied
}

func (c *Context) set(name string, e entry) {
	e.key, e.name = iam.NewKey(name), name
	c.standIns = c.standIns || slices.ContainsFunc(e.values, iam.HasStandIn)
	if old := c.own(e.key); old != nil {
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

// SetFamilyAbsent says that the request has no key that begins so, those apart that
// are set afterwards.
func (c *Context) SetFamilyAbsent(beginning string) {
	family := strings.ToLower(beginning)
	c.entries = slices.DeleteFunc(c.entries, func(e entry) bool { return strings.HasPrefix(e.key.String(), family) })
	c.families = append(c.families, family)
}

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
	_, said := c.find(iam.NewKey(key))
	old := c.get(iam.NewKey(key))
	if !said || old.state > known && old.state != oneOf && old.state != begins {
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

// own gives what the context itself knows of a key, nil if nothing.
func (c *Context) own(key iam.Key) *entry {
	for i := range c.entries {
		if c.entries[i].key == key {
			return &c.entries[i]
		}
	}
	return nil
}

// find gives what was set for a key, nil for one of a family that is absent. It
// reports false where nothing was said of the key.
func (c *Context) find(key iam.Key) (e *entry, said bool) {
	if e := c.own(key); e != nil {
		return e, true
	}
	for _, family := range c.families {
		if strings.HasPrefix(key.String(), family) {
			return nil, true
		}
	}
	for i := len(c.below) - 1; i >= 0; i-- {
		if e, said := c.below[i].find(key); said {
			return e, true
		}
	}
	return nil, false
}

// get gives what is known of a key.
func (c *Context) get(key iam.Key) entry {
	if c == nil {
		return entry{key: key}
	}
	switch e, said := c.find(key); {
	case e != nil:
		return *e
	case c.open && !said:
		return entry{key: key, state: unknown, shapeless: true}
	}
	return entry{key: key}
}

// all visits what is known of each key that was set.
func (c *Context) all() iter.Seq[*entry] {
	return func(visit func(*entry) bool) { c.visit(c, visit) }
}

// visit visits what the context and those below tell of keys, where it is that that
// counts in another one.
func (c *Context) visit(whole *Context, visit func(*entry) bool) bool {
	for _, b := range c.below {
		if !b.visit(whole, visit) {
			return false
		}
	}
	for i := range c.entries {
		e := &c.entries[i]
		if known, _ := whole.find(e.key); known == e && !visit(e) {
			return false
		}
	}
	return true
}

// hasState reports whether that is what is known of any key, in another context.
func (c *Context) hasState(whole *Context, is func(state) bool) bool {
	for i := range c.entries {
		if e := &c.entries[i]; is(e.state) {
			if known, _ := whole.find(e.key); known == e {
				return true
			}
		}
	}
	return slices.ContainsFunc(c.below, func(b *Context) bool { return b.hasState(whole, is) })
}

// hasEvery reports whether a key stands for every value of a pattern.
func (c *Context) hasEvery() bool {
	return c != nil && c.sets && c.hasState(c, func(s state) bool { return s == every })
}

// hasUnknowns reports whether anything could be split into cases.
func (c *Context) hasUnknowns() bool {
	return c != nil && (c.open || c.hasState(c, func(s state) bool { return s > known }))
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
