package source

import (
	"bytes"
	"encoding/binary"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/tailscale/hujson"
)

// tree writes a document node by node: place, kind, tag, text, source.
func tree(d *Document) string {
	var b strings.Builder
	for i := range d.records {
		n := d.At(i)
		start, end := n.Span().Positions()
		fmt.Fprintf(&b, "%v-%v %v", start, end, n.Kind())
		if n.Tag() != "" {
			b.WriteString(" " + n.Tag())
		}
		if k := n.Kind(); k != Object && k != Array {
			fmt.Fprintf(&b, " %q", n.Text())
		}
		if raw := n.Raw(); raw != n.Text() {
			fmt.Fprintf(&b, " from %q", raw)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

var update = flag.Bool("update", false, "rewrite testdata/trees/*.want")

// TestTrees compares whole documents with testdata/trees/*.want.
func TestTrees(t *testing.T) {
	files, err := filepath.Glob("testdata/trees/*.in*")
	if err != nil || len(files) == 0 {
		t.Fatal("no trees", err)
	}
	for _, path := range files {
		if strings.HasSuffix(path, ".want") {
			continue
		}
		t.Run(filepath.Base(path), func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			documents, problems := Parse(filepath.Base(path), data, Auto)
			var b strings.Builder
			for _, p := range problems {
				fmt.Fprintf(&b, "problem %s\n", p)
			}
			for _, d := range documents {
				b.WriteString("document\n" + tree(d))
				for _, c := range d.Comments() {
					fmt.Fprintf(&b, "comment %s %q\n", c, c.File.Text[c.Start:c.End])
				}
				checkDocument(t, d, 0)
				checkSource(t, d)
			}
			want, err := os.ReadFile(path + ".want")
			if *update {
				err = os.WriteFile(path+".want", []byte(b.String()), 0o644)
				want = []byte(b.String())
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), b.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// checkSource compares Raw with the file's bytes, and Text where it is plain.
func checkSource(t *testing.T, d *Document) {
	t.Helper()
	for i := range d.records {
		n := d.At(i)
		span := n.Span()
		source := span.File.Text[span.Start:span.End]
		if n.Raw() != source {
			t.Errorf("%s: Raw is %q, the file has %q", span, n.Raw(), source)
		}
		if n.IsScalar() && !strings.ContainsAny(source, "\"'|>\n") && n.Text() != source {
			t.Errorf("%s: Text is %q, the file has %q", span, n.Text(), source)
		}
	}
}

func encodeUTF16(text string, order binary.AppendByteOrder) []byte {
	data := order.AppendUint16(nil, 0xfeff)
	for _, unit := range utf16.Encode([]rune(text)) {
		data = order.AppendUint16(data, unit)
	}
	return data
}

func TestEncodings(t *testing.T) {
	const text = "{\"é😀\": 1,\r\n \"b\": 2}"
	const want = "1:1-2:9 an object from \"{\\\"é😀\\\": 1,\\r\\n \\\"b\\\": 2}\"\n" +
		"1:2-1:6 a string \"é😀\" from \"\\\"é😀\\\"\"\n1:8-1:9 a number \"1\"\n" +
		"2:2-2:5 a string \"b\" from \"\\\"b\\\"\"\n2:7-2:8 a number \"2\"\n"
	for name, data := range map[string][]byte{
		"UTF-8":               []byte(text),
		"UTF-8 with a BOM":    []byte("\ufeff" + text),
		"UTF-16 LE":           encodeUTF16(text, binary.LittleEndian),
		"UTF-16 BE":           encodeUTF16(text, binary.BigEndian),
		"UTF-8, YAML by name": []byte(text),
	} {
		file := "f.json"
		if strings.HasSuffix(name, "name") {
			file = "f.yaml"
		}
		documents, problems := Parse(file, data, Auto)
		if len(problems) > 0 || len(documents) != 1 {
			t.Errorf("%s: %v", name, problems)
			continue
		}
		if diff := cmp.Diff(want, tree(documents[0])); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestRefused(t *testing.T) {
	deep := strings.Repeat("[", maxDepth+1) + strings.Repeat("]", maxDepth+1)
	laughs := "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for i := 1; i < 10; i++ {
		laughs += fmt.Sprintf("a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 10), ", "))
	}
	tests := []struct{ name, file, data, want string }{
		{"invalid UTF-8", "k.json", "{\n\"é\xff\": 1}", "k.json:2:3: the byte 0xff is not valid UTF-8: save the file as UTF-8"},
		{"NUL", "k", "ab\n\x00", "k:2:1: a NUL byte stands here: this is a binary file, or UTF-16 without a byte order mark; save it as UTF-8"},
		{"odd UTF-16", "k", "\xff\xfe{\x00}", "k:1:2: the UTF-16 text has an odd number of bytes: it is cut off"},
		{"UTF-32", "k", "\xff\xfe\x00\x00{\x00\x00\x00", "k:1:1: a NUL character stands here: this is a binary file, or UTF-32; save it as UTF-8"},
		{"half a pair", "k", "\xfe\xff\x00{\xd8\x3d\x00}", "k:1:2: half of a UTF-16 surrogate pair stands here: the file is damaged; save it as UTF-8"},
		{"too large", "k", strings.Repeat(" ", 5000), "k: the file has 5000 bytes, more than the limit of 4096: split it, or leave it out"},
		{"too deep", "k.json", deep, "k.json:1:513: nested more than 512 levels deep: this is no policy or template; the file was not analysed"},
		{"too deep, YAML", "k.yaml", "a: " + deep, "k.yaml:1:515: nested more than 512 levels deep: this is no policy or template; the file was not analysed"},
		{"too many aliases", "k.yaml", laughs, "k.yaml:6:15: aliases make more than 262144 values of this document: it was not analysed; write the values out"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			documents, problems := parse(test.file, []byte(test.data), Auto, 4096)
			if len(documents) > 0 || len(problems) != 1 {
				t.Fatalf("%d documents, problems %v", len(documents), problems)
			}
			if got := problems[0].String(); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// TestRelax compares with another reader of JSON with comments.
func TestRelax(t *testing.T) {
	for _, text := range []string{
		"// a\n{\"a\": [1, 2,], /* b, ] */ \"c\": \"// no, }\",}\n// d\n",
		`[1 /* c */ , // d`, `[,]`, `{"a":,}`, `[1,,]`, `{,}`, `/**/[1,/***/]`, `[1,/*/]`, `"a\",]"`, `[[],]`, `{"a":{},}`, `[1/]`, "[1,\t\r\n]",
	} {
		ours, _ := relax([]byte(text))
		theirs, err := hujson.Standardize([]byte(text))
		documents, _ := Parse("k.jsonc", []byte(text), JSONC)
		if (err == nil) != (len(documents) == 1) {
			t.Errorf("%q: %v, but %d documents", text, err, len(documents))
		}
		if err == nil && !bytes.Equal(bytes.Join(bytes.Fields(ours), nil), bytes.Join(bytes.Fields(theirs), nil)) {
			t.Errorf("%q: got %q, want %q", text, ours, theirs)
		}
	}
}
