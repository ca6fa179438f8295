package source

import (
	"math"
	"sort"
)

// mapping tells which bytes of the file each byte of a decoded text came from.
// Text and file run side by side, byte for byte, except at the jumps.
type mapping struct {
	jumps []jump // in the order of the text
	base  int    // offset in the file of the text's first byte, before any jump
}

// jump is a place where the decoded text differs from its source: an escape, a
// folded line break, indentation that is dropped. The given bytes of text all
// come from the whole of the taken bytes of the file.
type jump struct {
	text  int32
	file  int32
	taken uint16
	given uint16
}

// before gives the last jump that starts at or before an offset of the text.
func (m *mapping) before(offset int) (jump, bool) {
	i := sort.Search(len(m.jumps), func(i int) bool { return int(m.jumps[i].text) > offset })
	if i == 0 {
		return jump{}, false
	}
	return m.jumps[i-1], true
}

// start maps the offset of a first byte.
func (m *mapping) start(offset int) int {
	j, ok := m.before(offset)
	switch {
	case !ok:
		return m.base + offset
	case offset < int(j.text)+int(j.given):
		return int(j.file)
	}
	return j.after(offset)
}

// end maps the offset after a last byte.
func (m *mapping) end(offset int) int {
	if offset <= 0 {
		return m.start(0)
	}
	j, ok := m.before(offset - 1)
	switch {
	case !ok:
		return m.base + offset
	case offset <= int(j.text)+int(j.given):
		return int(j.file) + int(j.taken)
	}
	return j.after(offset)
}

// after maps an offset of the plain text behind the jump.
func (j jump) after(offset int) int {
	return int(j.file) + int(j.taken) + offset - int(j.text) - int(j.given)
}

// add appends a jump: given bytes at text came from taken bytes at file.
func (m *mapping) add(text, file, taken, given int) {
	for taken > math.MaxUint16 {
		m.jumps = append(m.jumps, jump{int32(text), int32(file), math.MaxUint16, uint16(given)})
		text, file, taken, given = text+given, file+math.MaxUint16, taken-math.MaxUint16, 0
	}
	m.jumps = append(m.jumps, jump{int32(text), int32(file), uint16(taken), uint16(given)})
}

// through gives the mapping of a text into the file, where m maps it into the
// text that outer maps into the file. size is the length of m's text.
func (m *mapping) through(outer *mapping, size int) *mapping {
	if outer == nil {
		return m
	}
	// The outer jumps within plain stretches of m stay jumps; those within a
	// jump of m become part of it.
	out := &mapping{base: outer.start(m.base)}
	rest := outer.jumps[sort.Search(len(outer.jumps), func(i int) bool { return int(outer.jumps[i].text) >= m.base }):]
	text, from := 0, m.base
	plain := func(to int) {
		for len(rest) > 0 && int(rest[0].text) < to {
			j := rest[0]
			out.jumps = append(out.jumps, jump{int32(text + int(j.text) - from), j.file, j.taken, j.given})
			rest = rest[1:]
		}
	}
	for _, j := range m.jumps {
		plain(int(j.file))
		start, end := outer.start(int(j.file)), outer.end(int(j.file)+int(j.taken))
		out.add(int(j.text), start, max(end-start, 0), int(j.given))
		text, from = int(j.text)+int(j.given), int(j.file)+int(j.taken)
		for len(rest) > 0 && int(rest[0].text) < from {
			rest = rest[1:]
		}
	}
	plain(from + size - text)
	return out
}
