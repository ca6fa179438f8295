package canvaslint_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	module       = "github.com/canvaslint/canvaslint"
	maxFile      = 600 // lines
	maxFunction  = 80  // lines, not counted in tests, whose tables are long
	roof         = 8
	opaModule    = "github.com/open-policy-agent/opa"
	awsSDKModule = "github.com/aws/aws-sdk-go-v2"
	livePackage  = module + "/pkg/live"
)

// floors is the floor plan of DESIGN.md. A package imports only from floors
// below its own; a sub-package lives on its parent's floor.
func floors() map[string]int {
	return map[string]int{
		"pkg/source": 0, "pkg/reference": 0, "pkg/outfile": 0, "pkg/kept": 0, "pkg/parallel": 0, "pkg/wording": 0,
		"pkg/iam": 1, "pkg/finding": 1, "pkg/layout": 1, "pkg/fetch": 1, "pkg/commandline": 1, "pkg/build": 1,
		"pkg/snapshot": 2, "pkg/access": 2, "pkg/config": 2,
		"pkg/load": 3, "pkg/canvas": 3, "pkg/denial": 3,
		"pkg/rules": 4, "pkg/triage": 4, "pkg/report": 4, "pkg/live": 4, "pkg/diff": 4, "pkg/cache": 4,
		"pkg/lint":       5,
		"pkg/fix":        6,
		"pkg/lsp":        7,
		"cmd/canvaslint": roof, "cmd/canvaslint-fetch": roof, "policies": roof, "schema": roof, "bench": roof,
	}
}

// onlyCommand are the names that belong to the program alone: what prints, exits,
// starts processes, or reads the clock or the environment. "fmt.Print" stands for all that begin so.
func onlyCommand() []string {
	return []string{
		"os.Exit", "os.Getenv", "os.LookupEnv", "os.Environ", "os.ExpandEnv", "os.Args", "os.Stdin", "os.Stdout", "os.Stderr",
		"fmt.Print", "log.", "time.Now", "time.Since", "time.Until", "exec.Command", "exec.CommandContext", "os.StartProcess",
	}
}

// TestFloorPlan reads every Go file of the module and holds it against the law.
func TestFloorPlan(t *testing.T) {
	files := goFiles(t, ".")
	if len(files) < 20 {
		t.Fatalf("read the module: only %d Go files found", len(files))
	}
	for _, file := range files {
		for _, broken := range violations(file) {
			t.Error(broken)
		}
	}
}

// TestFloorPlanSees proves that each article of the law is enforced.
func TestFloorPlanSees(t *testing.T) {
	cases := []struct{ name, file, text, want string }{
		{"a floor above", "pkg/iam/a.go", `package iam; import _ "` + module + `/pkg/load"`, "imports pkg/load, which is not on a floor below"},
		{"the same floor", "pkg/load/a.go", `package load; import _ "` + module + `/pkg/canvas"`, "imports pkg/canvas, which is not on a floor below"},
		{"a floor below", "pkg/load/a.go", `package load; import _ "` + module + `/pkg/iam"`, ""},
		{"a sub-package", "pkg/rules/ruletest/a.go", `package ruletest; import _ "` + module + `/pkg/rules"`, ""},
		{"a sub-package too high", "pkg/access/cases/a.go", `package cases; import _ "` + module + `/pkg/rules"`, "imports pkg/rules, which is not on a floor below"},
		{"the policies", "pkg/rules/a.go", `package rules; import _ "` + module + `/policies"`, "imports policies, which is not on a floor below"},
		{"the pipeline from below", "pkg/report/a.go", `package report; import _ "` + module + `/pkg/lint"`, "imports pkg/lint, which is not on a floor below"},
		{"the sandbox", "pkg/rules/sandbox/a.go", `package sandbox; import _ "` + module + `/pkg/rules"`, ""},
		{"a process of the sandbox", "pkg/rules/sandbox/a.go", `package sandbox; import "os/exec"; var _ = exec.Command`, "uses exec.Command"},
		{"the policies in cmd", "cmd/canvaslint/a.go", `package main; import _ "` + module + `/policies"`, ""},
		{"no floor", "pkg/plumbing/a.go", `package plumbing`, "has no floor"},
		{"a package at the root", "a.go", `package canvaslint`, "has no floor"},
		{"a test", "pkg/iam/a_test.go", `package iam; import _ "` + module + `/pkg/load"`, ""},
		{"OPA in rules", "pkg/rules/a.go", `package rules; import _ "` + opaModule + `/v1/rego"`, ""},
		{"OPA elsewhere", "pkg/report/a.go", `package report; import _ "` + opaModule + `/v1/rego"`, "only pkg/rules imports " + opaModule},
		{"the SDK elsewhere", "cmd/canvaslint/a.go", `package main; import _ "` + awsSDKModule + `/service/kms"`, "only pkg/live imports " + awsSDKModule},
		{"the SDK by a detour", "cmd/canvaslint/a.go", `package main; import _ "` + livePackage + `"`, "only cmd/canvaslint-fetch imports pkg/live"},
		{"the SDK in its program", "cmd/canvaslint-fetch/a.go", `package main; import _ "` + livePackage + `"`, ""},
		{"printing", "pkg/load/a.go", `package load; import "fmt"; func f() { fmt.Println() }`, "uses fmt.Println"},
		{"the clock under another name", "pkg/load/a.go", `package load; import clock "time"; var _ = clock.Now`, "uses time.Now"},
		{"no clock", "pkg/load/a.go", `package load; type T struct{ Now int }; func f(time T) int { return time.Now }`, ""},
		{"exit in cmd", "cmd/canvaslint/a.go", `package main; import "os"; func f() { os.Exit(1) }`, ""},
		{"init", "cmd/canvaslint/a.go", `package main; func init() {}`, "init()"},
		{"a name for anything", "pkg/rules/utils/a.go", `package utils`, `package name "utils"`},
		{"a long file", "pkg/iam/a.go", "package iam" + strings.Repeat("\n", 601), "601 lines"},
		{"a long function", "pkg/iam/a.go", "package iam\nfunc f() {" + strings.Repeat("\n", 80) + "}", "f has 81 lines"},
		{"a generator", "pkg/iam/a.go", "//go:build ignore\n\npackage main\nimport \"os\"\nfunc main() { os.Exit(1) }", ""},
		{"a generator in a comment only", "pkg/iam/a.go", "package iam\n//go:build ignore\nfunc init() {}", "init()"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := strings.Join(violations(parse(t, c.file, []byte(c.text))), "\n")
			if c.want == "" && got != "" || !strings.Contains(got, c.want) {
				t.Errorf("violations of %s:\n%s\nwant: %q", c.file, got, c.want)
			}
		})
	}
}

// goFile is one source file; its name has forward slashes and no leading "./".
type goFile struct {
	name  string
	lines int
	set   *token.FileSet
	tree  *ast.File
}

func (f goFile) isTest() bool { return strings.HasSuffix(f.name, "_test.go") }

// isGenerator reports whether the file belongs to no package: a program for
// "go generate". Only a line above the package clause says so.
func (f goFile) isGenerator() bool {
	for _, group := range f.tree.Comments {
		for _, comment := range group.List {
			if comment.Text == "//go:build ignore" && comment.Pos() < f.tree.Package {
				return true
			}
		}
	}
	return false
}

func goFiles(t *testing.T, root string) []goFile {
	t.Helper()
	var files []goFile
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if hidden := strings.HasPrefix(entry.Name(), ".") && name != root; entry.IsDir() && (hidden || entry.Name() == "testdata") {
			return filepath.SkipDir
		}
		if entry.IsDir() || filepath.Ext(name) != ".go" {
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		files = append(files, parse(t, filepath.ToSlash(name), text))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func parse(t *testing.T, name string, text []byte) goFile {
	t.Helper()
	set := token.NewFileSet()
	tree, err := parser.ParseFile(set, name, text, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.Count(text, []byte("\n"))
	if !bytes.HasSuffix(text, []byte("\n")) {
		lines++
	}
	return goFile{name: name, lines: lines, set: set, tree: tree}
}

// violations lists what a file does against the law.
func violations(file goFile) []string {
	if file.isGenerator() {
		return nil
	}
	broken := slices.Concat(shape(file), names(file))
	if file.isTest() {
		return broken
	}
	return slices.Concat(broken, imports(file), calls(file))
}

// home gives the package of the floor plan that a folder belongs to, itself or
// the nearest above it.
func home(folder string) (string, bool) {
	plan := floors()
	for ; folder != "." && folder != "/"; folder = path.Dir(folder) {
		if _, ok := plan[folder]; ok {
			return folder, true
		}
	}
	return "", false
}

func imports(file goFile) []string {
	folder := path.Dir(file.name)
	own, ok := home(folder)
	if !ok {
		return []string{fmt.Sprintf("%s: %s has no floor: give it one here and in DESIGN.md", file.name, folder)}
	}
	var broken []string
	for _, spec := range file.tree.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		if message := forbidden(own, imported); message != "" {
			broken = append(broken, fmt.Sprintf("%s: %s", file.set.Position(spec.Pos()), message))
		}
	}
	return broken
}

// forbidden says what is wrong with an import of a package of the plan.
func forbidden(own, imported string) string {
	switch {
	case isWithin(imported, opaModule) && own != "pkg/rules":
		return "only pkg/rules imports " + opaModule
	case isWithin(imported, awsSDKModule) && own != "pkg/live":
		return "only pkg/live imports " + awsSDKModule
	case imported == livePackage && own != "cmd/canvaslint-fetch":
		return "only cmd/canvaslint-fetch imports pkg/live, and with it the AWS SDK"
	case !isWithin(imported, module):
		return ""
	}
	folder := strings.TrimPrefix(strings.TrimPrefix(imported, module), "/")
	other, ok := home(folder)
	plan := floors()
	switch {
	case !ok:
		return "imports " + folder + ", which has no floor"
	case other == own:
		return "" // within a family; the compiler sees to it that this goes one way
	case plan[other] < plan[own] || own == "cmd/canvaslint":
		return ""
	}
	return "imports " + folder + ", which is not on a floor below"
}

func isWithin(imported, module string) bool {
	return imported == module || strings.HasPrefix(imported, module+"/")
}

// calls finds what only the program may do.
func calls(file goFile) []string {
	if !strings.HasPrefix(file.name, "pkg/") {
		return nil
	}
	imported := map[string]string{}
	for _, spec := range file.tree.Imports {
		name, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		local := path.Base(name)
		if spec.Name != nil {
			local = spec.Name.Name
		}
		imported[local] = name
	}
	var broken []string
	ast.Inspect(file.tree, func(node ast.Node) bool {
		selector, ok := node.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if base, ok := selector.X.(*ast.Ident); ok && base.Obj == nil && imported[base.Name] != "" {
			if use := path.Base(imported[base.Name]) + "." + selector.Sel.Name; isOnlyCommands(use) {
				broken = append(broken, fmt.Sprintf("%s: uses %s, which is the program's alone", file.set.Position(node.Pos()), use))
			}
		}
		return true
	})
	return broken
}

func isOnlyCommands(use string) bool {
	for _, name := range onlyCommand() {
		if use == name || strings.HasPrefix(use, name) && (name == "fmt.Print" || name == "log.") {
			return true
		}
	}
	return false
}

// shape holds file and functions against the limits, and finds init functions.
func shape(file goFile) []string {
	var broken []string
	if file.lines > maxFile {
		broken = append(broken, fmt.Sprintf("%s: %d lines, more than %d", file.name, file.lines, maxFile))
	}
	for _, declaration := range file.tree.Decls {
		function, ok := declaration.(*ast.FuncDecl)
		if !ok {
			continue
		}
		start, end := file.set.Position(function.Pos()), file.set.Position(function.End())
		if lines := end.Line - start.Line + 1; lines > maxFunction && !file.isTest() {
			broken = append(broken, fmt.Sprintf("%s: %s has %d lines, more than %d", start, function.Name.Name, lines, maxFunction))
		}
		if function.Recv == nil && function.Name.Name == "init" {
			broken = append(broken, fmt.Sprintf("%s: init(): nothing of ours works before main", start))
		}
	}
	return broken
}

// names refuses names that could hold anything, for packages and folders.
func names(file goFile) []string {
	vague := []string{"utils", "util", "common", "helpers", "helper", "internal", "misc", "lib", "shared"}
	words := append(strings.Split(path.Dir(file.name), "/"), strings.TrimSuffix(file.tree.Name.Name, "_test"))
	for _, word := range words {
		if slices.Contains(vague, word) {
			return []string{fmt.Sprintf("%s: package name %q says nothing of what it holds", file.name, word)}
		}
	}
	return nil
}
