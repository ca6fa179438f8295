package main

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
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
	saved(t, workspace)
}

// saved holds what an editor left against a check.
func saved(t *testing.T, workspace string) {
	t.Helper()
	// Nothing says whose the loose policy is: 3.
	if text := output(t, exitIncomplete, "check", workspace); strings.Contains(text, "error:") {
		t.Errorf("after the session:\n%s", text)
	}
}

// TestEditorVSCode works in VS Code itself: code-server is its server, in which
// extensions run, and a headless browser its window. .ci/editor --vscode installs it
// with the packaged extension and one that does what a user does.
func TestEditorVSCode(t *testing.T) {
	folder, browser := os.Getenv("CANVASLINT_VSCODE"), os.Getenv("CANVASLINT_CHROMIUM")
	if folder == "" || browser == "" {
		t.Skip("SKIPPED: CANVASLINT_VSCODE or CANVASLINT_CHROMIUM is not set; .ci/editor --vscode and .ci/browser print them")
	}
	program, err := exec.LookPath("canvaslint")
	if err != nil {
		t.Fatal(err)
	}
	outcome := make(chan string, 1)
	user := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		outcome <- string(text)
	}))
	defer user.Close()
	workspace, home := editorWorkspace(t), t.TempDir()
	for file, text := range map[string]string{
		"User/settings.json":    `{"security.workspace.trust.enabled": false}`,
		"Machine/settings.json": `{"canvaslint.path": ` + strconv.Quote(program) + `}`,
	} {
		name := filepath.Join(home, file)
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	server := exec.CommandContext(t.Context(), filepath.Join(folder, "code-server"), "--bind-addr", "127.0.0.1:0", "--user-data-dir", home)
	server.Env = append(os.Environ(), "CANVASLINT_TOLD="+user.URL, "KEY_POLICY="+editorPolicy, "DOMAIN="+editorDomain)
	out, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	address := ""
	listening := regexp.MustCompile(`listening on (http://127\.0\.0\.1:\d+)`)
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); address == "" && lines.Scan(); {
		if found := listening.FindStringSubmatch(lines.Text()); found != nil {
			address = found[1]
		}
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	window := exec.CommandContext(t.Context(), browser, "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", "--user-data-dir="+t.TempDir(), address+"/?folder="+workspace)
	if err := window.Start(); err != nil {
		t.Fatal(err)
	}
	if got := <-outcome; got != "fixed and saved" {
		t.Error(got)
	}
	for _, started := range []*exec.Cmd{window, server} {
		_ = started.Process.Signal(syscall.SIGTERM)
		_ = started.Wait()
	}
	saved(t, workspace)
}

// TestEditorProtocol speaks with the language server through the protocol library of VS
// Code, which .ci/editor installs.
func TestEditorProtocol(t *testing.T) {
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
