package triage

import (
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Changed tells what of a report a change of some files bears on: what stands in
// them or points into them, and what is about a resource that they describe. The
// last is needed because a statement that was taken out leaves no place behind.
type Changed struct {
	file       func(name string) bool
	everything bool
	// about holds ARNs of keys, roles and buckets, ids of domains, and profiles
	// as profileName gives them.
	about map[string]bool
}

// NewChanged works out which resources the changed files describe. File tells
// whether a file, by the name that is shown, is one of them.
func NewChanged(s *snapshot.Snapshot, file func(name string) bool) *Changed {
	c := &Changed{file: file, about: map[string]bool{}}
	for _, key := range s.Keys {
		c.describe(key.ARN, append([]source.Node{key.Node, key.TagList, key.Rotation.Node, policyNode(key.Policy)}, key.Grants...)...)
	}
	for _, alias := range s.Aliases {
		for _, key := range s.Keys {
			if key.ID == alias.Target && key.Account == alias.Account && key.Region == alias.Region {
				c.describe(key.ARN, alias.Node)
			}
		}
	}
	for _, role := range s.Roles {
		c.describe(role.ARN, roleNodes(s, role)...)
	}
	for _, bucket := range s.Buckets {
		c.describe(bucket.ARN, bucket.Node, policyNode(bucket.Policy), bucket.Algorithm.Node, bucket.Key.Node, bucket.BucketKey.Node, bucket.Location.Node)
	}
	for _, domain := range s.Domains {
		c.describe(domain.ID, domain.Node)
		for _, profile := range domain.Profiles {
			c.describe(profileName(domain.ID, profile.Name), profile.Node)
		}
		for _, endpoint := range s.Endpoints {
			if endpoint.VPC == domain.VPC.Value {
				c.describe(domain.ID, endpoint.Node, policyNode(endpoint.Policy))
			}
		}
	}
	c.organization(s.Organization)
	return c
}

// Everything makes the change bear on all there is: that of the config does.
func (c *Changed) Everything() { c.everything = true }

// About adds the resource of an ARN.
func (c *Changed) About(arn string) { c.about[arn] = true }

// Gone adds the resources that the name of a deleted file mentions, and reports
// whether there are any.
func (c *Changed) Gone(name string, s *snapshot.Snapshot) bool {
	found := false
	add := func(id, mentioned string) {
		if id != "" && load.Mentions(name, mentioned) {
			c.about[id], found = true, true
		}
	}
	for _, key := range s.Keys {
		add(key.ARN, key.ID)
	}
	for _, role := range s.Roles {
		add(role.ARN, role.Name)
	}
	for _, bucket := range s.Buckets {
		add(bucket.ARN, bucket.Name)
	}
	for _, domain := range s.Domains {
		add(domain.ID, domain.ID)
	}
	return found
}

// organization: its policies bear on every account.
func (c *Changed) organization(o *snapshot.Organization) {
	if o == nil {
		return
	}
	c.everything = c.everything || c.in(o.Node)
	for _, policy := range o.Policies {
		c.everything = c.everything || c.in(policyNode(policy.Policy))
	}
	for _, target := range o.Targets {
		c.everything = c.everything || c.in(target.Node)
	}
}

func (c *Changed) describe(id string, nodes ...source.Node) {
	if id != "" && slices.ContainsFunc(nodes, c.in) {
		c.about[id] = true
	}
}

// in reports whether a node stands in a changed file.
func (c *Changed) in(node source.Node) bool {
	return node.Exists() && c.place(finding.PlaceOf(node.Span()))
}

func (c *Changed) place(at finding.Place) bool { return at.File != "" && c.file(at.File) }

// Finding reports whether the change bears on a finding.
func (c *Changed) Finding(f finding.Finding) bool {
	switch {
	case c.everything, c.place(f.Place), c.about[f.Resource], c.about[f.Principal], c.about[f.Domain]:
		return true
	case f.Fix != nil && f.Fix.File != "" && c.file(f.Fix.File):
		return true
	case f.Fix != nil && slices.ContainsFunc(f.Fix.Edits, func(e finding.Edit) bool { return c.place(e.Place) }):
		return true
	case slices.ContainsFunc(f.Profiles, func(name string) bool { return c.about[profileName(f.Domain, name)] }):
		return true
	}
	return slices.ContainsFunc(f.Causes, func(cause finding.Cause) bool { return c.place(cause.Place) }) ||
		slices.ContainsFunc(f.Related, func(note finding.Note) bool { return c.place(note.Place) })
}

// Need reports whether the change bears on a need.
func (c *Changed) Need(need *canvas.Need) bool {
	return c.everything || c.about[need.Domain.ID] || c.about[need.Role] || c.about[need.Resource] || c.in(need.Place.Node) ||
		slices.ContainsFunc(need.Others, func(p canvas.Place) bool { return c.in(p.Node) }) ||
		slices.ContainsFunc(need.Users, func(u *canvas.User) bool { return c.about[profileName(need.Domain.ID, u.Name)] })
}

// Problem reports whether the change bears on a problem: it stands in a changed
// file.
func (c *Changed) Problem(p finding.Problem) bool {
	return c.everything || p.File != "" && c.file(p.File)
}

// Row reports whether the change bears on a row of readiness. Reported are the
// fingerprints of the findings that it bears on.
func (c *Changed) Row(row finding.Readiness, reported map[string]bool) bool {
	return c.everything || c.about[row.Domain] || c.about[row.Role] || c.about[row.Key] || c.about[profileName(row.Domain, row.Profile)] ||
		row.Bucket != "" && c.bucket(row.Bucket) ||
		slices.ContainsFunc(row.Findings, func(f string) bool { return reported[f] })
}

// bucket reports whether the change is about the bucket of a name.
func (c *Changed) bucket(name string) bool {
	for id := range c.about {
		if strings.HasSuffix(id, ":s3:::"+name) {
			return true
		}
	}
	return false
}

// roleNodes gives the nodes of a role's documents.
func roleNodes(s *snapshot.Snapshot, role *snapshot.Role) []source.Node {
	nodes := []source.Node{role.Node, policyNode(role.Trust)}
	for _, policy := range role.Inline {
		nodes = append(nodes, policyNode(policy))
	}
	attached := role.Attached
	if role.Boundary != nil {
		attached = append(slices.Clone(attached), *role.Boundary)
	}
	for _, a := range attached {
		nodes = append(nodes, a.Node, policyNode(s.Managed[a.ARN]))
	}
	return nodes
}

func policyNode(p *snapshot.Policy) source.Node {
	if p == nil || p.Policy == nil || p.AWSManaged {
		return source.Node{}
	}
	return p.Node
}

// profileName names a profile; no ARN and no domain id has a blank in it.
func profileName(domain, profile string) string { return domain + " " + profile }
