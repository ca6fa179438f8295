package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// conftest is what others check policies with, at the version that is compared with.
const conftest = "github.com/open-policy-agent/conftest@v0.71.1"

// peerTasks compare with conftest on one key policy and on a thousand, with as many
// rules as it is usual to have. Where it cannot be built nothing is compared.
func peerTasks(work, binary string) ([]*task, error) {
	peer, err := installed(conftest)
	if err != nil {
		fmt.Fprintf(os.Stderr, "SKIPPED: %s could not be built, and is not compared with: %v\n", conftest, err)
		return nil, nil
	}
	one, thousand := filepath.Join(work, "policy.json"), filepath.Join(work, "policies")
	if err := writePolicies(one, thousand); err != nil {
		return nil, err
	}
	ours := func(input string) *task {
		return &task{name: "check " + filepath.Base(input), command: []string{binary, "check", "--no-cache", input}}
	}
	check := ours(one)
	tasks := []*task{check}
	for _, c := range []struct {
		input string
		rules int
		goal  string
	}{{one, 1, "0.5"}, {one, 50, "0.3"}, {thousand, 14, "0.15"}} {
		if c.input == thousand {
			check = ours(thousand)
			tasks = append(tasks, check)
		}
		folder := filepath.Join(work, fmt.Sprintf("rules-%d", c.rules))
		if err := writeRules(folder, c.rules); err != nil {
			return nil, err
		}
		tasks = append(tasks, &task{
			name: fmt.Sprintf("conftest, %d rules, %s", c.rules, filepath.Base(c.input)), check: check, goal: c.goal,
			command: []string{peer, "test", "--policy", folder, c.input},
		})
	}
	return tasks, nil
}

// installed gives the program of a Go module, built once into the cache folder of the
// user.
func installed(module string) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	bin := filepath.Join(cache, "canvaslint-bench", filepath.Base(module))
	program := filepath.Join(bin, "conftest")
	if _, err := os.Stat(program); err == nil {
		return program, nil
	}
	install := exec.Command("go", "install", module)
	install.Env, install.Stderr = append(os.Environ(), "GOBIN="+bin, "GOFLAGS=", "CGO_ENABLED=0"), os.Stderr
	return program, install.Run()
}

// writePolicies writes a key policy, and a folder of a thousand like it.
func writePolicies(one, thousand string) error {
	if err := os.MkdirAll(thousand, 0o750); err != nil {
		return err
	}
	policy := func(n int) []byte {
		return fmt.Appendf(nil, `{"Version": "2012-10-17", "Statement": [
  {"Sid": "Administration", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*", "Resource": "*"},
  {"Sid": "Use", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/Canvas-%d"}, "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": "*"}]}
`, n)
	}
	for n := range 1000 {
		if err := os.WriteFile(filepath.Join(thousand, fmt.Sprintf("policy-%d.json", n)), policy(n), 0o600); err != nil {
			return err
		}
	}
	return os.WriteFile(one, policy(0), 0o600)
}

// writeRules writes rules that look at each statement and find nothing.
func writeRules(folder string, count int) error {
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return err
	}
	for n := range count {
		text := fmt.Sprintf("package main\n\nimport rego.v1\n\ndeny contains message if {\n\tsome i, s in input.Statement\n\ts.Action == \"kms:Forbidden%d\"\n\tmessage := sprintf(\"statement %%d\", [i])\n}\n", n)
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("rule%d.rego", n)), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}
