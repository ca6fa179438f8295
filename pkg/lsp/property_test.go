package lsp_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/pkg/lsp/protocol"
)

// TestEditsAreAFreshCheck opens, edits, closes, saves, creates and deletes files, with
// half-typed texts among them: after each step the diagnostics of the whole folder are
// those of a session that begins with the same texts.
func TestEditsAreAFreshCheck(t *testing.T) {
	tries := 1
	if given, err := strconv.Atoi(os.Getenv("CANVASLINT_TRIES")); err == nil {
		tries = given
	}
	for seed := range uint64(4 * tries) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 20)) // #nosec G404 -- the same on every run
			files := workspace()
			e := &editor{client: start(t, files), random: random, first: files, disk: maps.Clone(files)}
			names := []string{"key.json", "policies/a.json", "policies/b.yaml", "template.yaml", domainFile, ".canvaslint.yaml"}
			for range 18 {
				name := names[random.IntN(len(names))]
				e.step(name)
				if random.IntN(3) > 0 {
					continue // several steps may come before a check
				}
				e.settle(name)
				again := start(t, e.now())
				again.settle(name)
				if diff := cmp.Diff(again.said(), e.said()); diff != "" {
					t.Fatalf("after a step with %s (- fresh, + edited):\n%s\ntext:\n%s", name, diff, e.now()[name])
				}
			}
		})
	}
}

// editor is a client at which somebody works.
type editor struct {
	*client
	random *rand.Rand
	first  map[string]string
	disk   map[string]string
}

// step does one thing with a file.
func (e *editor) step(name string) {
	_, open := e.texts[e.uri(name)]
	_, exists := e.disk[name]
	switch what := e.random.IntN(12); {
	case !open && what < 2 && exists:
		e.put(name, "", false)
	case !open && what < 4 && !exists:
		e.put(name, e.first[name], true)
	case !open:
		e.open(name, e.disk[name])
	case what == 0:
		e.client.close(name)
		delete(e.texts, e.uri(name))
	case what == 1:
		e.put(name, e.texts[e.uri(name)], true)
		e.notify("textDocument/didSave", map[string]any{"textDocument": map[string]any{"uri": e.uri(name)}})
	case what < 5:
		e.change(name, protocol.ContentChange{Text: e.first[name]})
	default:
		e.change(name, randomEdits(e.random, e.texts[e.uri(name)])...)
	}
}

// put writes or deletes a file, and says so as an editor does that watches.
func (e *editor) put(name, text string, there bool) {
	path := filepath.Join(e.root, filepath.FromSlash(name))
	if there {
		e.disk[name] = text
		write(e.t, path, text)
	} else {
		delete(e.disk, name)
		if err := os.Remove(path); err != nil {
			e.t.Fatal(err)
		}
	}
	e.notify("workspace/didChangeWatchedFiles", map[string]any{"changes": []any{map[string]any{"uri": e.uri(name), "type": 2}}})
}

// now are the texts that count: those of open documents, else those of the disk.
func (e *editor) now() map[string]string {
	files := maps.Clone(e.disk)
	for uri, text := range e.texts {
		files[strings.TrimPrefix(string(uri), string(e.uri(""))+"/")] = text
	}
	return files
}

// workspace is an account with a policy, a template and a config beside it.
func workspace() map[string]string {
	files := broken()
	files["key.json"] = openPolicy
	files["template.yaml"] = "Resources:\n  Key:\n    Type: AWS::KMS::Key\n    Properties:\n      KeyPolicy:\n        Version: \"2012-10-17\"\n        Statement:\n          - Effect: Allow\n            Principal: \"*\"\n            Action: kms:*\n            Resource: \"*\"\n"
	files["policies/a.json"] = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:Describe", "Resource": "*"}]}`
	files["policies/b.yaml"] = "Version: \"2012-10-17\"\nStatement:\n  # canvaslint:ignore key-open-to-everyone -- a test until 2027-01-31\n  - Effect: Allow\n    Principal: \"*\"\n    Action: kms:*\n    Resource: \"*\"\n"
	files[".canvaslint.yaml"] = "rules:\n  key-open-to-everyone: warning\nwaivers:\n  - {rule: key-open-to-everyone, path: key.json, reason: a test, until: 2027-01-31}\n"
	return files
}

// randomEdits gives a few changes of a text: what someone types, cuts or pastes.
func randomEdits(random *rand.Rand, text string) []protocol.ContentChange {
	typed := []string{`"`, "{", "}", "[", ",", ":", "\n", "\r\n", "  ", "#", "\U0001F600", "é", "kms:Decrypt", "*", "- ", "\ufeff", `"Condition": {"Bool": {"aws:SecureTransport": "true"}}, `, "\t"}
	var changes []protocol.ContentChange
	for range 1 + random.IntN(3) {
		from, to := randomPlace(random, text), randomPlace(random, text)
		if random.IntN(3) > 0 {
			to = from
		}
		if to.Line < from.Line || to.Line == from.Line && to.Character < from.Character {
			from, to = to, from
		}
		change := protocol.ContentChange{Range: &protocol.Range{Start: from, End: to}, Text: typed[random.IntN(len(typed))]}
		changes = append(changes, change)
		text = changed(text, change)
	}
	return changes
}

// randomPlace is a position that an editor can have: never within a character.
func randomPlace(random *rand.Rand, text string) protocol.Position {
	runes := []rune(text)
	before := string(runes[:random.IntN(len(runes)+1)])
	before = strings.TrimSuffix(before, "\r")
	lines := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(before), "\n")
	last := lines[len(lines)-1]
	return protocol.Position{Line: uint32(len(lines) - 1), Character: uint32(len(utf16.Encode([]rune(last))))}
}

// said gives the diagnostics of every document that has some, a line each.
func (c *client) said() map[string]string {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := map[string]string{}
	for uri, p := range c.told {
		text := ""
		for _, d := range p.Diagnostics {
			text += fmt.Sprintf("%s %d %s: %s %v\n", span(d.Range), d.Severity, d.Code, d.Message, len(d.RelatedInformation))
		}
		if text != "" {
			all[strings.TrimPrefix(string(uri), string(c.uri("")))] = text
		}
	}
	return all
}
