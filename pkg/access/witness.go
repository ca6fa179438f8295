package access

import (
	"encoding/binary"
	"unicode"

	"github.com/canvaslint/canvaslint/pkg/iam"
)

// maxStates bounds the search for the texts that a set of patterns tells apart.
const maxStates = 20000

// witnesses gives one text for every class of texts that the patterns tell
// apart: texts of a class match the same patterns. All begin with start. It
// reports false where the search was given up.
//
// Every pattern is a small automaton; the search walks all of them at once,
// breadth first, over the characters that occur in any of them and one that
// occurs in none.
func witnesses(globs []*iam.Glob, start string) ([]string, bool) {
	if start == "" {
		if texts, ok := simpleWitnesses(globs); ok {
			return texts, true
		}
	}
	w := walker{states: map[string]struct{}{}, seen: map[string]struct{}{}}
	w.alphabet = alphabet(globs)
	first := node{text: start, at: make([]iam.Positions, len(globs))}
	for i, g := range globs {
		w.machines = append(w.machines, g.Automaton())
		first.at[i] = w.machines[i].Read(start)
	}
	return w.walk(first)
}

// simpleWitnesses handles patterns that are literal texts or prefixes: a text
// of its own for each, and for each prefix one that goes on differently.
func simpleWitnesses(globs []*iam.Glob) ([]string, bool) {
	fresh := freshRune(globs)
	texts := []string{string(fresh)}
	seen := map[string]bool{texts[0]: true}
	add := func(text string) {
		if !seen[text] {
			seen[text] = true
			texts = append(texts, text)
		}
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

type node struct {
	text string
	at   []iam.Positions
}

type walker struct {
	machines []iam.Automaton
	alphabet []rune
	states   map[string]struct{} // visited
	seen     map[string]struct{} // signatures that have a text
	texts    []string
	key      []byte
}

func (w *walker) walk(first node) ([]string, bool) {
	queue := []node{first}
	w.visit(first)
	for len(queue) > 0 {
		n := queue[0]
		queue = queue[1:]
		for _, r := range w.alphabet {
			next := node{text: n.text + string(r), at: make([]iam.Positions, len(w.machines))}
			for i := range w.machines {
				next.at[i] = w.machines[i].Step(n.at[i], r)
			}
			if !w.visit(next) {
				continue
			}
			if len(w.states) > maxStates {
				return nil, false
			}
			queue = append(queue, next)
		}
	}
	return w.texts, true
}

// visit notes a state, and its text if it is the first of its signature; it
// reports whether the state is new.
func (w *walker) visit(n node) bool {
	w.key = w.key[:0]
	for _, p := range n.at {
		for _, word := range p {
			w.key = binary.LittleEndian.AppendUint64(w.key, word)
		}
	}
	if _, ok := w.states[string(w.key)]; ok {
		return false
	}
	w.states[string(w.key)] = struct{}{}
	w.key = w.key[:0]
	for i := range w.machines {
		w.key = append(w.key, byte(truthOf(w.machines[i].Accepts(n.at[i]))))
	}
	if _, ok := w.seen[string(w.key)]; !ok {
		w.seen[string(w.key)] = struct{}{}
		w.texts = append(w.texts, n.text)
	}
	return true
}

// alphabet is every character that the patterns tell apart, both cases of
// those that ignore it, and one that stands for all others.
func alphabet(globs []*iam.Glob) []rune {
	seen := map[rune]bool{':': true}
	letters := []rune{':'}
	add := func(r rune) {
		if !seen[r] {
			seen[r] = true
			letters = append(letters, r)
		}
	}
	for _, g := range globs {
		for _, s := range g.Symbols() {
			if s.Kind != iam.Literal {
				continue
			}
			add(s.Rune)
			if g.Fold() {
				add(unicode.ToUpper(s.Rune))
			}
		}
	}
	return append(letters, freshRune(globs))
}

// freshRune finds a character that no pattern mentions in either case.
func freshRune(globs []*iam.Glob) rune {
	used := map[rune]bool{}
	for _, g := range globs {
		for _, s := range g.Symbols() {
			used[unicode.ToLower(s.Rune)] = true
		}
	}
	for _, r := range "zxqjkvwy0123456789_-.~!abcdefghilmnoprstu" {
		if !used[r] {
			return r
		}
	}
	r := rune(0x4e00)
	for used[r] {
		r++
	}
	return r
}
