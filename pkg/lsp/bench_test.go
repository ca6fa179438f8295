package lsp_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/canvaslint/canvaslint/bench/account"
	"github.com/canvaslint/canvaslint/pkg/lint"
)

// large is an export of 10,000 roles with 1,000 policies in files of their own.
func large() map[string]string {
	files := map[string]string{}
	shape := account.Shape{Domains: 1, Profiles: 10, Roles: 10_000, Keys: 10}
	for name, text := range shape.Folder() {
		files[name] = string(text)
	}
	for i := range 1000 {
		files[policyFile(i)] = fmt.Sprintf(`{
  "Version": "2012-10-17",
  "Statement": [
    {"Sid": "Read%d", "Effect": "Allow", "Action": ["kms:Decrypt", "kms:DescribeKey"], "Resource": "arn:aws:kms:eu-central-1:111122223333:key/%08d-0000-4000-8000-000000000000"}
  ]
}
`, i, i)
	}
	return files
}

func policyFile(i int) string { return fmt.Sprintf("policies/p%d.json", i) }

// BenchmarkKeystroke is the time from a keystroke in one of 1,000 policy files beside
// an export of 10,000 roles to its diagnostics, and its ratio to a whole check:
//
//	go test ./pkg/lsp -run '^$' -bench Keystroke -benchtime 100x
func BenchmarkKeystroke(b *testing.B) {
	files := large()
	c := start(b, files)
	name := policyFile(500)
	c.open(name, files[name])
	c.settle(name)
	set, err := builtin(lint.Settings{})
	if err != nil {
		b.Fatal(err)
	}
	before := b.Elapsed()
	if _, err := lint.Check(b.Context(), lint.Options{Paths: []string{c.root}, Rules: set}); err != nil {
		b.Fatal(err)
	}
	whole := b.Elapsed() - before
	var times []time.Duration
	b.ResetTimer()
	for i := range b.N {
		before := b.Elapsed()
		c.change(name, replace(3, 13, 13, fmt.Sprint(i%10)))
		c.diagnostics(name)
		times = append(times, b.Elapsed()-before)
	}
	slices.Sort(times)
	median := times[len(times)/2]
	b.ReportMetric(float64(median.Milliseconds()), "ms/median")
	b.ReportMetric(float64(median)/float64(whole), "of-a-check")
}
