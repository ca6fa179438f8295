//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestShellsComplete asks each shell that is installed to complete a command and a word
// of a flag, as a person with a Tab key would.
func TestShellsComplete(t *testing.T) {
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	if err := os.WriteFile(filepath.Join(bin, "canvaslint"), []byte("#!/bin/sh\nexec \""+own+"\" "+itself+" \"$@\"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	// Bash's own library of completion need not be there: the script has a stand-in
	// for all that it uses of it but two functions.
	const bash = `source <(canvaslint completion bash)
_get_comp_words_by_ref() { words=("${COMP_WORDS[@]}"); cword=$COMP_CWORD; cur=${COMP_WORDS[COMP_CWORD]}; prev=${COMP_WORDS[COMP_CWORD-1]}; }
ask() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}; COMP_TYPE=9; COMPREPLY=(); __start_canvaslint 2>/dev/null; printf '%s\n' "${COMPREPLY[@]}"; }
ask canvaslint chec
ask canvaslint check --format ndj
`
	const zsh = `autoload -U compinit; compinit -u -d "$HOME/dump"; source <(canvaslint completion zsh); whence -w _canvaslint
canvaslint __complete chec; canvaslint __complete check --format ndj
`
	const fish = `canvaslint completion fish | source
complete -C "canvaslint chec"
complete -C "canvaslint check --format ndj"
`
	for _, shell := range []struct {
		name, script string
		args         []string
	}{
		{"bash", bash, []string{"--norc", "--noprofile", "-c"}},
		{"zsh", zsh, []string{"-f", "-c"}},
		{"fish", fish, []string{"--no-config", "-c"}},
	} {
		t.Run(shell.name, func(t *testing.T) {
			program, err := exec.LookPath(shell.name)
			if err != nil {
				t.Skipf("SKIPPED: there is no %s here: its completion was not tried", shell.name)
			}
			home := t.TempDir()
			command := exec.Command(program, slices.Concat(shell.args, []string{shell.script})...)
			command.Env = append(os.Environ(), "HOME="+home, "XDG_CONFIG_HOME="+home, "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
			out, err := command.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			var words []string
			for line := range strings.Lines(string(out)) {
				word, _, _ := strings.Cut(strings.TrimSpace(line), "\t")
				word, _, _ = strings.Cut(word, " ")
				words = append(words, word)
			}
			for _, want := range []string{"check", "ndjson"} {
				if !slices.Contains(words, want) {
					t.Errorf("%s is not offered:\n%s", want, out)
				}
			}
		})
	}
}
