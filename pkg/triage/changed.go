package triage

import (
	"path"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/layout"
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
	// about holds ARNs of keys, roles and buckets, ids of domains, and profiles and
	// buckets as profileName and bucketName give them.
	about map[string]bool
	// accounts are those of which a list changed: what is in it no longer is nowhere.
	accounts map[string]bool
	rules    map[string]bool // of the user's own
}

// NewChanged works out which resources the changed files describe. File tells
// whether a file, by the name that is shown, is one of them.
func NewChanged(s *snapshot.Snapshot, file func(name string) bool) *Changed {
	c := &Changed{file: file, about: map[string]bool{}, accounts: map[string]bool{}, rules: map[string]bool{}}
	for _, key := range s.Keys {
		nodes := append([]source.Node{key.Node, key.TagList, key.Rotation.Node}, policyNodes(key.Policy)...)
		for _, grant := range key.Grants {
			nodes = append(nodes, grant.Node)
		}
		c.describe(key.ARN, nodes...)
	}
	for _, alias := range s.Aliases {
		for _, key := range s.Keys {
			if key.ID == alias.Target && key.Account == alias.Account && key.Region == alias.Region {
				c.describe(key.ARN, alias.Node)
			}
		}
	}
	roles := map[string]int{}
	for _, role := range s.Roles {
		c.describe(role.ARN, roleNodes(s, role)...)
		if c.in(role.Node) {
			roles[role.Account]++
		}
	}
	for account, n := range roles {
		c.accounts[account] = n > 1
	}
	for _, bucket := range s.Buckets {
		nodes := append(policyNodes(bucket.Policy), bucket.Node, bucket.Algorithm.Node, bucket.Key.Node, bucket.BucketKey.Node, bucket.Location.Node)
		c.describe(bucket.ARN, nodes...)
		c.describe(bucketName(bucket.Name), nodes...)
	}
	for _, domain := range s.Domains {
		c.describe(domain.ID, domain.Node)
		for _, profile := range domain.Profiles {
			c.describe(profileName(domain.ID, profile.Name), profile.Node)
		}
		for _, endpoint := range s.Endpoints {
			if endpoint.VPC == domain.VPC.Value {
				c.describe(domain.ID, append(policyNodes(endpoint.Policy), endpoint.Node)...)
			}
		}
	}
	c.organization(s.Organization)
	return c
}

// Everything makes the change bear on all there is: that of the config does.
func (c *Changed) Everything() { c.everything = true }

// Rule adds a rule that changed.
func (c *Changed) Rule(id string) { c.rules[id] = true }

// About adds the resource of an ARN.
func (c *Changed) About(arn string) {
	c.about[arn] = true
	if _, name, ok := strings.Cut(arn, ":s3:::"); ok {
		c.about[bucketName(name)] = true
	}
}

// Named adds what the path of a changed file says that it is about: all of an
// account, where it is one of the lists of an export; and the resources that the
// path names, where the file is lost (deleted, or no longer understood) or lies in
// the folder of a key or bucket: it may have come to describe another one. It
// reports whether there are any.
func (c *Changed) Named(name string, lost bool, s *snapshot.Snapshot) bool {
	place := layout.Parse(name)
	folder := path.Base(path.Dir(name))
	switch {
	case path.Base(name) == "manifest.json" && lost, strings.Contains(name, "/s3control/"), strings.HasPrefix(name, "organization/"), strings.Contains(name, "/organization/"):
		c.everything = true
		return true
	case layout.IsExport(name) && (folder == "iam" || folder == "kms" || folder == "ec2"):
		c.accounts[place.Account] = true
		return true
	case !lost && !layout.IsExport(name):
		return false
	case layout.IsExport(name) && folder == "domains":
		place.Domain = layout.Unescape(place.Document)
	}
	found := place.Key != "" || place.Bucket != "" || place.Domain != ""
	for _, id := range []string{place.Key, place.Domain} {
		c.about[id] = id != ""
	}
	if place.Bucket != "" {
		c.About("arn:" + place.PartitionName() + ":s3:::" + place.Bucket)
	}
	add := func(id, mentioned string) {
		if id != "" && load.Mentions(name, mentioned) {
			c.About(id)
			found = true
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
		c.everything = c.everything || c.in(policy.Node) || slices.ContainsFunc(policyNodes(policy.Policy), c.in)
	}
	for _, target := range o.Targets {
		c.everything = c.everything || c.in(target.Node)
	}
	for _, attached := range o.Attachments {
		c.everything = c.everything || c.in(attached.Node)
	}
}

func (c *Changed) describe(id string, nodes ...source.Node) {
	if id != "" && slices.ContainsFunc(nodes, c.in) {
		c.about[id] = true
	}
}

// in reports whether a node stands in a changed file.
func (c *Changed) in(node source.Node) bool {
	return node.Exists() && node.Span().File != nil && c.file(node.Span().File.Name)
}

func (c *Changed) place(at finding.Place) bool { return at.File != "" && c.file(at.File) }

// Finding reports whether the change bears on a finding.
func (c *Changed) Finding(f finding.Finding) bool {
	switch {
	case c.everything, c.rules[f.Rule], c.accounts[f.Account], c.namesAccount(f), c.place(f.Place), c.about[f.Resource], c.about[f.Principal], c.about[f.Domain]:
		return true
	case c.about[path.Base(f.Resource)]: // the key of a lost file
		return true
	case f.Fix != nil && f.Fix.File != "" && c.file(f.Fix.File):
		return true
	case f.Fix != nil && slices.ContainsFunc(f.Fix.More, func(more finding.Addition) bool { return more.File != "" && c.file(more.File) }):
		return true
	case f.Fix != nil && slices.ContainsFunc(f.Fix.Edits, func(e finding.Edit) bool { return c.place(e.Place) }):
		return true
	case slices.ContainsFunc(f.Profiles, func(name string) bool { return c.about[profileName(f.Domain, name)] }):
		return true
	}
	return slices.ContainsFunc(f.Causes, func(cause finding.Cause) bool { return c.place(cause.Place) }) ||
		slices.ContainsFunc(f.Related, func(note finding.Note) bool { return c.place(note.Place) })
}

// namesAccount reports whether a finding speaks of an account of which a list
// changed: what is no longer in it is missed in other accounts, too.
func (c *Changed) namesAccount(f finding.Finding) bool {
	for account, changed := range c.accounts {
		if changed && account != "" && (strings.Contains(f.Message, account) || strings.Contains(f.Resource, account) || strings.Contains(f.Principal, account) ||
			slices.ContainsFunc(f.Causes, func(cause finding.Cause) bool { return strings.Contains(cause.Message, account) })) {
			return true
		}
	}
	return false
}

// Need reports whether the change bears on a need.
func (c *Changed) Need(need *canvas.Need) bool {
	return c.everything || c.accounts[need.Domain.Account] || c.about[need.Domain.ID] ||
		c.about[path.Base(need.Resource)] || c.about[need.Role] || c.about[need.Resource] || c.in(need.Place.Node) ||
		slices.ContainsFunc(need.Others, func(p canvas.Place) bool { return c.in(p.Node) }) ||
		slices.ContainsFunc(need.Users, func(u *canvas.User) bool { return c.about[profileName(need.Domain.ID, u.Name)] })
}

// Problem reports whether the change bears on a problem: it stands in a changed
// file, or in one of an account or a domain that changed.
func (c *Changed) Problem(p finding.Problem) bool {
	if c.everything || p.File == "" {
		return c.everything
	}
	place := layout.Parse(p.File)
	return c.file(p.File) || c.accounts[place.Account] && place.Account != "" || place.Domain != "" && c.about[place.Domain]
}

// Row reports whether the change bears on a row of readiness. Reported are the
// fingerprints of the findings that it bears on.
func (c *Changed) Row(row finding.Readiness, reported map[string]bool) bool {
	return c.everything || c.accounts[row.Account] || c.about[row.Domain] || c.about[row.Role] || c.about[row.Key] || c.about[profileName(row.Domain, row.Profile)] ||
		c.about[bucketName(row.Bucket)] ||
		slices.ContainsFunc(row.Findings, func(f string) bool { return reported[f] })
}

// roleNodes gives the nodes of a role's documents.
func roleNodes(s *snapshot.Snapshot, role *snapshot.Role) []source.Node {
	nodes := append(policyNodes(role.Trust), role.Node)
	for _, policy := range role.Inline {
		nodes = append(nodes, policyNodes(policy)...)
	}
	for _, a := range slices.Concat(role.Attached, role.Boundaries) {
		nodes = append(append(nodes, a.Node), policyNodes(s.Managed[a.ARN])...)
	}
	return nodes
}

// policyNodes gives the nodes of all versions of a policy.
func policyNodes(p *snapshot.Policy) []source.Node {
	nodes := []source.Node{policyNode(p)}
	if p != nil {
		for _, other := range p.Others {
			nodes = append(nodes, policyNode(other))
		}
	}
	return nodes
}

func policyNode(p *snapshot.Policy) source.Node {
	if p == nil || p.Text == nil || p.AWSManaged {
		return source.Node{}
	}
	return p.Node
}

// profileName names a profile; no ARN and no domain id has a blank in it.
func profileName(domain, profile string) string { return domain + " " + profile }

func bucketName(name string) string { return "s3 " + name }
