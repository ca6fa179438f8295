package iam

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

// Step gives the places after one more character.
func (a *Automaton) Step(p Positions, r rune) Positions {
	next := make(Positions, len(p))
	for i, s := range a.Symbols {
		if p[i/64]&(1<<(i%64)) == 0 {
			continue
		}
		switch {
		case s.Kind == Run || s.Kind == RunInPart && r != ':':
			a.enter(next, i)
		case s.takes(r, a.fold):
			a.enter(next, i+1)
		}
	}
	return next
}

// Read gives the places after a text.
func (a *Automaton) Read(text string) Positions {
	at := a.Start()
	for _, r := range text {
		at = a.Step(at, r)
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
