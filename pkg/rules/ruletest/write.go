package ruletest

import (
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/canvaslint/canvaslint/pkg/wording"
)

// Write tells what came of cases and tests, and which lines they did not reach.
func (r *Report) Write(w io.Writer) {
	for _, rule := range r.Rules {
		failed := 0
		for _, c := range rule.Cases {
			if c.Failed() {
				failed++
			}
		}
		word := "ok  "
		if failed > 0 || rule.Lacks != "" {
			word = "FAIL"
		}
		fmt.Fprintf(w, "%s  %s: %s\n", word, rule.ID, outOf(len(rule.Cases), failed, "case"))
		if rule.Lacks != "" {
			fmt.Fprintf(w, "      %s: %s\n", path.Dir(rule.File), rule.Lacks)
		}
		for _, c := range rule.Cases {
			writeCase(w, rule.File, c)
		}
	}
	failed, skipped := 0, 0
	for _, t := range r.Tests {
		switch {
		case t.Failed:
			failed++
		case t.Skipped:
			skipped++
		}
	}
	if len(r.Tests) > 0 {
		word := map[bool]string{true: "ok  ", false: "FAIL"}[failed == 0]
		fmt.Fprintf(w, "%s  Rego tests: %s\n", word, outOf(len(r.Tests)-skipped, failed, "test"))
	}
	for _, t := range r.Tests {
		switch {
		case t.Failed:
			fmt.Fprintf(w, "      %s:%d: %s failed\n", t.File, t.Line, t.Name)
			if t.Message != "" {
				fmt.Fprintf(w, "        %s\n", t.Message)
			}
		case t.Skipped:
			fmt.Fprintf(w, "      %s:%d: %s is skipped: its name begins with todo_\n", t.File, t.Line, t.Name)
		}
	}
	for _, c := range r.Coverage {
		total := c.Covered + len(c.Missed)
		if total == 0 {
			continue
		}
		fmt.Fprintf(w, "      %s: %d of %d lines reached\n", c.File, c.Covered, total)
		for _, lines := range ranges(c.Missed) {
			fmt.Fprintf(w, "        %s:%s: not reached by any case or test\n", c.File, lines)
		}
	}
}

func outOf(count, failed int, noun string) string {
	all := wording.Count(count, noun)
	if failed > 0 {
		return fmt.Sprintf("%d of %s failed", failed, all)
	}
	return all
}

func writeCase(w io.Writer, file string, c CaseReport) {
	if !c.Failed() {
		return
	}
	fmt.Fprintf(w, "      %s:%d: %s", file, c.Line, c.Name)
	if c.Wrong != "" {
		fmt.Fprintf(w, ": %s", c.Wrong)
	}
	fmt.Fprintln(w)
	_, changes, _ := strings.Cut(string(diff.Diff("want", []byte(c.Want), "got", []byte(c.Got))), "\n")
	for line := range strings.Lines(changes) {
		fmt.Fprint(w, "        "+line)
	}
}

// ranges writes line numbers, ascending, as "7" and "9-12".
func ranges(lines []int) []string {
	var texts []string
	for i := 0; i < len(lines); {
		j := i
		for j+1 < len(lines) && lines[j+1] == lines[j]+1 {
			j++
		}
		text := fmt.Sprint(lines[i])
		if j > i {
			text += fmt.Sprintf("-%d", lines[j])
		}
		texts = append(texts, text)
		i = j + 1
	}
	return texts
}
