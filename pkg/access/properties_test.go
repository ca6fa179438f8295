package access_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/access/cases"
)

// decide answers a case that was built or changed in memory.
func decide(t *testing.T, c object) access.Result {
	line, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return decideLine(t, line)
}

func decideLine(t *testing.T, line []byte) access.Result {
	c, err := cases.Parse("-", line)
	if err != nil {
		t.Fatalf("%v: %s", err, line)
	}
	r := access.Decide(&c.Request, &c.Policies)
	d := access.Explain(&c.Request, &c.Policies)
	if d.Result != r {
		t.Fatalf("Decide says %s, Explain says %s: %s", r, d.Result, line)
	}
	if len(d.Reasons) == 0 {
		t.Fatalf("%s has no reason: %s", r, line)
	}
	if r == access.Unknown && len(d.Missing) == 0 {
		t.Fatalf("Unknown, and nothing would settle it: %s", line)
	}
	return r
}

// FuzzDecide checks what must hold of any policies: one more Deny never turns
// a denial into permission, one more Allow never turns permission into a
// denial, and forgetting a key never turns one definite answer into another.
func FuzzDecide(f *testing.F) {
	for seed := range uint64(200) {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, a, b uint64) {
		g := generator{rand.New(rand.NewPCG(a, b))}
		c := g.request(0, g.chance(30))
		before := decide(t, c)
		forgetOne(t, g, c, before)
		for _, effect := range []string{"Deny", "Allow"} {
			changed := add(g, c, effect)
			after := decide(t, changed)
			if effect == "Deny" && before.IsDenied() && !after.IsDenied() || effect == "Allow" && before == access.Allowed && after != access.Allowed {
				line, _ := json.Marshal(changed)
				t.Errorf("%s became %s with one more %s: %s", before, after, effect, line)
			}
		}
	})
}

// add puts one more statement into a copy of the case: into the identity
// policies, or into the resource's policy where there is one.
func add(g generator, c object, effect string) object {
	text, _ := json.Marshal(c)
	var changed object
	if err := json.Unmarshal(text, &changed); err != nil {
		panic(err)
	}
	_, kms := changed["resourcePolicy"]
	s := g.statement(kms, false, 100)
	s["Effect"] = effect
	if policy, ok := changed["resourcePolicy"].(map[string]any); ok && g.chance(50) {
		delete(s, "NotPrincipal")
		s["Principal"] = "*"
		policy["Statement"] = append(policy["Statement"].([]any), s)
		return changed
	}
	list, _ := changed["identityPolicies"].([]any)
	changed["identityPolicies"] = append(list, object{"Version": "2012-10-17", "Statement": s})
	return changed
}

// forgetOne makes one known key unknown.
func forgetOne(t *testing.T, g generator, c object, before access.Result) {
	text, _ := json.Marshal(c)
	var changed object
	if err := json.Unmarshal(text, &changed); err != nil {
		panic(err)
	}
	context := changed["request"].(map[string]any)["context"].(map[string]any)
	for _, key := range append(append([]string{}, singleKeys...), multiKeys...) {
		value, known := context[key]
		if !known || !g.chance(40) {
			continue
		}
		delete(context, key)
		unknown, _ := changed["unknownKeys"].([]any)
		changed["unknownKeys"] = append(unknown, key)
		if _, multi := value.([]any); multi {
			list, _ := changed["multiKeys"].([]any)
			changed["multiKeys"] = append(list, key)
		}
		break
	}
	after := decide(t, changed)
	if before == access.Allowed && after.IsDenied() || before.IsDenied() && after == access.Allowed {
		line, _ := json.Marshal(changed)
		t.Errorf("%s became %s when a key was forgotten: %s", before, after, line)
	}
}

// FuzzLine feeds arbitrary bytes.
func FuzzLine(f *testing.F) {
	f.Add([]byte(kmsCase))
	f.Add([]byte(`{"request":{"principal":"*","action":"s3:Get","resource":"*"},"resourcePolicy":{"Statement":{"Effect":"Allow","Principal":{"AWS":7},"Action":{"Ref":"x"},"Condition":{"Null":7}}},"grants":[{}]}`))
	f.Fuzz(func(_ *testing.T, line []byte) { cases.Answer(line) })
}
