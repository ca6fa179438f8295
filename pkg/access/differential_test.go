package access_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/access/cases"
)

// oracle prepares the peer evaluator in a folder of its own. It takes Node and the
// npm registry, so it runs only where CANVASLINT_DIFFERENTIAL asks for it.
func oracle(t testing.TB) string {
	if os.Getenv("CANVASLINT_DIFFERENTIAL") == "" {
		t.Skip("SKIPPED: CANVASLINT_DIFFERENTIAL, a number of decisions, is not set: nothing was compared with the peer evaluator")
	}
	dir := os.Getenv("CANVASLINT_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	for _, tool := range []string{"node", "npm"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("SKIPPED: %s is not installed, so nothing was compared with the peer evaluator", tool)
		}
	}
	work := t.TempDir()
	for _, name := range []string{"oracle.mjs", "oracle3.mjs", "package.json", "package-lock.json"} {
		data, err := os.ReadFile(filepath.Join(dir, "oracle", name))
		if err != nil {
			t.Skipf("SKIPPED: the peer evaluator is not at %s; set CANVASLINT_SHARED", dir)
		}
		if err := os.WriteFile(filepath.Join(work, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	install := exec.Command("npm", "ci", "--no-audit", "--no-fund")
	install.Dir = work
	if out, err := install.CombinedOutput(); err != nil {
		t.Skipf("SKIPPED: npm could not install the peer evaluator: %s", out)
	}
	return work
}

// number reads how many decisions to compare.
func number(otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv("CANVASLINT_DIFFERENTIAL")); err == nil {
		return n
	}
	if testing.Short() {
		return otherwise / 10
	}
	return otherwise
}

// peer answers lines with a script of the peer evaluator.
func peer(t *testing.T, dir string, lines [][]byte, args ...string) [][]byte {
	command := exec.Command("node", args...)
	command.Dir = dir
	command.Stderr = os.Stderr
	command.Stdin = bytes.NewReader(append(bytes.Join(lines, []byte("\n")), '\n'))
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	var answers [][]byte
	r := bufio.NewReaderSize(out, 1<<20)
	for {
		line, err := r.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			answers = append(answers, bytes.TrimSpace(line))
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := command.Wait(); err != nil || len(answers) != len(lines) {
		t.Fatalf("the peer evaluator answered %d of %d lines: %v", len(answers), len(lines), err)
	}
	return answers
}

// verdict is the part of an answer that is compared.
type verdict struct {
	Result  string
	Reasons []struct{ Layer, Cause, Message string }
	Allowed json.RawMessage `json:"allowedWitness"`
	Denied  json.RawMessage `json:"deniedWitness"`
	Errors  json.RawMessage
}

func read(t *testing.T, line []byte) verdict {
	var v verdict
	if err := json.Unmarshal(line, &v); err != nil {
		t.Fatalf("%v: %s", err, line)
	}
	return v
}

func generate(seed uint64, count int, three bool) [][]byte {
	g := generator{rand.New(rand.NewPCG(seed, 1))}
	lines := make([][]byte, count)
	for i := range lines {
		lines[i] = g.named(g.line(i, three))
	}
	return lines
}

// named gives objects names with characters that mean something in patterns and
// templates, and statements patterns for them.
func (g generator) named(line []byte) []byte {
	if g.chance(40) {
		return line
	}
	name := pick(g, []string{"{y}", "{?}", "*y}"}, []string{"Canvas/{p}/x", "Canvas/{p}/*", "Canvas/{*"}, []string{"a b", "a ?", "a *"},
		[]string{"a[b]", "a[?]", "*]"}, []string{"a?b", "a?b", "a?*"}, []string{"a*b", "a?b", "a*"}, []string{"‹Region›", "‹*", "?Region?"})
	const bucket = "arn:aws:s3:::bkt/"
	return []byte(strings.NewReplacer(bucket+`a"`, bucket+name[0]+`"`, bucket+`?"`, bucket+name[1]+`"`, `arn:aws:s3:::other/*"`, bucket+name[2]+`"`).Replace(string(line)))
}

func TestDifferential(t *testing.T) {
	dir := oracle(t)
	lines := generate(1, number(20000), false)
	answers := peer(t, dir, lines, "oracle.mjs", "--engine", "core")
	count, reported := map[string]int{}, 0
	for i, line := range lines {
		ours, theirs := read(t, cases.Answer(line)), read(t, answers[i])
		count["ours "+ours.Result]++
		if ours.Result == theirs.Result {
			count["agree"]++
			continue
		}
		if why := divergence(line, ours, theirs); why != "" {
			count[why]++
			continue
		}
		count["DISAGREE"]++
		if reported++; reported <= 10 {
			t.Errorf("ours %s, theirs %s %s\n%s\n%v", ours.Result, theirs.Result, theirs.Errors, line, ours.Reasons)
		}
	}
	t.Logf("%d decisions: %v", len(lines), count)
}

func TestDifferentialThreeValued(t *testing.T) {
	dir := oracle(t)
	lines := generate(2, number(20000)/10, true)
	answers := peer(t, dir, lines, "oracle3.mjs")
	count, reported := map[string]int{}, 0
	for i, line := range lines {
		ours, theirs := read(t, cases.Answer(line)), read(t, answers[i])
		count[ours.Result+" where the peer says "+theirs.Result]++
		contradiction := ours.Result == "Allowed" && theirs.Denied != nil || (ours.Result == "ImplicitlyDenied" || ours.Result == "ExplicitlyDenied") && theirs.Allowed != nil
		if !contradiction {
			continue
		}
		if why := divergence(line, ours, theirs); why != "" {
			count[why]++
			continue
		}
		count["CONTRADICTION"]++
		if reported++; reported <= 10 {
			t.Errorf("ours %s; their witnesses: allowed %s, denied %s\n%s", ours.Result, theirs.Allowed, theirs.Denied, line)
		}
	}
	t.Logf("%d decisions: %v", len(lines), count)
}
