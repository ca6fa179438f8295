package load

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"strings"
	"testing"
)

const goodPolicy = `{"Version": "2012-10-17", "Statement": []}`

type packed struct{ name, text string }

func zipped(t *testing.T, files ...packed) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range files {
		entry, err := w.Create(f.name)
		if err == nil {
			_, err = entry.Write([]byte(f.text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gzipped(t *testing.T, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func tarred(t *testing.T, files ...packed) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range files {
		header := &tar.Header{Name: f.name, Mode: 0o600, Size: int64(len(f.text)), Typeflag: tar.TypeReg}
		if strings.HasPrefix(f.text, "->") {
			header = &tar.Header{Name: f.name, Linkname: f.text[2:], Typeflag: tar.TypeSymlink}
		}
		if err := w.WriteHeader(header); err != nil {
			t.Fatal(err)
		}
		if header.Size > 0 {
			if _, err := w.Write([]byte(f.text)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// contents lists the documents of an archive with their files.
func contents(c content) string {
	var b strings.Builder
	for _, doc := range c.documents {
		b.WriteString(string(doc.kind) + " " + doc.node.Span().String() + "\n")
	}
	c.documents = nil
	return b.String() + outline(c)
}

func TestArchives(t *testing.T) {
	small := limits{bytes: 2 << 20, ratio: 20, free: 1 << 10, entries: 3}
	blank := goodPolicy + strings.Repeat(" ", 100<<10)
	cases := []struct {
		name   string
		data   []byte
		limits limits
		want   string
	}{
		{"gz", gzipped(t, []byte(goodPolicy)), archiveLimits(), "policy a:1:1\n"},
		{"zip", zipped(t, packed{"x/y.json", "\n" + goodPolicy}, packed{"z.png", "x"}, packed{"node_modules/p.json", goodPolicy}), archiveLimits(),
			"policy a/x/y.json:2:1\nignored a/z.png: not a JSON or YAML file by its name"},
		{"tar.gz", gzipped(t, tarred(t, packed{"x.json", goodPolicy}, packed{"l.json", "->/etc/passwd"})), archiveLimits(),
			"policy a/x.json:1:1\nignored a/l.json: not a regular file"},
		{"names that climb", zipped(t, packed{"../../etc/p.json", goodPolicy}, packed{`..\win.json`, goodPolicy}, packed{"/abs.json", goodPolicy}), archiveLimits(),
			"policy a/etc/p.json:1:1\npolicy a/win.json:1:1\npolicy a/abs.json:1:1\n"},
		{"archive in an archive", zipped(t, packed{"p.json", goodPolicy}, packed{"in.zip", string(zipped(t, packed{"q.json", goodPolicy}))}), archiveLimits(),
			"policy a/p.json:1:1\nproblem a/in.zip: this is an archive inside an archive: it was not opened; unpack the outer one and check the folder"},
		{"gz in a gz", gzipped(t, gzipped(t, []byte(goodPolicy))), archiveLimits(),
			"problem a: this is an archive inside an archive: it was not opened; unpack the outer one and check the folder"},
		{"a bomb", gzipped(t, []byte(blank)), small,
			"problem a: the archive unpacks to more than 2 MiB, or to more than 20 times its size: the rest was not read; unpack it and check the folder"},
		{"a bomb among files", zipped(t, packed{"p.json", goodPolicy}, packed{"q.json", blank}, packed{"r.json", goodPolicy}), small,
			"policy a/p.json:1:1\nproblem a/q.json: the archive unpacks to more than 2 MiB, or to more than 20 times its size: the rest was not read; unpack it and check the folder"},
		{"too many files", zipped(t, packed{"1.json", goodPolicy}, packed{"2.json", goodPolicy}, packed{"3.json", goodPolicy}, packed{"4.json", goodPolicy}), small,
			"policy a/1.json:1:1\npolicy a/2.json:1:1\npolicy a/3.json:1:1\nproblem a: the archive holds more than 3 files: the rest was not read; unpack it and check the folder"},
		{"cut off", gzipped(t, []byte(goodPolicy))[:20], archiveLimits(), "problem a: unpack the file: it is cut off"},
		{"damaged", append(gzipped(t, []byte(goodPolicy))[:30], make([]byte, 30)...), archiveLimits(), "problem a: unpack the file: "},
		{"no zip", []byte("PK\x03\x04 nothing"), archiveLimits(), "problem a: unpack the archive: not a valid zip file; it is damaged, fetch it again"},
		{"nothing known", zipped(t, packed{"a.json", `{"a": 1}`}), archiveLimits(),
			"problem a: holds nothing that canvaslint knows: no AWS export, policy, domain or key; save the answer of the AWS CLI as it is (--output json)\nignored a/a.json: none of the documents that canvaslint knows"},
		{"a broken policy", zipped(t, packed{"p.json", `{"Statement": [}`}), archiveLimits(), "problem a/p.json:1:16: not valid JSON: invalid character '}' at start of value"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := contents(readArchive(input{path: "a", name: "a", named: true}, c.data, c.limits))
			if got != c.want && (c.name != "damaged" || !strings.HasPrefix(got, c.want)) {
				t.Errorf("got:\n%s\nwant:\n%s", got, c.want)
			}
		})
	}
}
