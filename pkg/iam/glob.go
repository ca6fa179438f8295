package iam

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// Glob is a compiled pattern: `*` is any run of characters, `?` exactly one
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_String).
// The zero Glob matches the empty text only.
type Glob struct {
	symbols []Symbol // of the shape walk; the others do without
	fold    bool     // compare without regard to case; literals are lower case
	shape   shape    // what most patterns are, and is decided without walking symbols
	text    string   // the literal of the shapes exact and prefix
}

// Symbol is one step of a pattern.
type Symbol struct {
	Kind SymbolKind
	Rune rune // of a Literal
}

// SymbolKind says what a symbol stands for.
type SymbolKind uint8

// The symbols. In an ARN pattern the wildcards of the first five parts do not
// cross a colon.
const (
	Literal   SymbolKind = iota
	One                  // any one character
	Run                  // any run of characters, the empty one included
	OneInPart            // any one character but a colon
	RunInPart            // any run of characters without a colon
)

type shape uint8

const (
	exact shape = iota
	prefix
	everything
	walk
)

// LiteralGlob makes a pattern without wildcards.
func LiteralGlob(text string, fold bool) Glob {
	return Glob{fold: fold, text: lower(text, fold)}
}

// WildcardGlob makes a pattern in which `*` and `?` are wildcards that match
// any character, slashes, colons and line ends included.
func WildcardGlob(text string, fold bool) Glob {
	if g, ok := simpleGlob(text, fold); ok {
		return g
	}
	return newGlob(appendWildcards(nil, text), fold)
}

// simpleGlob handles what nearly all patterns are: a literal, or one with a
// wildcard at its end.
func simpleGlob(text string, fold bool) (Glob, bool) {
	at := strings.IndexAny(text, "*?")
	switch {
	case at < 0:
		return LiteralGlob(text, fold), true
	case text[at] == '*' && at == len(text)-1:
		g := Glob{fold: fold, shape: prefix, text: lower(text[:at], fold)}
		if at == 0 {
			g.shape = everything
		}
		return g, true
	}
	return Glob{}, false
}

// lower is the lower-case text of a pattern that ignores case.
func lower(text string, fold bool) string {
	if fold {
		return strings.ToLower(text)
	}
	return text
}

// Symbols gives the steps of the pattern, literals in lower case where it
// ignores case.
func (g *Glob) Symbols() []Symbol {
	if g.shape == walk {
		return g.symbols
	}
	symbols := appendLiteral(nil, g.text)
	if g.shape != exact {
		symbols = append(symbols, Symbol{Kind: Run})
	}
	return symbols
}

func appendLiteral(symbols []Symbol, text string) []Symbol {
	for _, r := range source.Spelled(text) {
		symbols = append(symbols, Symbol{Literal, r})
	}
	return symbols
}

func appendWildcards(symbols []Symbol, text string) []Symbol {
	for _, r := range text {
		switch r {
		case '*':
			symbols = append(symbols, Symbol{Kind: Run})
		case '?':
			symbols = append(symbols, Symbol{Kind: One})
		default:
			symbols = append(symbols, Symbol{Literal, r})
		}
	}
	return symbols
}

// newGlob puts the symbols into their simplest form.
func newGlob(symbols []Symbol, fold bool) Glob {
	g := Glob{fold: fold, shape: walk}
	literals := 0
	for i, s := range symbols {
		if i > 0 && s.Kind == Run && symbols[i-1].Kind == Run {
			continue
		}
		if s.Kind == Literal {
			literals++
			if fold {
				s.Rune = unicode.ToLower(s.Rune)
			}
		}
		g.symbols = append(g.symbols, s)
	}
	last := len(g.symbols) - 1
	switch {
	case literals == len(g.symbols):
		g.shape = exact
	case literals == last && g.symbols[last].Kind == Run:
		g.shape = prefix
		if last == 0 {
			g.shape = everything
		}
	default:
		return g
	}
	text := make([]byte, 0, literals)
	for _, s := range g.symbols[:literals] {
		text = utf8.AppendRune(text, s.Rune)
	}
	g.symbols, g.text = nil, string(text)
	return g
}

// Fold reports whether the pattern ignores case.
func (g *Glob) Fold() bool { return g.fold }

// Exact gives the text of a pattern without wildcards.
func (g *Glob) Exact() (string, bool) { return g.text, g.shape == exact }

// Prefix gives the text before the one wildcard of a pattern like "text*".
func (g *Glob) Prefix() (string, bool) { return g.text, g.shape == prefix || g.shape == everything }

// Matches reports whether the whole text fits the pattern.
func (g *Glob) Matches(text string) bool {
	switch g.shape {
	case everything:
		return true
	case exact:
		if g.fold {
			return foldPrefix(text, g.text, true)
		}
		return text == g.text
	case prefix:
		if g.fold {
			return foldPrefix(text, g.text, false)
		}
		return strings.HasPrefix(text, g.text)
	}
	return g.walk(text)
}

// foldPrefix reports whether text begins with the lower-case literal, and ends
// with it where whole is set.
func foldPrefix(text, literal string, whole bool) bool {
	for literal != "" {
		if text == "" {
			return false
		}
		if text[0] < utf8.RuneSelf && literal[0] < utf8.RuneSelf {
			if lowerByte(text[0]) != literal[0] {
				return false
			}
			text, literal = text[1:], literal[1:]
			continue
		}
		r, size := utf8.DecodeRuneInString(text)
		l, width := utf8.DecodeRuneInString(literal)
		if unicode.ToLower(r) != l {
			return false
		}
		text, literal = text[size:], literal[width:]
	}
	return !whole || text == ""
}

func lowerByte(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// walk goes through text and pattern once, coming back to the last run
// whenever what follows it does not fit: at most len(text) times len(pattern)
// steps. Coming back to the last one only is enough while runs may take any
// character; a run that stops at colons is left for good when a colon follows,
// so an earlier unlimited run never precedes it (ARN patterns have unlimited
// runs in their last part only).
func (g *Glob) walk(text string) bool {
	at, i := 0, 0
	back, resume := -1, 0
	for at < len(text) {
		r, size := decode(text[at:])
		if i < len(g.symbols) {
			s := g.symbols[i]
			if s.Kind == Run || s.Kind == RunInPart {
				back, resume = i, at
				i++
				continue
			}
			if s.takes(r, g.fold) {
				at += size
				i++
				continue
			}
		}
		if back < 0 {
			return false
		}
		r, size = decode(text[resume:])
		if g.symbols[back].Kind == RunInPart && r == ':' {
			return false
		}
		resume += size
		at, i = resume, back+1
	}
	for i < len(g.symbols) && (g.symbols[i].Kind == Run || g.symbols[i].Kind == RunInPart) {
		i++
	}
	return i == len(g.symbols)
}

// decode reads one character, one of a literal text as the document spells it.
// Bytes that are no UTF-8 count as the replacement character, as they do when a
// pattern is compiled.
func decode(text string) (rune, int) {
	if text[0] < utf8.RuneSelf {
		return rune(text[0]), 1
	}
	r, size := utf8.DecodeRuneInString(text)
	return source.SpelledRune(r), size
}

// takes reports whether a symbol that stands for one character takes r.
func (s Symbol) takes(r rune, fold bool) bool {
	switch s.Kind {
	case One:
		return true
	case OneInPart:
		return r != ':'
	case Literal:
		return s.Rune == r || fold && s.Rune == unicode.ToLower(r)
	}
	return false
}

// ARNGlob makes a pattern of an ARN with wildcards that stay within its first
// five parts.
func ARNGlob(text string) Glob {
	var symbols []Symbol
	colons := 0
	for _, r := range text {
		if r == ':' {
			colons++
		}
		symbols = append(symbols, symbolOf(r, dialect{wildcards: true, parts: true}, colons < 5))
	}
	return newGlob(symbols, false)
}

// SetGlob makes the pattern of a set of resources: * and ? are wildcards, and
// ${*}, ${?} and ${$} the characters themselves.
func SetGlob(text string) Glob {
	if !strings.Contains(text, "${") {
		return WildcardGlob(source.Spelled(text), false)
	}
	var symbols []Symbol
	for rest := text; rest != ""; {
		r, size := decode(rest)
		kind := Literal
		switch {
		case isEscape(rest):
			r, size = rune(rest[2]), len("${*}")
		case r == '*':
			kind, r = Run, 0
		case r == '?':
			kind, r = One, 0
		}
		symbols = append(symbols, Symbol{kind, r})
		rest = rest[size:]
	}
	return newGlob(symbols, false)
}

// EscapeSet writes a text so that SetGlob takes it for itself.
func EscapeSet(text string) string {
	if !strings.ContainsAny(text, "*?$") {
		return text
	}
	return strings.NewReplacer("*", "${*}", "?", "${?}", "$", "${$}").Replace(text)
}

// SetText gives the one text that a pattern for SetGlob without wildcards
// stands for; false for one with wildcards.
func SetText(text string) (string, bool) {
	if !strings.ContainsAny(text, "*?$") {
		return text, true
	}
	g := SetGlob(text)
	return g.Exact()
}

func isEscape(text string) bool {
	return len(text) >= len("${*}") && text[:2] == "${" && text[3] == '}' && strings.IndexByte("*?$", text[2]) >= 0
}
