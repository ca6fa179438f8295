package filesystem

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const walkedPolicy = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}]}`

// walked lists what is read of a folder made for a test: names with a target in
// place of a content are links.
func walked(t *testing.T, options Options, files map[string]string, paths ...string) string {
	t.Helper()
	base := t.TempDir()
	for name, text := range files {
		file := filepath.Join(base, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if target, ok := strings.CutPrefix(text, "-> "); ok {
			if err := os.Symlink(filepath.FromSlash(target), file); err != nil {
				t.Skipf("make a symbolic link: %v", err)
			}
			continue
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	options.ExcludeFrom = base
	options.Display = func(path string) string {
		below, _ := filepath.Rel(base, path)
		return filepath.ToSlash(below)
	}
	var full []string
	for _, path := range paths {
		full = append(full, filepath.Join(base, filepath.FromSlash(path)))
	}
	options.FS, options.Stdin = Disk{}, strings.NewReader("")
	found, err := Find(full, options)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, in := range found.Files {
		if !strings.HasSuffix(in.Name, ".gitignore") {
			lines = append(lines, "read "+in.Name)
		}
	}
	for _, problem := range found.Problems {
		lines = append(lines, "problem "+problem.String())
	}
	for _, ignored := range found.Ignored {
		lines = append(lines, fmt.Sprintf("ignored %s: %s", ignored.File, ignored.Reason))
	}
	slices.Sort(lines)
	return strings.Join(append(lines, found.Notes...), "\n")
}

func TestLinks(t *testing.T) {
	const bucket = "acct/111122223333/eu-central-1/s3/"
	const outside = ": this symbolic link leads out of the checked folder and was not followed: put the files here, or pass its target too"
	cases := []struct {
		name  string
		files map[string]string
		want  []string
	}{
		{
			"a file", map[string]string{"acct/real.json": "{}", "acct/a.json": "-> real.json"},
			[]string{"read acct/real.json"},
		},
		{
			"a folder of an export", map[string]string{"acct/shared/policy.json": "{}", bucket + "one": "-> ../../../shared"},
			[]string{"read " + bucket + "one/policy.json"},
		},
		{
			"one folder for two buckets", map[string]string{"acct/shared/policy.json": "{}", bucket + "one": "-> ../../../shared", bucket + "two": "-> ../../../shared"},
			[]string{"read " + bucket + "one/policy.json", "read " + bucket + "two/policy.json"},
		},
		{
			"a bucket's folder for another bucket", map[string]string{bucket + "one/policy.json": "{}", bucket + "two": "-> one"},
			[]string{"read " + bucket + "one/policy.json", "read " + bucket + "two/policy.json"},
		},
		{
			"one bucket's folder twice", map[string]string{bucket + "one/policy.json": "{}", "acct/link": "-> 111122223333/eu-central-1/s3/one"},
			[]string{"read " + bucket + "one/policy.json"},
		},
		{
			"to the folder itself", map[string]string{"acct/a.json": "{}", "acct/loop": "-> ."},
			[]string{"ignored acct/loop: a symbolic link to a parent folder, which is read anyway", "read acct/a.json"},
		},
		{
			"two folders in each other", map[string]string{"acct/a/x.json": "{}", "acct/a/to": "-> ../b", "acct/b/y.json": "{}", "acct/b/to": "-> ../a"},
			[]string{
				"ignored acct/a/to/to: a symbolic link to a parent folder, which is read anyway",
				"ignored acct/b/to/to: a symbolic link to a parent folder, which is read anyway",
				"read acct/a/x.json", "read acct/b/y.json",
			},
		},
		{"a folder outside", map[string]string{"other/a.json": "{}", "acct/organization": "-> ../other"}, []string{"problem acct/organization" + outside}},
		{"a file outside", map[string]string{"other/a.json": "{}", "acct/a.json": "-> ../other/a.json"}, []string{"problem acct/a.json" + outside}},
		{"a file of another sort outside", map[string]string{"other/a.png": "x", "acct/a.png": "-> ../other/a.png"}, []string{"ignored acct/a.png: not a JSON or YAML file by its name"}},
		{
			"nowhere", map[string]string{"acct/a.json": "-> gone.json"},
			[]string{"problem acct/a.json: the target of this symbolic link does not exist, so nothing was read here: restore the target, or remove the link"},
		},
		{
			"each other", map[string]string{"acct/a.json": "-> b.json", "acct/b.json": "-> a.json"},
			[]string{
				"problem acct/a.json: the target of this symbolic link does not exist, so nothing was read here: restore the target, or remove the link",
				"problem acct/b.json: the target of this symbolic link does not exist, so nothing was read here: restore the target, or remove the link",
			},
		},
		{
			"a folder that begins with the same name", map[string]string{"acct-2/a.json": "{}", "acct/to": "-> ../acct-2"},
			[]string{"problem acct/to" + outside},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got, want := walked(t, Options{}, c.files, "acct"), strings.Join(c.want, "\n"); got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
	t.Run("into another folder that is checked", func(t *testing.T) {
		files := map[string]string{"other/a.json": "{}", "acct/to": "-> ../other"}
		if got, want := walked(t, Options{}, files, "acct", "other"), "read other/a.json"; got != want {
			t.Errorf("got:\n%s\nwant:\n%s", got, want)
		}
	})
}

func TestExcluded(t *testing.T) {
	files := map[string]string{
		"acct/a.json": walkedPolicy, "acct/b.tmp.json": walkedPolicy, "acct/drafts/c.json": walkedPolicy, "acct/drafts/keep.json": walkedPolicy,
		"acct/node_modules/d.json": walkedPolicy, "acct/.git/e.json": walkedPolicy, "acct/deep/drafts/f.json": walkedPolicy,
		"acct/111122223333/eu-central-1/s3/build/policy.json": walkedPolicy, "acct/deep/dist/g.json": walkedPolicy, "acct/cdk.out/h.json": walkedPolicy,
	}
	const tools = ": a folder that tools fill: pass it by name to read it"
	all := []string{
		"read acct/111122223333/eu-central-1/s3/build/policy.json", "read acct/a.json", "read acct/b.tmp.json", "read acct/cdk.out/h.json",
		"read acct/deep/drafts/f.json", "read acct/drafts/c.json", "read acct/drafts/keep.json",
	}
	byTools := []string{"ignored acct/deep/dist" + tools, "ignored acct/node_modules" + tools}
	without := func(gone ...string) []string {
		return slices.DeleteFunc(slices.Clone(all), func(line string) bool { return slices.Contains(gone, strings.TrimPrefix(line, "read acct/")) })
	}
	const note = "Not read because of .gitignore, exclude: or as folders that tools fill: "
	cases := []struct {
		name       string
		gitignore  string
		options    Options
		kept, left []string
		note       string
	}{
		{"nothing said", "", Options{}, all, nil, "acct/deep/dist, acct/node_modules."},
		{"a suffix", "# drafts\n\n*.tmp.json\r\n", Options{}, without("b.tmp.json"), []string{"ignored acct/b.tmp.json: left out by .gitignore"}, "acct/b.tmp.json, acct/deep/dist, acct/node_modules."},
		{
			"a folder at any depth", "drafts/\n", Options{}, without("deep/drafts/f.json", "drafts/c.json", "drafts/keep.json"),
			[]string{"ignored acct/deep/drafts: left out by .gitignore", "ignored acct/drafts: left out by .gitignore"}, "acct/deep/dist, acct/deep/drafts, acct/drafts and 1 more.",
		},
		{
			"a folder here", "/drafts\n", Options{}, without("drafts/c.json", "drafts/keep.json"),
			[]string{"ignored acct/drafts: left out by .gitignore"}, "acct/deep/dist, acct/drafts, acct/node_modules.",
		},
		{
			"all but one", "drafts/*\n!keep.json\n", Options{}, without("drafts/c.json"),
			[]string{"ignored acct/drafts/c.json: left out by .gitignore"}, "acct/deep/dist, acct/drafts/c.json, acct/node_modules.",
		},
		{"not to be minded", "*.json\n", Options{NoIgnore: true}, all, nil, "acct/deep/dist, acct/node_modules."},
		{
			"by the config", "", Options{Exclude: []string{"acct/deep/**", "*.tmp.json"}}, without("b.tmp.json", "deep/drafts/f.json"),
			[]string{"ignored acct/b.tmp.json: left out by exclude: of the config", "ignored acct/deep: left out by exclude: of the config"},
			"acct/b.tmp.json, acct/deep, acct/node_modules.",
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			files["acct/.gitignore"] = c.gitignore
			c.options.NoIgnore = c.options.NoIgnore || c.gitignore == ""
			want := append(slices.Clone(c.kept), c.left...)
			if !strings.Contains(strings.Join(c.left, "\n"), "acct/deep: ") {
				want = append(want, byTools[0])
			}
			want = append(want, byTools[1])
			slices.Sort(want)
			if got, want := walked(t, c.options, files, "acct"), strings.Join(append(want, note+c.note), "\n"); got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}
