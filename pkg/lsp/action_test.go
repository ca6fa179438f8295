package lsp_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/canvaslint/canvaslint/bench/account"
	"github.com/canvaslint/canvaslint/pkg/lsp/protocol"
)

// action is a code action as the client reads it.
type action struct {
	Title   string            `json:"title"`
	Kind    string            `json:"kind"`
	Edit    json.RawMessage   `json:"edit"`
	Command *protocol.Command `json:"command"`
}

// documentChange is a change of a WorkspaceEdit: a text edit, or a file that is made.
type documentChange struct {
	Kind         string `json:"kind"`
	URI          protocol.URI
	TextDocument protocol.OptionalVersionedTextDocumentIdentifier `json:"textDocument"`
	Edits        []protocol.TextEdit                              `json:"edits"`
}

// actions asks for what can be done about a range.
func (c *client) actions(name string, at protocol.Range, only ...string) []action {
	c.t.Helper()
	var list []action
	c.call("textDocument/codeAction", map[string]any{
		"textDocument": map[string]any{"uri": c.uri(name)}, "range": at, "context": map[string]any{"diagnostics": []any{}, "only": only},
	}, &list)
	return list
}

// pick gives the action with a title that begins so.
func (c *client) pick(list []action, title string) action {
	c.t.Helper()
	i := slices.IndexFunc(list, func(a action) bool { return strings.HasPrefix(a.Title, title) })
	if i < 0 {
		c.t.Fatalf("no action %q among %+v", title, list)
	}
	return list[i]
}

// apply makes edits as an editor does: documents that are not open are opened.
func (c *client) apply(edit json.RawMessage) {
	c.t.Helper()
	var changes struct {
		DocumentChanges []documentChange `json:"documentChanges"`
	}
	if err := json.Unmarshal(edit, &changes); err != nil {
		c.t.Fatal(err)
	}
	for _, change := range changes.DocumentChanges {
		if change.Kind != "" {
			continue
		}
		name, err := filepath.Rel(c.root, strings.TrimPrefix(string(change.TextDocument.URI), "file://"))
		if err != nil {
			c.t.Fatal(err)
		}
		if c.versions[change.TextDocument.URI] == 0 {
			text, _ := os.ReadFile(filepath.Join(c.root, name)) // one that is to be made is empty
			c.open(name, string(text))
		}
		var edits []protocol.ContentChange
		for _, e := range slices.Backward(slices.SortedStableFunc(slices.Values(change.Edits), byPlace)) {
			edits = append(edits, protocol.ContentChange{Range: &e.Range, Text: e.NewText})
		}
		c.change(name, edits...)
	}
}

func byPlace(a, b protocol.TextEdit) int {
	if a.Range.Start.Line != b.Range.Start.Line {
		return int(a.Range.Start.Line) - int(b.Range.Start.Line)
	}
	return int(a.Range.Start.Character) - int(b.Range.Start.Character)
}

// broken is an account whose role no policy lets decrypt.
func broken() map[string]string {
	files := map[string]string{}
	shape := account.Shape{Domains: 1, Profiles: 1}
	for name, text := range shape.Folder() {
		files[name] = strings.ReplaceAll(string(text), "kms:Decrypt", "kms:Verify")
	}
	return files
}

const domainFile = "100000000000/eu-central-1/sagemaker/domains/d-000000000000.json"

// TestFix settles an error in each of the ways.
func TestFix(t *testing.T) {
	for _, title := range []string{"Fix: ", "Fix all errors of this file", "Fix all errors of the folder"} {
		files := broken()
		c := start(t, files)
		c.open(domainFile, files[domainFile])
		found := c.diagnostics(domainFile)
		if len(found) == 0 || found[0].Severity != protocol.SeverityError || len(found[0].RelatedInformation) == 0 {
			t.Fatalf("the domain: %+v", found)
		}
		a := c.pick(c.actions(domainFile, found[0].Range), title)
		switch {
		case a.Command != nil:
			c.call("workspace/executeCommand", a.Command, nil)
			c.apply(c.asked[0])
		default:
			c.apply(a.Edit)
		}
		c.settle(domainFile)
		left := c.diagnostics(domainFile)
		if title == "Fix: " {
			left = slices.DeleteFunc(left, func(d protocol.Diagnostic) bool { return d.Data != found[0].Data })
		}
		if got := say(left); got != "" {
			t.Errorf("%s leaves\n%s", title, got)
		}
	}
}

// TestFixOnSave says that an editor that fixes on save gets the edit alone.
func TestFixOnSave(t *testing.T) {
	files := broken()
	c := start(t, files)
	c.open(domainFile, files[domainFile])
	list := c.actions(domainFile, protocol.Range{}, protocol.SourceFixAll)
	if len(list) != 1 || list[0].Kind != "source.fixAll.canvaslint" || list[0].Edit == nil {
		t.Errorf("actions on save: %+v", list)
	}
}

// TestWaive waives a finding in each format, in two steps: the action writes the
// waiver, which waives nothing, and the reason is typed.
func TestWaive(t *testing.T) {
	const inYAML = "Version: \"2012-10-17\"\nStatement:\n  - Sid: Anyone\n    Effect: Allow\n    Principal: \"*\"\n    Action: kms:*\n    Resource: \"*\"\n"
	const inTemplate = `{
  "Resources": {
    "Key": {
      "Type": "AWS::KMS::Key",
      "Properties": {
        "KeyPolicy": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}]}
      }
    }
  }
}
`
	const quoted = "Resources:\n  Key:\n    Type: AWS::KMS::Key\n    Properties:\n      KeyPolicy: |\n        {\"Version\": \"2012-10-17\",\n        \"Statement\": [{\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"kms:*\", \"Resource\": \"*\"}]}\n"
	for _, test := range []struct {
		file, text    string
		in, want      string
		problem, then string
	}{
		{"a.yaml", inYAML, "a.yaml", strings.Replace(inYAML, "    Principal", "    # canvaslint:ignore key-open-to-everyone -- until 2027-02-28\n    Principal", 1), "1 4:6-4:64 not-analysed\n", "-- a test"},
		{"a.jsonc", openPolicy, "a.jsonc", strings.Replace(openPolicy, "  \"Statement", "  // canvaslint:ignore key-open-to-everyone -- until 2027-02-28\n  \"Statement", 1), "1 2:5-2:63 not-analysed\n", "-- a test"},
		{"a.json", openPolicy, ".canvaslint-waivers.yaml", `- {"rule": "key-open-to-everyone", "path": "a.json", "reason": "", "until": "2027-02-28"}` + "\n", "", `"reason": "a test"`},
		{"t.json", inTemplate, "t.json", "", "", `"reason": "a test"`},
		{"t.yaml", quoted, "t.yaml", strings.Replace(quoted, "      KeyPolicy", "      # canvaslint:ignore key-open-to-everyone -- until 2027-02-28\n      KeyPolicy", 1), "", "-- a test"},
	} {
		t.Run(test.file, func(t *testing.T) {
			c := start(t, map[string]string{test.file: test.text})
			c.open(test.file, test.text)
			found := c.of(test.file, "key-open-to-everyone")
			if len(found) != 1 {
				t.Fatalf("at first: %s", say(c.diagnostics(test.file)))
			}
			c.apply(c.pick(c.actions(test.file, found[0].Range), "Waive key-open-to-everyone").Edit)
			written := c.texts[c.uri(test.in)]
			if test.want != "" && written != test.want {
				t.Errorf("written:\n%s\nwant:\n%s", written, test.want)
			}
			if got := say(c.of(test.in, "not-analysed")); got == "" || test.problem != "" && got != test.problem {
				t.Errorf("without a reason: %q, want %q", got, test.problem)
			}
			c.change(test.in, protocol.ContentChange{Text: strings.NewReplacer("-- until", test.then+" until", `"reason": ""`, test.then).Replace(written)})
			c.diagnostics(test.in)
			c.settle(test.file)
			if got := say(c.of(test.file, "key-open-to-everyone")); got != "" {
				t.Errorf("with a reason it is still there: %s", got)
			}
		})
	}
}

// of gives the diagnostics of an open document that have a code.
func (c *client) of(name, code string) []protocol.Diagnostic {
	c.t.Helper()
	return slices.DeleteFunc(slices.Clone(c.diagnostics(name)), func(d protocol.Diagnostic) bool { return d.Code != code })
}

// TestSettle says that the command that saves a missing document is shown and given back.
func TestSettle(t *testing.T) {
	files := clean()
	delete(files, keyFolder+"policy.json")
	c := start(t, files)
	c.open(domainFile, files[domainFile])
	found := c.of(domainFile, "role-access-unknown")
	if len(found) == 0 {
		t.Fatalf("nothing is unknown: %s", say(c.diagnostics(domainFile)))
	}
	var given string
	c.call("workspace/executeCommand", c.pick(c.actions(domainFile, found[0].Range), "Show the command").Command, &given)
	c.settle(domainFile)
	const want = "aws kms get-key-policy"
	if !strings.Contains(given, want) || !slices.Contains(c.messages, given) {
		t.Errorf("given %q, shown %q", given, c.messages)
	}
}

// TestOpenRule says that the client is asked to open the page.
func TestOpenRule(t *testing.T) {
	c := start(t, nil)
	c.open("a.json", openPolicy)
	a := c.pick(c.actions("a.json", c.diagnostics("a.json")[0].Range), "Open the page of key-open-to-everyone")
	c.call("workspace/executeCommand", a.Command, nil)
	if want := "https://github.com/canvaslint/canvaslint/blob/main/docs/rules.md#key-open-to-everyone"; len(c.shown) != 1 || string(c.shown[0]) != want {
		t.Errorf("shown %q, want %s", c.shown, want)
	}
}
