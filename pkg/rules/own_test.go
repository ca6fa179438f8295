package rules

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// inProcess is a sandbox without walls.
func inProcess(task Task, line func([]byte) error) error {
	var out bytes.Buffer
	if err := NewWorker(&out).Serve(bytes.NewReader(task.Job)); err != nil {
		return err
	}
	for text := range bytes.Lines(out.Bytes()) {
		if err := line(text); err != nil {
			return err
		}
	}
	return nil
}

// tryOwn runs a rule of the user's over an empty snapshot.
func tryOwn(files fstest.MapFS) (*Outcome, error) {
	set := &Set{Sandbox: inProcess, libraries: map[string]string{"lib/lib.rego": "package lib\n\nname(x) := x\n"}}
	if _, err := set.Add(files, "own"); err != nil {
		return nil, err
	}
	c := config.Config{}.Defaults()
	return set.Try([]Trial{{
		Snapshot: &snapshot.Snapshot{}, Facts: &canvas.Facts{Guide: c.Guide}, Config: c, Wanted: func(string) bool { return true },
	}}, true)
}

const silent = header + "findings contains finding if {\n\tsome use in input.keys\n\tfinding := {\"at\": use.at, \"message\": \"m\"}\n}\n"

// A rule that reads documents that no one asks for would find nothing in silence.
func TestDocumentsMustBeAskedFor(t *testing.T) {
	rule := func(inputs, body string) *fstest.MapFile {
		text := header
		if inputs != "" {
			text = strings.Replace(header, "#   why: w\n", "#   why: w\n#   inputs: ["+inputs+"]\n", 1)
		}
		return &fstest.MapFile{Data: []byte(text + "findings contains {\"at\": \"0\", \"message\": \"m\"} if {\n\t" + body + "\n}\n")}
	}
	library := &fstest.MapFile{Data: []byte("package acme\n\nkeys := input.documents.keys\n")}
	const keys = "some key in input.documents.keys\n\tkey.id == \"x\""
	for name, test := range map[string]struct {
		files fstest.MapFS
		want  string
	}{
		"asked for":          {fstest.MapFS{"x/rule.rego": rule("documents.keys", keys)}, ""},
		"not asked for":      {fstest.MapFS{"x/rule.rego": rule("", keys)}, "own/x/rule.rego:15: input.documents.keys is read, and no METADATA asks for it: write inputs: [documents.keys]"},
		"another asked for":  {fstest.MapFS{"x/rule.rego": rule("documents.roles", keys)}, "own/x/rule.rego:16: input.documents.keys is read, and no METADATA asks for it: write inputs: [documents.keys]"},
		"another spelling":   {fstest.MapFS{"x/rule.rego": rule("", `input["documents"]["keys"][_].id == "x"`)}, "own/x/rule.rego:15: input.documents.keys is read, and no METADATA asks for it: write inputs: [documents.keys]"},
		"all of them":        {fstest.MapFS{"x/rule.rego": rule("documents.keys", "some part in input.documents\n\tcount(part) > 0")}, "own/x/rule.rego:16: name the part of input.documents that is read, as in input.documents.keys"},
		"one in a variable":  {fstest.MapFS{"x/rule.rego": rule("documents.keys", "some name in [\"keys\"]\n\tcount(input.documents[name]) > 0")}, "own/x/rule.rego:17: name the part of input.documents that is read, as in input.documents.keys"},
		"an unknown part":    {fstest.MapFS{"x/rule.rego": rule("documents.volumes", keys)}, "own/x/rule.rego:1: read the METADATA of the rule x: custom.inputs names \"documents.volumes\", which is no part of the input"},
		"no part":            {fstest.MapFS{"x/rule.rego": rule("documents", keys)}, "own/x/rule.rego:1: read the METADATA of the rule x: custom.inputs names \"documents\", which is no part of the input"},
		"in a library":       {fstest.MapFS{"x/rule.rego": rule("documents.keys", "count(data.acme.keys) > 0"), "lib/acme.rego": library}, ""},
		"not in a library":   {fstest.MapFS{"x/rule.rego": rule("", "count(data.acme.keys) > 0"), "lib/acme.rego": library}, "own/lib/acme.rego:3: input.documents.keys is read, and no METADATA asks for it: write inputs: [documents.keys]"},
		"under another name": {fstest.MapFS{"x/rule.rego": {Data: []byte(strings.Replace(string(rule("", "some key in keys\n\tkey.id == \"x\"").Data), "\nfindings", "\nimport input.documents.keys\n\nfindings", 1))}}, "own/x/rule.rego:14: input.documents.keys is read, and no METADATA asks for it: write inputs: [documents.keys]"},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			if _, err := tryOwn(test.files); err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("%s\nwant %s", got, test.want)
			}
		})
	}
}

// What a rules folder may not hold, each with its message.
func TestAddRefuses(t *testing.T) {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	for name, test := range map[string]struct {
		files fstest.MapFS
		want  string
	}{
		"nothing":      {fstest.MapFS{"README": file("x")}, "read the rules folder own: it holds no rule; a rule is a folder in it, own/<rule-id>/rule.rego"},
		"no rule.rego": {fstest.MapFS{"x/cases.txtar": file("x")}, "read the rules: own/x/rule.rego: there is no such file"},
		"an id in capitals": {fstest.MapFS{"X/rule.rego": file(silent)},
			`read the rules: own/X/rule.rego: "X" cannot be the id of a rule: use words of a to z and digits, joined by hyphens`},
		"a module too many": {fstest.MapFS{"x/rule.rego": file(silent), "x/more.rego": file("package x")},
			"read the rules: own/x/more.rego belongs to no rule: a rule is one file, rule.rego; put what rules share into own/lib"},
		"a huge file": {fstest.MapFS{"x/rule.rego": file(strings.Repeat("#", maxFile+1))}, "read the rules: own/x/rule.rego has 1048577 bytes, more than 1048576"},
		"a device":    {fstest.MapFS{"x/rule.rego": {Mode: fs.ModeDevice}}, "read the rules: own/x/rule.rego is no plain file"},
		"a part of the input that is missing": {fstest.MapFS{"x/rule.rego": file(strings.Replace(silent, "#   why: w", "#   inputs: [key]\n#   why: w", 1))},
			`own/x/rule.rego:1: read the METADATA of the rule x: custom.inputs names "key", which is no part of the input`},
		"a library in our name": {fstest.MapFS{"x/rule.rego": file(silent), "lib/a.rego": file("package lib.more")},
			"own/lib/a.rego:1: the package lib.more is canvaslint's own; name yours after your company"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := tryOwn(test.files); err == nil || err.Error() != test.want {
				t.Errorf("the error is %v, want %s", err, test.want)
			}
		})
	}
}

// Tests and coverage of the user's rules, with a library of their own.
func TestOwnTests(t *testing.T) {
	got, err := tryOwn(fstest.MapFS{
		"x/rule.rego": {Data: []byte(header + `
import data.company

findings contains finding if {
	some use in input.keys
	company.bad(use)
	finding := {"at": use.at, "message": "m"}
}

findings contains finding if {
	some job in input.jobs
	finding := {"at": job.at, "message": "m"}
}
`)},
		"lib/company.rego": {Data: []byte("package company\n\nimport data.lib\n\nbad(use) if lib.name(use.account) == \"a\"\n")},
		"x/rule_test.rego": {Data: []byte(`package x_test

import data.canvaslint.x

test_found if count(x.findings) == 1 with input.keys as [{"at": "0", "account": "a"}]

test_wrong if count(x.findings) == 1 with input.keys as [{"at": "0", "account": "b"}]

todo_test_later if false
`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := &Outcome{
		Findings: [][]finding.Finding{nil},
		Tests: []Test{
			{File: "own/x/rule_test.rego", Line: 5, Name: "x_test.test_found"},
			{File: "own/x/rule_test.rego", Line: 7, Name: "x_test.test_wrong", Failed: true},
			{File: "own/x/rule_test.rego", Line: 9, Name: "x_test.todo_test_later", Skipped: true},
		},
		Coverage: []Coverage{
			{File: "own/lib/company.rego", Covered: 1},
			{File: "own/x/rule.rego", Covered: 5, Missed: []int{23, 25}},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Without a sandbox nothing of the user's runs, and a sandbox that falls silent
// is an error.
func TestSandboxIsNeeded(t *testing.T) {
	for name, test := range map[string]struct {
		sandbox Sandbox
		want    string
	}{
		"none":   {nil, "run the rules: there is no sandbox for rules of your own"},
		"silent": {func(Task, func([]byte) error) error { return nil }, "run the rules: the process that runs them ended early"},
		"another rule": {func(_ Task, line func([]byte) error) error {
			return line([]byte(`{"results":{"run":0,"rule":"y","line":1,"found":[]}}`))
		}, `run the rules: an answer of the rule "y", which did not run`},
	} {
		t.Run(name, func(t *testing.T) {
			set := &Set{}
			if _, err := set.Add(fstest.MapFS{"x/rule.rego": {Data: []byte(silent)}}, "own"); err != nil {
				t.Fatal(err)
			}
			set.Sandbox = func(task Task, line func([]byte) error) error {
				err := test.sandbox(task, line)
				return err
			}
			if test.sandbox == nil {
				set.Sandbox = nil
			}
			c := config.Config{}.Defaults()
			_, err := set.Evaluate(context.Background(), &snapshot.Snapshot{}, &canvas.Facts{Guide: c.Guide}, c, func(string) bool { return true })
			if err == nil || err.Error() != test.want {
				t.Errorf("the error is %v, want %s", err, test.want)
			}
		})
	}
}

// The list of what rules may use holds nothing that OPA does not have, and
// nothing that reaches out.
func TestCapabilitiesArePinned(t *testing.T) {
	names := strings.Fields(builtinNames)
	if got := len(Capabilities().Builtins); got != len(names)+3 {
		t.Errorf("%d builtins, want the %d of builtins.txt and canvaslint.decide, matches and resolve_key", got, len(names))
	}
	for _, builtin := range Capabilities().Builtins {
		if builtin.IsNondeterministic() {
			t.Errorf("%s is not deterministic", builtin.Name)
		}
	}
	for _, name := range []string{"http.send", "opa.runtime", "rego.parse_module", "time.now_ns", "rand.intn", "uuid.rfc4122",
		"net.lookup_ip_addr", "json.match_schema", "json.verify_schema", "time.clock", "print", "trace", "io.jwt.decode_verify"} {
		for _, builtin := range Capabilities().Builtins {
			if builtin.Name == name {
				t.Errorf("rules may use %s", name)
			}
		}
	}
}

// Links in a real folder are refused, also where they stay within it.
func TestLinksAreRefused(t *testing.T) {
	folder := t.TempDir()
	if err := os.Mkdir(folder+"/x", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/etc/passwd", folder+"/x/rule.rego"); err != nil {
		t.Skip(err)
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	_, err = (&Set{}).Add(root.FS(), "own")
	if want := "read the rules: own/x/rule.rego is a link; rules are not read through links: put the file itself there"; err == nil || err.Error() != want {
		t.Errorf("the error is %v, want %s", err, want)
	}
}
