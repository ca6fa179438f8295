package diff_test

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/canvaslint/canvaslint/bench/account"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/diff"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
)

// Twice as many principals and keys may add at most 2.4 times as many allocations,
// which do not depend on the machine, though all of them differ: what each can do
// more is about one of the others.
func TestCompareIsLinear(t *testing.T) {
	const tls = `"Statement\":[{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"kms:*\",\"Resource\":\"*\",\"Condition\":{\"Bool\":{\"aws:SecureTransport\":\"false\"}}},`
	for _, c := range []struct {
		name  string
		later bool
		edit  func([]byte) []byte
		gains int // for each domain
	}{
		{"each role and each key has a statement about another", true, nil, 5 + 4},
		{"each key denies everyone calls without TLS", false, func(text []byte) []byte { return bytes.Replace(text, []byte(`"Statement\":[`), []byte(tls), 1) }, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			growth := account.Growth(8, func(n int) func() {
				shape := account.Shape{Domains: n, Profiles: 4, Keys: 2 * n}
				before := sideOf(t, shape.Folder())
				shape.Later = c.later
				files := shape.Folder()
				for name, text := range files {
					if c.edit != nil && strings.Contains(name, "/kms/keys/") {
						files[name] = c.edit(text)
					}
				}
				after := sideOf(t, files)
				return func() {
					r := diff.Compare(before, after, config.Config{}.Defaults())
					if len(r.Gains) != n*c.gains || len(r.Losses)+len(r.Unknowns) > 0 {
						t.Errorf("%d domains: %d gains, %d losses, %d unknowns", n, len(r.Gains), len(r.Losses), len(r.Unknowns))
					}
					if err := r.WriteText(io.Discard); err != nil {
						t.Error(err)
					}
				}
			})
			if t.Logf("%.2f", growth); growth > 2.4 {
				t.Errorf("twice as much adds %.2f times as many allocations", growth)
			}
		})
	}
}

func sideOf(t *testing.T, of account.Files) diff.Side {
	t.Helper()
	files := fstest.MapFS{}
	for name, text := range of {
		files[name] = &fstest.MapFile{Data: text}
	}
	loaded, err := load.Load([]string{"."}, load.Options{Files: filesystem.Of(files)})
	if err != nil {
		t.Fatal(err)
	}
	return diff.Side{Snapshot: loaded.Variants[0].Snapshot}
}

// A statement that opens every key to every role is a row of the text for each
// statement, and the JSON has each pair.
func TestManyPairs(t *testing.T) {
	shape := account.Shape{Domains: 2, Profiles: 9}
	before, files := sideOf(t, shape.Folder()), shape.Folder()
	const details = "100000000000/iam/account-authorization-details.json"
	every := []byte(`"PolicyDocument":{"Statement":[{"Effect":"Allow","Action":"kms:GetKeyRotationStatus","Resource":"*"},`)
	files[details] = bytes.ReplaceAll(files[details], []byte(`"PolicyDocument":{"Statement":[`), every)
	r := diff.Compare(before, sideOf(t, files), config.Config{}.Defaults())
	if len(r.Gains) != 20*4 {
		t.Errorf("%d gains", len(r.Gains))
	}
	shared := r.Gains
	for i := range shared {
		shared[i].Because, shared[i].Place = "statement 1 of Shared allows it", shared[0].Place
	}
	var text bytes.Buffer
	if err := r.WriteText(&text); err != nil {
		t.Fatal(err)
	}
	if rows := strings.Count(text.String(), " on arn:"); rows != 4 || !strings.Contains(text.String(), "and 15 more: kms:GetKeyRotationStatus on arn:") {
		t.Errorf("%d rows:\n%s", rows, &text)
	}
}
