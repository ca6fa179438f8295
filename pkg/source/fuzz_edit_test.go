package source

import (
	"strings"
	"testing"
)

// FuzzEdit makes one edit of any document: all text outside of the edited ranges
// stays, the result is read without new problems, and it holds what was written.
func FuzzEdit(f *testing.F) {
	for _, seed := range []string{
		`{"Version":"2012-10-17","Statement":[{"Action":["kms:Decrypt"],"Resource":"*"}]}`,
		`{"Policy":"{\"Statement\":[{\"Sid\":\"a\"}]}"}`,
		`{"Policy":"%7B%22Statement%22%3A%5B%5D%7D"}`,
		"// c\n{\"a\": [1, 2,], /* b */ \"c\": {}}\n",
		"a: !Ref b\nc: {d: 'e''f', g: \"h\"}\nk:\n- l: m # n\n- o\n",
		"a:\n  b: |\n    {\"c\": []}\n  d:\n    - e: f\n      g: h\n",
		"Statement:\n  - Sid: A\n    Action:\n      - s3:*\r\n",
		"- a: 1\n  b:\n- c\n",
	} {
		for node := range uint16(8) {
			f.Add([]byte(seed), node, uint8(node))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, node uint16, operation uint8) {
		documents, problems := Parse("f", data, Auto)
		if len(documents) != 1 || len(problems) > 0 {
			return
		}
		d := documents[0]
		if n := d.At(int(node) % len(d.records)); n.Kind() == String && operation >= 128 {
			if inner, wrong := n.Embedded(); inner != nil && len(wrong) == 0 {
				d = inner
			}
		}
		at := int(node) % len(d.records)
		edits, holds := editOf(d.At(at), operation%3)
		if edits == nil {
			return
		}
		made, err := Apply(d.File.Text, edits)
		if err != nil {
			t.Fatal(err)
		}
		checkKept(t, d.File.Text, made, edits)
		again, more := Parse("f", []byte(made), Auto)
		if len(again) != 1 || len(more) > 0 {
			t.Fatalf("%q became %q: %v", d.File.Text, made, more)
		}
		if d == documents[0] && !holds(again[0].At(at)) {
			t.Fatalf("%q became %q, which does not hold what was written at node %d", d.File.Text, made, at)
		}
	})
}

const written = "arn:aws:iam::111122223333:role/New"

// editOf makes an edit of a node, and says how to tell that it was made.
func editOf(n Node, operation uint8) ([]Edit, func(Node) bool) {
	value := Derive(Make(n).With("value", Text(written, n))).Root().Get("value")
	length := n.Len()
	switch {
	case operation == 0 && n.IsScalar():
		edits, err := Replace(n, value)
		if err != nil {
			return nil, nil
		}
		return edits, func(n Node) bool { return n.Text() == written }
	case operation == 1 && n.Is(Array):
		edits, err := Append(n, value)
		if err != nil {
			return nil, nil
		}
		return edits, func(n Node) bool { return n.Len() == length+1 && n.lastChild().Text() == written }
	case operation == 2 && n.Is(Object):
		edits, err := SetMember(n, "New", value)
		if err != nil {
			return nil, nil
		}
		return edits, func(n Node) bool { return n.Get("New").Text() == written }
	}
	return nil, nil
}

// checkKept cuts the new texts out of the result: what is left is what was there.
func checkKept(t *testing.T, old, made string, edits []Edit) {
	t.Helper()
	rest := made
	var kept, was strings.Builder
	last := 0
	for _, e := range edits {
		was.WriteString(old[last:e.Span.Start])
		kept.WriteString(rest[:e.Span.Start-last])
		rest = rest[e.Span.Start-last:]
		if !strings.HasPrefix(rest, e.Text) {
			t.Fatalf("%q does not stand where it was written in %q", e.Text, made)
		}
		rest = rest[len(e.Text):]
		last = e.Span.End
	}
	if kept.String()+rest != was.String()+old[last:] {
		t.Fatalf("%q became %q", old, made)
	}
}
