package access_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/access/cases"
	"github.com/canvaslint/canvaslint/pkg/iam"
)

// guardGenerator puts policies in doubt, at random.
type guardGenerator struct {
	generator
	choices []*iam.Choice
}

func (g guardGenerator) guards(percent int) iam.Guards {
	if !g.chance(percent) {
		return nil
	}
	choice := pick(g.generator, g.choices...)
	guards := choice.In(g.IntN(choice.Cases))
	if g.chance(15) {
		other := pick(g.generator, g.choices...)
		guards = guards.And(other.Not(g.IntN(other.Cases)))
	}
	return guards
}

// doubt gives documents, layers and versions guards, and makes second versions.
func (g guardGenerator) doubt(p *access.Policies) {
	all := []*access.Layer{&p.Identity, p.Boundary, p.Session, p.Resource, p.Endpoint}
	for _, levels := range [][]access.Level{p.SCPs, p.RCPs} {
		for i := range levels {
			all = append(all, &levels[i].Layer)
		}
	}
	for i, l := range all {
		if l == nil {
			continue
		}
		for j := range l.Documents {
			l.Documents[j].Guards = g.guards(50)
		}
		if i > 0 {
			l.Guards = g.guards(30)
		}
		if n := len(l.Documents); n > 0 && g.chance(50) {
			// Some statements make another version.
			policy := *l.Documents[0].Policy
			policy.Statements = policy.Statements[:g.IntN(len(policy.Statements)+1)]
			l.Documents = append(l.Documents, access.Document{Name: "version", Policy: &policy, Guards: g.guards(70)})
		}
	}
	for i := range p.Grants {
		p.Grants[i].Guards = g.guards(70)
	}
}

// settled gives the policies of one case of every choice, without guards.
func settled(p *access.Policies, cases map[*iam.Choice]int) *access.Policies {
	holds := func(guards iam.Guards) bool {
		return !slices.ContainsFunc(guards, func(g iam.Guard) bool { return !slices.Contains(g.Cases, cases[g.Choice]) })
	}
	layer := func(l *access.Layer) *access.Layer {
		if l == nil || !holds(l.Guards) {
			return nil
		}
		plain := &access.Layer{Missing: l.Missing}
		for _, d := range l.Documents {
			if holds(d.Guards) {
				plain.Documents = append(plain.Documents, access.Document{Name: d.Name, Policy: d.Policy})
			}
		}
		return plain
	}
	levels := func(list []access.Level) (plain []access.Level) {
		for _, l := range list {
			if inner := layer(&l.Layer); inner != nil {
				plain = append(plain, access.Level{Name: l.Name, Layer: *inner})
			}
		}
		return plain
	}
	s := &access.Policies{
		Identity: *layer(&p.Identity), Boundary: layer(p.Boundary), Session: layer(p.Session), Resource: layer(p.Resource),
		Endpoint: layer(p.Endpoint), SCPs: levels(p.SCPs), RCPs: levels(p.RCPs),
	}
	for _, g := range p.Grants {
		if holds(g.Guards) {
			g.Guards = nil
			s.Grants = append(s.Grants, g)
		}
	}
	return s
}

// inEveryCase decides a request once for each case, and gives what all of them
// have in common.
func inEveryCase(r *access.Request, p *access.Policies, choices []*iam.Choice) access.Result {
	total := 1
	for _, c := range choices {
		total *= c.Cases
	}
	results := map[access.Result]bool{}
	for number := range total {
		at, rest := map[*iam.Choice]int{}, number
		for _, c := range choices {
			at[c], rest = rest%c.Cases, rest/c.Cases
		}
		results[access.Decide(r, settled(p, at))] = true
	}
	switch {
	case results[access.Unknown], results[access.Allowed] && len(results) > 1:
		return access.Unknown
	case results[access.Allowed]:
		return access.Allowed
	case results[access.ImplicitlyDenied]:
		return access.ImplicitlyDenied
	}
	return access.ExplicitlyDenied
}

// TestGuards holds decisions about policies in doubt against those of every
// case: where the request leaves nothing open they are the same, else none is
// more certain than it may be.
func TestGuards(t *testing.T) {
	seen := map[access.Result]int{}
	for seed := range uint64(tries(1500)) {
		g := guardGenerator{generator{rand.New(rand.NewPCG(seed, 12))}, nil}
		for range 1 + g.IntN(3) {
			g.choices = append(g.choices, &iam.Choice{Question: "which is right", Cases: 2 + g.IntN(2)})
		}
		open := g.chance(30)
		c, err := cases.Parse("-", g.line(int(seed), open))
		if err != nil {
			t.Fatal(err)
		}
		if g.chance(30) {
			c.Policies.Grants = []access.Grant{{KeyID: keyARN, Grantee: c.Request.Principal.ARN, Operations: []string{"Decrypt"}}}
		}
		g.doubt(&c.Policies)
		want := inEveryCase(&c.Request, &c.Policies, g.choices)
		got, why := access.Decide(&c.Request, &c.Policies), access.Explain(&c.Request, &c.Policies)
		seen[got]++
		switch {
		case got != want && !(got.IsDenied() && want.IsDenied()) && (!open || got != access.Unknown):
			t.Errorf("seed %d: got %s, and the cases give %s", seed, got, want)
		case why.Result != got:
			t.Errorf("seed %d: Explain says %s, Decide %s", seed, why.Result, got)
		case len(why.Reasons) == 0:
			t.Errorf("seed %d: %s has no reason", seed, got)
		case got == access.Unknown && len(why.Missing) == 0:
			t.Errorf("seed %d: nothing would settle it: %+v", seed, why.Reasons)
		}
	}
	for _, r := range []access.Result{access.Unknown, access.Allowed, access.ImplicitlyDenied, access.ExplicitlyDenied} {
		if seen[r] < 25 {
			t.Errorf("only %d decisions are %s: the test proves little", seen[r], r)
		}
	}
}

// TestManyGuards has more blocks in doubt than can be tried in combination: the
// answer comes in no time, and is right.
func TestManyGuards(t *testing.T) {
	c, err := cases.Parse("-", []byte(kmsCase))
	if err != nil {
		t.Fatal(err)
	}
	deny := *c.Policies.SCPs[0].Documents[0].Policy
	deny.Statements = deny.Statements[1:] // of another action
	for range 50 {
		c.Policies.SCPs[0].Documents = append(c.Policies.SCPs[0].Documents, access.Document{Name: "block", Policy: &deny, Guards: iam.Maybe("whether it is attached")})
	}
	if got := access.Decide(&c.Request, &c.Policies); got != access.Allowed {
		t.Errorf("blocks about something else: %s", got)
	}
	everything := *c.Policies.Identity.Documents[0].Policy
	for range 50 {
		c.Policies.Identity.Documents = append(c.Policies.Identity.Documents, access.Document{Name: "block", Policy: &everything, Guards: iam.Maybe("whether it is attached")})
	}
	c.Policies.Identity.Documents[0].Guards = iam.Maybe("whether it is attached")
	d := access.Explain(&c.Request, &c.Policies)
	if d.Result != access.Unknown || !slices.Contains(d.Missing, "whether it is attached") {
		t.Errorf("blocks that may allow: %s, %q", d.Result, d.Missing)
	}
}
