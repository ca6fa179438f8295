package iam

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/canvaslint/canvaslint/pkg/reference"
	"github.com/canvaslint/canvaslint/pkg/source"
)

var update = flag.Bool("update", false, "rewrite what the examples of checks give, and docs/policy-checks.md")

const (
	checksFile = "testdata/policy-checks.txtar"
	checksDoc  = "../../docs/policy-checks.md"
)

// owners are what the policies of examples belong to.
func owners() map[string]string {
	return map[string]string{
		"key":    "arn:aws:kms:eu-central-1:111122223333:key/0a000000-0000-4000-8000-000000000001",
		"bucket": "arn:aws:s3:::acme-canvas",
		"trust":  "arn:aws:iam::111122223333:role/Canvas",
	}
}

func kinds() map[string]Kind {
	return map[string]Kind{"key": KeyPolicy, "bucket": BucketPolicy, "identity": IdentityPolicy, "trust": TrustPolicy, "scp": ServiceControlPolicy, "rcp": ResourceControlPolicy, "endpoint": EndpointPolicy}
}

// faultsOf gives what the rules say of a policy that stands alone.
func faultsOf(t *testing.T, kind, text string) []string {
	t.Helper()
	documents, problems := source.Parse("policy.json", []byte(text), source.JSON)
	if len(problems) > 0 {
		return []string{"problem " + problems[0].Message}
	}
	p := Compile(documents[0].Root(), kinds()[kind])
	checker := NewChecker(&reference.Vocabulary{})
	checker.Redundant = true
	rules := Rules()
	var lines []string
	add := func(rule, severity string, node source.Node, message string) {
		start, _ := node.Span().Positions()
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s %s %d:%d %s", rule, severity, start.Line, start.Column, message)))
	}
	for _, fault := range slices.Concat(p.Faults, checker.Check(p, owners()[kind])) {
		if p.Kind == KeyPolicy && (fault.Kind == FaultNoAction || fault.Kind == FaultNoResource) {
			continue // key-statement-without-effect says so
		}
		add(rules[fault.Class()], cmp.Or(fault.Severity, "default"), fault.Node, fault.Message)
	}
	for _, fault := range p.Weaknesses() {
		switch fault.Kind {
		case FaultStatementNoEffects:
			add("key-statement-without-effect", "default", fault.Node, fault.Message)
		case FaultOpen:
			add("key-open-to-everyone", "default", fault.Node, fault.Message)
		}
	}
	return lines
}

// Every check of AWS's validator that is in scope has a bad example, to which a
// rule objects, and a good one, to which none does. docs/policy-checks.md lists
// them.
func TestPolicyChecks(t *testing.T) {
	archive, err := txtar.ParseFile(checksFile)
	if err != nil {
		t.Fatal(err)
	}
	wants := map[string]string{}
	for _, file := range archive.Files {
		if name, ok := strings.CutSuffix(file.Name, "/want"); ok {
			wants[name] = string(file.Data)
		}
	}
	written := &txtar.Archive{Comment: archive.Comment}
	for _, file := range archive.Files {
		parts := strings.Split(file.Name, "/") // level, check, kind of policy, bad or good or why
		if parts[len(parts)-1] == "want" {
			continue
		}
		written.Files = append(written.Files, file)
		if len(parts) != 4 {
			continue
		}
		got := strings.Join(faultsOf(t, parts[2], string(file.Data)), "\n")
		bad := strings.HasPrefix(parts[3], "bad")
		if bad != (got != "") {
			t.Errorf("%s: a bad example has a fault and a good one has none; got %q", file.Name, got)
		}
		if bad {
			written.Files = append(written.Files, txtar.File{Name: file.Name + "/want", Data: []byte(got + "\n")})
			if wants[file.Name] != got+"\n" && !*update {
				t.Errorf("%s:\ngot:\n%s\nwant:\n%s", file.Name, got, wants[file.Name])
			}
		}
	}
	doc := checksMarkdown(written)
	if *update {
		for file, data := range map[string][]byte{checksFile: txtar.Format(written), checksDoc: []byte(doc)} {
			if err := os.WriteFile(file, data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		return
	}
	if got, err := os.ReadFile(checksDoc); err != nil || string(got) != doc {
		t.Errorf("docs/policy-checks.md is not current (%v); run: go test ./pkg/iam -run PolicyChecks -update", err)
	}
}

// checksMarkdown writes the page from the examples.
func checksMarkdown(archive *txtar.Archive) string {
	var b, out strings.Builder
	b.WriteString("# Checks of policies\n\n" +
		"IAM Access Analyzer validates policies with an account and a network; canvaslint says the same offline. This page lists the checks of\n" +
		"[its reference](https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html), the rule of canvaslint that speaks, and an example.\n" +
		"It is generated from `pkg/iam/testdata/policy-checks.txtar` by `go test ./pkg/iam -run PolicyChecks -update`.\n\n" +
		"| level there | check | policy | rule | example |\n|---|---|---|---|---|\n")
	for i, file := range archive.Files {
		parts := strings.Split(file.Name, "/")
		switch {
		case len(parts) == 3 && parts[2] == "why":
			fmt.Fprintf(&out, "| %s | %s | %s |\n", parts[0], parts[1], strings.TrimSpace(string(file.Data)))
		case len(parts) == 4 && strings.HasPrefix(parts[3], "bad"):
			rule, _, _ := strings.Cut(string(archive.Files[i+1].Data), " ")
			if rule == "problem" {
				rule = "a problem: the file cannot be read"
			} else {
				rule = "[" + rule + "](rules.md#" + rule + ")"
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s | `%s` |\n", parts[0], parts[1], parts[2], rule, example(string(file.Data)))
		}
	}
	return b.String() + "\n## Left out\n\n| level there | check | why |\n|---|---|---|\n" + out.String()
}

// example is the first statement of a policy on one line, or the policy where
// that says more.
func example(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	text = strings.ReplaceAll(text, "|", "\\|")
	if len(text) > 320 {
		text = text[:320] + "..."
	}
	return text
}
