package diff

import "github.com/canvaslint/canvaslint/pkg/iam"

// search looks for the calls of one caller after another. It is for one goroutine.
type search struct {
	*index
	bears   reach    // what a statement bears on that only one side has
	allowed [2]reach // what a statement may allow, before and after
	found   reach
}

// reach is a set of actions for each resource.
type reach struct {
	sets    []set
	touched []int
}

func newReach(resources, actions int) reach {
	r := reach{sets: make([]set, resources)}
	words := len(newSet(actions))
	all := make(set, resources*words)
	for i := range r.sets {
		r.sets[i] = all[i*words : (i+1)*words : (i+1)*words]
	}
	return r
}

func (r *reach) add(at int, actions set) {
	if r.sets[at].isEmpty() {
		r.touched = append(r.touched, at)
	}
	r.sets[at].add(actions)
}

func (r *reach) clear() {
	for _, at := range r.touched {
		clear(r.sets[at])
	}
	r.touched = r.touched[:0]
}

func newSearch(x *index) *search {
	s := &search{index: x}
	for _, r := range []*reach{&s.bears, &s.allowed[0], &s.allowed[1], &s.found} {
		*r = newReach(len(x.targets), len(x.actions.names))
	}
	return s
}

// calls visits the resources on which the caller's answers may differ, with the
// actions.
func (s *search) calls(c *caller, visit func(t *target, actions set)) {
	for _, r := range []*reach{&s.bears, &s.allowed[0], &s.allowed[1], &s.found} {
		r.clear()
	}
	among := s.changed // where the caller is the same, only what changed of the others counts
	if c.changed {
		among = s.resources
		s.bear(c)
	}
	s.allow(c, among)
	for _, at := range s.candidates(c, among) {
		t := &s.targets[at]
		if actions := s.worth(c, t, at); !actions.isEmpty() {
			visit(t, actions)
		}
	}
}

// bear marks what the difference between the caller's policies is about.
func (s *search) bear(c *caller) {
	statements, ok := s.differingOf(c)
	if !ok {
		for at := range s.targets {
			s.bears.add(at, s.all)
		}
	}
	for _, statement := range statements {
		s.mark(&s.bears, s.resources, statement)
	}
}

// allow marks what the caller's own policies may allow.
func (s *search) allow(c *caller, among *resources) {
	for i := range c.sides {
		statements, open := []*iam.Statement(nil), true
		if c.sides[i].request != nil {
			statements, open = c.sides[i].identity()
		}
		if open || c.open {
			for _, at := range among.at {
				s.allowed[i].add(at, s.all)
			}
			continue
		}
		for _, statement := range statements {
			if statement.Effect != iam.Deny {
				s.mark(&s.allowed[i], among, statement)
			}
		}
	}
}

func (s *search) mark(r *reach, among *resources, statement *iam.Statement) {
	actions := s.actions.of(statement)
	if actions.isEmpty() {
		return
	}
	among.meant(statement, func(at int) { r.add(at, actions) })
}

// candidates are resources that differ for the caller, or where he may be allowed
// something on those that changed, each once.
func (s *search) candidates(c *caller, among *resources) []int {
	add := func(list []int) {
		for _, at := range list {
			if s.found.sets[at].isEmpty() {
				s.found.add(at, s.all)
			}
		}
	}
	if c.open {
		add(among.at)
	}
	add(s.bears.touched)
	for _, own := range s.allowed {
		for _, at := range own.touched {
			if s.targets[at].changed {
				add([]int{at})
			}
		}
	}
	add(s.open)
	for _, name := range c.names {
		add(s.named[name])
	}
	return s.found.touched
}

// worth gives the actions of the caller on a resource whose answers may differ.
func (s *search) worth(c *caller, t *target, at int) set {
	bears, allowed := make(set, len(s.all)), make(set, len(s.all))
	bears.add(s.bears.sets[at])
	if t.bears != nil {
		t.bears.atAll(c, bears)
	}
	for i, admits := range t.admits {
		admits.directly(c, allowed)
		if !t.delegates {
			allowed.add(s.allowed[i].sets[at])
			continue
		}
		counts := make(set, len(s.all))
		admits.atAll(c, counts)
		allowed.addBoth(counts, s.allowed[i].sets[at])
	}
	if c.open || !isPlain(t.name) {
		allowed.add(s.all)
		if c.changed || t.changed {
			bears.add(s.all)
		}
	}
	bears.keep(allowed)
	bears.keep(t.actions)
	return bears
}
