package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/canvaslint/canvaslint/bench/account"
)

// smallTasks are what a person waits for at a prompt, beside a program that does
// nothing at all.
func smallTasks(work, binary string) ([]*task, error) {
	source, hello := filepath.Join(work, "hello.go"), filepath.Join(work, "hello")
	if err := os.WriteFile(source, []byte("package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"hello\") }\n"), 0o600); err != nil {
		return nil, err
	}
	build := exec.Command("go", "build", "-ldflags=-s -w", "-o", hello, source)
	if build.Stderr = os.Stderr; build.Run() != nil {
		return nil, fmt.Errorf("build %s", source)
	}
	folder := filepath.Join(work, "small")
	if err := (account.Shape{Domains: 1, Profiles: 3, Keys: 2, Buckets: 2}).Folder().Write(folder); err != nil {
		return nil, err
	}
	// What is found warm was kept by a run before.
	cache := "XDG_CACHE_HOME=" + filepath.Join(work, "cache")
	first := exec.Command(binary, "check", folder)
	if first.Env = append(os.Environ(), cache); first.Run() != nil {
		return nil, fmt.Errorf("check %s", folder)
	}
	return []*task{
		{name: "a program that does nothing", command: []string{hello}},
		{name: "version", command: []string{binary, "version"}, goal: "4 times that"},
		{name: "a small account", command: []string{binary, "check", "--no-cache", folder}},
		{name: "the same, nothing changed since", command: []string{binary, "check", folder}, environment: []string{cache}, goal: "2 times version"},
	}, nil
}
