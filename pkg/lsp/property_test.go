package lsp_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/pkg/lsp/protocol"
)

// TestEditsAreAFreshCheck makes random edits, half-typed texts among them: after
// each the diagnostics of the whole folder are those of a session that begins with
// the same texts.
func TestEditsAreAFreshCheck(t *testing.T) {
	tries := 1
	if given, err := strconv.Atoi(os.Getenv("CANVASLINT_TRIES")); err == nil {
		tries = given
	}
	for seed := range uint64(3 * tries) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 20)) // #nosec G404 -- the same on every run
			files := workspace()
			c := start(t, files)
			names := []string{"key.json", "template.yaml", domainFile, ".canvaslint.yaml"}
			for _, name := range names {
				c.open(name, files[name])
			}
			for range 12 {
				name := names[random.IntN(len(names))]
				c.change(name, randomEdits(random, c.texts[c.uri(name)])...)
				if random.IntN(4) == 0 {
					c.change(name, protocol.ContentChange{Text: files[name]})
				}
				if random.IntN(3) > 0 {
					continue // several edits may come before a check
				}
				c.settle(name)
				for name := range files {
					if text, open := c.texts[c.uri(name)]; open {
						files[name] = text
					}
				}
				again := start(t, files)
				again.open(name, files[name])
				again.settle(name)
				if diff := cmp.Diff(again.said(), c.said()); diff != "" {
					t.Fatalf("after edits of %s (- fresh, + edited):\n%s\ntext:\n%s", name, diff, files[name])
				}
			}
		})
	}
}

// workspace is an account with a policy, a template and a config beside it.
func workspace() map[string]string {
	files := broken()
	files["key.json"] = openPolicy
	files["template.yaml"] = "Resources:\n  Key:\n    Type: AWS::KMS::Key\n    Properties:\n      KeyPolicy:\n        Version: \"2012-10-17\"\n        Statement:\n          - Effect: Allow\n            Principal: \"*\"\n            Action: kms:*\n            Resource: \"*\"\n"
	files[".canvaslint.yaml"] = "rules:\n  key-open-to-everyone: warning\nwaivers:\n  - {rule: key-open-to-everyone, path: key.json, reason: a test, until: 2027-01-31}\n"
	return files
}

// randomEdits gives a few changes of a text: what somebody types, cuts or pastes.
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
