package rules

import (
	"context"
	"encoding/json"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/canvaslint/canvaslint/bench/account"
	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/policies"
)

// Rules that look at some domains at a time find what they find at all of them.
func TestSharesFindTheSame(t *testing.T) {
	for _, shape := range []account.Shape{{Domains: 7, Profiles: 3, Broken: true}, {Accounts: 3, Domains: 2, Profiles: 2, Keys: 3}, {Domains: 3}} {
		for _, guide := range []string{config.Guide2022, config.GuideCurrent} {
			c := config.Config{Guide: guide}.Defaults()
			whole := found(t, shape, c, 1<<30)
			if len(whole) == 0 {
				t.Fatal("nothing was found")
			}
			for _, size := range []int{0, 1, 10} {
				if diff := cmp.Diff(whole, found(t, shape, c, size)); diff != "" {
					t.Errorf("%+v, shares of %d (-whole +shares):\n%s", shape, size, diff)
				}
			}
		}
	}
}

// found gives the results of all built-in rules, sorted, each once.
func found(t *testing.T, shape account.Shape, c config.Config, size int) map[string][]string {
	t.Helper()
	set, err := Load(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	disk := fstest.MapFS{}
	for name, text := range shape.Folder() {
		disk[name] = &fstest.MapFile{Data: text}
	}
	loaded, err := load.Load([]string{"."}, load.Options{Files: filesystem.Of(disk)})
	if err != nil {
		t.Fatal(err)
	}
	b := &builder{facts: canvas.Work(loaded.Snapshot, c), snapshot: loaded.Snapshot, config: c}
	results, err := set.query(context.Background(), set.Rules, b.withDocuments(b.build(), set.Rules), loaded.Snapshot, size)
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string][]string{}
	for id, list := range results {
		for _, r := range list {
			text, err := json.Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			texts[id] = append(texts[id], string(text))
		}
		slices.Sort(texts[id])
		texts[id] = slices.Compact(texts[id])
	}
	return texts
}

// A rule asks for each part that it reads: what no one asks for is left out.
func TestRulesAskForWhatTheyRead(t *testing.T) {
	set, err := Load(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range set.Rules {
		module, err := ast.ParseModuleWithOpts(rule.file, rule.module, ast.ParserOptions{RegoVersion: ast.RegoV1})
		if err != nil {
			t.Fatal(err)
		}
		ast.WalkRefs(module, func(ref ast.Ref) bool {
			if len(ref) < 2 || !ref[0].Equal(ast.InputRootDocument) {
				return false
			}
			part := string(ref[1].Value.(ast.String))
			if !rule.asksFor(part) && part != "config" && part != "documents" {
				t.Errorf("%s reads input.%s and does not ask for it", rule.ID, part)
			}
			return false
		})
	}
}
