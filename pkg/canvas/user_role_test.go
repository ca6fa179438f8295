package canvas_test

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/load"
)

var update = flag.Bool("update", false, "rewrite the expected facts")

// Each archive of testdata is an account with what is to be worked out of it:
// "facts" for the default guide, "facts-current" for the other.
func TestFacts(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("list the accounts: %v", err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			folder := t.TempDir()
			for _, part := range archive.Files {
				if strings.HasPrefix(part.Name, "facts") {
					continue
				}
				path := filepath.Join(folder, part.Name)
				if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, part.Data, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			for i, part := range archive.Files {
				guide, ok := strings.CutPrefix(part.Name, "facts")
				if !ok {
					continue
				}
				got := factsOf(t, folder, config.Config{Guide: strings.TrimPrefix(guide, "-")}.Defaults())
				if want := string(part.Data); got != want && !*update {
					t.Errorf("%s (-want +got):\n%s", part.Name, gocmp.Diff(want, got))
				}
				archive.Files[i].Data = []byte(got)
			}
			if *update {
				if err := os.WriteFile(file, txtar.Format(archive), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// factsOf writes what is known of roles, jobs and keys, and who is ready.
func factsOf(t *testing.T, folder string, c config.Config) string {
	t.Helper()
	loaded, err := load.Load([]string{folder}, load.Options{Display: func(path string) string {
		name, _ := filepath.Rel(folder, path)
		return filepath.ToSlash(name)
	}})
	if err != nil {
		t.Fatal(err)
	}
	facts := canvas.Work(loaded.Snapshot, c)
	var b strings.Builder
	for _, problem := range append(loaded.Problems, facts.Problems...) {
		fmt.Fprintf(&b, "problem %s\n", problem)
	}
	for _, use := range facts.Roles {
		fmt.Fprintf(&b, "role %s %s: %s %s\n", use.Kind, short(use.ARN), use.Existence, short(use.Similar))
	}
	for _, need := range facts.Needs {
		for _, a := range need.Actions {
			if need.Service != "" || need.Purpose == finding.Helper {
				fmt.Fprintf(&b, "need %s %s by %s on %s: %s\n", need.Purpose, a.Name, cmp.Or(need.Service, short(need.Role)), short(need.Resource), a.Result)
			}
		}
	}
	for _, use := range facts.Jobs {
		fmt.Fprintf(&b, "job %s of %s lacks %s %s\n", use.Job.Name, userNames(use.Users), keyName(use.LacksOutput), keyName(use.LacksVolume))
	}
	for _, use := range facts.Keys {
		for _, bucket := range use.Foreign {
			fmt.Fprintf(&b, "key %s for %s of %s, maybe %v\n", use.Setting.Value, bucket.Name, bucket.Account, bucket.Maybe)
		}
	}
	for _, broad := range facts.Broad {
		fmt.Fprintf(&b, "broad %s %s %d\n", short(broad.Role), broad.Policy.Name, broad.Statement.Index+1)
	}
	for _, row := range facts.Readiness() {
		fmt.Fprintf(&b, "%s %s: %s; %s\n", row.Profile, row.Purpose, row.Verdict, row.Reason)
	}
	fmt.Fprintf(&b, "undecided %v\n", len(facts.Undecided(func(*canvas.Need) bool { return false })) > 0)
	return b.String()
}

func short(arn string) string { return arn[strings.LastIndexAny(arn, "/:")+1:] }

func userNames(users []*canvas.User) string {
	if len(users) == 0 {
		return "no one"
	}
	var names []string
	for _, user := range users {
		names = append(names, user.Name)
	}
	return strings.Join(names, ",")
}

func keyName(use *canvas.KeyUse) string {
	if use == nil {
		return "-"
	}
	return short(use.ARN)
}
