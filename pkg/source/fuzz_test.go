package source

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzParse holds the parser to what every caller relies on: it does not panic,
// every range lies in the file and on character borders, and every node lies
// within the one around it.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"Version":"2012-10-17","Statement":[{"Action":["kms:Decrypt"],"Resource":"*"}]}`,
		`{"Policy":"{\"Statement\":\"{\\\"a\\\":\\\"\\\\u00e9\\ud83d\\ude00\\\"}\"}"}`,
		`{"Policy":"%7B%22a%22%3A%22b%22%7D"}`,
		"// c\n{\"a\": [1, 2,], /* b */}\n# d\n",
		"a: !Ref b\nc: &x {d: 'e''f', g: \"h\\\n  i\"}\n<<: *x\n? k\n: |2-\n   l\n  m\n---\n- >+\n  n\n  o\n\n- [p: q, r]\n",
		"a: '{\"b\":\n  \"c\"}'\n",
		"a: >\n  {\"b\":\n    \"c\",\n\n  \"d\": 1}\n",
		"\ufeffa:\u00a0b\r\n\tc: d",
	} {
		f.Add([]byte(seed), uint8(Auto))
		f.Add([]byte(seed), uint8(YAML))
	}
	f.Fuzz(func(t *testing.T, data []byte, format uint8) {
		documents, problems := parse("f", data, Format(format%4), 1<<20)
		if len(documents) == 0 && len(problems) == 0 {
			t.Fatal("neither a document nor a problem")
		}
		checkProblems(t, problems)
		for _, d := range documents {
			checkDocument(t, d, 0)
			for _, comment := range d.Comments() {
				checkSpan(t, comment)
			}
		}
	})
}

func checkDocument(t *testing.T, d *Document, depth int) {
	t.Helper()
	if !d.Root().Exists() {
		t.Fatal("a document without a root")
	}
	checkNode(t, d.Root(), depth)
}

func checkNode(t *testing.T, n Node, depth int) {
	t.Helper()
	span := n.Span()
	checkSpan(t, span)
	n.Text()
	last := span.Start
	for child := range n.children() {
		inner := child.Span()
		if !n.doc.aliased && (inner.Start < last || inner.End > span.End) {
			t.Fatalf("%q (%d-%d) lies outside of %q (%d-%d), or before its sibling's end %d", child.Raw(), inner.Start, inner.End, n.Raw(), span.Start, span.End, last)
		}
		last = inner.End
		checkNode(t, child, depth)
	}
	if depth < 4 && n.Kind() == String {
		inner, problems := n.Embedded()
		checkProblems(t, problems)
		if inner != nil {
			checkDocument(t, inner, depth+1)
			if root := inner.Root().Span(); root.Start < span.Start || root.End > span.End {
				t.Fatalf("the document in %q (%d-%d) lies at %d-%d", n.Raw(), span.Start, span.End, root.Start, root.End)
			}
		}
	}
}

func checkProblems(t *testing.T, problems []Problem) {
	t.Helper()
	for _, p := range problems {
		if p.Message == "" || p.Span.IsZero() && p.Path == "" {
			t.Fatalf("a problem without message or place: %+v", p)
		}
		if !p.Span.IsZero() {
			checkSpan(t, p.Span)
		}
		if strings.Contains(p.Message, "broke down") {
			t.Logf("yaml.v3 panicked: %s", p)
		}
	}
}

func checkSpan(t *testing.T, s Span) {
	t.Helper()
	text := s.File.Text
	if s.Start < 0 || s.Start > s.End || s.End > len(text) {
		t.Fatalf("the range %d-%d does not fit into %d bytes", s.Start, s.End, len(text))
	}
	for _, at := range []int{s.Start, s.End} {
		if at < len(text) && !utf8.RuneStart(text[at]) {
			t.Fatalf("%d is within a character", at)
		}
	}
	s.Positions()
}
