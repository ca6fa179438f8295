package fix

import (
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/finding"
)

// clusters are the changes of a plan that may bear on each other: those of one policy
// or setting, and those about the same use of a resource by a role. What is tried in
// one cluster says nothing of another, so that all are tried at once: a plan for many
// faults takes as many checks as one for the worst of them.
type clusters struct {
	over map[int]int      // a cluster that became part of another one
	of   map[string]int   // by the key of the change
	at   map[string][]int // by what the changes are about
}

// clustersOf puts each change into a cluster.
func clustersOf(changes []Change) *clusters {
	c := &clusters{over: map[int]int{}, of: map[string]int{}, at: map[string][]int{}}
	for i := range changes {
		change := &changes[i]
		c.of[change.key] = i
		for _, name := range append(change.uses(), ownerName(change.Owner)) {
			if others := c.at[name]; len(others) > 0 {
				c.join(i, others[0]) // of whose cluster all of them are
			}
			c.note(name, i)
		}
	}
	for i := range changes { // names that changes have in common without being about the same
		for _, need := range changes[i].needs {
			c.note("of "+need.Role, i)
			c.note("of "+resourceName(need.Resource), i)
		}
	}
	return c
}

func (c *clusters) note(name string, cluster int) {
	if list := c.at[name]; !slices.Contains(list[max(0, len(list)-1):], cluster) { // they come in order
		c.at[name] = append(c.at[name], cluster)
	}
}

// join makes one cluster of two.
func (c *clusters) join(a, b int) {
	if a, b = c.root(a), c.root(b); a != b {
		c.over[max(a, b)] = min(a, b)
	}
}

func (c *clusters) root(cluster int) int {
	for {
		over, ok := c.over[cluster]
		if !ok {
			return cluster
		}
		cluster = over
	}
}

// all gives every cluster.
func (c *clusters) all() []int {
	var list []int
	for _, i := range c.of {
		list = append(list, c.root(i))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// find gives the cluster of a change.
func (c *clusters) find(change *Change) int { return c.root(c.of[change.key]) }

// about gives the clusters that something about a principal and a resource is of,
// sorted: those with a change for both, else those that change a policy of either, else
// those that have to do with either. Of what it gives none for, any may be to blame.
func (c *clusters) about(principal, resource string) []int {
	resource = resourceName(resource)
	for _, names := range [][]string{{use(principal, resource)}, {ownerName(principal), ownerName(resource)}, {"of " + resource}, {"of " + principal}} {
		if found := c.named(names...); len(found) > 0 {
			return found
		}
	}
	return nil
}

// named gives the clusters of some names.
func (c *clusters) named(names ...string) []int {
	var found []int
	for _, name := range names {
		for _, i := range c.at[name] {
			found = append(found, c.root(i))
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// ofFinding is about for a finding, or else what changes the settings of its domain.
func (c *clusters) ofFinding(f *finding.Finding) []int {
	if found := c.about(f.Principal, f.Resource); len(found) > 0 {
		return found
	}
	return c.named(ownerName(f.Domain))
}

// ofChange is about for a change, perhaps of another plan.
func (c *clusters) ofChange(change *Change) []int {
	return c.named(append(change.uses(), ownerName(change.Owner))...)
}

// uses name the roles' uses of resources that the change serves.
func (c *Change) uses() []string {
	var names []string
	for _, need := range c.needs {
		names = append(names, useOf(need))
	}
	return names
}

func useOf(need *canvas.Need) string { return use(need.Role, resourceName(need.Resource)) }

func use(role, resource string) string { return "use of " + resource + " by " + role }

// ownerName names a resource whose policy changes, or a domain with its profiles whose
// settings do.
func ownerName(owner string) string {
	if !strings.HasPrefix(owner, "arn:") {
		owner, _, _ = strings.Cut(owner, "/")
	}
	return "policy of " + owner
}

// resourceName is the ARN of a key or role, or of the bucket of objects.
func resourceName(arn string) string {
	if before, after, ok := strings.Cut(arn, ":s3:::"); ok {
		bucket, _, _ := strings.Cut(after, "/")
		return before + ":s3:::" + bucket
	}
	return arn
}
