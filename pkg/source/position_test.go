package source

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestPositionLaw compares the index of places with counting from the start of
// the text, for texts of short and very long lines.
func TestPositionLaw(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"a", "ä", "€", "😀", "\n", "\r\n", "\r", strings.Repeat("x", 700), strings.Repeat("é", 900)}
	for _, kinds := range []int{4, 7, len(pieces)} {
		for range 40 {
			var b strings.Builder
			for range random.IntN(60) {
				b.WriteString(pieces[random.IntN(kinds)])
			}
			text := b.String()
			file := NewFile("f", text)
			for offset := 0; offset <= len(text); offset++ {
				if offset < len(text) && !utf8.RuneStart(text[offset]) {
					continue
				}
				if got, want := file.Position(offset), counted(text, offset); got != want {
					t.Fatalf("position of byte %d of %q: %v, want %v", offset, text, got, want)
				}
			}
		}
	}
}

// counted is Position without an index.
func counted(text string, offset int) Position {
	lines := strings.Split(strings.NewReplacer("\r\n", "\x00\n", "\r", "\n").Replace(text[:offset]), "\n")
	if strings.HasSuffix(text[:offset], "\r") && strings.HasPrefix(text[offset:], "\n") {
		lines = lines[:len(lines)-1]
		return Position{len(lines), utf8.RuneCountInString(lines[len(lines)-1]) + 2}
	}
	return Position{len(lines), utf8.RuneCountInString(lines[len(lines)-1]) + 1}
}

// BenchmarkPosition asks for a place in the middle of ever longer lines: the
// time must not grow with the line.
func BenchmarkPosition(b *testing.B) {
	for _, name := range []string{"64KiB", "1MiB"} {
		size := map[string]int{"64KiB": 1 << 16, "1MiB": 1 << 20}[name]
		b.Run(name, func(b *testing.B) {
			file := NewFile("f", strings.Repeat("é", size/2))
			for b.Loop() {
				file.Position(size/2 - 2)
			}
		})
	}
}
