package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// on makes a place of one line.
func on(line, start, end int) finding.Place {
	return finding.Place{
		File: "f", Start: source.Position{Line: line, Column: start}, End: source.Position{Line: line, Column: end},
	}
}

func TestSourceLine(t *testing.T) {
	long := strings.Repeat("a", 30) + "KEY" + strings.Repeat("b", 30)
	tests := []struct {
		name        string
		text        string
		at          finding.Place
		limit       int
		shown, mark string
	}{
		{"plain", `"Action": "kms:*"`, on(1, 11, 18), 40, `"Action": "kms:*"`, `          ^^^^^^^`},
		{"another line", `{`, on(2, 1, 2), 40, `{`, ``},
		{"no position", `{`, finding.Place{File: "f"}, 40, `{`, ``},
		{"empty range", `{}`, on(1, 2, 2), 40, `{}`, ` ^`},
		{"behind the end", `{}`, on(1, 3, 3), 40, `{}`, `  ^`},
		{"far behind the end", `{}`, on(1, 90, 95), 40, `{}`, `  ^`},
		{"empty line", ``, on(1, 1, 1), 40, ``, `^`},
		{"multi-byte", `"ä": "é"`, on(1, 6, 9), 40, `"ä": "é"`, `     ^^^`},
		{"combining mark", "\"e\u0301\": 1", on(1, 7, 8), 40, "\"e\u0301\": 1", `     ^`},
		{"wide before", `"鍵": "x"`, on(1, 6, 9), 40, `"鍵": "x"`, `      ^^^`},
		{"wide marked", `"鍵🔑": 1`, on(1, 2, 4), 40, `"鍵🔑": 1`, ` ^^^^`},
		{"tabs before", "\t\t\"a\"", on(1, 3, 6), 40, `        "a"`, `        ^^^`},
		{"tab within", "a\tb", on(1, 1, 4), 40, `a   b`, `^^^^^`},
		{"tab stops", "abc\td", on(1, 5, 6), 40, `abc d`, `    ^`},
		{"carriage return", "{}\r", on(1, 1, 3), 40, `{}`, `^^`},
		{"control", "a\x1b[31mb", on(1, 7, 8), 40, `a\x1b[31mb`, `         ^`},
		{"no UTF-8", "a\xffb", on(1, 3, 4), 40, `a\xffb`, `     ^`},
		{"cut right", long, on(1, 1, 4), 24, strings.Repeat("a", 23) + "…", `^^^`},
		{"cut both sides", long, on(1, 31, 34), 24, "…" + strings.Repeat("a", 9) + "KEY" + strings.Repeat("b", 10) + "…",
			strings.Repeat(" ", 10) + "^^^"},
		{"cut left", long, on(1, 61, 64), 24, "…" + strings.Repeat("b", 12), strings.Repeat(" ", 10) + "^^^"},
		{"mark longer than the room", long, on(1, 11, 60), 24, "…" + long[10:32] + "…", " " + strings.Repeat("^", 22)},
		{"wide never halved", strings.Repeat("鍵", 30), on(1, 15, 16), 24, "…" + strings.Repeat("鍵", 11) + "…",
			strings.Repeat(" ", 11) + "^^"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			shown, mark := sourceLine(finding.Line{Line: 1, Text: test.text}, test.at, test.limit)
			if diff := cmp.Diff(test.shown+"\n"+test.mark, shown+"\n"+mark); diff != "" {
				t.Error(diff)
			}
			if textWidth(shown) > test.limit || textWidth(mark) > test.limit {
				t.Errorf("%d and %d cells are more than %d", textWidth(shown), textWidth(mark), test.limit)
			}
		})
	}
}

// TestSnippet shows ranges of several lines.
func TestSnippet(t *testing.T) {
	lines := func(text ...string) (out []finding.Line) {
		for i, line := range text {
			out = append(out, finding.Line{Line: i + 8, Text: line})
		}
		return out
	}
	across := func(fromLine, fromColumn, toLine, toColumn int) finding.Place {
		return finding.Place{File: "f", Start: source.Position{Line: fromLine, Column: fromColumn},
			End: source.Position{Line: toLine, Column: toColumn}}
	}
	tests := []struct {
		name  string
		lines []finding.Line
		at    finding.Place
		want  string
	}{
		{"none", nil, on(1, 1, 2), ""},
		{"three lines", lines(`  "a": {`, `    "b": 1`, `  },`), across(8, 8, 10, 4), `
     |
   8 |   "a": {
     |        ^
   9 |     "b": 1
     |     ^^^^^^
  10 |   },
     |   ^
`},
		{"ends at a line's begin", lines(`[`, `1`, `]`), across(8, 1, 10, 1), `
     |
   8 | [
     | ^
   9 | 1
     | ^
  10 | ]
`},
		{"an empty line within", lines(`[`, ``, `]`), across(8, 1, 10, 2), `
     |
   8 | [
     | ^
   9 |
  10 | ]
     | ^
`},
		{"many lines", lines(`[`, `1,`, `2,`, `3,`, `4,`, `5`, `]`), across(8, 1, 14, 2), `
     |
   8 | [
     | ^
   9 | 1,
     | ^^
  10 | 2,
     | ^^
     | …
  14 | ]
     | ^
`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := finding.Finding{Rule: "r", Severity: finding.Error, Message: "m", Place: test.at, Snippet: test.lines}
			var got bytes.Buffer
			if err := WriteText(&got, &finding.Report{Findings: []finding.Finding{f}}, TextOptions{}); err != nil {
				t.Fatal(err)
			}
			_, rest, _ := strings.Cut(got.String(), "\n  --> f:")
			_, rest, _ = strings.Cut(rest, "\n")
			snippet, _, _ := strings.Cut(rest, "\n1 error")
			if diff := cmp.Diff(strings.TrimPrefix(test.want, "\n"), snippet); diff != "" {
				t.Error(diff)
			}
		})
	}
}
