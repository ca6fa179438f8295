package report

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// TestEscapedInPieces: however the text is cut into pieces, it is escaped as a whole.
func TestEscapedInPieces(t *testing.T) {
	words := []string{"#", "##", "###", "a", "é", "\u202e", "\U000e0041", "\x1b", "\xff", "\xe2\x80", "世", "\n"}
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		var text []byte
		for range r.IntN(12) {
			text = append(text, words[r.IntN(len(words))]...)
		}
		want := escapeJSON(bytes.Clone(text))
		var got bytes.Buffer
		to := newEscapingJSON(&got)
		for rest := bytes.Clone(text); len(rest) > 0; {
			n := 1 + r.IntN(len(rest))
			if _, err := to.Write(rest[:n]); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		if err := to.done(nil); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(want, got.Bytes()) {
			t.Fatalf("%q: %q in pieces, %q as a whole", text, got.Bytes(), want)
		}
	}
}
