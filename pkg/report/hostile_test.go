package report

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/source"
)

var hostileTexts = []struct {
	name, text string
	inText     string // how the text formats show it
	inJSON     string // how JSON spells it
}{
	{"ANSI escape", "a\x1b[31mb", `a\x1b[31mb`, `a\u001b[31mb`},
	{"ANSI escape of one character", "a\u009b31mb", `a\u009b31mb`, `a\u009b31mb`},
	{"window title", "a\x1b]0;x\x07b", `a\x1b]0;x\x07b`, `a\u001b]0;x\u0007b`},
	{"newline", "a\nerror: b", `a\nerror: b`, `a\nerror: b`},
	{"carriage return", "a\rb", `a\rb`, `a\rb`},
	{"backspace", "a\bb", `a\x08b`, `a\bb`},
	{"delete", "a\x7fb", `a\x7fb`, `a\u007fb`},
	{"NUL", "a\x00b", `a\x00b`, `a\u0000b`},
	{"next line", "a\u0085b", `a\u0085b`, `a\u0085b`},
	{"line separator", "a\u2028b", `a\u2028b`, `a\u2028b`},
	{"bidi override", "a\u202eb", `a\u202eb`, `a\u202eb`},
	{"bidi isolate", "a\u2066b", `a\u2066b`, `a\u2066b`},
	{"zero width", "a\u200bb", `a\u200bb`, `a\u200bb`},
	{"byte order mark", "a\ufeffb", `a\ufeffb`, `a\ufeffb`},
	{"tag character", "a\U000e0041b", `a\U000e0041b`, `a\udb40\udc41b`},
	{"no UTF-8", "a\xffb", `a\xffb`, "a\ufffdb"},
	{"workflow command", "a\n::error::b", `a\n::error::b`, `a\n::error::b`},
	{"HTML", "<script>&", `<script>&`, `<script>&`},
	{"HTML that acts", `</summary><img src=x onerror=alert(1)>`, `<img src=x onerror=alert(1)>`, `</summary><img src=x onerror=alert(1)>`},
	{"end of CDATA", `a]]>b`, `a]]>b`, `a]]>b`},
	{"workflow command within a line", "a ::error file=x::b", `a ::error file=x::b`, `a ::error file=x::b`},
	{"workflow command at the begin", "::error::b", `::error::b`, `::error::b`},
	{"command of any log", "a##[error]b###[x", `a#\#[error]b#\#\#[x`, `a#\u0023[error]b#\u0023#[x`},
	{"properties of a command", "a,line=1::b%0Ac", `a,line=1::b%0Ac`, `a,line=1::b%0Ac`},
	{"formula", "=1+1", `=1+1`, `=1+1`},
	{"formula with a plus", "+1", `+1`, `+1`},
	{"formula with a minus", "-1+cmd|' /C calc'!A0", `-1+cmd|' /C calc'!A0`, `-1+cmd|' /C calc'!A0`},
	{"formula with an at sign", "@SUM(1)", `@SUM(1)`, `@SUM(1)`},
	{"formula behind a tab", "\t=1", `\t=1`, `\t=1`},
	{"formula behind a carriage return", "\r=1", `\r=1`, `\r=1`},
	{"formula behind blanks", "  =1", `=1`, `  =1`},
	{"formula in another cell", `a";=1;"b`, `a";=1;"b`, `a\";=1;\"b`},
	{"full-width formula", "＝1", `＝1`, `＝1`},
	{"Markdown code", "a`b``c", "a`b``c", "a`b``c"},
	{"Markdown fence", "a\n```\nb", "a\\n```\\nb", "a\\n```\\nb"},
	{"Markdown table", "a|b|c", `a|b|c`, `a|b|c`},
	{"Markdown link", "[a](https://evil.example)", `[a](https://evil.example)`, `[a](https://evil.example)`},
	{"Markdown link in parts", "a](javascript:alert(1))", `a](javascript:alert(1))`, `a](javascript:alert(1))`},
	{"Markdown image", "![a](https://evil.example/x.png)", `![a](https://evil.example/x.png)`, `![a](https://evil.example/x.png)`},
	{"Markdown addresses", "https://evil.example www.evil.example a@evil.example", `www.evil.example`, `https://evil.example www.evil.example a@evil.example`},
	{"mention", "@octocat and #1", `@octocat and #1`, `@octocat and #1`},
	{"Markdown emphasis", "*a* _b_ ~~c~~ $d$ \\", `*a* _b_ ~~c~~ $d$ \`, `*a* _b_ ~~c~~ $d$ \\`},
	{"stand-ins", "arn:‹Partition›:x:{Key}", `arn:‹Partition›:x:{Key}`, `arn:‹Partition›:x:{Key}`}, // harmless, and shown as they are
}

// reportOf puts one text everywhere that text from input can stand.
func reportOf(text string) *finding.Report {
	place := finding.Place{File: text, Start: source.Position{Line: 1, Column: 1}, End: source.Position{Line: 1, Column: 2}}
	f := finding.Finding{
		Rule: text, Severity: finding.Severity(text), Message: text, Place: place, Account: text, Region: text, Domain: text, DomainName: text + "n",
		Profiles: []string{text, text}, Principal: text, Resource: text, Purpose: finding.Purpose(text),
		Causes:  []finding.Cause{{Action: text, Layer: text, Cause: text, Message: text, Place: place, Policy: text, Missing: text, Command: text}},
		Related: []finding.Note{{Message: text, Place: place}},
		Fix: &finding.Fix{Message: text, File: text,
			Edits: []finding.Edit{{Place: finding.Place{File: "x" + text, Start: place.Start}, Text: text}}},
		Snippet:     []finding.Line{{Line: 1, Text: text}},
		OnlyInGuide: text, Fingerprint: text, Help: text,
	}
	other := f
	other.Fix = &finding.Fix{Message: text, Statement: text, More: []finding.Addition{{Message: text, File: text, Statement: text}}}
	r := &finding.Report{
		Tool: finding.Tool{Name: text, Version: text}, Guide: text,
		Partial:  &finding.Partial{Only: []string{text}, Skip: []string{text}},
		Findings: []finding.Finding{f, other}, Waived: []finding.Finding{f},
		Waivers:  []finding.Waiver{{Rule: text, State: text, File: text, Start: place.Start}},
		Problems: []finding.Problem{{Message: text, File: text, Start: place.Start}, {Message: text}},
		Readiness: []finding.Readiness{
			{Account: text, Region: text, Domain: text, DomainName: text + "n", Profile: text, Role: text, Purpose: finding.Purpose(text), Key: text,
				Verdict: finding.Verdict(text), Findings: []string{text}, Reason: text},
			{Account: text, Region: text, Domain: text, Bucket: text, Findings: []string{text}},
		},
		Rules: []finding.Rule{{ID: text, Title: text, Severity: finding.Error, Help: text}},
	}
	r.Rules[0].Description, r.Rules[0].Why, r.Rules[0].Fix, r.Rules[0].Sources = text, text, text, []string{text}
	r.Waived[0].Waiver = &finding.Waiver{Rule: text, State: text, File: text, Start: place.Start, Reason: text, Owner: text, Until: text}
	r.Baseline = &finding.Baseline{File: text, Known: []finding.Finding{f},
		Stale: []finding.BaselineEntry{{Fingerprint: text, Count: 1, Rule: text, Resource: text, Message: text}}}
	r.Coverage.Documents = map[string]int{text: 1}
	r.Coverage.Ignored = []finding.Ignored{{File: text, Reason: text}}
	r.Coverage.Inputs = []finding.Input{{File: text, Kind: text, Of: text, Owner: text, How: text}}
	r.Coverage.Notes = []string{text}
	return r
}

// TestHostileText allows nothing in the text but printable characters and the
// line breaks that a harmless text of the same shape gives.
func TestHostileText(t *testing.T) {
	for _, verbose := range []bool{false, true} {
		lines := strings.Count(text(t, reportOf("a-b"), verbose), "\n")
		for _, test := range hostileTexts {
			t.Run(test.name, func(t *testing.T) {
				got := text(t, reportOf(test.text), verbose)
				if i := strings.IndexFunc(got, hostileInJSON); i >= 0 {
					t.Errorf("%q stands in the text", got[i:min(i+8, len(got))])
				}
				if !strings.Contains(got, test.inText) {
					t.Errorf("%s does not stand in the text:\n%s", test.inText, got)
				}
				if i := strings.Index("\n"+strings.ReplaceAll(got, " ", ""), "\n::"); i >= 0 {
					t.Errorf("a line begins with a command:\n%s", got)
				}
				// Two statements and an edit keep lines of their own.
				own := 3 * strings.Count(test.text, "\n")
				if n := strings.Count(got, "\n"); n != lines+own {
					t.Errorf("%d lines instead of %d:\n%s", n, lines+own, got)
				}
			})
		}
	}
}

func text(t *testing.T, r *finding.Report, verbose bool) string {
	t.Helper()
	var got bytes.Buffer
	if err := WriteText(&got, r, TextOptions{Width: 10000, Verbose: verbose}); err != nil {
		t.Fatal(err)
	}
	return got.String()
}

// TestHostileJSON spells the text as escapes, and reads it back as it was.
func TestHostileJSON(t *testing.T) {
	for _, test := range hostileTexts {
		t.Run(test.name, func(t *testing.T) {
			want := reportOf(test.text)
			want.Version = Version
			want.Summary = counts(want)
			var got bytes.Buffer
			if err := WriteJSON(&got, want); err != nil {
				t.Fatal(err)
			}
			if i := strings.IndexFunc(got.String(), hostileInJSON); i >= 0 {
				t.Errorf("%q stands in the JSON", got.String()[i:min(i+8, got.Len())])
			}
			if line := `"message": "` + test.inJSON + `"`; !strings.Contains(got.String(), line) {
				t.Errorf("%s does not stand in the JSON:\n%s", line, got.String())
			}
			if test.name == "no UTF-8" {
				return // cannot be had back
			}
			back, err := ReadJSON(&got)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, back); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestWriteJSONKeeps writes the same bytes twice and leaves the report alone.
func TestWriteJSONKeeps(t *testing.T) {
	r := &finding.Report{Findings: []finding.Finding{{Severity: finding.Warning}}, Summary: map[string]int{"error": 7}}
	r.Coverage.Documents = map[string]int{"b": 1, "a": 2, "c": 3}
	var one, two bytes.Buffer
	for _, w := range []*bytes.Buffer{&one, &two} {
		if err := WriteJSON(w, r); err != nil {
			t.Fatal(err)
		}
	}
	if one.String() != two.String() {
		t.Error("the bytes differ")
	}
	if len(r.Summary) != 1 || r.Version != 0 || r.Waived != nil {
		t.Error("the report was changed")
	}
	back, err := ReadJSON(&one)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]int{"error": 7, "warning": 1, "info": 0}, back.Summary); diff != "" {
		t.Error(diff)
	}
}

func TestReadJSONRefuses(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"nothing", ``, "read report: "},
		{"null", `null`, "read report: version is 0, only 1 is known"},
		{"another document", `{"KeyMetadata": {}}`, "read report: version is 0, only 1 is known"},
		{"a later version", `{"version": 2}`, "read report: version is 2, only 1 is known"},
		{"cut short", `{"version": 1, "findings": [`, "read report: "},
		{"trailing data", `{"version": 1} x`, "read report: "},
		{"a member twice", `{"version": 1, "findings": [], "findings": []}`, "read report: "},
		{"another type", `{"version": 1, "findings": {}}`, "read report: "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := ReadJSON(strings.NewReader(test.text))
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
	if _, err := ReadJSON(strings.NewReader(`{"version": 1, "later": {"a": []}}`)); err != nil {
		t.Errorf("a member that a later version added: %v", err)
	}
}

// TestWriteErrors hands on what the writer says.
func TestWriteErrors(t *testing.T) {
	full := errors.New("disk full")
	r := read(t, "report.json")
	for _, format := range Formats(Options{}) {
		err := format.Write(refusing{full}, r)
		if !errors.Is(err, full) || err.Error() != "write report: disk full" {
			t.Errorf("%s: got %v", format.Name, err)
		}
	}
	if _, err := ReadJSON(iotest.ErrReader(full)); !errors.Is(err, full) {
		t.Errorf("read: got %v", err)
	}
}

// refusing is a writer that always fails.
type refusing struct{ err error }

func (w refusing) Write([]byte) (int, error) { return 0, w.err }

// TestLog lets text through, and nothing that acts on a terminal or a runner.
func TestLog(t *testing.T) {
	for _, test := range hostileTexts {
		var out bytes.Buffer
		log := &Log{To: &out}
		for _, part := range []string{test.text, "\n", test.text + "\n", "  " + test.text + "\n"} {
			if n, err := log.Write([]byte(part)); n != len(part) || err != nil {
				t.Fatalf("%s: %d, %v", test.name, n, err)
			}
		}
		everywhere(t, "text", strings.ReplaceAll(out.String(), "\t", ""))
	}
	var out bytes.Buffer
	log := &Log{To: &out}
	for _, part := range []string{"plain\tand fine: ", "::error::", "\n", "::error::\n", "\n section_start:1:x\nsection_end:1\n", "end"} {
		if _, err := log.Write([]byte(part)); err != nil {
			t.Fatal(err)
		}
	}
	if want := "plain\tand fine: ::error::\n\\::error::\n\n \\section_start:1:x\n\\section_end:1\nend"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
	if _, err := (&Log{To: refusing{errors.New("full")}}).Write([]byte("x")); err == nil {
		t.Error("an error of the writer is lost")
	}
}
