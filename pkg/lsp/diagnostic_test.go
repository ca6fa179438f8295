package lsp_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/lsp"
	"github.com/canvaslint/canvaslint/pkg/lsp/protocol"
)

const openPolicy = `{
  "Version": "2012-10-17",
  "Statement": [{"Sid": "Anyone", "Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}]
}
`

// say gives diagnostics, a line each.
func say(list []protocol.Diagnostic) string {
	var b strings.Builder
	for _, d := range list {
		fmt.Fprintf(&b, "%d %s %s\n", d.Severity, span(d.Range), d.Code)
	}
	return b.String()
}

func span(r protocol.Range) string {
	return fmt.Sprintf("%d:%d-%d:%d", r.Start.Line, r.Start.Character, r.End.Line, r.End.Character)
}

// replace is an edit of a part of one line.
func replace(line, from, to uint32, text string) protocol.ContentChange {
	return protocol.ContentChange{Range: &protocol.Range{Start: protocol.Position{Line: line, Character: from}, End: protocol.Position{Line: line, Character: to}}, Text: text}
}

// TestSession goes through a session as an editor has it.
func TestSession(t *testing.T) {
	c := start(t, map[string]string{"a.json": openPolicy})
	c.open("a.json", openPolicy)
	const found = "1 2:66-2:69 key-open-to-everyone\n"
	first := c.diagnostics("a.json")
	if got := say(first); got != found {
		t.Fatalf("at first:\n%s\nwant %s", got, found)
	}
	if first[0].Source != "canvaslint" || first[0].CodeDescription.Href != "https://github.com/canvaslint/canvaslint/blob/main/docs/rules.md#key-open-to-everyone" {
		t.Errorf("the rule's page: %+v", first[0])
	}
	for _, step := range []struct {
		name   string
		change []protocol.ContentChange
		want   string
	}{
		{"half typed", []protocol.ContentChange{replace(2, 66, 69, `"`)}, "1 2:70-2:71 not-analysed\n"},
		{"a role", []protocol.ContentChange{replace(2, 66, 67, `{"AWS": "arn:aws:iam::111122223333:root"}`)}, ""},
		{"characters of two code units before it", []protocol.ContentChange{replace(2, 25, 31, "Any\U0001F600body\U0001F600"), replace(2, 71, 112, `"*"`)}, "1 2:71-2:74 key-open-to-everyone\n"},
		{"lines before it", []protocol.ContentChange{{Range: &protocol.Range{}, Text: "\r\n\n\r"}}, "1 5:71-5:74 key-open-to-everyone\n"},
		{"everything anew", []protocol.ContentChange{{Text: openPolicy}}, found},
	} {
		c.change("a.json", step.change...)
		if got := say(c.diagnostics("a.json")); got != step.want {
			t.Errorf("%s:\n%s\nwant %s", step.name, got, step.want)
		}
	}
	c.call("shutdown", nil, nil)
	c.notify("exit", nil)
	if err := <-c.end; err != nil {
		t.Errorf("the session ends with %v", err)
	}
}

// TestClosed says that the file counts again once its buffer is closed, and that
// what is gone is taken back.
func TestClosed(t *testing.T) {
	c := start(t, map[string]string{"a.json": openPolicy})
	c.open("a.json", "{}")
	if got := say(c.diagnostics("a.json")); got != "" {
		t.Errorf("an empty buffer: %s", got)
	}
	c.close("a.json")
	c.until("diagnostics of the file", func() bool { return len(c.told[c.uri("a.json")].Diagnostics) == 1 })
	if err := os.Remove(filepath.Join(c.root, "a.json")); err != nil {
		t.Fatal(err)
	}
	c.notify("workspace/didChangeWatchedFiles", map[string]any{"changes": []any{}})
	c.until("empty diagnostics of the deleted file", func() bool { return len(c.told[c.uri("a.json")].Diagnostics) == 0 })
}

// TestConfig says that an unsaved config counts, and that a broken one is said
// where it is broken.
func TestConfig(t *testing.T) {
	c := start(t, map[string]string{"a.json": openPolicy})
	c.open("a.json", openPolicy)
	c.open(".canvaslint.yaml", "rules:\n  key-open-to-everyone: warning\n")
	c.until("the severity of the config", func() bool {
		return say(c.told[c.uri("a.json")].Diagnostics) == "2 2:66-2:69 key-open-to-everyone\n"
	})
	c.change(".canvaslint.yaml", replace(1, 2, 22, "no-such-rule"), protocol.ContentChange{Range: &protocol.Range{}, Text: "gide: 2022\n"})
	if got := say(c.diagnostics(".canvaslint.yaml")); got != "1 0:0-0:10 not-analysed\n" {
		t.Errorf("a broken config: %s", got)
	}
	c.change(".canvaslint.yaml", replace(0, 0, 10, ""))
	if got := say(c.diagnostics(".canvaslint.yaml")); got != "1 2:2-2:23 not-analysed\n" {
		t.Errorf("a rule that is missing: %s", got)
	}
}

// TestFolders says that several folders have configs of their own, an inner one
// speaks for its files, and a document outside of all is checked alone.
func TestFolders(t *testing.T) {
	c := start(t, map[string]string{
		"a.json": openPolicy, "inner/b.json": openPolicy, "inner/.canvaslint.yaml": "rules: {key-open-to-everyone: info}\n",
	})
	c.open("inner/b.json", openPolicy)
	if got := say(c.diagnostics("inner/b.json")); got != "1 2:66-2:69 key-open-to-everyone\n" {
		t.Errorf("under the config of the outer folder: %s", got)
	}
	inner := map[string]any{"uri": c.uri("inner"), "name": "inner"}
	change := func(added, removed []any) {
		c.notify("workspace/didChangeWorkspaceFolders", map[string]any{"event": map[string]any{"added": added, "removed": removed}})
	}
	severity := func(want int) func() bool {
		return func() bool {
			list := c.told[c.uri("inner/b.json")].Diagnostics
			return len(list) == 1 && list[0].Severity == want
		}
	}
	change([]any{inner}, nil)
	c.until("the inner folder's word", severity(protocol.SeverityInformation))
	change(nil, []any{inner})
	c.until("the outer folder's word", severity(protocol.SeverityError))

	elsewhere := t.TempDir()
	write(t, filepath.Join(elsewhere, "other.json"), openPolicy)
	loose := uri(filepath.Join(elsewhere, "loose.json"))
	c.notify("textDocument/didOpen", protocol.DidOpenParams{TextDocument: protocol.TextDocumentItem{URI: loose, Version: 7, Text: openPolicy}})
	c.until("diagnostics of a loose document", func() bool { return len(c.told[loose].Diagnostics) == 1 })
	c.notify("textDocument/didClose", map[string]any{"textDocument": map[string]any{"uri": loose}})
	c.until("empty diagnostics of the loose document", func() bool { return len(c.told[loose].Diagnostics) == 0 })
	if c.told[uri(filepath.Join(elsewhere, "other.json"))].URI != "" {
		t.Error("a file beside a loose document was checked")
	}
}

// TestExitWithoutShutdown says that the end of the connection is no good end.
func TestExitWithoutShutdown(t *testing.T) {
	c := start(t, nil)
	c.notify("exit", nil)
	if err := <-c.end; err != lsp.ErrExit { //nolint:errorlint // the very value
		t.Errorf("the session ends with %v", err)
	}
}
