//go:build unix

package main

import (
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// instruction is one of a Dockerfile.
type instruction struct{ word, rest string }

// dockerfile reads the instructions of the Dockerfile, by stage.
func dockerfile(t *testing.T) [][]instruction {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(projectRoot(t), "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	var stages [][]instruction
	for line := range strings.Lines(string(data)) {
		word, rest, ok := strings.Cut(strings.TrimSpace(line), " ")
		switch {
		case !ok || word == "#":
		case word == "FROM":
			stages = append(stages, nil)
		default:
			last := len(stages) - 1
			stages[last] = append(stages[last], instruction{word, rest})
		}
	}
	if len(stages) != 2 {
		t.Fatalf("%d stages", len(stages))
	}
	return stages
}

// The steps of the Dockerfile, run without a container engine: what they make is
// static, and works in an empty root for a user that is no one.
func TestDockerfile(t *testing.T) {
	slow(t)
	if _, err := os.Stat("/etc/ssl/certs/ca-certificates.crt"); err != nil {
		t.Skipf("SKIPPED: %v", err)
	}
	stages := dockerfile(t)
	out, image := filepath.Join(t.TempDir(), "out"), t.TempDir()
	place := func(text string) string { return regexp.MustCompile(`/out\b`).ReplaceAllString(text, out) }
	for _, i := range stages[0] {
		if i.word != "RUN" {
			continue
		}
		script := regexp.MustCompile(`--mount=\S+ `).ReplaceAllString(i.rest, "")
		command := exec.Command("sh", "-ec", place(script))
		command.Dir = projectRoot(t)
		command.Env = append(os.Environ(), "VERSION=v9.9.9", "COMMIT=abc", "DATE=2026-11-27T10:00:00Z")
		if text, err := command.CombinedOutput(); err != nil {
			t.Fatalf("RUN %s: %v\n%s", script, err, text)
		}
	}
	user, work, entry := "", "", ""
	for _, i := range stages[1] {
		switch i.word {
		case "COPY":
			words := strings.Fields(strings.TrimPrefix(i.rest, "--from=build "))
			target := filepath.Join(image, words[1])
			if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
				t.Fatal(err)
			}
			if text, err := exec.Command("cp", "-a", place(words[0]), target).CombinedOutput(); err != nil {
				t.Fatalf("COPY %s: %v\n%s", i.rest, err, text)
			}
		case "USER":
			user = i.rest
		case "WORKDIR":
			work = i.rest
		case "ENTRYPOINT":
			entry = i.rest
		}
	}
	if user != "65532:65532" || work != "/work" || entry != `["/canvaslint"]` {
		t.Errorf("user %s, folder %s, entry %s", user, work, entry)
	}
	isStatic(t, filepath.Join(image, "canvaslint"))
	isStatic(t, filepath.Join(image, "canvaslint-fetch"))
	if os.Geteuid() != 0 {
		t.Skip("SKIPPED: only root can enter the image's root")
	}
	if err := os.Chmod(image, 0o755); err != nil {
		t.Fatal(err)
	}
	for snapshot, status := range map[string]int{"clean": 0, "broken": 1} {
		if err := os.CopyFS(filepath.Join(image, "work", snapshot), os.DirFS(filepath.Join(projectRoot(t), "testdata", "snapshots", snapshot))); err != nil {
			t.Fatal(err)
		}
		command := exec.Command("/canvaslint", "check", snapshot)
		command.Path, command.Dir, command.Err, command.Env = "/canvaslint", work, nil, []string{}
		command.SysProcAttr = &syscall.SysProcAttr{Chroot: image, Credential: &syscall.Credential{Uid: 65532, Gid: 65532}}
		text, err := command.CombinedOutput()
		if command.ProcessState == nil || command.ProcessState.ExitCode() != status || !strings.Contains(string(text), " files read") {
			t.Errorf("%s: %v, want status %d\n%s", snapshot, err, status, text)
		}
	}
}

// isStatic holds that a program asks for no loader and no library.
func isStatic(t *testing.T, program string) {
	t.Helper()
	file, err := elf.Open(program)
	if err != nil {
		t.Logf("no ELF file: %v", err)
		return
	}
	defer func() { _ = file.Close() }()
	for _, segment := range file.Progs {
		if segment.Type == elf.PT_INTERP {
			t.Error("the program asks for a loader")
		}
	}
	if libraries, err := file.ImportedLibraries(); len(libraries) > 0 {
		t.Errorf("the program asks for libraries: %v %v", libraries, err)
	}
}
