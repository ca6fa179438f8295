package source

import "testing"

func TestLiteral(t *testing.T) {
	for text, changes := range map[string]bool{
		"": false, "{": false, "{y}": true, "a{y}b": true, "{_y}": true, "{1}": false, "{}": false, "‹Region›": true, "a‹": true,
		"${aws:username}": false, "{{y}}": false, "{{{y}}}": false, `{"Version": "2012-10-17"}`: false, "é{y}": true, "›": false, "\xff{y": true,
	} {
		literal := Literal(text)
		if (literal != text) != changes {
			t.Errorf("%q: %q", text, literal)
		}
		if back := Spelled(literal); back != text {
			t.Errorf("%q came back as %q", text, back)
		}
		if again := Literal(literal); again != literal {
			t.Errorf("%q: %q, and then %q", text, literal, again)
		}
		if len([]rune(literal)) != len([]rune(text)) {
			t.Errorf("%q has another number of characters: %q", text, literal)
		}
	}
}

// A literal document passes that on to what is quoted in it, and positions stay
// those of the file.
func TestLiteralEmbedded(t *testing.T) {
	const text = `{"Policy": "{\"Sid\": \"{x} {y}\", \"é\": \"‹Region›\"}", "plain": "{z}"}`
	documents, problems := Parse("p.json", []byte(text), JSON)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	documents[0].Literal()
	inner, problems := documents[0].Root().Get("Policy").Embedded()
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for node, want := range map[Node]string{
		inner.Root().Get("Sid"): "{x} {y}", inner.Root().Get("é"): "‹Region›", documents[0].Root().Get("plain"): "{z}",
	} {
		if got := node.Text(); got == want || Spelled(got) != want {
			t.Errorf("%q is %q", want, got)
		}
		span := node.Span()
		if at := text[span.Start:span.End]; Spelled(at) != at || len(at) < len(want) {
			t.Errorf("%q is at %q", want, at)
		}
	}
}
