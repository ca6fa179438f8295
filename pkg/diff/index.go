package diff

import (
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// index finds the calls whose answers may differ, without asking for each principal
// on each resource. Two things have to come together. Something must bear on the call
// that only one side has: a statement of the principal's policies or of the
// resource's, about the action. And one side must not be sure to deny it: its policies
// have a statement that may allow it. It leaves out only what both sides answer alike,
// or what nobody could call before and nobody can now.
type index struct {
	old, new survey
	actions  *actions
	all      set
	global   bool // what has a say in every decision differs

	resources *resources
	changed   *resources // those of which anything differs
	targets   []target
	named     map[string][]int // of the changed ones those whose policy names somebody
	open      []int            // of the changed ones those whose policy may mean anyone
}

// target is a resource.
type target struct {
	name    string
	actions set
	changed bool
	// delegates says that identity policies count only where the resource's says so.
	delegates bool
	bears     *audience    // whom the difference is about, nil where there is none
	admits    [2]*audience // who may be allowed, before and after
}

// caller is a principal with the policies that bind it.
type caller struct {
	name    string
	account string
	names   []string // as policies name it
	// open says that any statement may mean it.
	open    bool
	changed bool
	sides   [2]binding // before and after
}

// binding is what binds a caller on one side.
type binding struct {
	request  *access.Request
	policies *access.Policies
}

func newIndex(was, is survey, before, after *canvas.Asker, a *actions) *index {
	names := union(was.resources, is.resources)
	x := &index{
		old: was, new: is, actions: a, all: a.set(a.names), global: was.global != is.global,
		named: map[string][]int{}, targets: make([]target, len(names)),
	}
	var every, changed []int
	var changedNames []string
	for i, name := range names {
		x.targets[i] = x.target(name, before, after)
		every = append(every, i)
		if x.targets[i].changed {
			changed, changedNames = append(changed, i), append(changedNames, name)
			x.note(i)
		}
	}
	x.resources, x.changed = newResources(names, every), newResources(changedNames, changed)
	return x
}

// note remembers by whom a changed resource is found.
func (x *index) note(i int) {
	t := &x.targets[i]
	if t.admits[0].isOpen() || t.admits[1].isOpen() {
		x.open = append(x.open, i)
		return
	}
	for _, side := range t.admits {
		for name := range side.names {
			if list := x.named[name]; !slices.Contains(list[max(0, len(list)-1):], i) { // they come in order
				x.named[name] = append(x.named[name], i)
			}
		}
	}
}

func (x *index) target(name string, before, after *canvas.Asker) target {
	arn, _ := iam.ParseARN(name)
	t := target{
		name: name, actions: x.actions.set(x.actions.on(name)), delegates: arn.Service != "s3",
		changed: x.global || x.old.resources[name] != x.new.resources[name],
	}
	if t.changed {
		t.bears = x.differing(name)
	}
	t.admits = [2]*audience{x.admits(name, before, true), x.admits(name, after, false)}
	return t
}

// differing gives whom the statements mean that only one side's policy of a resource
// has. Where anything else differs, or it is not one policy for sure, it is everyone.
func (x *index) differing(resource string) *audience {
	a := newAudience(len(x.actions.names))
	before, after := x.old.policies[resource], x.new.policies[resource]
	if x.global || x.old.rests[resource] != x.new.rests[resource] || !isSure(before) || !isSure(after) || before.Policy().Version != after.Policy().Version {
		a.everyone.add(x.all)
		return a
	}
	for _, s := range x.onlyOf(before.Policy().Statements, after.Policy().Statements) {
		a.add(s, x.actions.of(s))
	}
	return a
}

// isSure reports whether a policy is there, whole, and no other one in its place.
func isSure(p *snapshot.Policy) bool {
	return p != nil && len(p.Others) == 0 && len(p.Guards) == 0 && p.Unread == "" && len(p.Policy().Faults) == 0
}

// onlyOf gives the statements that only one of two lists has, of the old and the new
// side.
func (x *index) onlyOf(before, after []*iam.Statement) []*iam.Statement {
	was, is := map[uint64]bool{}, map[uint64]bool{}
	for _, s := range before {
		was[x.old.printed(s)] = true
	}
	for _, s := range after {
		is[x.new.printed(s)] = true
	}
	var list []*iam.Statement
	for _, s := range before {
		if !is[x.old.printed(s)] {
			list = append(list, s)
		}
	}
	for _, s := range after {
		if !was[x.new.printed(s)] {
			list = append(list, s)
		}
	}
	return list
}

// admits gives whom a side's policy of a resource may allow. Without the policy
// nothing is allowed for sure, which is all that counts before.
func (x *index) admits(resource string, asker *canvas.Asker, before bool) *audience {
	a := newAudience(len(x.actions.names))
	_, policies, err := asker.Ask(canvas.Question{Principal: "*", Action: x.actions.on(resource)[0], Resource: resource})
	if err != nil || !isPlain(resource) || !strings.HasPrefix(resource, "arn:") {
		a.everyone.add(x.all)
		return a
	}
	for i := range policies.Grants {
		a.addGrant(&policies.Grants[i], x.all)
	}
	statements, open := statementsOf(policies.Resource)
	for _, s := range statements {
		if s.Effect != iam.Deny {
			a.add(s, x.actions.of(s))
		}
	}
	if open && !before {
		a.everyone.add(x.all)
	}
	return a
}

// caller gathers what binds a principal.
func (x *index) caller(name string, before, after *canvas.Asker) *caller {
	c := &caller{name: name, changed: x.global || x.old.principals[name] != x.new.principals[name], open: !isPlain(name)}
	for i, asker := range []*canvas.Asker{before, after} {
		request, policies, err := asker.Ask(canvas.Question{Principal: name, Action: trusted()[0], Resource: "*"})
		if err != nil {
			c.open = true
			continue
		}
		c.sides[i] = binding{request, policies}
		p := &request.Principal
		c.account = p.Account
		c.names = append(c.names, p.ARN, p.UniqueID)
		if p.Kind == access.Role || p.Kind == access.Session {
			c.names = append(c.names, roleName(p.Account, p.Name))
		}
	}
	slices.Sort(c.names)
	c.names = slices.DeleteFunc(slices.Compact(c.names), func(name string) bool { return name == "" })
	return c
}

// identity gives the statements of the policies of a side's caller, and whether these
// are not all, so that there may be any.
func (b *binding) identity() (statements []*iam.Statement, open bool) {
	if b.request.Principal.Kind == access.RootUser {
		return nil, true
	}
	return statementsOf(&b.policies.Identity)
}

// statementsOf gives the statements of a layer; open where some may be missing.
func statementsOf(l *access.Layer) (statements []*iam.Statement, open bool) {
	if l == nil {
		return nil, false
	}
	open = len(l.Missing) > 0
	for _, doc := range l.Documents {
		open = open || len(doc.Policy.Statements) == 0 && len(doc.Policy.Faults) > 0
		statements = append(statements, doc.Policy.Statements...)
	}
	return statements, open
}

// differingOf gives the statements of the caller's policies that only one side has;
// false where more differs than statements.
func (x *index) differingOf(c *caller) ([]*iam.Statement, bool) {
	if x.global || c.open || x.old.callers[c.name] != x.new.callers[c.name] {
		return nil, false
	}
	var list []*iam.Statement
	before, after := c.sides[0].policies, c.sides[1].policies
	if (before.Boundary == nil) != (after.Boundary == nil) {
		return nil, false
	}
	for _, layers := range [][2]*access.Layer{{&before.Identity, &after.Identity}, {before.Boundary, after.Boundary}} {
		if !isWhole(layers[0]) || !isWhole(layers[1]) {
			return nil, false
		}
		was, _ := statementsOf(layers[0])
		is, _ := statementsOf(layers[1])
		list = append(list, x.onlyOf(was, is)...)
	}
	return list, true
}

// isWhole reports whether a layer is policies without doubts, of one version of the
// policy language.
func isWhole(l *access.Layer) bool {
	return l == nil || len(l.Missing) == 0 && len(l.Guards) == 0 && !slices.ContainsFunc(l.Documents, func(doc access.Document) bool {
		return len(doc.Guards) > 0 || len(doc.Policy.Faults) > 0 || !doc.Policy.HasVariables()
	})
}
