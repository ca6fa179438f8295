package access

import (
	"iter"

	"github.com/canvaslint/canvaslint/pkg/iam"
)

// chosen is a choice with the case that is looked at.
type chosen struct {
	choice *iam.Choice
	at     int
}

// inForce tells whether what has these guards is in force. A choice of which no
// case is looked at is open.
func (e *evaluation) inForce(guards iam.Guards) truth {
	t := yes
	for i := range guards {
		t = min(t, e.holds(&guards[i]))
	}
	return t
}

func (e *evaluation) holds(g *iam.Guard) truth {
	for i := range e.chosen {
		if e.chosen[i].choice != g.Choice {
			continue
		}
		for _, at := range g.Cases {
			if at == e.chosen[i].at {
				return yes
			}
		}
		return no
	}
	return maybe
}

// has tells whether there is a layer.
func (e *evaluation) has(l *Layer) truth {
	if l == nil {
		return no
	}
	return e.inForce(l.Guards)
}

// question gives the first open question among some guards, "" where all are
// settled.
func (e *evaluation) question(guards ...iam.Guards) string {
	for _, list := range guards {
		for i := range list {
			if e.holds(&list[i]) == maybe {
				return list[i].Choice.Question
			}
		}
	}
	return ""
}

// documents gives the documents of a layer that are, or may be, in force.
func (e *evaluation) documents(l *Layer) iter.Seq[*Document] {
	return func(yield func(*Document) bool) {
		for i := range l.Documents {
			if d := &l.Documents[i]; d.Policy != nil && e.inForce(d.Guards) != no && !yield(d) {
				return
			}
		}
	}
}

// AnyLayer reports whether something holds of a layer, among all that there are.
func (p *Policies) AnyLayer(holds func(*Layer) bool) bool {
	for _, l := range [...]*Layer{&p.Identity, p.Boundary, p.Session, p.Resource, p.Endpoint} {
		if l != nil && holds(l) {
			return true
		}
	}
	for _, levels := range [...][]Level{p.SCPs, p.RCPs} {
		for i := range levels {
			if holds(&levels[i].Layer) {
				return true
			}
		}
	}
	return false
}

// hasGuards reports whether anything may be in force or not.
func (p *Policies) hasGuards() bool {
	guarded := func(l *Layer) bool {
		if len(l.Guards) > 0 {
			return true
		}
		for i := range l.Documents {
			if len(l.Documents[i].Guards) > 0 {
				return true
			}
		}
		return false
	}
	if p.AnyLayer(guarded) {
		return true
	}
	for i := range p.Grants {
		if len(p.Grants[i].Guards) > 0 {
			return true
		}
	}
	return false
}
