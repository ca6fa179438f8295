package main

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// itself begins the arguments of a test's binary that is to be canvaslint.
const itself = "canvaslint-itself"

var update = flag.Bool("update", false, "rewrite the expected output of the scripts")

func TestMain(m *testing.M) {
	// A test that lets another program start this one.
	if len(os.Args) > 1 && os.Args[1] == itself {
		os.Args = slices.Delete(os.Args, 1, 2)
		main()
	}
	// A test that runs user rules in process starts itself for their sandbox.
	if len(os.Args) > 1 && os.Args[1] == workerName {
		main()
	}
	testscript.Main(m, map[string]func(){"canvaslint": main})
}

// TestScript runs the transcripts of the command line. The project's testdata
// stands in each script's folder under its own name.
func TestScript(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:           filepath.Join(root, "testdata", "script"),
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			env.Setenv("ROOT", root)
			env.Setenv("XDG_CACHE_HOME", filepath.Join(env.WorkDir, ".cache"))
			program, err := exec.LookPath("canvaslint")
			if err != nil {
				return err
			}
			env.Setenv("BIN", filepath.Dir(program)) // this program and no other
			return os.Symlink(filepath.Join(root, "testdata"), filepath.Join(env.WorkDir, "testdata"))
		},
		Cmds:      map[string]func(*testscript.TestScript, bool, []string){"status": status},
		Condition: func(name string) (bool, error) { return name == "slow" && isSlow(), nil },
	})
}

// slow skips what takes long, so that the first "go test" of a newcomer does not:
// it runs where CANVASLINT_SLOW is set, as .ci/run does. A script asks for [slow].
func slow(t *testing.T) {
	t.Helper()
	if !isSlow() {
		t.Skip("SKIPPED: takes long; set CANVASLINT_SLOW=1")
	}
}

func isSlow() bool { return os.Getenv("CANVASLINT_SLOW") != "" }

// status runs canvaslint and checks its exit status: status 3 check file.json.
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N ARGS...")
	}
	want := args[0]
	err := ts.Exec("canvaslint", args[1:]...)
	got := "0"
	if err != nil {
		got = err.Error()[len("exit status "):]
	}
	if got != want {
		ts.Fatalf("exit status %s, want %s", got, want)
	}
}
