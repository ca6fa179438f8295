package iam

import (
	"math/bits"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// Automaton is a pattern as a machine that reads a text character by character.
type Automaton struct {
	Symbols []Symbol
	fold    bool
}

// Automaton gives the pattern's machine.
func (g *Glob) Automaton() Automaton { return Automaton{g.Symbols(), g.fold} }

// Positions is a set of places within a pattern: bit i stands before symbol i.
type Positions []uint64

// Start gives the places a pattern is at before any text.
func (a *Automaton) Start() Positions {
	p := make(Positions, len(a.Symbols)/64+1)
	a.enter(p, 0)
	return p
}

// enter adds a place, and those behind the runs that follow it.
func (a *Automaton) enter(p Positions, i int) {
	p[i/64] |= 1 << (i % 64)
	for i < len(a.Symbols) && (a.Symbols[i].Kind == Run || a.Symbols[i].Kind == RunInPart) {
		i++
		p[i/64] |= 1 << (i % 64)
	}
}

// Words is the length of the machine's Positions.
func (a *Automaton) Words() int { return len(a.Symbols)/64 + 1 }

// Step gives the places after one more character.
func (a *Automaton) Step(p Positions, r rune) Positions {
	next := make(Positions, len(p))
	a.StepInto(next, p, r)
	return next
}

// StepInto is Step into places that are empty. It gives the number of places
// that it looked at.
func (a *Automaton) StepInto(next, p Positions, r rune) (steps int) {
	for word, set := range p {
		for ; set != 0; set &= set - 1 {
			i := word*64 + bits.TrailingZeros64(set)
			steps++
			if i == len(a.Symbols) {
				continue
			}
			switch s := a.Symbols[i]; {
			case s.Kind == Run || s.Kind == RunInPart && r != ':':
				a.enter(next, i)
			case s.takes(r, a.fold):
				a.enter(next, i+1)
			}
		}
	}
	return steps
}

// AppendExpected adds the characters that the machine tells apart at its
// places; all others take it to one and the same places.
func (a *Automaton) AppendExpected(expected []rune, p Positions) []rune {
	for word, set := range p {
		for ; set != 0; set &= set - 1 {
			i := word*64 + bits.TrailingZeros64(set)
			if i == len(a.Symbols) {
				continue
			}
			switch s := a.Symbols[i]; s.Kind {
			case Literal:
				expected = append(expected, s.Rune)
				if a.fold {
					expected = append(expected, unicode.ToUpper(s.Rune))
				}
			case OneInPart, RunInPart:
				expected = append(expected, ':')
			}
		}
	}
	return expected
}

// Read gives the places after a text.
func (a *Automaton) Read(text string) Positions {
	places := make(Positions, 2*a.Words())
	at, next := places[:a.Words()], places[a.Words():]
	// Up to its first wildcard a pattern is at one place.
	i := 0
	for i < len(a.Symbols) && a.Symbols[i].Kind == Literal && text != "" {
		r, size := decode(text)
		if !a.Symbols[i].takes(r, a.fold) {
			return at
		}
		i, text = i+1, text[size:]
	}
	a.enter(at, i)
	for _, r := range text {
		clear(next)
		a.StepInto(next, at, r)
		at, next = next, at
	}
	return at
}

// Accepts reports whether the text so far fits the whole pattern.
func (a *Automaton) Accepts(p Positions) bool {
	end := len(a.Symbols)
	return p[end/64]&(1<<(end%64)) != 0
}

// Alive reports whether any longer text, this one included, can still fit.
func (a *Automaton) Alive(p Positions) bool {
	for _, word := range p {
		if word != 0 {
			return true
		}
	}
	return false
}

// AcceptsAll reports whether every continuation of the text fits.
func (a *Automaton) AcceptsAll(p Positions) bool {
	last := len(a.Symbols) - 1
	return last >= 0 && a.Symbols[last].Kind == Run && p[last/64]&(1<<(last%64)) != 0
}

// FitBeginning tells whether the pattern takes in the texts with a beginning:
// none, some or all of them. It says Perhaps where only a closer look would tell
// that all fit.
func (g *Glob) FitBeginning(start string) Fit {
	start = source.Spelled(start)
	switch {
	case g.shape == everything:
		return Always
	case g.fold || g.shape == walk:
		return g.walkBeginning(start)
	case g.shape == prefix && strings.HasPrefix(start, g.text):
		return Always
	case strings.HasPrefix(g.text, start):
		return Perhaps
	}
	return Never
}

func (g *Glob) walkBeginning(start string) Fit {
	a := g.Automaton()
	at := a.Read(start)
	switch {
	case a.AcceptsAll(at):
		return Always
	case a.Alive(at):
		return Perhaps
	}
	return Never
}

// Sample gives a short text that fits the pattern.
func (g *Glob) Sample() string {
	var b strings.Builder
	for _, s := range g.Symbols() {
		switch {
		case s.Kind == Literal:
			b.WriteRune(s.Rune)
		case s.Kind == One || s.Kind == OneInPart, b.Len() == 0:
			b.WriteByte('x')
		}
	}
	return b.String()
}

// Completion gives the shortest text with a beginning that fits the pattern,
// with a character for each that may be any; false where none fits.
func (g *Glob) Completion(start string, character rune) (string, bool) {
	a := g.Automaton()
	at, last := a.Read(start), -1
	for word, set := range at {
		if set != 0 {
			last = word*64 + 63 - bits.LeadingZeros64(set)
		}
	}
	if last < 0 {
		return "", false
	}
	text := []byte(start)
	for _, s := range a.Symbols[last:] { // the furthest place has the least to go
		switch s.Kind {
		case Literal:
			text = utf8.AppendRune(text, s.Rune)
		case One, OneInPart:
			text = utf8.AppendRune(text, character)
		}
	}
	return string(text), true
}

// Mentions reports whether a literal of the pattern is a character, in either case.
func (g *Glob) Mentions(r rune) bool {
	if g.shape != walk {
		return strings.ContainsFunc(g.text, func(have rune) bool { return unicode.ToLower(have) == unicode.ToLower(r) })
	}
	return slices.ContainsFunc(g.symbols, func(s Symbol) bool { return s.Kind == Literal && unicode.ToLower(s.Rune) == unicode.ToLower(r) })
}

// Lead gives the literal text that a pattern begins with, and whether a run of
// any characters is all that follows.
func (g *Glob) Lead() (text string, alone bool) {
	if g.shape != walk {
		return g.text, g.shape != exact
	}
	var b strings.Builder
	for _, s := range g.symbols {
		if s.Kind != Literal {
			break
		}
		b.WriteRune(s.Rune)
	}
	return b.String(), false
}

// Overlaps reports whether any text fits both patterns.
func (g *Glob) Overlaps(other *Glob) bool {
	a, b := g.Symbols(), other.Symbols()
	fold := g.fold || other.fold
	seen := make([]bool, (len(a)+1)*(len(b)+1))
	var meet func(i, j int) bool
	meet = func(i, j int) bool {
		at := i*(len(b)+1) + j
		if seen[at] {
			return false
		}
		seen[at] = true
		switch {
		case i == len(a) && j == len(b):
			return true
		case i < len(a) && a[i].isRun() && (meet(i+1, j) || j < len(b) && a[i].shares(b[j], fold) && meet(i, j+1)):
			return true
		case j < len(b) && b[j].isRun():
			return meet(i, j+1) || i < len(a) && b[j].shares(a[i], fold) && meet(i+1, j)
		}
		return i < len(a) && j < len(b) && !a[i].isRun() && a[i].shares(b[j], fold) && meet(i+1, j+1)
	}
	return meet(0, 0)
}

func (s Symbol) isRun() bool { return s.Kind == Run || s.Kind == RunInPart }

// shares reports whether a character exists that both symbols take.
func (s Symbol) shares(other Symbol, fold bool) bool {
	if other.Kind == Literal {
		return s.takes(other.Rune, fold) || s.Kind == Run || s.Kind == RunInPart && other.Rune != ':'
	}
	return s.Kind != Literal || other.takes(s.Rune, fold) || other.Kind == Run || other.Kind == RunInPart && s.Rune != ':'
}
