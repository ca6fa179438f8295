package iam

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Fit tells whether a pattern takes a text in where either may hold stand-ins:
// for no value that they can have, for some, or for all.
type Fit uint8

// The fits, from no to yes.
const (
	Never Fit = iota
	Perhaps
	Always
)

// Same compares two texts that may hold stand-ins.
func Same(a, b string) Fit {
	if a == b {
		return Always
	}
	if beginOtherwise(a, b, false) || !HasStandIn(a) && !HasStandIn(b) {
		return Never
	}
	return fit(partsOf(textPieces(a), textPieces(b), true), false)
}

// SameBeginning compares a text with one of which only the beginning is known.
func SameBeginning(text, beginning string) Fit {
	if !HasStandIn(text) && !HasStandIn(beginning) {
		if strings.HasPrefix(text, beginning) {
			return Perhaps
		}
		return Never
	}
	return fit(partsOf(textPieces(text), append(textPieces(beginning), piece{Symbol{Kind: Run}, anyText}), true), false)
}

// Differing lists the stand-ins that leave open whether two texts are the same.
func Differing(a, b string) []string {
	return doubtful(partsOf(textPieces(a), textPieces(b), true), false)
}

// Fit compares the pattern with a text, either of which may hold stand-ins.
// The function gives what is known of the pattern's variables, as for Resolve.
func (p *Pattern) Fit(text string, value func(Key) (string, Resolution)) Fit {
	if beginOtherwise(p.Text, text, p.dialect.fold) {
		return Never
	}
	return p.fitPieces(textPieces(text), value)
}

// beginOtherwise reports whether two texts differ in a character before the first
// wildcard, variable or stand-in of either. Most do, and are not worth taking to
// pieces.
func beginOtherwise(a, b string, fold bool) bool {
	plain := func(c byte) bool { return c < utf8.RuneSelf && c != '*' && c != '?' && c != '$' && c != '{' }
	for i := range min(len(a), len(b)) {
		switch {
		case !plain(a[i]) || !plain(b[i]):
			return false
		case !sameRune(rune(a[i]), rune(b[i]), fold):
			return true
		}
	}
	return false
}

// FitBeginning compares the pattern with a text of which only the beginning is
// known.
func (p *Pattern) FitBeginning(text string, value func(Key) (string, Resolution)) Fit {
	return p.fitPieces(append(textPieces(text), piece{Symbol{Kind: Run}, anyText}), value)
}

func (p *Pattern) fitPieces(text []piece, value func(Key) (string, Resolution)) Fit {
	pattern, ok, exact := p.pieces(value)
	if !ok {
		return Never
	}
	f := fit(partsOf(pattern, text, p.dialect.parts), p.dialect.fold)
	if !exact || p.loose {
		f = min(f, Perhaps)
	}
	return f
}

// Doubtful lists the stand-ins that leave open whether the pattern takes the
// text in.
func (p *Pattern) Doubtful(text string, value func(Key) (string, Resolution)) []string {
	pattern, ok, _ := p.pieces(value)
	if !ok {
		return nil
	}
	return doubtful(partsOf(pattern, textPieces(text), p.dialect.parts), p.dialect.fold)
}

// piece is one step of a pattern or text: a symbol, or a stand-in, whose symbol
// is the run of characters that its value can be.
type piece struct {
	Symbol
	standIn string
}

// anyText is the stand-in of what nothing at all is known of: what follows a
// known beginning, or a variable. It is not even equal to itself.
const anyText = unknownClose

// sameStandIn reports whether two pieces are stand-ins of the same value.
func sameStandIn(a, b *piece) bool { return a.standIn == b.standIn && a.standIn != anyText }

// fresh is the kind of a character that only one identity has: it makes an
// identity differ from every literal and from every other identity, and leaves
// it to wildcards to take it in.
const fresh SymbolKind = 255

// ofName is the kind of the run of an identity's other characters: names of
// resources hold no colon and no slash.
const ofName SymbolKind = 254

func (p *piece) isWildcard() bool { return p.standIn == "" && p.Kind != Literal }
func (p *piece) isIdentity() bool { return p.standIn != "" && isIdentity(p.standIn) }
func (p *piece) isRun() bool      { return p.Kind == Run || p.Kind == RunInPart || p.Kind == ofName }

// pieces reads the pattern's text. The results are those of Resolve.
func (p *Pattern) pieces(value func(Key) (string, Resolution)) (pieces []piece, ok, exact bool) {
	exact = true
	text := p.whole()
	for at := 0; at < len(text); {
		rest := text[at:]
		if p.dialect.variables && strings.HasPrefix(rest, "${") {
			if t, size, wrong := readVariable(rest); wrong == "" {
				at += size
				found, is, known := t.pieces(value)
				if !is {
					return nil, false, true
				}
				pieces, exact = append(pieces, found...), exact && known
				continue
			}
		}
		if s, is := standInAt(text, at); is {
			pieces = append(pieces, piece{Symbol{Kind: Run}, s})
			at += len(s)
			continue
		}
		r, size := decode(rest)
		at += size
		pieces = append(pieces, piece{Symbol: symbolOf(r, p.dialect, false)})
	}
	end := firstParts(pieces)
	for i := range pieces[:end] {
		switch s := &pieces[i]; {
		case s.standIn == "" && !p.dialect.parts:
		case s.Kind == Run:
			s.Kind = RunInPart
		case s.Kind == One:
			s.Kind = OneInPart
		}
	}
	return pieces, true, exact
}

// pieces gives what stands in the place of a variable.
func (t *token) pieces(value func(Key) (string, Resolution)) (pieces []piece, ok, exact bool) {
	if t.variable == (Key{}) {
		return []piece{{Symbol: t.symbol}}, true, true
	}
	text, resolution := value(t.variable)
	switch {
	case resolution == AnyValue:
		return []piece{{Symbol{Kind: Run}, anyText}}, true, false
	case resolution == OneValue:
		return literalPieces(text), true, true
	case t.defaults:
		return literalPieces(t.fallback), true, true
	}
	return nil, false, true
}

// literalPieces reads a text without wildcards.
func literalPieces(text string) []piece {
	pieces := make([]piece, 0, len(text))
	for at := 0; at < len(text); {
		if s, ok := standInAt(text, at); ok {
			pieces = append(pieces, piece{Symbol{Kind: Run}, s})
			at += len(s)
			continue
		}
		r, size := decode(text[at:])
		pieces = append(pieces, piece{Symbol: Symbol{Literal, r}})
		at += size
	}
	return pieces
}

// textPieces is literalPieces with the parts of an ARN observed.
func textPieces(text string) []piece {
	pieces := literalPieces(text)
	for i := range pieces[:firstParts(pieces)] {
		if pieces[i].standIn != "" {
			pieces[i].Kind = RunInPart
		}
	}
	return pieces
}

// firstParts gives the number of pieces of an ARN's first five parts, with
// their colons; zero where stand-ins hide which parts a text has.
func firstParts(pieces []piece) int {
	colons, hidden := 0, false
	for i := range pieces {
		s := &pieces[i]
		hidden = hidden || s.standIn == anyText || s.standIn != "" && !s.isIdentity() && !beginsARN(pieces)
		if pieces[i].Symbol != (Symbol{Literal, ':'}) {
			continue
		}
		if colons++; colons == 5 {
			if hidden {
				return 0
			}
			return i + 1
		}
	}
	return 0
}

func beginsARN(pieces []piece) bool {
	for i, r := range "arn:" {
		if i >= len(pieces) || pieces[i] != (piece{Symbol: Symbol{Literal, r}}) {
			return false
		}
	}
	return true
}

// pair is a piece of a pattern with the piece of the text that it must take in.
type pair struct{ pattern, text []piece }

// partsOf splits pattern and text into what can be compared each for itself:
// the six parts of an ARN, where wildcards do not cross them and both sides
// show theirs; else there is one pair.
func partsOf(pattern, text []piece, parts bool) []pair {
	p, t := firstParts(pattern), firstParts(text)
	parts = parts || !slices.ContainsFunc(pattern, func(s piece) bool { return s.isWildcard() })
	if p == 0 || t == 0 || !parts {
		return []pair{{pattern, text}}
	}
	var pairs []pair
	for range 5 {
		p, t = firstColon(pattern), firstColon(text)
		pairs = append(pairs, pair{pattern[:p], text[:t]})
		pattern, text = pattern[p+1:], text[t+1:]
	}
	return append(pairs, pair{pattern, text})
}

func firstColon(pieces []piece) int {
	return slices.Index(pieces, piece{Symbol: Symbol{Literal, ':'}})
}

func fit(pairs []pair, fold bool) Fit {
	f := Always
	for _, part := range pairs {
		if f = min(f, part.fit(fold)); f == Never {
			return Never
		}
	}
	return f
}

// doubtful lists the stand-ins of the pairs that fit for some values only.
func doubtful(pairs []pair, fold bool) []string {
	if fit(pairs, fold) != Perhaps {
		return nil
	}
	var names []string
	for _, part := range pairs {
		if part.fit(fold) != Perhaps {
			continue
		}
		rest := part.cancelled(fold)
		for _, side := range [...][]piece{rest.pattern, rest.text} {
			for i := range side {
				if s := side[i].standIn; s != "" && s != anyText && !slices.Contains(names, s) {
					names = append(names, s)
				}
			}
		}
	}
	return names
}

func (p pair) fit(fold bool) Fit {
	p = p.cancelled(fold)
	switch {
	case p.always(fold):
		return Always
	case p.overlaps(fold):
		return Perhaps
	}
	return Never
}

// cancelled drops what is equal at both ends: the same text, and stand-ins of
// the same value.
func (p pair) cancelled(fold bool) pair {
	equal := func(a, b piece) bool {
		if a.standIn != "" || b.standIn != "" {
			return sameStandIn(&a, &b)
		}
		return a.Kind == Literal && b.Kind == Literal && sameRune(a.Rune, b.Rune, fold)
	}
	for len(p.pattern) > 0 && len(p.text) > 0 && equal(p.pattern[0], p.text[0]) {
		p.pattern, p.text = p.pattern[1:], p.text[1:]
	}
	for len(p.pattern) > 0 && len(p.text) > 0 && equal(p.pattern[len(p.pattern)-1], p.text[len(p.text)-1]) {
		p.pattern, p.text = p.pattern[:len(p.pattern)-1], p.text[:len(p.text)-1]
	}
	return p
}

func sameRune(a, b rune, fold bool) bool {
	return a == b || fold && unicode.ToLower(a) == unicode.ToLower(b)
}

// always reports whether the pattern takes the text in whatever the values of
// the stand-ins are: each meets itself, or lies within the run of a wildcard.
// Wildcards side by side count as one block: of `?*` the order does not matter,
// only that there are at least so many characters.
func (p pair) always(fold bool) bool {
	runs := p.blockRuns()
	at := make([]bool, len(p.pattern)+1)
	enter := func(set []bool, i int) {
		set[i] = true
		for i < len(p.pattern) && p.pattern[i].isWildcard() && p.pattern[i].isRun() {
			i++
			set[i] = true
		}
	}
	enter(at, 0)
	for _, t := range p.text {
		next := make([]bool, len(at))
		for i, here := range at {
			if !here {
				continue
			}
			if runs[i] == Run || runs[i] == RunInPart && t.staysInPart() {
				enter(next, i)
				if t.isIdentity() && i < len(p.pattern) && p.pattern[i].isWildcard() {
					enter(next, i+1) // a name has at least one character
				}
			}
			if i < len(p.pattern) && p.pattern[i].takes(&t, fold) {
				enter(next, i+1)
			}
		}
		at = next
	}
	return at[len(p.pattern)]
}

// blockRuns gives for each place in the pattern the kind of run of the block of
// wildcards it lies in or at the end of, Literal where there is none.
func (p pair) blockRuns() []SymbolKind {
	runs := make([]SymbolKind, len(p.pattern)+1)
	for start := 0; start < len(p.pattern); {
		end, kind := start, Literal
		for ; end < len(p.pattern) && p.pattern[end].isWildcard(); end++ {
			if p.pattern[end].isRun() {
				kind = p.pattern[end].Kind
			}
		}
		if end == start {
			start++
			continue
		}
		for i := start; i <= end; i++ {
			runs[i] = kind
		}
		start = end
	}
	return runs
}

// staysInPart reports whether a piece of a text holds no colon.
func (p *piece) staysInPart() bool {
	if p.standIn != "" {
		return p.Kind == RunInPart || p.isIdentity()
	}
	return p.Rune != ':'
}

// takes reports whether a piece of a pattern takes a piece of a text for sure.
func (p *piece) takes(t *piece, fold bool) bool {
	if p.standIn != "" || t.standIn != "" {
		return sameStandIn(p, t)
	}
	return p.Kind == One || p.Kind == OneInPart && t.Rune != ':' || p.Kind == Literal && sameRune(p.Rune, t.Rune, fold)
}

// overlaps reports whether any text is of both languages: stand-ins are runs of
// any characters, that of an identity with one in it that nothing else has.
func (p pair) overlaps(fold bool) bool {
	pattern, text := expand(p.pattern), expand(p.text)
	width := len(text) + 1
	reached := make([]bool, (len(pattern)+1)*width)
	reached[0] = true
	for i := 0; i <= len(pattern); i++ {
		for j := 0; j <= len(text); j++ {
			if !reached[i*width+j] {
				continue
			}
			var left, right *piece
			if i < len(pattern) {
				left = &pattern[i]
			}
			if j < len(text) {
				right = &text[j]
			}
			if left != nil && (left.isRun() || right != nil && right.isRun() && meet(left, right, fold)) {
				reached[(i+1)*width+j] = true
			}
			if right != nil && (right.isRun() || left != nil && left.isRun() && meet(left, right, fold)) {
				reached[i*width+j+1] = true
			}
			if left != nil && right != nil && !left.isRun() && !right.isRun() && meet(left, right, fold) {
				reached[(i+1)*width+j+1] = true
			}
		}
	}
	return reached[len(reached)-1]
}

// expand spells identities out: any characters around the fresh one.
func expand(pieces []piece) []piece {
	expanded := make([]piece, 0, len(pieces)+8)
	for _, s := range pieces {
		if !s.isIdentity() {
			expanded = append(expanded, s)
			continue
		}
		run := piece{Symbol{Kind: ofName}, s.standIn}
		expanded = append(expanded, run, piece{Symbol{Kind: fresh}, s.standIn}, run)
	}
	return expanded
}

// meet reports whether any character is one of both pieces.
func meet(a, b *piece, fold bool) bool {
	if a.Kind > b.Kind {
		a, b = b, a
	}
	switch {
	case b.Kind == fresh:
		if a.Kind == fresh {
			return a.standIn == b.standIn
		}
		return a.Kind != Literal && !a.isIdentity()
	case b.Kind == Literal:
		return sameRune(a.Rune, b.Rune, fold)
	case a.Kind == Literal && b.Kind == ofName:
		return a.Rune != ':' && a.Rune != '/'
	case a.Kind == Literal:
		return a.Rune != ':' || b.Kind == One || b.Kind == Run
	}
	return true
}
