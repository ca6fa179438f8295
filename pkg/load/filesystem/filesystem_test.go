package filesystem_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
)

const (
	oneStatement = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*", "Resource": "*"}]}`
	noStatement  = `{"Version": "2012-10-17", "Statement": []}`
)

// statements gives the number of statements of each policy by the base name of
// its file; a problem is -1.
func statements(t *testing.T, system filesystem.FS, name string) string {
	t.Helper()
	result, err := load.Load([]string{name}, load.Options{Files: system})
	if err != nil {
		return err.Error()
	}
	counts := map[string]int{}
	for _, policy := range result.Snapshot.Policies {
		counts[path.Base(filepath.ToSlash(policy.Node.Span().File.Name))] = len(policy.Policy().Statements)
	}
	for _, problem := range result.Problems {
		file := problem.Path
		if !problem.Span.IsZero() {
			file = problem.Span.File.Name
		}
		counts[path.Base(filepath.ToSlash(file))] = -1
	}
	text := ""
	for _, file := range slices.Sorted(maps.Keys(counts)) {
		text += fmt.Sprintf("%s %d, ", file, counts[file])
	}
	return text
}

// TestFiles reads the same two policies from everything that can hold files.
func TestFiles(t *testing.T) {
	texts := map[string]string{"keys/a.json": oneStatement, "keys/b.json": noStatement}
	folder, archived, mapped := t.TempDir(), &bytes.Buffer{}, fstest.MapFS{}
	writer := zip.NewWriter(archived)
	if err := os.Mkdir(filepath.Join(folder, "keys"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range texts {
		mapped[name] = &fstest.MapFile{Data: []byte(text)}
		entry, err := writer.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := entry.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	reader, err := zip.NewReader(bytes.NewReader(archived.Bytes()), int64(archived.Len()))
	if err != nil {
		t.Fatal(err)
	}
	a, c := filepath.Join(folder, "keys", "a.json"), filepath.Join(folder, "keys", "c.json")
	const both = "a.json 1, b.json 0, "
	for _, test := range []struct {
		name   string
		system filesystem.FS
		path   string
		want   string
	}{
		{"the disk", nil, folder, both},
		{"a folder of the disk", filesystem.Of(os.DirFS(folder)), ".", both},
		{"an archive", filesystem.Of(reader), ".", both},
		{"a map", filesystem.Of(mapped), "keys", both},
		{"one file of a map", filesystem.Of(mapped), "keys/b.json", "b.json 0, "},
		{"no file of a map", filesystem.Of(mapped), "keys/c.json", `read keys/c.json: file does not exist: name an existing file or folder; "canvaslint export" prints a script that saves an account`},
		{"a buffer over the disk", filesystem.Overlay(filesystem.Disk{}, map[string][]byte{a: []byte(noStatement)}), folder, "a.json 0, b.json 0, "},
		{"a buffer by another spelling", filesystem.Overlay(filesystem.Disk{}, map[string][]byte{filepath.Join(folder, "keys") + "/../keys/a.json": []byte(noStatement)}), folder, "a.json 0, b.json 0, "},
		{"a buffer that does not parse", filesystem.Overlay(filesystem.Of(mapped), map[string][]byte{"keys/a.json": []byte(oneStatement[:40])}), ".", "a.json -1, b.json 0, "},
		{"a buffer without a file", filesystem.Overlay(filesystem.Disk{}, map[string][]byte{c: []byte(oneStatement)}), c, "c.json 1, "},
		{"a buffer without a file, in its folder", filesystem.Overlay(filesystem.Disk{}, map[string][]byte{c: []byte(oneStatement)}), folder, both + "c.json 1, "},
		{"a buffer without a file, in a folder of a map", filesystem.Overlay(filesystem.Of(mapped), map[string][]byte{"keys/c.json": []byte(oneStatement)}), ".", both + "c.json 1, "},
	} {
		if got := statements(t, test.system, test.path); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

// TestAddressOnDisk: an address of S3 that the disk does not have is told from a file
// that is missing.
func TestAddressOnDisk(t *testing.T) {
	t.Chdir(t.TempDir())
	const said = "s3://acme/x.json: only the disk is read here: copy it there with aws s3 cp; the inputs of check, merge and convert can be addresses of S3"
	_, stat := filesystem.Disk{}.Stat("s3://acme/x.json")
	_, read := filesystem.Disk{}.ReadFile("s3://acme/x.json")
	_, open := filesystem.Disk{}.Open("s3://acme/x.json")
	for _, err := range []error{stat, read, open} {
		if err == nil || err.Error() != "open "+said || errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%v", err)
		}
	}
	if _, err := (filesystem.Disk{}).Stat("x.json"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is missing: %v", err)
	}
	if err := os.MkdirAll("s3:/acme", 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := (filesystem.Disk{}).Stat("s3://acme"); err != nil {
		t.Errorf("a folder of that name: %v", err)
	}
}
