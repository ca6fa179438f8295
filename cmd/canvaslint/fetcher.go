package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"github.com/canvaslint/canvaslint/pkg/fetch"
)

// fetcher gives the program that talks to AWS, ready to start, for a purpose.
func fetcher(complaints io.Writer, purpose string) (fetch.Process, error) {
	program, err := findFetcher(purpose)
	if err != nil {
		return nil, err
	}
	return func(in io.Reader, out io.Writer) error {
		command := exec.Command(program)
		command.Stdout, command.Stderr = out, complaints
		// A reader of ours would be waited for; a pipe ends with the program.
		orders, err := command.StdinPipe()
		if err != nil {
			return err
		}
		if err := command.Start(); err != nil {
			return err
		}
		go func() {
			_, _ = io.Copy(orders, in)
			_ = orders.Close()
		}()
		return command.Wait()
	}, nil
}

// findFetcher looks beside this program, on PATH, and where "go install" puts
// programs (https://pkg.go.dev/cmd/go#hdr-Compile_and_install_packages_and_dependencies).
func findFetcher(purpose string) (string, error) {
	name := fetch.Program
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	if own, err := os.Executable(); err == nil {
		if target, err := filepath.EvalSymlinks(own); err == nil {
			own = target
		}
		if beside := filepath.Join(filepath.Dir(own), name); isFile(beside) {
			return beside, nil
		}
	}
	if found, err := exec.LookPath(name); err == nil {
		return found, nil
	}
	if installed := filepath.Join(goBin(), name); filepath.IsAbs(installed) && isFile(installed) {
		return installed, nil
	}
	return "", fmt.Errorf("%s takes the program %s, which is neither beside canvaslint nor on PATH: %s", purpose, fetch.Program, installHint())
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// goBin is the folder of "go install".
func goBin() string {
	if folder := os.Getenv("GOBIN"); folder != "" {
		return folder
	}
	if first := filepath.SplitList(os.Getenv("GOPATH")); len(first) > 0 {
		return filepath.Join(first[0], "bin")
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	return filepath.Join(home, "go", "bin")
}

// installHint is the command that installs the program in the version of this one;
// what was built in a checkout installs it from there.
func installHint() string {
	of := ""
	if b := thisBuild(); b.Version != "devel" && (buildVersion != "" || b.Commit == "") {
		of = "@" + b.Version
	}
	return "go install github.com/canvaslint/canvaslint/cmd/" + fetch.Program + of
}

// fetchError says how a fetch that could not be carried out ends.
func fetchError(err error) error {
	var usage fetch.UsageError
	switch {
	case errors.As(err, &usage):
		return usageError(err)
	case errors.Is(err, fetch.ErrOtherVersion):
		return usageError(fmt.Errorf("%s: %w: %s", fetch.Program, err, installHint()))
	}
	return statusError{exitIncomplete, err}
}
