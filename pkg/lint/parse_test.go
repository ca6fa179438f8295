package lint_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/lint"
)

// TestParseShard reads parts by number, and from the environment of an array.
func TestParseShard(t *testing.T) {
	kubernetes := map[string]string{"JOB_COMPLETION_INDEX": "0", "JOB_COMPLETIONS": "3"}
	for _, c := range []struct {
		text        string
		environment map[string]string
		want        string
	}{
		{"1/4", nil, "{1 4}"},
		{"4/4", nil, "{4 4}"},
		{"0/4", nil, `--shard takes I/N, such as 1/4 for the first of four parts, not "0/4"`},
		{"5/4", nil, `--shard takes I/N, such as 1/4 for the first of four parts, not "5/4"`},
		{"1", nil, `--shard takes I/N, such as 1/4 for the first of four parts, not "1"`},
		{"auto", kubernetes, "{1 3}"},
		{"auto/5", kubernetes, "{1 5}"},
		{"auto", map[string]string{"AWS_BATCH_JOB_ARRAY_INDEX": "2", "AWS_BATCH_JOB_ARRAY_SIZE": "3"}, "{3 3}"},
		{"auto", map[string]string{"AWS_BATCH_JOB_ARRAY_INDEX": "2"}, "--shard auto: AWS_BATCH_JOB_ARRAY_SIZE does not say how many parts there are: give --shard auto/N, or set it"},
		{"auto/3", map[string]string{"JOB_COMPLETION_INDEX": "one"}, `--shard auto: JOB_COMPLETION_INDEX is "one", and no number`},
		{"auto/3", nil, "--shard auto: neither JOB_COMPLETION_INDEX nor AWS_BATCH_JOB_ARRAY_INDEX is set: give --shard I/N"},
	} {
		shard, err := lint.ParseShard(c.text, func(name string) string { return c.environment[name] })
		got := fmt.Sprint(shard)
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s in %v: %s, want %s", c.text, c.environment, got, c.want)
		}
	}
}

// TestSplitNames reads lists of files as git and editors write them.
func TestSplitNames(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "",
		"a.json\nb c.json\n":     "a.json|b c.json",
		"a.json\r\nb.json\r\n":   "a.json|b.json",
		"a\nb.json\x00\"c\"\x00": "a\nb.json|\"c\"",
		"\"\\303\\244.json\"":    `"\303\244.json" is quoted, as git quotes unusual names: use git diff --name-only -z`,
	} {
		names, err := lint.SplitNames([]byte(text))
		got := strings.Join(names, "|")
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
