package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"gopkg.in/yaml.v3"

	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
)

// hook is an entry of .pre-commit-hooks.yaml.
type hook struct {
	ID, Name, Entry, Files string
	Args                   []string
}

func hooks(t *testing.T) []hook {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", ".pre-commit-hooks.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var list []hook
	if err := yaml.Unmarshal(data, &list); err != nil || len(list) != 2 {
		t.Fatalf("%d hooks, %v", len(list), err)
	}
	return list
}

// The hook is called for exactly the files that check reads, and for its config.
func TestHookFiles(t *testing.T) {
	files := regexp.MustCompile(hooks(t)[0].Files)
	for _, name := range []string{
		"a.json", "A.JSON", "-x y.json", "dir.d/policy", "policy", "a.yaml", "a.yml", "a.template", "a.tpl", "a.txt", "a.zip", "a.tar", "a.tgz",
		"a.json.gz", "policy.gz", "a.tfstate", "a.tfplan", "a.ndjson", "a.jsonl", "a.jsonc", ".json", "x/.json",
		"a.go", "a.tf", ".gitignore", "a.png", "a.b.md", "json", "a.jsonx", "a.go.gz", "README.md", "dir.json/a.py",
	} {
		if got, want := files.MatchString(name), filesystem.Readable(name); got != want {
			t.Errorf("%s: the hook is called: %v; check reads it: %v", name, got, want)
		}
	}
	for _, name := range []string{".canvaslint.yaml", "sub/.canvaslint-waivers.yaml"} {
		if !files.MatchString(name) {
			t.Errorf("%s: the hook is not called", name)
		}
	}
}

// tools is the folder of .ci/precommit; without it the test skips itself, loudly.
func tools(t *testing.T) string {
	t.Helper()
	folder := os.Getenv("CANVASLINT_PRECOMMIT")
	if folder == "" {
		t.Skip("SKIPPED: no pre-commit: run .ci/precommit and set CANVASLINT_PRECOMMIT to the folder it prints")
	}
	if _, err := os.Stat(filepath.Join(folder, "bin", "pre-commit")); err != nil {
		t.Skipf("SKIPPED: CANVASLINT_PRECOMMIT: %v; .ci/precommit installs it", err)
	}
	return folder
}

// repository is a throw-away git repository with the real hook in it.
type repository struct {
	t      *testing.T
	folder string
	env    []string
}

// exec runs a program in the repository and gives what it prints and its status.
func (r repository) exec(program string, args ...string) (string, int) {
	r.t.Helper()
	command := exec.Command(program, args...)
	command.Dir, command.Env = r.folder, r.env
	out, err := command.CombinedOutput()
	if command.ProcessState == nil {
		r.t.Fatalf("%s: %v", program, err)
	}
	return string(out), command.ProcessState.ExitCode()
}

// must runs a program that has to work.
func (r repository) must(program string, args ...string) string {
	r.t.Helper()
	out, status := r.exec(program, args...)
	if status != 0 {
		r.t.Fatalf("%s %s: status %d\n%s", program, strings.Join(args, " "), status, out)
	}
	return out
}

func (r repository) write(name, text string) {
	r.t.Helper()
	file := filepath.Join(r.folder, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		r.t.Fatal(err)
	}
}

// commit tries to commit what is staged and gives the hook's part of the output.
func (r repository) commit() (string, int) {
	r.t.Helper()
	out, status := r.exec("git", "commit", "-m", "a change")
	if at := strings.Index(out, "canvaslint, what"); at >= 0 {
		out = out[at:]
	}
	if at := strings.Index(out, "[main "); at >= 0 { // git's own word on the commit
		out = out[:at]
	}
	return told.ReplaceAllString(out, ""), status
}

// told is what pre-commit says of what it does with unstaged changes.
var told = regexp.MustCompile(`(?m)^\[(INFO|WARNING)\].*\n`)

// published makes a repository of this project's files as they are now, with a
// tag, as pre-commit wants one.
func published(t *testing.T, env []string) string {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	list := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	list.Dir = root
	names, err := list.Output()
	if err != nil {
		t.Skipf("SKIPPED: this is no git checkout: %v", err)
	}
	r := repository{t, t.TempDir(), env}
	for name := range strings.SplitSeq(strings.TrimSuffix(string(names), "\x00"), "\x00") {
		data, err := os.ReadFile(filepath.Join(root, name))
		if os.IsNotExist(err) {
			continue // deleted, not committed
		}
		if err != nil {
			t.Fatal(err)
		}
		r.write(name, string(data))
	}
	r.must("git", "init", "--quiet", "--initial-branch", "main")
	r.must("git", "add", "--all", "--force")
	r.must("git", "commit", "--quiet", "-m", "as it is")
	r.must("git", "tag", "v0.0.1")
	return r.folder
}

// newRepository makes a repository with the clean account and the hooks.
func newRepository(t *testing.T) repository {
	t.Helper()
	folder := tools(t)
	goEnv, err := exec.Command("go", "env", "GOMODCACHE", "GOCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	caches := strings.Fields(string(goEnv))
	// Offline: modules come out of the module cache alone.
	env := append(os.Environ(),
		"GOMODCACHE="+caches[0], "GOCACHE="+caches[1], "GOPROXY=off", "GOFLAGS=-mod=mod -buildvcs=false", "GOTOOLCHAIN=local", "CGO_ENABLED=0",
		"PRE_COMMIT_HOME="+t.TempDir(), "PRE_COMMIT_COLOR=never", "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=A", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=A", "GIT_COMMITTER_EMAIL=a@example.com",
		"PATH="+filepath.Join(folder, "bin")+string(os.PathListSeparator)+os.Getenv("PATH"),
	)
	hooks := published(t, env)
	archive, err := txtar.ParseFile(filepath.Join("..", "..", "policies", "lib", "base.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	r := repository{t, t.TempDir(), env}
	for _, file := range archive.Files {
		r.write(file.Name, string(file.Data))
	}
	r.write(".pre-commit-config.yaml", "repos:\n- repo: "+hooks+"\n  rev: v0.0.1\n  hooks:\n  - id: canvaslint\n  - id: canvaslint-all\n    stages: [manual]\n")
	r.must("git", "init", "--quiet", "--initial-branch", "main")
	r.must("git", "add", "--all")
	r.must(filepath.Join(folder, "bin", "pre-commit"), "install", "--install-hooks")
	return r
}

const (
	appPolicy     = "111122223333/eu-central-1/kms/keys/0a000000-0000-4000-8000-000000000001/policy.json"
	storagePolicy = "111122223333/eu-central-1/kms/keys/0b000000-0000-4000-8000-000000000002/policy.json"
	// no one lets only an administrator use a key.
	nobody = `{"Version": "2012-10-17", "Statement": [
  {"Sid": "Admin", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": ["kms:Put*", "kms:Get*"], "Resource": "*"}
]}
`
)

// line is what pre-commit prints of a hook.
func line(name, end string) string {
	return name + strings.Repeat(".", 79-len(name)-len(end)) + end + "\n"
}

// The real pre-commit runs the real hook in a real repository.
func TestPreCommit(t *testing.T) {
	r := newRepository(t)
	program := filepath.Join(tools(t), "bin", "pre-commit")
	changed, all := hooks(t)[0], hooks(t)[1]
	passed := line(changed.Name, "Passed")
	good := func(what string) {
		t.Helper()
		out, status := r.commit()
		if diff := cmp.Diff(passed, out); status != 0 || diff != "" {
			t.Fatalf("%s: status %d\n%s", what, status, diff)
		}
	}
	// bad expects what check itself says of these files.
	bad := func(what, rule string, files ...string) {
		t.Helper()
		want, exit := r.check(append([]string{"--changed", "--"}, files...)...)
		out, status := r.commit()
		header := line(changed.Name, "Failed") + "- hook id: canvaslint\n- exit code: " + exit + "\n\n"
		if diff := cmp.Diff(header+want+"\n", out); status == 0 || diff != "" || !strings.Contains(out, rule) {
			t.Fatalf("%s: status %d, want %s\n%s", what, status, rule, diff)
		}
	}
	good("a clean account")

	text := r.must("git", "show", "HEAD:"+appPolicy)
	r.write(appPolicy, nobody)
	r.must("git", "add", "--all")
	bad("a policy whose owner, domain and role are in unchanged files", "[role-cannot-use-app-key]", appPolicy)

	r.write(appPolicy, text) // mended, but not staged
	want, _ := os.ReadFile(filepath.Join(r.folder, appPolicy))
	if out, status := r.commit(); status == 0 || !strings.Contains(out, "[role-cannot-use-app-key]") {
		t.Fatalf("the staged mistake counts, not the mended file: status %d\n%s", status, out)
	}
	if got, _ := os.ReadFile(filepath.Join(r.folder, appPolicy)); !bytes.Equal(want, got) {
		t.Fatal("the unstaged change is lost")
	}
	r.must("git", "add", "--all")
	r.write("package.json", `{"name": "none-of-ours"}`)
	r.write("notes", "none of ours either\n")
	r.write("-odd name.json", "[1, 2]\n")
	r.must("git", "add", "--all")
	r.write(appPolicy, nobody) // a mistake that is not staged is not the commit's
	good("files that are none of ours")
	if got, _ := os.ReadFile(filepath.Join(r.folder, appPolicy)); string(got) != nobody {
		t.Fatal("the unstaged change is lost")
	}
	r.write(appPolicy, text)

	// A mistake that is there already is no one else's, but the other hook has it.
	r.write(storagePolicy, nobody)
	r.must("git", "add", "--all")
	r.must("git", "commit", "--quiet", "--no-verify", "-m", "a mistake")
	r.write(appPolicy, text+"\n")
	r.must("git", "add", "--all")
	good("a change beside an old mistake")
	out, status := r.exec(program, "run", "--hook-stage", "manual", all.ID)
	report, exit := r.check()
	if diff := cmp.Diff(line(all.Name, "Failed")+"- hook id: canvaslint-all\n- exit code: "+exit+"\n\n"+report+"\n", out); status == 0 || diff != "" {
		t.Fatalf("the whole repository: status %d\n%s", status, diff)
	}

	// A policy under another name, with a dash in front and a blank, given to its key by the config.
	r.must("git", "mv", "--", appPolicy, "-app policy.json")
	r.write(".canvaslint.yaml", "documents:\n  - file: -app policy.json\n    owner: arn:aws:kms:eu-central-1:111122223333:key/0a000000-0000-4000-8000-000000000001\n")
	r.must("git", "add", "--all")
	r.must("git", "commit", "--quiet", "--no-verify", "-m", "renamed")
	r.write("-app policy.json", text+"\n\n")
	r.must("git", "add", "--all")
	good("a name with a dash and a blank")
	r.write("-app policy.json", nobody)
	r.must("git", "add", "--all")
	bad("a mistake in it", "[role-cannot-use-app-key]", "-app policy.json")
	r.must("git", "checkout", "--quiet", "HEAD", "--", "-app policy.json")

	// pre-commit names no deleted files: the hook asks git.
	r.must("git", "rm", "--quiet", storagePolicy)
	bad("a deleted file", "[role-access-unknown]", storagePolicy)
	if out, status := r.exec(program, "run", "--hook-stage", "manual", all.ID); status == 0 || !strings.Contains(out, "[role-access-unknown]") {
		t.Fatalf("a deleted file, the whole repository: status %d\n%s", status, out)
	}
}

// check runs check in this process and gives its report and exit status.
func (r repository) check(args ...string) (string, string) {
	r.t.Helper()
	var out bytes.Buffer
	r.t.Chdir(r.folder)
	status := run(slices.Concat([]string{"check"}, args), streams{out: &out, err: &out})
	return out.String(), string(rune('0' + status))
}
