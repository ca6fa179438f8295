package fix

import (
	"fmt"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/lint"
	"github.com/canvaslint/canvaslint/pkg/load/cloudformation"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// propose lists the changes that settle what a check found: settings before
// statements, since a setting can make a statement needless.
func propose(r *lint.Result) []Change {
	if changes := settings(r); len(changes) > 0 {
		return changes
	}
	return statements(r)
}

// settings set the storage key to the one that a bucket policy demands.
func settings(r *lint.Result) []Change {
	var changes []Change
	for _, need := range r.Worlds[0].Facts.Needs {
		key := need.Demanded()
		if key == "" || r.Worlds[0].Snapshot.Key(key) == nil {
			continue
		}
		for _, user := range need.Users {
			object, owner, name := workspace(user)
			change := Change{
				Message: fmt.Sprintf("set the storage key of %s to %s, which the policy of the bucket %s demands", name, key, need.BucketName),
				Owner:   owner, key: "S3KmsKeyId of " + owner,
			}
			if !change.edit(source.SetMember(object, "S3KmsKeyId", literal(quoted(key)))) {
				continue
			}
			if !slices.ContainsFunc(changes, func(c Change) bool { return c.key == change.key }) {
				changes = append(changes, change)
			}
		}
	}
	return changes
}

// workspace gives the object that names a user's storage key, and whose it is.
func workspace(user *canvas.User) (object source.Node, owner, name string) {
	if p := user.Profile; p != nil && p.Settings.Canvas.Workspace.Exists() {
		return p.Settings.Canvas.Workspace, user.Domain.ID + "/" + p.Name, "the profile " + p.Name
	}
	return user.Domain.Settings.Canvas.Workspace, user.Domain.ID, "the domain " + user.Domain.ID
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
func statements(r *lint.Result) []Change {
	type merged struct {
		target
		statements []statement
	}
	var order []*merged
	for _, need := range r.Worlds[0].Facts.Needs {
		for _, a := range need.Additions {
			to, ok := findTarget(r.Worlds[0].Snapshot, a)
			if !ok {
				continue
			}
			at := slices.IndexFunc(order, func(m *merged) bool { return m.id() == to.id() })
			if at < 0 {
				at = len(order)
				order = append(order, &merged{target: to})
			}
			for _, s := range readStatements(a.Statement) {
				order[at].statements = merge(order[at].statements, s)
			}
		}
	}
	var changes []Change
	for _, m := range order {
		if change, ok := m.change(r, m.statements); ok {
			changes = append(changes, change)
		}
	}
	return changes
}

// findTarget tells where the statement of a fix goes. A policy that other roles
// share is left alone: the role gets one of its own.
func findTarget(s *snapshot.Snapshot, a canvas.Addition) (target, bool) {
	whom := a.Role[strings.LastIndexByte(a.Role, '/')+1:]
	if p := a.Policy; p != nil && (a.Layer != access.IdentityPolicy || p.Owner == a.Role) {
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
		text := s.text()
		if file != nil {
			text = cloudformation.Writable(r.Documents.Templates, file.Name, text)
		}
		texts = append(texts, text)
	}
	change := Change{
		Message: fmt.Sprintf("in %s: allow %s", t.where, listed(whom)),
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

// listed writes "a, b and c".
func listed(texts []string) string {
	last := len(texts) - 1
	if last < 1 {
		return strings.Join(texts, "")
	}
	return strings.Join(texts[:last], ", ") + " and " + texts[last]
}
