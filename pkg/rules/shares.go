package rules

import (
	"context"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/canvaslint/canvaslint/pkg/parallel"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// shareSize is how many users, needs and roles of settings a query sees at once. As
// values of Rego each takes some kilobytes.
const shareSize = 2000

// looksAtDomains reports whether a rule reads a part whose items each belong to a
// domain. A built-in rule compares no such items of one domain with those of another,
// so that some domains can be looked at after the others, or at the same time.
func (r *Rule) looksAtDomains() bool {
	return len(r.Inputs) == 0 || slices.ContainsFunc([]string{"users", "needs", "roles"}, r.asksFor)
}

// asksFor reports whether a rule reads a part of the input, or some kind of its items.
func (r *Rule) asksFor(part string) bool {
	return slices.ContainsFunc(r.Inputs, func(input string) bool { return input == part || strings.HasPrefix(input, part+".") })
}

// query asks the rules for their findings: at once, or where there is much to look
// at share by share of so many items, on as many processors as there are.
func (s *Set) query(ctx context.Context, chosen []*Rule, input *Input, snap *snapshot.Snapshot, size int) (map[string][]result, error) {
	if len(input.Users)+len(input.Needs)+len(input.Roles) <= size {
		return s.ask(ctx, chosen, snap, func() (ast.Value, error) { return valueOf(input) })
	}
	var local, global []*Rule
	for _, rule := range chosen {
		if rule.looksAtDomains() {
			local = append(local, rule)
		} else {
			global = append(global, rule)
		}
	}
	rest, shares := input.shares(size)
	tasks := []task{func() (map[string][]result, error) {
		return s.ask(ctx, global, snap, func() (ast.Value, error) { return valueOf(rest) })
	}}
	common, err := valueOf(rest.faultsFor(local))
	if err != nil {
		return nil, err
	}
	for _, share := range shares {
		tasks = append(tasks, func() (map[string][]result, error) {
			return s.ask(ctx, local, snap, func() (ast.Value, error) { return share.with(common) })
		})
	}
	return together(tasks)
}

// task asks for some of the findings.
type task func() (map[string][]result, error)

// together does tasks on as many processors as there are, and puts what they found
// together in the tasks' order.
func together(tasks []task) (map[string][]result, error) {
	found, faults := make([]map[string][]result, len(tasks)), make([]error, len(tasks))
	parallel.Do(len(tasks), func(i int) { found[i], faults[i] = tasks[i]() })
	all := map[string][]result{}
	for i := range tasks {
		if faults[i] != nil {
			return nil, faults[i]
		}
		for id, results := range found[i] {
			all[id] = append(all[id], results...)
		}
	}
	return all, nil
}

// share is what belongs to some of the domains.
type share struct {
	Users []UserInput `json:"users"`
	Needs []NeedInput `json:"needs"`
	Roles []RoleInput `json:"roles"`
}

// with gives the share with what is of no domain: the input as rules see it.
func (s *share) with(common ast.Value) (ast.Value, error) {
	value, err := valueOf(s)
	if err != nil {
		return nil, err
	}
	own, rest := value.(ast.Object), common.(ast.Object)
	rest.Foreach(func(name, part *ast.Term) {
		if own.Get(name) == nil {
			own.Insert(name, part)
		}
	})
	return own, nil
}

// shares cuts the input between domains, and gives the rest of it beside the shares.
func (i *Input) shares(size int) (*Input, []*share) {
	rest := *i
	rest.Users, rest.Needs, rest.Roles = []UserInput{}, []NeedInput{}, []RoleInput{}
	c := cutter{size: size, of: map[domainID]*share{}, count: map[domainID]int{}}
	for j := range i.Users {
		c.note(&i.Users[j].Subject)
	}
	for j := range i.Needs {
		c.note(&i.Needs[j].Subject)
	}
	for j := range i.Roles {
		c.note(&i.Roles[j].Subject)
	}
	c.cut()
	for j := range i.Users {
		share := c.of[domainOf(&i.Users[j].Subject)]
		share.Users = append(share.Users, i.Users[j])
	}
	for j := range i.Needs {
		share := c.of[domainOf(&i.Needs[j].Subject)]
		share.Needs = append(share.Needs, i.Needs[j])
	}
	for j := range i.Roles {
		share := c.of[domainOf(&i.Roles[j].Subject)]
		share.Roles = append(share.Roles, i.Roles[j])
	}
	return &rest, c.shares
}

// faultsFor leaves out the faults that no rule of some asks for.
func (i *Input) faultsFor(rules []*Rule) *Input {
	less := *i
	less.Faults = slices.DeleteFunc(slices.Clone(i.Faults), func(f FaultInput) bool {
		return !slices.ContainsFunc(rules, func(r *Rule) bool {
			return len(r.Inputs) == 0 || slices.Contains(r.Inputs, "faults") || slices.Contains(r.Inputs, "faults."+f.Kind)
		})
	})
	return &less
}

// domainID tells domains apart.
type domainID struct{ account, region, id string }

func domainOf(s *Subject) domainID { return domainID{s.Account, s.Region, s.Domain} }

// cutter makes shares of whole domains, in their order.
type cutter struct {
	size   int
	order  []domainID
	count  map[domainID]int // of items
	of     map[domainID]*share
	shares []*share
}

func (c *cutter) note(s *Subject) {
	id := domainOf(s)
	if c.count[id] == 0 {
		c.order = append(c.order, id)
	}
	c.count[id]++
}

func (c *cutter) cut() {
	room := 0
	for _, id := range c.order {
		if room <= 0 {
			room = c.size
			c.shares = append(c.shares, &share{Users: []UserInput{}, Needs: []NeedInput{}, Roles: []RoleInput{}})
		}
		room -= c.count[id]
		c.of[id] = c.shares[len(c.shares)-1]
	}
}
