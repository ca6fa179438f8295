package source

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const policy = "{\"Sid\": \"é😀/x\",\n \"n\": 12, \"Action\": [\"kms:Decrypt\", \"a+b%7B\"]}"

// escapeAll writes JSON with every character that is no letter as \uXXXX.
func escapeAll(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case r > 0xffff:
			r -= 0x10000
			fmt.Fprintf(&b, `\u%04x\u%04X`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return `"` + b.String() + `"`
}

func quote(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(text) + `"`
}

func indent(text string) string { return strings.ReplaceAll("\n"+text, "\n", "\n    ") + "\n" }

// TestEmbedded wraps one policy in every kind of string, and looks up its
// values in the bytes of the file.
func TestEmbedded(t *testing.T) {
	percent := url.PathEscape(policy)
	object := func(text string) string { return `{"p": ` + text + `}` }
	tests := []struct {
		name, file string
		nested     int
		text       string
		colon      string // how the file has the ":" of an action
	}{
		{"JSON string", "k.json", 1, object(quote(policy)), ":"},
		{"all escapes", "k.json", 1, object(escapeAll(policy)), `\u003a`},
		{"string in string", "k.json", 2, object(quote(object(quote(policy)))), ":"},
		{"escapes in escapes", "k.json", 2, object(escapeAll(object(escapeAll(policy)))), `\u005cu003a`},
		{"escapes in a string in a string", "k.json", 3, object(quote(object(quote(object(escapeAll(policy)))))), `\\\\u003a`},
		{"percent", "k.json", 1, object(quote(percent)), ":"},
		{"all percent", "k.json", 1, object(quote(strings.ReplaceAll(percent, ":", "%3A"))), "%3A"},
		{"percent in a string", "k.json", 2, object(quote(object(quote(url.QueryEscape(strings.ReplaceAll(policy, " ", "")))))), "%3A"},
		{"string in percent", "k.json", 2, object(quote(url.PathEscape(object(escapeAll(policy))))), "%5Cu003a"},
		{"YAML double quotes", "k.yaml", 1, "x: é\np: " + quote(policy), ":"},
		{"YAML single quotes", "k.yaml", 1, "x: é\np: '" + strings.ReplaceAll(policy, "\n", "\n  ") + "'", ":"},
		{"YAML literal", "k.yaml", 1, "p: |" + indent(policy) + "x: y", ":"},
		{"YAML folded", "k.yaml", 1, "p: >-" + indent(policy) + "x: y", ":"},
		{"YAML literal, CRLF", "k.yaml", 1, strings.ReplaceAll("p: |+"+indent(policy)+"x: y", "\n", "\r\n"), ":"},
		{"YAML continued line", "k.yaml", 1, "p: " + strings.ReplaceAll(quote(policy), "12,", "12\\\n   ,"), ":"},
		{"YAML, string in a literal", "k.yaml", 2, "p: |" + indent(object(escapeAll(policy))), `\u003a`},
		{"YAML plain percent", "k.yaml", 1, "p: " + "%7B" + percent[3:], ":"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text := strings.Replace(test.text, "p: %7B", "p: \"%7B", 1) // a plain scalar cannot start with %
			if text != test.text {
				text += `"`
			}
			documents, problems := Parse(test.file, []byte(text), Auto)
			if len(documents) != 1 || len(problems) > 0 {
				t.Fatal(problems)
			}
			d := documents[0]
			for range test.nested {
				inner, problems := d.Root().Get("p").Embedded()
				if inner == nil || len(problems) > 0 {
					t.Fatalf("%v in %q", problems, d.Root().Get("p").Text())
				}
				d = inner
			}
			checkDocument(t, d, 0)
			source := func(n Node) string { s := n.Span(); return text[s.Start:s.End] }
			if got := d.Root().Get("Sid").Text(); got != "é😀/x" {
				t.Errorf("Sid is %q", got)
			}
			if got := source(d.Root().Get("n")); got != "12" {
				t.Errorf("n is %q in the file", got)
			}
			action := d.Root().Find("Action/0")
			inside := source(action)
			before, after, ok := strings.Cut(inside, "kms"+test.colon+"Decrypt")
			if !ok || before == "" || after == "" || before != after {
				t.Errorf("the action is %q in the file", inside)
			}
			if got := d.Root().Find("Action/1").Text(); got != "a+b%7B" {
				t.Errorf("Action/1 is %q", got)
			}
		})
	}
}

// TestEmbeddedProblems: problems have positions of the outermost file.
func TestEmbeddedProblems(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"not JSON", `{"p": "arn:aws:kms:::key/x"}`, ""},
		{"blank", `{"p": ""}`, ""},
		{"number", `{"p": 12}`, ""},
		{"only spaces", `{"p": "  "}`, ""},
		{"broken", `{"p": "{\"a\": x}"}`, "k.json:1:16: not valid JSON: invalid character 'x' at start of value; text, dates and ARNs take double quotes"},
		{"broken on its second line", `{"p": "{\n\"a\": 1\n\"b\": 2}"}`, `k.json:1:21: not valid JSON: invalid character '"' after object value (expecting ',' or '}'); a comma is probably missing before this`},
		{"cut off", `{"p": "{\"a\": [1"}`, `k.json:1:18: not valid JSON: the document is cut off: the '[' of line 1 is not closed`},
		{"text behind", `{"p": "{\"a\": 1}é"}`, "k.json:1:18: text follows the end of the document in this string: remove it, or look for a bracket that closes too early"},
		{"comment", `{"p": "{\"a\": 1 // x\n}"}`, "k.json:1:18: not valid JSON: invalid character '/' after object value (expecting ',' or '}')"},
		{"twice", `{"p": "{\"a\": 1, \"a\": 2}"}`, `k.json:1:19: the member "a" occurs twice in this object (first at line 1): readers disagree on which one counts, here the last one was used; remove one`},
		{"bad percent", `{"p": "%7B%22é%2"}`, "k.json:1:15: not valid percent-encoding: % takes two hexadecimal digits; decode the document yourself, or export it again"},
		{"percent, not UTF-8", `{"p": "%7B%22%C3%22"}`, "k.json:1:14: the percent-encoded byte 0xc3 is no part of UTF-8 text: export the document again"},
		{"percent NUL", `{"p": "%7B%00"}`, "k.json:1:11: the percent-encoded byte 0x00 is no part of UTF-8 text: export the document again"},
		{"broken percent", `{"p": "%5B%7B%22a%22%3Ax"}`, "k.json:1:24: not valid JSON: invalid character 'x' at start of value; text, dates and ARNs take double quotes"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			documents, _ := Parse("k.json", []byte(test.text), JSON)
			_, problems := documents[0].Root().Get("p").Embedded()
			var got []string
			for _, p := range problems {
				checkSpan(t, p.Span)
				got = append(got, p.String())
			}
			if diff := cmp.Diff(test.want, strings.Join(got, "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
	if d, problems := (Node{}).Embedded(); d != nil || problems != nil {
		t.Error("the zero node holds a document")
	}
}
