package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/pkg/build"
	"github.com/canvaslint/canvaslint/pkg/reference"
	"github.com/canvaslint/canvaslint/pkg/report/publish"
	"github.com/canvaslint/canvaslint/pkg/rules"
	"github.com/canvaslint/canvaslint/policies"
)

// What the linker is told wins over what Go recorded.
func TestVersion(t *testing.T) {
	set, err := rules.Load(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(t.TempDir(), "canvaslint")
	flags := "-X main.buildVersion=v1.2.3 -X main.buildCommit=0123abc -X main.buildDate=2026-11-27T10:00:00Z"
	goBuild(t, program, "-ldflags", flags)
	text, err := exec.Command(program, "version", "--json").Output()
	if err != nil {
		t.Fatal(err)
	}
	var got build.Info
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	want := build.Info{
		Version: "v1.2.3", Commit: "0123abc", Date: "2026-11-27T10:00:00Z",
		Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH, Rules: len(set.Rules),
		ManagedPolicies: reference.Date, Vocabulary: reference.VocabularyDate,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if text, err := exec.Command(program, "version").Output(); err != nil || string(text) != "canvaslint v1.2.3\n" {
		t.Errorf("version: %q, %v", text, err)
	}
	// The manual is the same each time, and has a page for each command.
	folder := t.TempDir()
	if out, err := exec.Command(program, "man", folder).CombinedOutput(); err != nil || len(out) > 0 {
		t.Fatalf("man: %v %s", err, out)
	}
	for _, command := range newRoot(streams{}).Commands() {
		page, err := os.ReadFile(filepath.Join(folder, "canvaslint-"+command.Name()+".1"))
		if hidden := command.Hidden; err == nil == hidden {
			t.Errorf("%s: hidden %v, page %v", command.Name(), hidden, err)
		} else if !hidden && !strings.Contains(string(page), `"Nov 2026" "canvaslint v1.2.3"`) {
			t.Errorf("%s: the page's head is not of the build:\n%.200s", command.Name(), page)
		}
	}
}

// goBuild builds the command as releases are built.
func goBuild(t *testing.T, program string, flags ...string) {
	t.Helper()
	command := exec.Command("go", slices.Concat([]string{"build", "-buildvcs=false", "-o", program}, flags, []string{"."})...)
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
}

func TestCompletion(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		if script := output(t, 0, "completion", shell); !strings.Contains(script, "canvaslint") {
			t.Errorf("%s: no script", shell)
		}
	}
	set, err := rules.Load(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, rule := range set.Rules {
		all = append(all, rule.ID)
	}
	after := func(before string) (words []string) {
		for _, id := range all {
			if !slices.Contains(strings.Split(before, ","), id) {
				words = append(words, before+id)
			}
		}
		return words
	}
	for _, c := range []struct {
		args []string
		want []string
	}{
		{[]string{"rules", ""}, append([]string{"capabilities", "lib", "new", "schema"}, all...)},
		{[]string{"rules", all[0], ""}, nil},
		{[]string{"check", "--only", ""}, all},
		{[]string{"check", "--skip", all[1] + "," + all[3] + ","}, after(all[1] + "," + all[3] + ",")},
		{[]string{"check", "--fail-on", ""}, []string{"error", "warning", "info", "never"}},
		{[]string{"check", "--guide", ""}, []string{"2022", "current"}},
		{[]string{"check", "--format", ""}, publish.Formats()},
		{[]string{"decide", "--format", ""}, []string{"text", "json"}},
		{[]string{"check", "--config", ""}, []string{"yaml", "yml"}},
	} {
		t.Run(strings.Join(c.args, " "), func(t *testing.T) {
			var out, errors strings.Builder
			run(append([]string{"__complete"}, c.args...), streams{out: &out, err: &errors})
			var got []string
			for line := range strings.Lines(out.String()) {
				if word, _, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t"); !strings.HasPrefix(word, ":") {
					got = append(got, word)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
