package lint_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/lint"
)

// TestLimit ends a check while it is at one of its steps, which never comes to an end.
func TestLimit(t *testing.T) {
	for _, c := range []struct {
		step    string
		files   int
		message string
	}{
		{"reading files", 0, "the check was broken off while reading files: the time limit of 1s was reached; what it had not decided by then is unknown"},
		{"checking what Canvas needs, and running the rules", 1, "the check was broken off while checking what Canvas needs, and running the rules: the time limit of 1s was reached; what it had not decided by then is unknown"},
	} {
		ctx, stop := context.WithCancelCause(context.Background())
		o := options(t, map[string]string{"key-policy.json": open})
		never := make(chan struct{})
		o.Progress = func(step string) {
			if step == c.step {
				stop(lint.Limit{What: "the time limit of 1s"})
				<-never
			}
		}
		result, err := lint.CheckWithin(ctx, o, func(*lint.Result) {})
		if err != nil {
			t.Fatal(err)
		}
		r := result.Report.Report()
		if diff := cmp.Diff([]finding.Problem{{Message: c.message}}, r.Problems); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.step, diff)
		}
		if r.Partial == nil || r.Partial.Stopped != c.step || len(r.Findings) > 0 || r.Coverage.Files != c.files || result.Failed || result.BrokenOff != c.message {
			t.Errorf("%s: %+v, %d findings, %d files", c.step, r.Partial, len(r.Findings), r.Coverage.Files)
		}
	}
}

// TestWithinLimits: a check that no limit ends is the same as one without limits, its
// errors and its panics too.
func TestWithinLimits(t *testing.T) {
	ctx, stop := context.WithCancelCause(context.Background())
	defer stop(nil)
	o := options(t, map[string]string{"key-policy.json": open})
	want, err := lint.Check(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	got, err := lint.CheckWithin(ctx, o, func(*lint.Result) {})
	if err != nil || got.BrokenOff != "" {
		t.Fatal(err, got.BrokenOff)
	}
	if diff := cmp.Diff(want.Report, got.Report.Report(), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("(-without +with limits):\n%s", diff)
	}
	o.Paths = []string{"nowhere"}
	if _, err := lint.CheckWithin(ctx, o, func(*lint.Result) {}); err == nil {
		t.Error("no error for a path that is missing")
	}
	o.Progress = func(string) { panic("defect") }
	func() {
		defer func() {
			if fault := recover(); fault != "defect" {
				t.Errorf("recovered %v", fault)
			}
		}()
		_, _ = lint.CheckWithin(ctx, o, func(*lint.Result) {})
	}()
	gone := errors.New("no one waits")
	stop(gone)
	if _, err := lint.CheckWithin(ctx, o, func(*lint.Result) {}); !errors.Is(err, gone) {
		t.Errorf("cancelled by its caller: %v", err)
	}
}
