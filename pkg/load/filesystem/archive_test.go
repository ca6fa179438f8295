package filesystem

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

// handed lists the files of an archive, and what was wrong with it.
func handed(t *testing.T, data []byte, limits limits) string {
	t.Helper()
	var lines []string
	opened := unpack(File{Path: "a", Name: "a", Named: true}, data, limits, func(file File) {
		if file.Path != file.Name || strings.TrimSpace(string(file.Data)) != goodPolicy {
			t.Errorf("handed on: %s as %s: %.80s", file.Path, file.Name, file.Data)
		}
		lines = append(lines, file.Name)
	})
	for _, problem := range opened.Problems {
		lines = append(lines, "problem "+problem.String())
	}
	for _, ignored := range opened.Ignored {
		lines = append(lines, "ignored "+ignored.File+": "+ignored.Reason)
	}
	return strings.Join(lines, "\n")
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
		{"gz", gzipped(t, []byte(goodPolicy)), archiveLimits(), "a"},
		{"zip", zipped(t, packed{"x/y.json", "\n" + goodPolicy}, packed{"z.png", "x"}, packed{"node_modules/p.json", goodPolicy}), archiveLimits(),
			"a/x/y.json\nignored a/z.png: not a JSON or YAML file by its name"},
		{"tar.gz", gzipped(t, tarred(t, packed{"x.json", goodPolicy}, packed{"l.json", "->/etc/passwd"})), archiveLimits(),
			"a/x.json\nignored a/l.json: not a regular file"},
		{"names that climb", zipped(t, packed{"../../etc/p.json", goodPolicy}, packed{`..\win.json`, goodPolicy}, packed{"/abs.json", goodPolicy}), archiveLimits(),
			"a/etc/p.json\na/win.json\na/abs.json"},
		{"archive in an archive", zipped(t, packed{"p.json", goodPolicy}, packed{"in.zip", string(zipped(t, packed{"q.json", goodPolicy}))}), archiveLimits(),
			"a/p.json\nproblem a/in.zip: this is an archive inside an archive: it was not opened; unpack the outer one and check the folder"},
		{"gz in a gz", gzipped(t, gzipped(t, []byte(goodPolicy))), archiveLimits(),
			"problem a: this is an archive inside an archive: it was not opened; unpack the outer one and check the folder"},
		{"a bomb", gzipped(t, []byte(blank)), small,
			"problem a: the archive unpacks to more than 2 MiB, or to more than 20 times its size: the rest was not read; unpack it and check the folder"},
		{"a bomb among files", zipped(t, packed{"p.json", goodPolicy}, packed{"q.json", blank}, packed{"r.json", goodPolicy}), small,
			"a/p.json\nproblem a/q.json: the archive unpacks to more than 2 MiB, or to more than 20 times its size: the rest was not read; unpack it and check the folder"},
		{"too many files", zipped(t, packed{"1.json", goodPolicy}, packed{"2.json", goodPolicy}, packed{"3.json", goodPolicy}, packed{"4.json", goodPolicy}), small,
			"a/1.json\na/2.json\na/3.json\nproblem a: the archive holds more than 3 files: the rest was not read; unpack it and check the folder"},
		{"cut off", gzipped(t, []byte(goodPolicy))[:20], archiveLimits(), "problem a: unpack the file: it is cut off"},
		{"damaged", append(gzipped(t, []byte(goodPolicy))[:30], make([]byte, 30)...), archiveLimits(), "problem a: unpack the file: "},
		{"no zip", []byte("PK\x03\x04 nothing"), archiveLimits(), "problem a: unpack the archive: not a valid zip file; it is damaged, fetch it again"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := handed(t, c.data, c.limits)
			if got != c.want && (c.name != "damaged" || !strings.HasPrefix(got, c.want)) {
				t.Errorf("got:\n%s\nwant:\n%s", got, c.want)
			}
		})
	}
}
