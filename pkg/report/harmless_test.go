package report

import (
	"encoding/csv"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestHostileFormats holds every format of a hostile report against that of its
// harmless twin: what is input may change words, never the structure.
func TestHostileFormats(t *testing.T) {
	twin := reportOf("a-b")
	for _, test := range hostileTexts {
		r := reportOf(test.text)
		for _, format := range Formats(Options{}) {
			t.Run(format.Name+"/"+test.name, func(t *testing.T) {
				got := written(t, format.Name, r)
				everywhere(t, format.Name, got)
				switch format.Name {
				case "json", "sarif", "gitlab", "ocsf":
					if !json.Valid([]byte(got)) {
						t.Errorf("this is no JSON:\n%s", got)
					}
					if format.Name == "sarif" {
						harmlessSARIF(t, got)
					}
				case "csv":
					harmlessCSV(t, got, written(t, "csv", twin))
				case "github":
					harmlessGitHub(t, got, written(t, "github", twin))
				case "markdown":
					harmlessMarkdown(t, got, written(t, "markdown", twin))
				}
			})
		}
	}
}

// everywhere is what no format may hold, since every one may go to a terminal or
// into the log of a runner.
func everywhere(t *testing.T, format, got string) {
	t.Helper()
	if i := strings.IndexFunc(got, hostileInJSON); i >= 0 {
		t.Errorf("%q stands in it", got[i:min(i+8, len(got))])
	}
	if !utf8.ValidString(got) || strings.Contains(got, "##[") {
		t.Errorf("no UTF-8, or a command of a log:\n%s", got)
	}
	for line := range strings.Lines(got) {
		if strings.HasPrefix(strings.TrimSpace(line), "::") && format != "github" {
			t.Errorf("this line is a command of a log: %s", line)
		}
	}
}

// harmlessSARIF finds links to related locations in messages, and to our own pages
// in the help of rules, and no others.
func harmlessSARIF(t *testing.T, got string) {
	t.Helper()
	var walk func(name string, value any)
	walk = func(name string, value any) {
		switch v := value.(type) {
		case map[string]any:
			for name, member := range v {
				if name != "snippet" && name != "insertedContent" { // content of files, no messages
					walk(name, member)
				}
			}
		case []any:
			for _, item := range v {
				walk(name, item)
			}
		case string:
			for _, match := range link.FindAllStringSubmatch(v, -1) {
				if (name == "text" || name == "markdown") && strings.Trim(match[1], "0123456789") != "" && !strings.HasPrefix(match[1], homepage) {
					t.Errorf("a link to %s: %s", match[1], v)
				}
			}
		}
	}
	walk("", jsonValue(t, got))
}

// harmlessCSV finds the same cells, none of them a formula, also where a reader
// takes semicolons for the border of cells.
func harmlessCSV(t *testing.T, got, twin string) {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(got)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.Count(twin, "\n"); len(rows) != want {
		t.Errorf("%d rows, want %d", len(rows), want)
	}
	for _, row := range rows {
		for _, cell := range row {
			for part := range strings.SplitSeq(cell, ";") {
				if c := strings.TrimLeft(part, " \""); c != "" && strings.ContainsAny(firstRune(c), "=+-@\t\r＝＋－＠") {
					t.Errorf("a formula: %q", cell)
				}
			}
		}
	}
}

// harmlessGitHub finds the same commands with the same properties.
func harmlessGitHub(t *testing.T, got, twin string) {
	t.Helper()
	shape := func(text string) (commands []string) {
		for line := range strings.Lines(text) {
			line = strings.TrimLeft(line, " ")
			if !strings.HasPrefix(line, "::") {
				commands = append(commands, "text")
				continue
			}
			head, _, _ := strings.Cut(line[2:], "::")
			kind, properties, _ := strings.Cut(head, " ")
			for property := range strings.SplitSeq(properties, ",") {
				name, _, _ := strings.Cut(property, "=")
				kind += " " + name
			}
			commands = append(commands, kind)
		}
		return commands
	}
	if a, b := strings.Join(shape(got), "\n"), strings.Join(shape(twin), "\n"); a != b {
		t.Errorf("got %s\nwant %s", a, b)
	}
}

var (
	link      = regexp.MustCompile(`\[(?:\\.|[^\]\\])*\]\(([^)]*)\)`)
	fence     = regexp.MustCompile("^`{3,}")
	codeSpan  = regexp.MustCompile("`+")
	backslash = regexp.MustCompile("\\\\[\\\\`*_\\[\\]|~]")
	entity    = regexp.MustCompile(`&(#[0-9]+|amp|lt|gt);`)
)

// harmlessMarkdown takes code and escapes out of both, and finds the same markup
// left: lines, bars, brackets, tags, and no mention or address but our own.
func harmlessMarkdown(t *testing.T, got, twin string) {
	t.Helper()
	bare := func(text string) string { return backslash.ReplaceAllString(withoutCode(text), "") }
	a, b := bare(got), bare(twin)
	for _, markup := range []string{"\n", "|", "[", "]", "<", ">", "*", "_", "~", "`", "$", `\`} {
		if n, want := strings.Count(a, markup), strings.Count(b, markup); n != want {
			t.Errorf("%d of %q, want %d:\n%s", n, markup, want, a)
		}
	}
	if rest := strings.Count(entity.ReplaceAllString(a, ""), "&"); rest > 0 {
		t.Errorf("%d of & are no entity:\n%s", rest, a)
	}
	a = entity.ReplaceAllString(strings.ReplaceAll(a, homepage, ""), "&")
	for _, forbidden := range []string{"://", "www.", "](", "![", "@o", "@e", "#1"} {
		if strings.Contains(a, forbidden) {
			t.Errorf("%s stands in it:\n%s", forbidden, a)
		}
	}
}

// withoutCode takes fenced blocks and code spans out, as a reader of Markdown
// finds them: a span ends with as many backticks as it begins with; an escaped
// backtick begins none.
func withoutCode(text string) string {
	var lines []string
	open := ""
	for line := range strings.SplitSeq(text, "\n") {
		switch ticks := fence.FindString(line); {
		case open == "" && ticks != "":
			open = ticks
		case open == "":
			lines = append(lines, line)
		case len(ticks) >= len(open) && line == ticks:
			open = ""
		}
	}
	if open != "" {
		return "a fence without an end"
	}
	text = strings.Join(lines, "\n")
	var out strings.Builder
	for {
		at := codeSpan.FindStringIndex(text)
		if at == nil {
			return out.String() + text
		}
		if at[0] > 0 && text[at[0]-1] == '\\' && !strings.HasSuffix(text[:at[0]], `\\`) {
			out.WriteString(text[:at[0]+1])
			text = text[at[0]+1:]
			continue
		}
		ticks := text[at[0]:at[1]]
		out.WriteString(text[:at[0]])
		text = text[at[1]:]
		line := text
		if end := strings.IndexByte(text, '\n'); end >= 0 {
			line = text[:end]
		}
		for _, end := range codeSpan.FindAllStringIndex(line, -1) {
			if end[1]-end[0] == len(ticks) {
				text = text[end[1]:]
				ticks = ""
				break
			}
		}
		out.WriteString(ticks) // a span without an end is none
	}
}
