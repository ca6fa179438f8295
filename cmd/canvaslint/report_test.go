package main

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/schema"
)

// checkJSON runs check and gives its report, which must fit the published schema.
func checkJSON(t *testing.T, args ...string) *finding.Report {
	t.Helper()
	var out, errors bytes.Buffer
	run(append([]string{"check", "--format", "json"}, args...), streams{out: &out, err: &errors})
	if errors.Len() > 0 {
		t.Fatalf("standard error: %s", errors.String())
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema.Report))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("report.json", document); err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if err := compiler.MustCompile("report.json").Validate(value); err != nil {
		t.Errorf("the report does not fit its schema: %v", err)
	}
	var report finding.Report
	if err := json.Unmarshal(out.Bytes(), &report); err != nil {
		t.Fatal(err)
	}
	return &report
}

func TestReportFitsSchema(t *testing.T) {
	for _, snapshot := range []string{"clean", "broken"} {
		for _, guide := range []string{"2022", "current"} {
			checkJSON(t, "--guide", guide, filepath.Join("..", "..", "testdata", "snapshots", snapshot))
		}
	}
}

// Every seed rule fires on the broken account.
func TestBrokenAccount(t *testing.T) {
	report := checkJSON(t, filepath.Join("..", "..", "testdata", "snapshots", "broken"))
	fired := map[string]bool{}
	for _, f := range report.Findings {
		fired[f.Rule] = true
	}
	for _, rule := range []string{
		"role-cannot-use-app-key", "role-cannot-use-storage-key", "role-cannot-import-dataset", "role-relies-on-iam",
		"domain-key-malformed", "domain-key-not-found", "domain-key-wrong-region", "domain-key-unusable", "domain-uses-aws-key",
		"domain-storage-key-unset", "domain-storage-key-inactive", "bucket-requires-other-key", "bucket-denies-canvas",
		"bucket-default-key-differs", "model-time-series-key", "policy-placeholder", "role-access-unknown",
	} {
		if !fired[rule] {
			t.Errorf("the rule %s does not fire", rule)
		}
	}
}

// shared gives a folder of the shared material, and skips loudly without it.
func shared(t *testing.T, folder string) string {
	t.Helper()
	root := os.Getenv("CANVASLINT_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared")
	}
	path := filepath.Join(root, folder)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("SKIPPED: %s is missing; set CANVASLINT_SHARED to the shared folder", path)
	}
	return path
}

// The real documents of the corpus neither panic nor give a place outside of a file,
// those of one project together.
func TestCorpus(t *testing.T) {
	corpus := shared(t, "corpus")
	projects, err := os.ReadDir(corpus)
	if err != nil {
		t.Fatal(err)
	}
	for _, project := range projects {
		if project.IsDir() {
			verifyPlaces(t, checkJSON(t, filepath.Join(corpus, project.Name())))
		}
	}
}

// All of them as if they were one project: a role of each template may read from the
// buckets of every other.
func TestCorpusAtOnce(t *testing.T) {
	slow(t)
	verifyPlaces(t, checkJSON(t, shared(t, "corpus")))
}

// Named one by one, each file of the corpus must say something or be understood.
func TestCorpusOneByOne(t *testing.T) {
	slow(t)
	err := filepath.WalkDir(shared(t, "corpus"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		report := checkJSON(t, path)
		verifyPlaces(t, report)
		if report.Coverage.Files == 0 && len(report.Problems) == 0 {
			t.Errorf("%s: passed in silence", path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// verifyPlaces fails if a place of a report is outside of its file.
func verifyPlaces(t *testing.T, report *finding.Report) {
	t.Helper()
	inside := func(file string, line, column int) bool {
		data, err := os.ReadFile(file)
		if err != nil {
			return false
		}
		text := strings.ReplaceAll(strings.ReplaceAll(string(data), "\r\n", "\n"), "\r", "\n")
		lines := strings.Split(text, "\n")
		return line >= 1 && line <= len(lines) && column >= 1 && column <= len([]rune(lines[line-1]))+1
	}
	for _, p := range report.Problems {
		if !p.Start.IsZero() && !inside(p.File, p.Start.Line, p.Start.Column) {
			t.Errorf("%s:%s: this problem is outside of the file: %s", p.File, p.Start, p.Message)
		}
	}
	for _, f := range report.Findings {
		if !inside(f.File, f.Start.Line, f.Start.Column) || !inside(f.File, f.End.Line, f.End.Column) {
			t.Errorf("%s:%s-%s: this finding is outside of the file: %s", f.File, f.Start, f.End, f.Message)
		}
	}
}
