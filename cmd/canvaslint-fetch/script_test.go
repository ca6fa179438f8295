package main

import (
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestScript runs the transcripts of canvaslint that need this program.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:  filepath.Join("..", "..", "testdata", "fetch"),
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"status": status},
	})
}

// status runs canvaslint and checks its exit status: status 3 check file.json.
func status(ts *testscript.TestScript, _ bool, args []string) {
	got := "0"
	if err := ts.Exec("canvaslint", args[1:]...); err != nil {
		got = err.Error()[len("exit status "):]
	}
	if got != args[0] {
		ts.Fatalf("exit status %s, want %s", got, args[0])
	}
}
