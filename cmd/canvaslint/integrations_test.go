//go:build unix

package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"
)

// projectRoot is the folder of the repository.
func projectRoot(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// action is action.yml, as far as its steps can be run here.
type action struct {
	Inputs map[string]struct{ Default string }
	Runs   struct{ Steps []step }
}

type step struct {
	Run string
	Env map[string]string
}

// runner runs the steps of the action that are scripts, as a GitHub runner would.
type runner struct {
	t       *testing.T
	action  action
	folder  string            // the checkout
	temp    string            // RUNNER_TEMP
	path    string            // PATH
	outputs map[string]string // of the step check
	log     string
}

func newRunner(t *testing.T, folder string) *runner {
	t.Helper()
	r := &runner{t: t, folder: folder, temp: t.TempDir(), path: os.Getenv("PATH"), outputs: map[string]string{}}
	data, err := os.ReadFile(filepath.Join(projectRoot(t), "action.yml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(data, &r.action); err != nil {
		t.Fatal(err)
	}
	return r
}

// value fills in the expressions that action.yml has.
func (r *runner) value(text string, inputs map[string]string) string {
	return regexp.MustCompile(`\$\{\{ ([a-z._-]+) \}\}`).ReplaceAllStringFunc(text, func(expression string) string {
		name := strings.TrimSuffix(strings.TrimPrefix(expression, "${{ "), " }}")
		if input, ok := strings.CutPrefix(name, "inputs."); ok {
			declared, known := r.action.Inputs[input]
			if !known {
				r.t.Fatalf("action.yml has no input %s", input)
			}
			if given, ok := inputs[input]; ok {
				return given
			}
			return declared.Default
		}
		if output, ok := strings.CutPrefix(name, "steps.check.outputs."); ok {
			return r.outputs[output]
		}
		known := map[string]string{"github.token": "secret", "github.event.pull_request.number": "17"}
		if _, ok := known[name]; !ok {
			r.t.Fatalf("an expression that no test knows: %s", expression)
		}
		return known[name]
	})
}

// leave leaves the steps whose script has one of the words.
func (r *runner) leave(words ...string) {
	r.t.Helper()
	steps := r.action.Runs.Steps
	r.action.Runs.Steps = slices.DeleteFunc(steps, func(s step) bool {
		return !slices.ContainsFunc(words, func(word string) bool { return strings.Contains(s.Run, word) })
	})
	if len(r.action.Runs.Steps) != len(words) {
		r.t.Fatalf("%d steps of %v", len(r.action.Runs.Steps), words)
	}
}

// run runs the script steps until one fails, and gives the status of the last.
func (r *runner) run(inputs map[string]string, environment ...string) int {
	r.t.Helper()
	output, paths := filepath.Join(r.temp, "output"), filepath.Join(r.temp, "path")
	for _, step := range r.action.Runs.Steps {
		if step.Run == "" {
			continue
		}
		_ = os.Remove(output)
		command := exec.Command("bash", "-c", step.Run)
		command.Dir = r.folder
		command.Env = append(os.Environ(), "PATH="+r.path, "GITHUB_ACTION_PATH="+projectRoot(r.t), "RUNNER_TEMP="+r.temp,
			"RUNNER_OS=Linux", "RUNNER_ARCH=X64", "GITHUB_OUTPUT="+output, "GITHUB_PATH="+paths, "GITHUB_STEP_SUMMARY="+filepath.Join(r.temp, "summary"), "GITHUB_REPOSITORY=acme/iac")
		for name, value := range step.Env {
			command.Env = append(command.Env, name+"="+r.value(value, inputs))
		}
		command.Env = append(command.Env, environment...)
		out, err := command.CombinedOutput()
		r.log += string(out)
		if command.ProcessState == nil {
			r.t.Fatal(err)
		}
		if status := command.ProcessState.ExitCode(); status != 0 {
			return status
		}
		if data, err := os.ReadFile(paths); err == nil {
			r.path = strings.TrimSpace(string(data)) + string(os.PathListSeparator) + r.path
			_ = os.Remove(paths)
		}
		data, _ := os.ReadFile(output)
		for line := range strings.Lines(string(data)) {
			name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
			r.outputs[name] = value
		}
	}
	return 0
}

// The action builds from source, checks, reports, and fails as check does.
func TestAction(t *testing.T) {
	if !strings.Contains(output(t, 0, "check", "--help"), "--report") {
		t.Skip("SKIPPED: check has no --report yet")
	}
	folder := t.TempDir()
	for link, target := range map[string]string{"clean": "clean", "-the broken one": "broken"} {
		if err := os.CopyFS(filepath.Join(folder, link), os.DirFS(filepath.Join(projectRoot(t), "testdata", "snapshots", target))); err != nil {
			t.Fatal(err)
		}
	}
	install := newRunner(t, folder)
	install.leave("install.sh")
	if status := install.run(map[string]string{"version": "source"}); status != 0 || !strings.HasPrefix(install.log, "canvaslint ") {
		t.Fatalf("install: status %d\n%s", status, install.log)
	}
	path := install.path
	for _, c := range []struct {
		name    string
		inputs  map[string]string
		status  int
		reports bool
	}{
		{"a clean account", map[string]string{"paths": "clean"}, 0, true},
		{"a dash and blanks", map[string]string{"paths": "\n-the broken one\n"}, 1, true},
		{"fail on never", map[string]string{"paths": "-the broken one", "fail-on": "never", "args": "--allow-unknown", "summary": "false"}, 0, true},
		{"two paths, other flags", map[string]string{"paths": "clean\n-the broken one\n", "guide": "current", "format": "text", "args": "--only\nkey-rotation-off\n--fail-on=info"}, 1, true},
		{"a wrong word", map[string]string{"paths": "clean", "guide": "2023"}, 2, false},
		{"no such path", map[string]string{"paths": "$(touch here); nowhere"}, 2, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRunner(t, folder)
			r.path = path
			r.leave("check.sh", "exit")
			status := r.run(c.inputs)
			if status != c.status || r.outputs["status"] != fmt.Sprint(c.status) {
				t.Errorf("status %d, output %q, want %d\n%s", status, r.outputs["status"], c.status, r.log)
			}
			for _, name := range []string{"sarif", "report"} {
				data, err := os.ReadFile(r.outputs[name])
				if c.reports != (err == nil && json.Valid(data)) {
					t.Errorf("%s %q: %v, %.80s", name, r.outputs[name], err, data)
				}
			}
			summary, _ := os.ReadFile(filepath.Join(r.temp, "summary"))
			markdown, _ := os.ReadFile(r.outputs["markdown"])
			if c.inputs["summary"] == "false" {
				markdown = nil
			}
			if c.reports != (len(markdown) > 0 || c.inputs["summary"] == "false") || !bytes.Equal(summary, markdown) {
				t.Errorf("the summary of the job: %.80q, want %.80q", summary, markdown)
			}
			if _, err := os.Stat(filepath.Join(folder, "here")); err == nil {
				t.Error("an input was run as a command")
			}
		})
	}
}

// What the action hands to check, argument by argument.
func TestActionArguments(t *testing.T) {
	bin := t.TempDir()
	if err := os.WriteFile(filepath.Join(bin, "canvaslint"), []byte("#!/bin/sh\nprintf '%s\\n' \"$@\"\nexit 3\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	r := newRunner(t, t.TempDir())
	r.leave("check.sh", "exit")
	r.path = bin + string(os.PathListSeparator) + r.path
	status := r.run(map[string]string{"paths": "a b\n-c", "config": "my config.yaml", "fail-on": "warning", "guide": "current", "args": "--only\na,b"})
	want := strings.ReplaceAll(`check
--format
github
--report
sarif=TEMP/canvaslint.sarif
--report
json=TEMP/canvaslint.json
--report
markdown=TEMP/canvaslint.md
--config
my config.yaml
--fail-on
warning
--guide
current
--only
a,b
a b
./-c
`, "TEMP", r.temp)
	if diff := cmp.Diff(want, r.log); status != 3 || diff != "" {
		t.Errorf("status %d\n%s", status, diff)
	}
	if diff := cmp.Diff(map[string]string{"status": "3"}, r.outputs); diff != "" {
		t.Error(diff)
	}
}

// release serves an archive of a program and its checksums.
func release(t *testing.T, checksum func(archive []byte) string) string {
	t.Helper()
	var archive bytes.Buffer
	packed := gzip.NewWriter(&archive)
	files := tar.NewWriter(packed)
	program := "#!/bin/sh\necho \"canvaslint v1.2.3\"\n"
	for _, name := range []string{"canvaslint", "canvaslint-fetch"} {
		if err := files.WriteHeader(&tar.Header{Name: name, Mode: 0o755, Size: int64(len(program))}); err != nil {
			t.Fatal(err)
		}
		if _, err := files.Write([]byte(program)); err != nil {
			t.Fatal(err)
		}
	}
	if files.Close() != nil || packed.Close() != nil {
		t.Fatal("pack the release")
	}
	served := map[string][]byte{
		"/v1.2.3/canvaslint_1.2.3_linux_amd64.tar.gz": archive.Bytes(),
		"/v1.2.3/checksums.txt":                       []byte(checksum(archive.Bytes())),
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		data, ok := served[q.URL.Path]
		if !ok {
			http.NotFound(w, q)
			return
		}
		_, _ = w.Write(data)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// A release is taken if its checksum is right, and only then.
func TestActionInstall(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("SKIPPED: curl is not here")
	}
	right := func(archive []byte) string {
		return fmt.Sprintf("%x  canvaslint_1.2.3_linux_amd64.tar.gz\n%x  other.zip\n", sha256.Sum256(archive), sha256.Sum256(nil))
	}
	for _, c := range []struct {
		name, version string
		checksum      func([]byte) string
		status        int
		log           string
	}{
		{"a release", "v1.2.3", right, 0, "canvaslint v1.2.3\n"},
		{"another checksum", "v1.2.3", func([]byte) string { return right(nil) }, 4,
			"canvaslint: the checksum of canvaslint_1.2.3_linux_amd64.tar.gz is not the one in checksums.txt: it was not installed\n"},
		{"no checksum", "v1.2.3", func([]byte) string { return "" }, 4,
			"canvaslint: the checksum of canvaslint_1.2.3_linux_amd64.tar.gz is not the one in checksums.txt: it was not installed\n"},
		{"no version", "v1/../../x", right, 2, "canvaslint: version takes a release such as v1.2.3, or source, not \"v1/../../x\"\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRunner(t, t.TempDir())
			r.leave("install.sh")
			status := r.run(map[string]string{"version": c.version}, "CANVASLINT_RELEASES="+release(t, c.checksum), "no_proxy=127.0.0.1")
			if status != c.status || r.log != c.log {
				t.Errorf("status %d, want %d; log: %s", status, c.status, r.log)
			}
			if _, err := os.Stat(filepath.Join(r.temp, "canvaslint-bin", "canvaslint")); (err == nil) != (c.status == 0) {
				t.Errorf("installed: %v", err)
			}
		})
	}
}

// The files that other programs read are what these programs take, and so are
// those that docs/integrations.md shows.
func TestIntegrationFiles(t *testing.T) {
	bin := filepath.Join(tools(t), "bin")
	root := projectRoot(t)
	workflows, err := filepath.Glob(filepath.Join(root, ".github", "workflows", "*.yml"))
	if err != nil || len(workflows) == 0 {
		t.Fatalf("no workflows: %v", err)
	}
	files := map[string][]string{
		"manifest": {filepath.Join(root, ".pre-commit-hooks.yaml")}, "action": {filepath.Join(root, "action.yml")},
		"gitlab": {filepath.Join(root, "integrations", "canvaslint.gitlab-ci.yml")}, "workflow": workflows,
	}
	kinds := map[string]string{".pre-commit-config.yaml": "config", ".gitlab-ci.yml": "gitlab"}
	doc, err := os.ReadFile(filepath.Join(root, "docs", "integrations.md"))
	if err != nil {
		t.Fatal(err)
	}
	for i, block := range regexp.MustCompile("(?s)```yaml\n# (\\S+)\n.*?```").FindAllStringSubmatch(string(doc), -1) {
		kind := kinds[block[1]]
		if strings.HasPrefix(block[1], ".github/workflows/") {
			kind = "workflow"
		}
		file := filepath.Join(t.TempDir(), fmt.Sprintf("%d.yaml", i))
		text := strings.TrimSuffix(strings.TrimPrefix(block[0], "```yaml\n"), "```")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		files[kind] = append(files[kind], file)
	}
	if len(files[""]) > 0 || len(files["config"]) < 3 || len(files["workflow"]) < 4 || len(files["gitlab"]) < 3 {
		t.Fatalf("the examples of the docs: %v", files)
	}
	for kind, args := range map[string][]string{
		"manifest": {"pre-commit", "validate-manifest"},
		"config":   {"pre-commit", "validate-config"},
		"action":   {"check-jsonschema", "--builtin-schema", "vendor.github-actions"},
		"workflow": {"check-jsonschema", "--builtin-schema", "vendor.github-workflows"},
		"gitlab":   {"check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"},
	} {
		takes(t, bin, args, files[kind])
	}
	takes(t, bin, []string{"actionlint", "-no-color", "-shellcheck=", "-pyflakes="}, files["workflow"])
}

// takes holds that a program takes the files.
func takes(t *testing.T, bin string, args, files []string) {
	t.Helper()
	command := exec.Command(filepath.Join(bin, args[0]), slices.Concat(args[1:], files)...)
	command.Env = append(os.Environ(), "PRE_COMMIT_HOME="+t.TempDir())
	if out, err := command.CombinedOutput(); err != nil {
		t.Errorf("%s %v: %v\n%s", strings.Join(args, " "), files, err, out)
	}
}

// The comment of a pull request is made once, and renewed by the next run.
func TestActionComment(t *testing.T) {
	bin := t.TempDir()
	// A stand-in for GitHub's program: it knows one comment once one was made.
	const gh = `#!/bin/sh
printf '%s\n' "$*" >>"$CALLS"
case "$*" in
*--paginate*) cat "$CALLS.known" 2>/dev/null ;;
*POST*) echo 42 >"$CALLS.known"; for a; do case $a in body=@*) cat "${a#body=@}" >"$CALLS.body" ;; esac; done ;;
*PATCH*) for a; do case $a in body=@*) cat "${a#body=@}" >"$CALLS.body" ;; esac; done ;;
esac
exit 0
`
	if err := os.WriteFile(filepath.Join(bin, "gh"), []byte(gh), 0o755); err != nil {
		t.Fatal(err)
	}
	r := newRunner(t, t.TempDir())
	r.path = bin + string(os.PathListSeparator) + r.path
	r.leave("comment.sh")
	calls := filepath.Join(r.temp, "calls")
	r.outputs["markdown"] = filepath.Join(r.temp, "canvaslint.md")
	for _, text := range []string{"first report\n", "second report\n"} {
		if err := os.WriteFile(r.outputs["markdown"], []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if status := r.run(nil, "CALLS="+calls); status != 0 {
			t.Fatalf("status %d: %s", status, r.log)
		}
		r.outputs["markdown"] = filepath.Join(r.temp, "canvaslint.md")
		if body, _ := os.ReadFile(calls + ".body"); string(body) != "<!-- canvaslint -->\n"+text {
			t.Errorf("the comment is %q", body)
		}
	}
	log, _ := os.ReadFile(calls)
	var methods []string
	for _, match := range regexp.MustCompile(`--method (\S+) (\S+)`).FindAllStringSubmatch(string(log), -1) {
		methods = append(methods, match[1]+" "+match[2])
	}
	if diff := cmp.Diff([]string{"POST repos/acme/iac/issues/17/comments", "PATCH repos/acme/iac/issues/comments/42"}, methods); diff != "" {
		t.Error(diff)
	}
}

// The job of the GitLab template checks a clean repository and reads nothing of its
// own, also where the job has a script of its own.
func TestGitLabTemplate(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(projectRoot(t), "integrations", "canvaslint.gitlab-ci.yml"))
	if err != nil {
		t.Fatal(err)
	}
	type job struct {
		Variables    map[string]string
		BeforeScript []string `yaml:"before_script"`
		Script       []string
		Artifacts    struct{ Paths []string }
	}
	var template struct{ Canvaslint job }
	if err := yaml.Unmarshal(data, &template); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name      string
		script    []string // in place of the template's
		variables map[string]string
		account   string
		status    int
		artifacts bool
	}{
		{"a clean account", nil, nil, "clean", 0, true},
		{"a broken one", nil, map[string]string{"CANVASLINT_ARGS": "--guide current"}, "broken", 1, true},
		{"a script of its own", []string{"canvaslint check --fail-on never --allow-unknown"}, nil, "broken", 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder, bin := t.TempDir(), t.TempDir()
			if err := os.CopyFS(folder, os.DirFS(filepath.Join(projectRoot(t), "testdata", "snapshots", c.account))); err != nil {
				t.Fatal(err)
			}
			// What runners and tools leave in the project's folder.
			for _, name := range []string{".git/config.json", ".cache/go/pkg/mod/x/policy.json", "node_modules/x/package.json"} {
				if err := os.MkdirAll(filepath.Join(folder, filepath.Dir(name)), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(folder, name), []byte(`{"Statement": "broken"`), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			// Go installs this program in place of the release.
			own, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			install := "#!/bin/sh\n[ \"$1 $2\" = \"install github.com/canvaslint/canvaslint/cmd/canvaslint@v0.1.0\" ] || exit 9\n" +
				"printf '#!/bin/sh\\nexec \"" + own + "\" " + itself + " \"$@\"\\n' >" + bin + "/canvaslint && chmod +x " + bin + "/canvaslint\n"
			if err := os.WriteFile(filepath.Join(bin, "go"), []byte(install), 0o755); err != nil {
				t.Fatal(err)
			}
			script := template.Canvaslint.Script
			if c.script != nil {
				script = c.script
			}
			command := exec.Command("bash", "-ec", strings.Join(slices.Concat(template.Canvaslint.BeforeScript, script), "\n"))
			command.Dir = folder
			command.Env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"), "CI_PROJECT_DIR="+folder)
			for _, variables := range []map[string]string{template.Canvaslint.Variables, c.variables} {
				for name, value := range variables {
					command.Env = append(command.Env, name+"="+value)
				}
			}
			out, _ := command.CombinedOutput()
			if status := command.ProcessState.ExitCode(); status != c.status {
				t.Errorf("status %d, want %d\n%s", status, c.status, out)
			}
			for _, name := range template.Canvaslint.Artifacts.Paths {
				if _, err := os.Stat(filepath.Join(folder, name)); (err == nil) != c.artifacts {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	}
}

// What is downloaded without a word is the newest release of the changelog, which
// is the release that the examples of the docs name.
func TestPinnedRelease(t *testing.T) {
	read := func(name string) string {
		data, err := os.ReadFile(filepath.Join(projectRoot(t), filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	release := regexp.MustCompile(`(?m)^## (\d+\.\d+\.\d+)`).FindStringSubmatch(read("CHANGELOG.md"))
	if release == nil {
		t.Fatal("CHANGELOG.md has no release")
	}
	for _, name := range []string{"action.yml", "integrations/canvaslint.gitlab-ci.yml", "docs/integrations.md", "README.md"} {
		for _, found := range regexp.MustCompile(`\bv(\d+\.\d+\.\d+)\b`).FindAllStringSubmatch(regexp.MustCompile(`uses: .*# v.*|such as v1\.2\.3|`+"`v1.2.3`").ReplaceAllString(read(name), ""), -1) {
			if found[1] != release[1] {
				t.Errorf("%s names v%s, not the release v%s", name, found[1], release[1])
			}
		}
	}
}

// What linkers are told is what version knows.
func TestLinkerFlags(t *testing.T) {
	for _, name := range []string{".goreleaser.yaml", "Dockerfile"} {
		data, err := os.ReadFile(filepath.Join(projectRoot(t), name))
		if err != nil {
			t.Fatal(err)
		}
		var told []string
		for _, match := range regexp.MustCompile(`-X (\S+?)=`).FindAllStringSubmatch(string(data), -1) {
			told = append(told, match[1])
		}
		if diff := cmp.Diff([]string{"main.buildVersion", "main.buildCommit", "main.buildDate"}, told); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
