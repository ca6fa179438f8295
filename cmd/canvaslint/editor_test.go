package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/canvaslint/canvaslint/bench/account"
)

const (
	editorPolicy = "loose/key.json"
	editorDomain = "100000000000/eu-central-1/sagemaker/domains/d-000000000000.json"
)

// editorWorkspace is an account whose role may not decrypt, with a key policy beside it
// that is open to everyone.
func editorWorkspace(t *testing.T) string {
	t.Helper()
	shape := account.Shape{Domains: 1, Profiles: 1}
	files := shape.Folder()
	for name, text := range files {
		files[name] = []byte(strings.ReplaceAll(string(text), "kms:Decrypt", "kms:Verify"))
	}
	files[editorPolicy] = []byte(`{
  "Version": "2012-10-17",
  "Statement": [
    {"Sid": "😀", "Effect": "Allow", "Principal": "*", "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": "*"}
  ]
}
`)
	folder := t.TempDir()
	if err := files.Write(folder); err != nil {
		t.Fatal(err)
	}
	return folder
}

// session runs an editor's session and holds what it saved against a check.
func session(t *testing.T, workspace string, editor *exec.Cmd) {
	t.Helper()
	out, err := editor.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "fixed and saved") {
		t.Fatalf("%v: %v\n%s", editor.Args, err, out)
	}
	// Nothing says whose the loose policy is: 3.
	if text := output(t, exitIncomplete, "check", workspace); strings.Contains(text, "error:") {
		t.Errorf("after the session:\n%s", text)
	}
}

// TestEditorVSCode speaks with the language server through the protocol library of VS
// Code, which .ci/editor installs.
func TestEditorVSCode(t *testing.T) {
	library := os.Getenv("CANVASLINT_EDITOR")
	if library == "" {
		t.Skip("SKIPPED: CANVASLINT_EDITOR is not set; .ci/editor installs a language client and prints it")
	}
	program, err := exec.LookPath("canvaslint")
	if err != nil {
		t.Fatal(err)
	}
	workspace := editorWorkspace(t)
	session(t, workspace, exec.Command("node", "../../testdata/editor/client.mjs", program, library, workspace, editorPolicy, editorDomain))
}

// TestEditorNeovim speaks with it through Neovim.
func TestEditorNeovim(t *testing.T) {
	neovim, err := exec.LookPath("nvim")
	if err != nil {
		t.Skip("SKIPPED: Neovim is not installed (apt install neovim)")
	}
	program, err := exec.LookPath("canvaslint")
	if err != nil {
		t.Fatal(err)
	}
	workspace := editorWorkspace(t)
	script, err := filepath.Abs("../../testdata/editor/client.lua")
	if err != nil {
		t.Fatal(err)
	}
	editor := exec.Command(neovim, "--headless", "--clean", "-u", script)
	editor.Env = append(os.Environ(), "CANVASLINT="+program, "WORKSPACE="+workspace, "KEY_POLICY="+editorPolicy, "DOMAIN="+editorDomain, "XDG_STATE_HOME="+t.TempDir())
	session(t, workspace, editor)
}
