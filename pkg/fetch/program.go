package fetch

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// FindProgram looks for [Program] beside the program that runs, on PATH, and where "go
// install" puts programs
// (https://pkg.go.dev/cmd/go#hdr-Compile_and_install_packages_and_dependencies).
func FindProgram(environment func(string) string) (path string, found bool) {
	name := Program
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	if own, err := os.Executable(); err == nil {
		if target, err := filepath.EvalSymlinks(own); err == nil {
			own = target
		}
		if beside := filepath.Join(filepath.Dir(own), name); isFile(beside) {
			return beside, true
		}
	}
	if onPath, err := exec.LookPath(name); err == nil {
		return onPath, true
	}
	if installed := filepath.Join(goBin(environment), name); filepath.IsAbs(installed) && isFile(installed) {
		return installed, true
	}
	return "", false
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// goBin is the folder of "go install".
func goBin(environment func(string) string) string {
	if folder := environment("GOBIN"); folder != "" {
		return folder
	}
	if first := filepath.SplitList(environment("GOPATH")); len(first) > 0 {
		return filepath.Join(first[0], "bin")
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	return filepath.Join(home, "go", "bin")
}
