package iam

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// slowMatch is the definition of a wildcard pattern, word for word.
func slowMatch(pattern, text []rune) bool {
	if len(pattern) == 0 {
		return len(text) == 0
	}
	switch pattern[0] {
	case '*':
		return slowMatch(pattern[1:], text) || len(text) > 0 && slowMatch(pattern, text[1:])
	case '?':
		return len(text) > 0 && slowMatch(pattern[1:], text[1:])
	}
	return len(text) > 0 && pattern[0] == text[0] && slowMatch(pattern[1:], text[1:])
}

// slowARN compares part by part.
func slowARN(pattern, text string) bool {
	p, t := strings.SplitN(pattern, ":", 6), strings.SplitN(text, ":", 6)
	if len(p) != 6 || len(t) != 6 {
		return false
	}
	for i := range p {
		if !slowMatch([]rune(p[i]), []rune(t[i])) {
			return false
		}
	}
	return true
}

func FuzzGlob(f *testing.F) {
	for _, seed := range [][2]string{
		{"*", ""}, {"a*b", "ab"}, {"a*b?c*", "aXbYcZ"}, {"??", "é"}, {"kms:*", "KMS:Decrypt"}, {"*a*a*a", "aaab"},
		{"arn:*:s3:::b*", "arn:aws:s3:::b:c"}, {"arn:*", "arn:a:b:c:d:e"}, {"a*:?:b:*:*c:d*e", "ax:y:b::c:de"}, {"*\n*", "a\nb"}, {"İ", "i"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if !utf8.ValidString(pattern) || !utf8.ValidString(text) {
			return // documents are read as UTF-8, so no such text gets here
		}
		if strings.Count(pattern, "*") > 8 || len(text) > 40 || len(pattern) > 40 {
			return // the slow matcher is exponential
		}
		g := WildcardGlob(pattern, false)
		if got, want := g.Matches(text), slowMatch([]rune(pattern), []rune(text)); got != want {
			t.Errorf("%q matches %q: %v, want %v", pattern, text, got, want)
		}
		checkStates(t, &g, pattern, text)
		folded := WildcardGlob(pattern, true)
		if got, want := folded.Matches(text), slowMatch([]rune(strings.ToLower(pattern)), []rune(strings.ToLower(text))); got != want {
			t.Errorf("%q matches %q without regard to case: %v, want %v", pattern, text, got, want)
		}
		checkStates(t, &folded, pattern, text)
		if strings.Count(pattern, ":") < 5 {
			return
		}
		arn := ARNGlob(pattern)
		if got, want := arn.Matches(text), slowARN(pattern, text); got != want {
			t.Errorf("ARN %q matches %q: %v, want %v", pattern, text, got, want)
		}
		checkStates(t, &arn, pattern, text)
	})
}

// checkStates compares the matcher with the automaton of the same pattern.
func checkStates(t *testing.T, g *Glob, pattern, text string) {
	a := g.Automaton()
	at := a.Read(text)
	if got, want := a.Accepts(at), g.Matches(text); got != want {
		t.Errorf("the states of %q accept %q: %v, want %v", pattern, text, got, want)
	}
	if a.AcceptsAll(at) && !g.Matches(text+"x:y") {
		t.Errorf("%q takes anything after %q, but not x:y", pattern, text)
	}
}
