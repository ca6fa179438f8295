package outfile

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestStore: files of the disk and of a store are written together. The store takes
// its own before a file of the disk changes, and what it refuses changes nothing.
func TestStore(t *testing.T) {
	for _, c := range []struct {
		name, want string
		refuses    error
		disk       map[string]string
		sent       map[string]string
	}{
		{name: "all", disk: map[string]string{"a": "one"}, sent: map[string]string{"at://b": "two", "at://c": "three"}},
		{name: "refused", want: "denied", refuses: errors.New("denied"), disk: map[string]string{"a": "old"}, sent: map[string]string{"at://b": "two", "at://c": "three"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			inFolder(t, map[string]string{"a": "old"})
			t.Setenv("TMPDIR", t.TempDir())
			sent := map[string]string{}
			p := Plan{Store: Store{
				Holds: func(name string) (bool, error) { return strings.HasPrefix(name, "at://"), nil },
				Send: func(files []Sent) error {
					for _, file := range files {
						text, err := os.ReadFile(file.File)
						if err != nil {
							return err
						}
						sent[file.Address] = string(text)
					}
					return c.refuses
				},
			}}
			for _, name := range []string{"a", "at://b", "at://c"} {
				if err := p.Writes("the report "+name, name); err != nil {
					t.Fatal(err)
				}
			}
			files, err := p.Open()
			if err != nil {
				t.Fatal(err)
			}
			for i, text := range []string{"one", "two", "three"} {
				_, _ = fmt.Fprint(files[i], text)
			}
			err = p.Commit()
			var stored StoreError
			if got := fmt.Sprint(err); c.want != "" && (got != c.want || !errors.As(err, &stored)) || c.want == "" && err != nil {
				t.Errorf("got %v, want %q", err, c.want)
			}
			left, _ := os.ReadDir(os.TempDir())
			if diff := cmp.Diff(c.disk, folder(t)); diff != "" || len(left) > 0 {
				t.Errorf("the disk: %s%v", diff, left)
			}
			if diff := cmp.Diff(c.sent, sent); diff != "" {
				t.Errorf("the store: %s", diff)
			}
		})
	}
}

// TestStoreClashes: an address is nobody else's, and none of an input or of an
// archive that holds one.
func TestStoreClashes(t *testing.T) {
	inFolder(t, nil)
	for name, want := range map[string]string{
		"at://in.json":  "the report would be written over an input, at://in.json: give it a file of its own",
		"at://in.zip":   "the report would be written over an input, at://in.zip: give it a file of its own",
		"at://in":       "",
		"at://twice":    "the baseline and the report would go to one file, at://twice: give each a file of its own",
		"at://no/":      "write the report: no object",
		"at:/is-a-file": "write the report: ",
	} {
		p := Plan{Store: Store{Holds: func(name string) (bool, error) {
			if strings.HasSuffix(name, "/") {
				return true, errors.New("no object")
			}
			return strings.HasPrefix(name, "at://"), nil
		}}}
		p.Reads("an input", "at://in.json", "at://in.zip/a.json", "at://in/a.json/b")
		if name == "at://in" {
			p.read = p.read[:2]
		}
		err := p.Writes("the baseline", "at://twice")
		if err == nil {
			err = p.Writes("the report", name)
		}
		if err == nil {
			err = p.Check()
		}
		if got := fmt.Sprint(err); want == "" && err != nil || !strings.HasPrefix(got, want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
}
