package access

import (
	"encoding/binary"
	"slices"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/source"
)

const (
	// maxStates bounds the search for the texts that a set of patterns tells apart.
	maxStates = 20000
	// maxSteps bounds the work on one decision, in places of patterns and values
	// of policies that are looked at.
	maxSteps = 2_000_000
)

// witnesses gives one text for every class of texts that the patterns tell
// apart: texts of a class match the same patterns. All begin with start and fit
// within, where that is not nil; the shortest come first. It reports false where
// the search was given up, with what was found until then.
//
// Every pattern is a small automaton; the search walks all of them at once,
// breadth first: a class is an intersection of some patterns and of the
// complements of the others, and one that is not empty has a text.
func witnesses(globs []*iam.Glob, start string, within *iam.Glob, steps *int) ([]string, bool) {
	fresh := freshRune(globs)
	if within == nil {
		if texts, ok := simpleWitnesses(globs, start, fresh); ok {
			return texts, true
		}
		if texts, ok := twoWitnesses(globs, start, fresh); ok {
			return texts, true
		}
	} else {
		globs = append([]*iam.Glob{within}, globs...)
	}
	w := walker{start: start, fresh: fresh, bounded: within != nil, steps: steps, seen: map[string]struct{}{}, states: make([]reached, 0, few)}
	return w.walk(globs)
}

// simpleWitnesses handles patterns that are literal texts or prefixes: a text
// of its own for each, and for each prefix one that goes on differently.
func simpleWitnesses(globs []*iam.Glob, start string, fresh rune) ([]string, bool) {
	texts := []string{start + string(fresh)}
	add := func(text string) {
		if len(text) >= len(start) && text[:len(start)] == start && !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	if len(globs) > maxSimple {
		return nil, false
	}
	for _, g := range globs {
		if g.Fold() {
			return nil, false
		}
		if text, ok := g.Exact(); ok {
			add(text)
		} else if text, ok := g.Prefix(); ok {
			add(text)
			add(text + string(fresh))
		} else {
			return nil, false
		}
	}
	return texts, true
}

// twoWitnesses handles one pattern of any form: a text that fits, and one that
// does not, where the fresh character makes one.
func twoWitnesses(globs []*iam.Glob, start string, fresh rune) ([]string, bool) {
	other := start + string(fresh)
	if len(globs) != 1 || globs[0].Matches(source.Spelled(other)) {
		return nil, false
	}
	fits, ok := globs[0].Completion(start, fresh)
	if !ok {
		return []string{other}, true
	}
	return []string{other, fits}, true
}

// maxSimple bounds the texts that are compared one by one.
const maxSimple = 1000

// reached is where all machines are after a text: that of its parent and one
// more character.
type reached struct {
	at     []uint64 // the Positions of the machines, one behind the other
	parent int
	rune   rune
}

type walker struct {
	machines []iam.Automaton
	words    []int // where the positions of each machine begin, and the end
	start    string
	fresh    rune
	bounded  bool // the first machine says which texts count
	steps    *int
	states   []reached
	index    map[string]struct{} // of the states, once they are many
	seen     map[string]struct{} // signatures that have a text
	texts    []string
	key      []byte
	slab     []uint64
}

// few is how many states are compared one by one.
const few = 24

func (w *walker) walk(globs []*iam.Glob) ([]string, bool) {
	first := reached{parent: -1}
	for _, g := range globs {
		a := g.Automaton()
		w.machines, w.words = append(w.machines, a), append(w.words, len(first.at))
		first.at = append(first.at, a.Read(w.start)...)
	}
	w.words = append(w.words, len(first.at))
	w.visit(first)
	steps, expected := 0, make([]rune, 0, 16)
	next := w.blank()
	for n := 0; n < len(w.states) && !w.complete(); n++ {
		if w.settled(w.states[n].at) {
			continue
		}
		expected = append(expected[:0], w.fresh)
		for i := range w.machines {
			expected = w.machines[i].AppendExpected(expected, w.positions(w.states[n].at, i))
		}
		slices.Sort(expected[1:])
		for i, r := range expected {
			if i > 0 && r == expected[i-1] {
				continue
			}
			clear(next)
			for i := range w.machines {
				steps += 1 + w.machines[i].StepInto(w.positions(next, i), w.positions(w.states[n].at, i), r)
			}
			if w.visit(reached{next, n, r}) {
				next = w.blank()
			}
			if len(w.states) > maxStates || steps > *w.steps {
				*w.steps -= steps
				return w.texts, false
			}
		}
	}
	*w.steps -= steps
	return w.texts, true
}

// complete reports whether there is a text for every signature that there can be.
func (w *walker) complete() bool {
	free := len(w.machines)
	if w.bounded {
		free--
	}
	return free < 16 && len(w.texts) == 1<<free
}

// settled reports whether no longer text has another signature.
func (w *walker) settled(at []uint64) bool {
	for i := range w.machines {
		if p := w.positions(at, i); w.machines[i].Alive(p) && !w.machines[i].AcceptsAll(p) {
			return false
		}
	}
	return true
}

// blank gives the places of a state to come.
func (w *walker) blank() []uint64 {
	size := w.words[len(w.machines)]
	if len(w.slab) < size {
		w.slab = make([]uint64, size*32)
	}
	at := w.slab[:size:size]
	w.slab = w.slab[size:]
	return at
}

func (w *walker) positions(at []uint64, machine int) iam.Positions {
	return at[w.words[machine]:w.words[machine+1]]
}

// visit notes a state, and its text if it is the first of its signature; it
// reports whether the state is new and leads anywhere.
func (w *walker) visit(s reached) bool {
	if w.bounded && !w.machines[0].Alive(w.positions(s.at, 0)) || w.known(s.at) {
		return false
	}
	w.states = append(w.states, s)
	if w.bounded && !w.machines[0].Accepts(w.positions(s.at, 0)) {
		return true
	}
	w.key = w.key[:0]
	for i := range w.machines {
		w.key = append(w.key, byte(truthOf(w.machines[i].Accepts(w.positions(s.at, i)))))
	}
	if _, ok := w.seen[string(w.key)]; !ok {
		w.seen[string(w.key)] = struct{}{}
		w.texts = append(w.texts, w.text(s))
	}
	return true
}

// known reports whether a state was visited, and notes it.
func (w *walker) known(at []uint64) bool {
	if len(w.states) < few {
		for i := range w.states {
			if have := w.states[i].at; have[len(at)-1] == at[len(at)-1] && slices.Equal(have, at) {
				return true
			}
		}
		return false
	}
	if w.index == nil {
		w.index = map[string]struct{}{}
		for _, s := range w.states {
			w.index[string(w.spell(s.at))] = struct{}{}
		}
	}
	key := w.spell(at)
	if _, ok := w.index[string(key)]; ok {
		return true
	}
	w.index[string(key)] = struct{}{}
	return false
}

func (w *walker) spell(at []uint64) []byte {
	w.key = w.key[:0]
	for _, word := range at {
		w.key = binary.LittleEndian.AppendUint64(w.key, word)
	}
	return w.key
}

// text puts together what leads to a state.
func (w *walker) text(s reached) string {
	var runes []rune
	for ; s.parent >= 0; s = w.states[s.parent] {
		runes = append(runes, s.rune)
	}
	slices.Reverse(runes)
	return w.start + string(runes)
}

// freshRune finds a character that no pattern mentions in either case.
func freshRune(globs []*iam.Glob) rune {
	const usual = "xzqjkvwy0123456789_-.~!abcdefghilmnoprstu"
	mentioned := func(r rune) bool {
		return slices.ContainsFunc(globs, func(g *iam.Glob) bool { return g.Mentions(r) })
	}
	for _, r := range usual {
		if !mentioned(r) {
			return r
		}
	}
	r := rune(0x4e00)
	for mentioned(r) {
		r++
	}
	return r
}
