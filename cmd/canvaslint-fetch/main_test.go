package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// Exit statuses of canvaslint.
const (
	exitClean      = 0
	exitFindings   = 1
	exitIncomplete = 3
)

// built has canvaslint built before the tests, which start this program through it.
type built struct{ *testing.M }

func (b built) Run() int {
	folder, err := os.MkdirTemp("", "canvaslint-")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(folder) }()
	build := exec.Command("go", "build", "-buildvcs=false", "-o", filepath.Join(folder, "canvaslint"), "../canvaslint")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		panic(err)
	}
	if err := os.Setenv("PATH", folder+string(os.PathListSeparator)+os.Getenv("PATH")); err != nil {
		panic(err)
	}
	return b.M.Run()
}

func TestMain(m *testing.M) {
	testscript.Main(built{m}, map[string]func(){"canvaslint-fetch": main})
}
