package report

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestWords holds words.txt against the texts of the program: string literals of
// its Go files and its rules, and the ids of the rules.
func TestWords(t *testing.T) {
	found := map[string]bool{}
	for _, folder := range []string{"pkg", "cmd", "policies"} {
		err := filepath.WalkDir(filepath.Join("..", "..", folder), func(name string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir() && entry.Name() == "testdata":
				return fs.SkipDir
			case entry.IsDir() && folder == "policies":
				found[entry.Name()] = true
			case strings.HasSuffix(name, ".rego"):
				return wordsOfRule(name, found)
			case strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go"):
				return wordsOfGo(name, found)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	var list []string
	for word := range found {
		list = append(list, word)
	}
	slices.Sort(list)
	text := strings.Join(list, "\n") + "\n"
	if *update {
		if err := os.WriteFile("words.txt", []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(ownWords, text); diff != "" {
		t.Errorf("words.txt is not current, rewrite it with -update: %s", diff)
	}
}

var (
	verb = regexp.MustCompile(`%[-+# 0]*(\[[0-9]+\])?[0-9.*]*[a-zA-Z]`)
	word = regexp.MustCompile(`[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)*`)
	// regoText is a string of a rule, or a comment, which is none of its messages.
	regoText = regexp.MustCompile("#.*|\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`")
)

func addWords(text string, found map[string]bool) {
	for _, w := range word.FindAllString(verb.ReplaceAllString(text, " "), -1) {
		found[w] = true
	}
}

func wordsOfGo(name string, found map[string]bool) error {
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	ast.Inspect(file, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.BasicLit:
			if text, err := strconv.Unquote(node.Value); err == nil && node.Kind == token.STRING {
				addWords(text, found)
			}
		}
		return true
	})
	return nil
}

func wordsOfRule(name string, found map[string]bool) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	for _, literal := range regoText.FindAllString(string(data), -1) {
		if strings.HasPrefix(literal, "#") {
			continue
		}
		if text, err := strconv.Unquote(literal); err == nil {
			addWords(text, found)
		}
	}
	return nil
}
