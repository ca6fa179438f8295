package load_test

import (
	"fmt"
	"testing"
	"testing/fstest"

	"github.com/canvaslint/canvaslint/bench/account"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
)

// TestCache loads an account twice: policies of files that stayed as they were are the
// very ones of the first time, and no two of one snapshot are one.
func TestCache(t *testing.T) {
	files := fstest.MapFS{}
	shape := account.Shape{Domains: 1, Profiles: 2, Roles: 3, Keys: 1, Buckets: 2}
	for name, text := range shape.Folder() {
		files[name] = &fstest.MapFile{Data: text}
	}
	const loose = "loose.json"
	write := func(action string) {
		files[loose] = &fstest.MapFile{Data: fmt.Appendf(nil, `{"Statement": [{"Effect": "Allow", "Action": %q, "Resource": "*"}]}`, action)}
	}
	cache := &load.Cache{}
	write("kms:Decrypt")
	first := policies(t, files, cache)
	write("kms:Encrypt")
	second := policies(t, files, cache)
	if len(second) != len(first) || len(second) < 10 {
		t.Fatalf("%d policies, then %d", len(first), len(second))
	}
	for policy, file := range second {
		if _, kept := first[policy]; kept == (file == loose) {
			t.Errorf("the policy of %s: kept %t", file, kept)
		}
	}
}

// policies gives the policies of a load with their files.
func policies(t *testing.T, files fstest.MapFS, cache *load.Cache) map[*iam.Text]string {
	t.Helper()
	result, err := load.Load([]string{"."}, load.Options{Files: filesystem.Of(files), Cache: cache})
	if err != nil {
		t.Fatal(err)
	}
	found := map[*iam.Text]string{}
	for _, policy := range result.Snapshot.Policies {
		if file, twice := found[policy.Text]; twice {
			t.Errorf("two policies of %s are one", file)
		}
		found[policy.Text] = policy.Node.Span().File.Name
	}
	return found
}
