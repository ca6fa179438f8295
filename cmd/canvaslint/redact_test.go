package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/canvaslint/canvaslint/pkg/report"
)

const (
	// planting is how many marked words go into a folder, secrets how many of all have
	// to reach the plain reports.
	planting = 40
	secrets  = 200
	// mark is what they have in common: no word of ours or of AWS holds it.
	mark = "quokka"
)

// planted takes places where a document holds a text: between quotes, behind a
// colon or a dash of YAML, and in comments.
var planted = regexp.MustCompile(`"[^"\\\n]+"|: [A-Za-z][A-Za-z0-9/_.-]+$|# .+$`)

// plant hides marked words in the documents of a folder, so many in all, each in
// another place that chance names; how it is hidden goes by chance too.
func plant(t *testing.T, folder string, chance *rand.Rand) {
	t.Helper()
	texts := map[string]string{}
	type place struct {
		file       string
		start, end int
	}
	var places []place
	err := filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(name)
		texts[name] = string(text)
		for _, at := range planted.FindAllStringIndex(texts[name], -1) {
			places = append(places, place{name, at[0], at[1]})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	chance.Shuffle(len(places), func(i, j int) { places[i], places[j] = places[j], places[i] })
	chosen := map[string]map[int]int{} // ends by starts
	for _, p := range places[:min(planting, len(places))] {
		if chosen[p.file] == nil {
			chosen[p.file] = map[int]int{}
		}
		chosen[p.file][p.start] = p.end
	}
	number := 0
	for name, text := range texts {
		var out strings.Builder
		last := 0
		for _, at := range planted.FindAllStringIndex(text, -1) {
			if _, ok := chosen[name][at[0]]; !ok {
				continue
			}
			number++
			out.WriteString(text[last:at[0]] + hide(text[at[0]:at[1]], number, chance))
			last = at[1]
		}
		out.WriteString(text[last:])
		if err := os.WriteFile(name, []byte(out.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// hide puts a marked word into a text, and leaves what encloses it.
func hide(text string, number int, chance *rand.Rand) string {
	word := fmt.Sprintf("%s%03d", mark, number)
	if chance.IntN(2) == 0 {
		word = strings.ToUpper(word[:1]) + word[1:]
	}
	open, inner, end := text[:1], text[1:], ""
	if strings.HasSuffix(text, `"`) {
		inner, end = text[1:len(text)-1], `"`
	} else if text[1] == ' ' {
		open, inner = text[:2], text[2:]
	}
	switch middle := len(inner) / 2; chance.IntN(5) {
	case 0:
		inner = word
	case 1:
		inner = word + "-" + inner
	case 2:
		inner = inner[:middle] + word + inner[middle:]
	case 3:
		inner += "/" + word
	default:
		inner += word
	}
	return open + inner + end
}

// own are things of the user's own besides the documents: a config, waivers, a rule.
func own(t *testing.T, folder string) {
	t.Helper()
	files := map[string]string{
		".canvaslint.yaml": "overrides:\n  - {paths: ['" + mark + "/**'], rules: {key-rotation-off: 'off'}}\ndocuments:\n  - {file: " + mark + ".json, owner: 'arn:aws:kms:eu-central-1:111122223333:key/" + mark + "'}\n" +
			"expect: {models: [{name: " + mark + "-model, domain: d-" + mark + ", problem: time-series-forecasting, key: alias/" + mark + "}]}\ndatasets: [" + mark + "-data]\nrule-dirs: [rules]\n",
		".canvaslint-waivers.yaml":             "- {rule: key-rotation-off, path: '**', reason: 'ask Quokka about " + mark + "', owner: " + mark + "}\n- {rule: key-shared-by-tag, resource: 'arn:" + mark + "', reason: " + mark + "}\n",
		"rules/" + mark + "-rule/rule.rego":    "# METADATA\n# title: The " + mark + " rule\n# description: For " + mark + ".\n# related_resources:\n# - https://" + mark + ".example/wiki\n# custom:\n#   why: " + mark + "\n#   fix: " + mark + "\n#   exceptions: " + mark + "\n#   severity: error\n#   since: 1.0.0\n#   guides: [\"2022\", current]\n#   inputs: [documents.domains]\npackage canvaslint[\"" + mark + "-rule\"]\n\nfindings contains {\"at\": domain.at, \"message\": \"talk to " + mark + " about it\", \"subject\": {\"account\": domain.account, \"region\": domain.region, \"domain\": domain.id}, \"causes\": [{\"action\": \"" + mark + ":Go\", \"layer\": \"" + mark + "-layer\", \"cause\": \"" + mark + "\", \"message\": \"it is " + mark + "\"}]} if {\n\tsome domain in input.documents.domains\n}\n",
		mark + "-dir/" + mark + ".json":        `{"` + mark + `": [`,
		mark + "-dir/notes.txt":                mark,
		mark + "-dir/policy-" + mark + ".json": `{"Version": "2012-10-17", "Statement": [{"Sid": "` + mark + `", "Effect": "Allow", "Principal": {"AWS": "` + mark + `"}, "Action": "` + mark + `:Go", "Resource": "*", "Condition": {"` + mark + `Equals": {"aws:PrincipalTag/` + mark + `": "` + mark + `@example.com"}}}]}`,
	}
	for name, text := range files {
		name = filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// rename marks every name of an account, in each document alike, so that all that
// is found of it stays, and gives how many there are.
func rename(t *testing.T, folder string) int {
	t.Helper()
	names := namesOf(t, folder)
	for _, kept := range []string{"root", "aws", "*", "TeamData", "manifest"} {
		delete(names, kept)
	}
	number := 0
	marked := map[string]string{}
	for name := range names {
		if plain := regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]*$`); plain.MatchString(name) && !strings.HasPrefix(name, "Amazon") && !strings.HasPrefix(name, "AWS") {
			number++
			marked[name] = fmt.Sprintf("%s%s%03d", name, mark, number)
		}
	}
	word := regexp.MustCompile(`[A-Za-z0-9][A-Za-z0-9-]*`)
	replace := func(text string) string {
		return word.ReplaceAllStringFunc(text, func(w string) string { return cmp.Or(marked[w], w) })
	}
	var files []string
	err := filepath.WalkDir(folder, func(name string, _ fs.DirEntry, err error) error {
		files = append(files, name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(files) // what is in a folder before the folder
	for _, name := range files[:len(files)-1] {
		if data, err := os.ReadFile(name); err == nil {
			if err := os.WriteFile(name, []byte(replace(string(data))), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		base := filepath.Base(name)
		if replace(base) == base {
			continue
		}
		if err := os.Rename(name, filepath.Join(filepath.Dir(name), replace(base))); err != nil {
			t.Fatal(err)
		}
	}
	return number
}

// TestRedactLeavesNoName marks the names of an account and what the user has of his
// own, and then texts anywhere in documents of each format, and finds none of the
// marks in any format of the redacted report, though the plain ones hold many.
func TestRedactLeavesNoName(t *testing.T) {
	formats, err := txtar.ParseFile(filepath.Join("..", "..", "testdata", "formats", "base.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	base := fstest.MapFS{}
	for _, file := range formats.Files {
		base[file.Name] = &fstest.MapFile{Data: file.Data}
	}
	names, err := fs.ReadDir(base, ".")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	copyTo(t, folder, os.DirFS(broken))
	if n := rename(t, folder); n < 50 {
		t.Errorf("only %d names were marked", n)
	}
	own(t, folder)
	seen := leaks(t, "names", folder, "--config", filepath.Join(folder, ".canvaslint.yaml"))
	for seed := range uint64(3) {
		folder := t.TempDir()
		copyTo(t, folder, os.DirFS(broken))
		plant(t, folder, rand.New(rand.NewPCG(seed, 1)))
		seen += leaks(t, fmt.Sprint("broken ", seed), folder)
		for _, format := range names {
			of, err := fs.Sub(base, format.Name())
			if err != nil {
				t.Fatal(err)
			}
			folder := t.TempDir()
			copyTo(t, folder, of)
			plant(t, folder, rand.New(rand.NewPCG(seed, 2)))
			seen += leaks(t, fmt.Sprint(format.Name(), " ", seed), folder)
		}
	}
	if seen < secrets {
		t.Errorf("only %d secrets stood in the plain reports: this proves little", seen)
	}
}

func copyTo(t *testing.T, folder string, from fs.FS) {
	t.Helper()
	if err := os.CopyFS(folder, from); err != nil {
		t.Fatal(err)
	}
}

// leaks checks a folder and reports marks that are left in any format of the
// redacted report. It gives the number of different ones in the plain report.
func leaks(t *testing.T, trial, folder string, args ...string) int {
	t.Helper()
	var plain, told bytes.Buffer
	if status := run(append([]string{"check", "--format", "json", folder}, args...), streams{out: &plain, err: &told}); status == exitUsage || status == exitInternal {
		t.Fatalf("%s: status %d: %s", trial, status, told.String())
	}
	seen := map[string]bool{}
	for _, word := range regexp.MustCompile(`(?i)`+mark+`\d*`).FindAllString(plain.String(), -1) {
		seen[strings.ToLower(word)] = true
	}
	r, err := report.ReadJSON(&plain)
	if err != nil {
		t.Fatal(err)
	}
	redacted := report.Redact(r)
	for _, format := range report.Formats(report.Options{Text: report.TextOptions{Verbose: true, Inputs: true}}) {
		var out bytes.Buffer
		if err := format.Write(&out, redacted); err != nil {
			t.Fatal(err)
		}
		for _, at := range regexp.MustCompile(`(?i)`+mark).FindAllStringIndex(out.String(), 3) {
			t.Errorf("%s, %s: %q", trial, format.Name, out.String()[max(0, at[0]-120):min(out.Len(), at[1]+60)])
		}
	}
	return len(seen)
}
