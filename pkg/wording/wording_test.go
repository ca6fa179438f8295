package wording

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCount(t *testing.T) {
	for _, test := range []struct{ got, want string }{
		{Count(0, "file"), "0 files"},
		{Count(1, "file"), "1 file"},
		{Count(2, "file"), "2 files"},
		{CountAs(1, "file is", "files are"), "1 file is"},
		{CountAs(7, "file is", "files are"), "7 files are"},
		{List(nil, "or"), ""},
		{List([]string{"a"}, "or"), "a"},
		{List([]string{"a", "b"}, "or"), "a or b"},
		{List([]string{"a", "b", "c"}, "and"), "a, b and c"},
	} {
		if test.got != test.want {
			t.Errorf("%q, want %q", test.got, test.want)
		}
	}
}

func TestNearest(t *testing.T) {
	names := []string{"check", "convert", "fetch", "export", "explain", "fix"}
	for _, test := range []struct {
		text string
		want []string
	}{
		{"chek", []string{"check"}},
		{"CHECK", []string{"check"}},
		{"ex", []string{"export", "explain"}},
		{"expolt", []string{"export"}},
		{"zzzzzz", []string{}},
		{"", []string{}},
	} {
		got := Nearest(test.text, names)
		if diff := cmp.Diff(test.want, append([]string{}, got...)); diff != "" {
			t.Errorf("%q: %s", test.text, diff)
		}
	}
	if got := DidYouMean(Nearest("chek", names)); got != "; did you mean check?" {
		t.Error(got)
	}
	if got := DidYouMean(nil); got != "" {
		t.Error(got)
	}
}

// TestDistance is bounded by its limit, and by the length of the texts.
func TestDistance(t *testing.T) {
	long := strings.Repeat("a", 1<<20)
	for _, test := range []struct {
		a, b        string
		limit, want int
	}{
		{"kms", "kms", 1, 0},
		{"kms", "kmz", 1, 1},
		{"kms", "km", 1, 1},
		{"kms", "s3", 1, 2},
		{"Schlüssel", "Schlussel", 1, 1},
		{"kms", "something else", 2, 3},
		{long, long, 3, 0},
		{long, long + "b", 3, 4},
	} {
		if got := Distance(test.a, test.b, test.limit); got != test.want {
			t.Errorf("%.20q, %.20q: %d, want %d", test.a, test.b, got, test.want)
		}
	}
}
