package fix

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/lint"
	"github.com/canvaslint/canvaslint/pkg/load/cloudformation"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
	"github.com/canvaslint/canvaslint/pkg/wording"
)

// propose lists the changes that settle what a check found, but for those that
// were made or left out before. What was meant comes first: slips, settings and
// guards, which can make a statement needless. An exemption from a Deny is the
// last resort.
func propose(r, before *lint.Result, done map[string]bool) []Change {
	for _, stage := range []func(r, before *lint.Result) []Change{meant, statements, exempted} {
		changes := slices.DeleteFunc(stage(r, before), func(c Change) bool { return done[c.key] })
		if len(changes) > 0 {
			return changes
		}
	}
	return nil
}

func meant(r, _ *lint.Result) []Change {
	return inEachVariant(r, func(p *proposals) {
		p.settings()
		p.corrections()
		p.guards()
	})
}

func exempted(r, _ *lint.Result) []Change { return inEachVariant(r, (*proposals).exemptions) }

// settings set the storage key, and the default key of the bucket, to the one
// that a policy demands, and spell keys as policies of buckets compare them.
func (p *proposals) settings() {
	s := p.variant.Snapshot
	for _, need := range p.variant.Facts.Needs {
		key := need.Demanded()
		if key == "" || s.Key(key) == nil {
			continue
		}
		for _, user := range need.Users {
			p.storageKey(user, key, need, "which the bucket "+need.BucketName+" demands")
		}
		if b := need.Bucket; b != nil && b.Key.IsGiven() && b.Key.Value != key {
			edits, err := source.Replace(b.Key.Node, p.value(b.Key.Node, key))
			p.add(Change{
				Message: fmt.Sprintf("set the default key of the bucket %s to %s, the one that it demands", b.Name, key),
				Owner:   b.ARN, key: "default key of " + b.ARN, needs: []*canvas.Need{need},
			}, edits, err)
		}
	}
	for _, fault := range p.variant.Facts.Faults {
		if arn := aliased(s, fault); arn != "" && !fault.Policy.Generated {
			change := inPolicy(fault.Policy, "value "+fault.Node.Text())
			change.Message = fmt.Sprintf("in %s: write %s in place of %s", where(fault.Policy), arn, fault.Node.Text())
			edits, err := source.Replace(fault.Node, p.value(fault.Node, arn))
			p.add(change, edits, err)
		}
	}
}

// storageKey sets the storage key of a user: where it is set now, else in the
// profile where that has settings of Canvas, else in the domain.
func (p *proposals) storageKey(user *canvas.User, key string, need *canvas.Need, why string) {
	set := user.StorageKeys[0].Setting
	settings := user.Domain.Settings
	owner, name := user.Domain.ID, "the domain "+user.Domain.ID
	if profile := user.Profile; profile != nil && (set.IsGiven() && holds(profile.Node, set.Node) || !set.IsGiven() && profile.Settings.Canvas.Node.Exists()) {
		settings, owner, name = profile.Settings, user.Domain.ID+"/"+profile.Name, "the profile "+profile.Name
	}
	change := Change{
		Message: fmt.Sprintf("set the storage key of %s to %s, %s", name, key, why),
		Owner:   owner, key: "S3KmsKeyId of " + owner, needs: []*canvas.Need{need},
	}
	if set.IsGiven() {
		edits, err := source.Replace(set.Node, p.value(set.Node, key))
		p.add(change, edits, err)
		return
	}
	object, member, value := settings.Canvas.Workspace, "S3KmsKeyId", quoted(key)
	if !object.Exists() {
		object, member, value = settings.Canvas.Node, "WorkspaceSettings", `{"S3KmsKeyId": `+value+`}`
	}
	if !object.Exists() {
		object, member, value = settings.Node, "CanvasAppSettings", `{"WorkspaceSettings": `+value+`}`
	}
	edits, err := source.SetMember(object, member, p.json(object, value))
	p.add(change, edits, err)
}

// holds reports whether the text of one node holds that of another.
func holds(outer, inner source.Node) bool {
	a, b := outer.Written().Span(), inner.Written().Span()
	return a.File == b.File && a.Start <= b.Start && b.End <= a.End
}

// aliased gives the ARN of the key that a bucket policy names by an alias or by
// its id, where that leads to one key.
func aliased(s *snapshot.Snapshot, fault *canvas.Fault) string {
	if fault.Kind != canvas.FaultKeyID || fault.Policy == nil || !fault.Node.IsScalar() {
		return ""
	}
	text := fault.Node.Text()
	found := map[string]bool{}
	for _, key := range s.Keys {
		named := key.ID == text || slices.ContainsFunc(s.Aliases, func(a *snapshot.Alias) bool {
			return (a.ARN == text || a.Name == text) && a.Target == key.ID && a.Account == key.Account && a.Region == key.Region
		})
		if named && key.ARN != "" {
			found[key.ARN] = true
		}
	}
	if len(found) != 1 {
		return "" // none, or one in each of several accounts or Regions
	}
	return slices.Sorted(maps.Keys(found))[0]
}

// edit takes the edits of a change, if the text allows them.
func (c *Change) edit(edits []source.Edit, err error) bool {
	if err != nil || len(edits) == 0 {
		return false
	}
	c.Edits, c.File = edits, edits[0].Span.File.Name
	return true
}

// target is a policy that gets statements, or a role that gets a policy.
type target struct {
	node   source.Node
	role   bool // node is a role: it gets an inline policy
	owner  string
	policy string // its name
	layer  access.LayerName
	where  string
	whom   string
}

func (t target) id() string { return fmt.Sprint(t.node.Written().Span(), t.role) }

// statements adds what needs lack: one statement for each policy and principal.
// What needs that were not there before would merely warn of is added too: a
// setting that moves Canvas to another key must not leave it half open.
func statements(r, before *lint.Result) []Change {
	type merged struct {
		target
		statements []statement
		needs      []*canvas.Need
	}
	var order []*merged
	known, there := map[string]*merged{}, needsOf(before)
	for _, variant := range r.Variants {
		for _, need := range variant.Facts.Needs {
			for _, a := range need.Additions {
				to, ok := findTarget(variant.Snapshot, a)
				if !ok || a.Lack != finding.Error && (a.Lack != finding.Warning || there[idOf(need)]) {
					continue
				}
				m := known[to.id()]
				if m == nil {
					m = &merged{target: to}
					known[to.id()], order = m, append(order, m)
				}
				m.needs = append(m.needs, need)
				for _, s := range readStatements(a.Statement) {
					m.statements = merge(m.statements, s)
				}
			}
		}
	}
	var changes []Change
	for _, m := range order {
		if change, ok := m.change(r, m.statements); ok {
			change.needs = m.needs
			changes = append(changes, change)
		}
	}
	return changes
}

// needsOf gives the needs of a check by their ids.
func needsOf(r *lint.Result) map[string]bool {
	there := map[string]bool{}
	for _, variant := range r.Variants {
		for _, need := range variant.Facts.Needs {
			there[idOf(need)] = true
		}
	}
	return there
}

// findTarget tells where the statement of a fix goes. A policy that other roles
// share is left alone: the role gets one of its own.
func findTarget(s *snapshot.Snapshot, a canvas.Addition) (target, bool) {
	whom := a.Role[strings.LastIndexByte(a.Role, '/')+1:]
	if p := a.Policy; p != nil && len(p.Guards) == 0 && (a.Layer != access.IdentityPolicy || p.Owner == a.Role) {
		return target{node: p.Node, owner: p.Owner, policy: p.Name, layer: a.Layer, where: a.Where, whom: whom}, true
	}
	role := s.Role(a.Role)
	if a.Layer != access.IdentityPolicy || role == nil || !role.Node.Get("RolePolicyList").Exists() {
		return target{}, false
	}
	return target{node: role.Node, role: true, owner: role.ARN, policy: inlineName, layer: a.Layer, where: "a new inline policy of the role " + role.Name, whom: whom}, true
}

// inlineName is what a new inline policy is called.
const inlineName = "CanvasKeys"

// change writes statements into their policy, each under a Sid of its own.
func (t target) change(r *lint.Result, list []statement) (Change, bool) {
	var taken, texts, whom []string
	for item := range t.node.Get("Statement").Each() {
		taken = append(taken, item.Get("Sid").Text())
	}
	file := t.node.Span().File
	for _, s := range list {
		s.Sid = freshSid(taken)
		taken = append(taken, s.Sid)
		whom = append(whom, s.allows(t.whom))
		text := source.Spelled(s.text())
		if file != nil {
			text = cloudformation.Writable(r.Documents.Templates, file.Name, text)
		}
		texts = append(texts, text)
	}
	change := Change{
		Message: source.Spelled(fmt.Sprintf("in %s: allow %s", t.where, wording.List(whom, "and"))),
		Owner:   t.owner, Policy: t.policy, Layer: t.layer, key: t.id() + strings.Join(texts, ","),
	}
	return change, change.edit(t.add(texts))
}

// add gives the edits that add statements.
func (t target) add(list []string) ([]source.Edit, error) {
	all := strings.Join(list, ",")
	switch existing := t.node.Get("Statement"); {
	case t.role:
		policy := literal(`{"PolicyName": ` + quoted(t.policy) + `, "PolicyDocument": {"Version": "2012-10-17", "Statement": [` + all + `]}}`)
		return source.Append(t.node.Get("RolePolicyList"), policy)
	case existing.Exists():
		nodes := make([]source.Node, len(list))
		for i, text := range list {
			nodes[i] = literal(text)
		}
		return source.Append(existing, nodes...)
	}
	return source.SetMember(t.node, "Statement", literal("["+all+"]"))
}
