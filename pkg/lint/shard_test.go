package lint_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/fix"
	"github.com/canvaslint/canvaslint/pkg/lint"
	"github.com/canvaslint/canvaslint/pkg/report"
	"github.com/canvaslint/canvaslint/pkg/triage"
)

// saved writes a report as JSON, or as JSON lines.
func saved(t *testing.T, r finding.Whole, lines bool) []byte {
	t.Helper()
	var out bytes.Buffer
	write := report.StreamJSON
	if lines {
		write = report.StreamNDJSON
	}
	if err := write(&out, r); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// together merges saved reports.
func together(t *testing.T, reports ...[]byte) triage.United {
	t.Helper()
	all, err := triage.NewGather()
	if err != nil {
		t.Fatal(err)
	}
	if err := report.ReadAll(bytes.NewReader(bytes.Join(reports, nil)), all.Add); err != nil {
		t.Fatal(err)
	}
	united, ok := all.Done("", false)
	if !ok {
		t.Fatal("no report")
	}
	return united
}

// TestShards checks organizations in parts, and merges what came of them in any
// order and by steps: the report has the bytes of one check.
func TestShards(t *testing.T) {
	set := ruleSet(t)
	for seed := range uint64(8 * tries()) {
		random := rand.New(rand.NewPCG(seed, 20))
		files := organization(random)
		o, err := lint.CheckAll(context.Background(), over(set, files), fix.Attach)
		if err != nil {
			t.Fatal(err)
		}
		want := bytesOf(t, o.Report, o.Failed, o.Undecided)
		for _, n := range []int{1, 2, 7, 40}[:2+2*int(seed%2)] {
			var parts [][]byte
			for i := range n {
				options := over(set, files)
				options.Shard = lint.Shard{Index: i + 1, Count: n}
				part, err := lint.CheckAll(context.Background(), options, fix.Attach)
				if err != nil {
					t.Fatal(err)
				}
				parts = append(parts, saved(t, part.Report, i%2 == 1))
			}
			random.Shuffle(n, func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
			if n > 2 { // some of them first, and twice
				some := together(t, append(parts[:2:2], parts[0])...)
				if some.Whole.Head.Part == nil {
					t.Fatal("a part of a report does not say that it is one")
				}
				parts = append(parts[1:], saved(t, some.Whole, false))
				parts = parts[1:]
			}
			united := together(t, parts...)
			c := lint.Conclude(united, nil, func(string) bool { return true })
			if got := bytesOf(t, c.Report, c.Failed, c.Undecided); got != want {
				t.Fatalf("seed %d, %d parts:\n%s", seed, n, firstDifference(got, want))
			}
		}
	}
}

// TestMissingPart merges all parts but one: that is a problem, never a pass.
func TestMissingPart(t *testing.T) {
	files := organization(rand.New(rand.NewPCG(1, 21)))
	var parts [][]byte
	for _, i := range []int{1, 3} {
		options := over(ruleSet(t), files)
		options.Shard = lint.Shard{Index: i, Count: 3}
		part, err := lint.CheckAll(context.Background(), options, func(*lint.Result) {})
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, saved(t, part.Report, false))
	}
	c := lint.Conclude(together(t, parts...), nil, func(string) bool { return true })
	if len(c.Report.Report().Problems) != 1 || !c.Incomplete {
		t.Errorf("problems: %v", c.Report.Report().Problems)
	}
}
