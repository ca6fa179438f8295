package iam

import (
	"strings"
	"unique"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// Key is the name of a condition key, lower case: key names are compared
// without regard to case
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html).
// Equal names have equal Keys, and comparing Keys compares one word.
type Key struct{ name unique.Handle[string] }

// NewKey interns a key name of any case.
func NewKey(name string) Key { return Key{unique.Make(strings.ToLower(name))} }

// String gives the name in lower case.
func (k Key) String() string {
	if k == (Key{}) {
		return ""
	}
	return k.name.Value()
}

// Pattern is one value of a policy element: an action, a resource, or what a
// condition compares with.
type Pattern struct {
	Node source.Node
	Text string
	// Symbolic marks a value that only exists once a template is deployed
	// (CloudFormation's Ref and Fn::...): what it matches is not known.
	Symbolic bool
	// Malformed marks a text that AWS refuses in its place, such as a resource
	// that is no ARN: what a policy means that holds it is not known.
	Malformed bool
	open      bool // the text holds stand-ins
	dialect   dialect
	glob      Glob
	tokens    []token // where the text holds variables
	variables []Key
	short     bool   // an ARN pattern of too few parts, not completed: it matches no ARN
	loose     bool   // how AWS reads the text is not documented: what matches may match
	completed string // the parts that AWS adds at the end
}

// token is a symbol, or the place of a variable.
type token struct {
	symbol   Symbol
	variable Key
	fallback string // ${key, 'fallback'}
	defaults bool
}

// dialect says how a pattern's text is read.
type dialect struct {
	wildcards bool // `*` and `?` are wildcards
	parts     bool // and do not cross the colons of an ARN
	fold      bool
	variables bool // ${key} is replaced
}

// Variables names the context keys whose values the pattern takes in.
func (p *Pattern) Variables() []Key { return p.variables }

// HasStandIn reports whether the text holds stand-ins; then Fit compares it,
// and Matches, Glob and Resolve do not hold.
func (p *Pattern) HasStandIn() bool { return p.open }

// IsPlain reports whether the pattern is a text, with a wildcard at its end or
// none. Where it matches, it does so whatever stand-ins on either side are.
func (p *Pattern) IsPlain() bool { return p.glob.shape != walk && p.tokens == nil && !p.Symbolic }

// IsLoose reports whether a match is not certain, since AWS does not say how it
// reads the text: an ARN of fewer than six parts under an ARN operator.
func (p *Pattern) IsLoose() bool { return p.loose }

// whole is the text with the parts that AWS adds.
func (p *Pattern) whole() string { return p.Text + p.completed }

// Glob gives the compiled pattern; it holds only where there are no Variables.
func (p *Pattern) Glob() *Glob { return &p.glob }

// Matches compares a pattern without variables.
func (p *Pattern) Matches(text string) bool { return p.glob.Matches(text) }

// Resolution is what is known of a variable's value.
type Resolution uint8

// The resolutions.
const (
	NoValue  Resolution = iota // the key is not in the request
	OneValue                   // the value is known
	AnyValue                   // nothing is known, not even that there is a value
)

// Resolve puts values in the place of variables. A wildcard inside of a value
// is no wildcard. Where a variable has neither a value nor a default, ok is
// false: such a pattern matches nothing
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-no-value).
// Where nothing is known of a variable, or the pattern is loose, exact is
// false: text that does not match the pattern then can't match whatever the
// value is, and nothing more can be said.
func (p *Pattern) Resolve(value func(Key) (string, Resolution)) (glob Glob, ok, exact bool) {
	if p.tokens == nil {
		return p.glob, true, !p.loose
	}
	exact = !p.loose
	symbols := make([]Symbol, 0, len(p.tokens)+32)
	for _, t := range p.tokens {
		if t.variable == (Key{}) {
			symbols = append(symbols, t.symbol)
			continue
		}
		text, resolution := value(t.variable)
		switch {
		case resolution == AnyValue:
			exact = false
			symbols = append(symbols, Symbol{Kind: Run})
		case resolution == OneValue:
			symbols = appendLiteral(symbols, text)
		case t.defaults:
			symbols = appendLiteral(symbols, t.fallback)
		default:
			return Glob{}, false, true
		}
	}
	return newGlob(symbols, p.glob.fold), true, exact
}

// newPattern reads the text of a node, and reports what is wrong with a
// variable in it.
func newPattern(node source.Node, d dialect) (p Pattern, wrong string) {
	return newCompletedPattern(node, "", d)
}

// newCompletedPattern is newPattern with text that AWS adds at the end.
func newCompletedPattern(node source.Node, completed string, d dialect) (p Pattern, wrong string) {
	p = Pattern{Node: node, Text: node.Text(), completed: completed}
	if isSymbolic(node) {
		p.Symbolic = true
		return p, ""
	}
	p.open, p.dialect = HasStandIn(p.Text), d
	if !d.variables || !strings.Contains(p.Text, "${") {
		if p.simple(d) {
			return p, ""
		}
	}
	return p, p.compile(d)
}

// missingParts counts the parts that an ARN pattern lacks.
func (p *Pattern) missingParts() int { return 5 - p.colons() }

// colons counts those of the text, without those of variables.
func (p *Pattern) colons() int {
	if p.tokens == nil {
		return strings.Count(p.Text, ":")
	}
	n := 0
	for _, t := range p.tokens {
		if t.symbol == (Symbol{Literal, ':'}) {
			n++
		}
	}
	return n
}

// simple compiles a text without variables, if it can be done without looking
// at each character.
func (p *Pattern) simple(d dialect) bool {
	switch {
	case !d.wildcards:
		p.glob = LiteralGlob(source.Spelled(p.whole()), d.fold)
		return true
	case !d.parts:
		p.glob = WildcardGlob(source.Spelled(p.whole()), d.fold)
		return true
	}
	// A wildcard at the end is in the last part if five colons precede it.
	g, ok := simpleGlob(source.Spelled(p.whole()), d.fold)
	if !ok || strings.Count(p.whole(), ":") < 5 {
		return false
	}
	p.glob = g
	return true
}

// compile reads a text with variables, or an ARN pattern.
func (p *Pattern) compile(d dialect) (wrong string) {
	var tokens []token
	colons := 0
	for rest := p.whole(); rest != ""; {
		if d.variables && strings.HasPrefix(rest, "${") {
			t, size, message := readVariable(rest)
			if message == "" {
				tokens = append(tokens, t)
				if t.variable != (Key{}) {
					p.variables = append(p.variables, t.variable)
				}
				rest = rest[size:]
				continue
			}
			wrong = message
		}
		r, size := decode(rest)
		rest = rest[size:]
		if r == ':' {
			colons++
		}
		tokens = append(tokens, token{symbol: symbolOf(r, d, colons < 5)})
	}
	symbols := make([]Symbol, 0, len(tokens))
	for _, t := range tokens {
		symbols = append(symbols, t.symbol)
	}
	p.short = d.parts && colons < 5 && !p.open // of one with stand-ins they may hold what it lacks
	p.glob = Glob{fold: d.fold}
	if len(p.variables) > 0 {
		p.tokens = tokens
		return wrong
	}
	p.glob = newGlob(symbols, d.fold)
	return wrong
}

func symbolOf(r rune, d dialect, inPart bool) Symbol {
	switch {
	case r == '*' && d.wildcards && d.parts && inPart:
		return Symbol{Kind: RunInPart}
	case r == '*' && d.wildcards:
		return Symbol{Kind: Run}
	case r == '?' && d.wildcards && d.parts && inPart:
		return Symbol{Kind: OneInPart}
	case r == '?' && d.wildcards:
		return Symbol{Kind: One}
	}
	return Symbol{Literal, r}
}

// readVariable reads ${key}, ${key, 'default'} or one of the escapes ${*},
// ${?} and ${$}
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html).
func readVariable(text string) (t token, size int, wrong string) {
	end := strings.IndexByte(text, '}')
	if quote := strings.IndexByte(text, '\''); quote >= 0 && quote < end {
		// A default may hold a brace.
		if closing := strings.IndexByte(text[quote+1:], '\''); closing >= 0 {
			if brace := strings.IndexByte(text[quote+closing+2:], '}'); brace >= 0 {
				end = quote + closing + 2 + brace
			}
		}
	}
	if end < 0 {
		return t, 0, "a policy variable begins with ${ and is never closed"
	}
	inner, size := text[2:end], end+1
	switch inner {
	case "*", "?", "$":
		return token{symbol: Symbol{Literal, rune(inner[0])}}, size, ""
	}
	name, fallback, defaults := strings.Cut(inner, ",")
	if name = strings.TrimSpace(name); strings.ContainsAny(name, " \t") || strings.HasPrefix(inner, " ") || !defaults && strings.HasSuffix(inner, " ") {
		return t, 0, "a policy variable takes no space: ${" + inner + "}"
	}
	if name == "" || strings.ContainsAny(name, "*?${'") {
		return t, 0, "${" + inner + "} is no policy variable"
	}
	t.variable = NewKey(name)
	if defaults {
		fallback = strings.TrimSpace(fallback)
		if len(fallback) < 2 || fallback[0] != '\'' || fallback[len(fallback)-1] != '\'' {
			return token{}, 0, "the default of ${" + inner + "} must stand in single quotes"
		}
		t.fallback, t.defaults = fallback[1:len(fallback)-1], true
	}
	return t, size, ""
}
