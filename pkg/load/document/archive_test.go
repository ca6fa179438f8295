package document

import (
	"archive/zip"
	"bytes"
	"testing"
	"testing/fstest"

	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
)

// What is in an archive is read as if it lay in a folder of its name.
func TestArchives(t *testing.T) {
	const policy = `{"Version": "2012-10-17", "Statement": []}`
	cases := []struct{ name, text, want string }{
		{"a policy", "\n" + policy, "policy a.zip/p.json:2:1"},
		{"a broken policy", `{"Statement": [}`, "problem a.zip/p.json:1:16: not valid JSON: invalid character '}' at start of value"},
		{"nothing known", `{"a": 1}`, "problem a.zip: holds no AWS export, policy, domain or key: save the unchanged answer of the AWS CLI (--output json)\n" +
			"ignored a.zip/p.json: not a document that canvaslint knows"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var archive bytes.Buffer
			w := zip.NewWriter(&archive)
			entry, err := w.Create("p.json")
			if err == nil {
				_, err = entry.Write([]byte(c.text))
			}
			if err == nil {
				err = w.Close()
			}
			if err != nil {
				t.Fatal(err)
			}
			from := filesystem.Of(fstest.MapFS{"a.zip": {Data: archive.Bytes()}})
			content := Read(from, filesystem.File{Path: "a.zip", Name: "a.zip", Named: true}, nil)
			if got := contents(content); got != c.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, c.want)
			}
		})
	}
}

// contents lists the documents with their places, and what was wrong.
func contents(c Content) string {
	if !c.Used() {
		return outline(c)
	}
	text := ""
	for _, doc := range c.Documents {
		text += string(doc.Kind) + " " + doc.Node.Span().String()
	}
	return text
}
