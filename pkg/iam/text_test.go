package iam

import (
	"runtime"
	"sync"
	"testing"
	"weak"

	"github.com/canvaslint/canvaslint/pkg/source"
)

func text(t *testing.T) *Text {
	t.Helper()
	documents, problems := source.Parse("policy.json", []byte(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}]}`), source.JSON)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return NewText(documents[0].Root(), IdentityPolicy)
}

// Who holds a statement finds it again, whatever the collector did.
func TestTextKeepsWhatIsHeld(t *testing.T) {
	policy := text(t)
	statement := policy.Policy().Statements[0]
	runtime.GC()
	if !policy.Holds(statement) || policy.Policy().Statements[0] != statement || policy.Glance().Statements[0] != statement {
		t.Error("the policy of a statement that is held was compiled anew")
	}
	runtime.KeepAlive(statement)
}

func TestTextLetsGo(t *testing.T) {
	policy := text(t)
	compiled := weak.Make(policy.Policy())
	runtime.GC()
	if compiled.Value() != nil {
		t.Error("a policy that no one holds is still there")
	}
	if got := policy.Policy(); len(got.Statements) != 1 || got.Text != policy {
		t.Errorf("compiled anew: %+v", got)
	}
}

func TestTextIsCompiledOnceForAll(t *testing.T) {
	policy := text(t)
	found := make([]*Policy, 64)
	var all sync.WaitGroup
	for i := range found {
		all.Go(func() { found[i] = policy.Policy() })
	}
	all.Wait()
	for _, p := range found {
		if p != found[0] {
			t.Fatal("two who ask at once have two policies")
		}
	}
}

func TestGlanceKeepsNothing(t *testing.T) {
	policy := text(t)
	seen := policy.Glance()
	if policy.Holds(seen.Statements[0]) {
		t.Error("what was compiled in passing is kept")
	}
}
