package terraform

import (
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// role is a role with what other resources add to it.
type role struct {
	resource *resource // nil for a role that the input does not make
	name     string
	at       *resource // the resource to stand for it
	inline   []inlinePolicy
	attached []attachment
}

type inlinePolicy struct {
	name  source.Value
	text  string // the name
	value source.Value
	at    source.Node
}

type attachment struct {
	arn   string
	value source.Value
}

// tellRoles tells the roles and managed policies of an input, in the shape of
// account details. They prove nothing about other roles of the account.
func (t *teller) tellRoles(in *input) {
	roles := t.roles(in)
	byAccount := map[string][]source.Value{}
	policies := map[string][]source.Value{}
	first := map[string]*resource{}
	var accounts []string
	note := func(r *resource) string {
		account := r.account()
		if first[account] == nil {
			first[account] = r
			accounts = append(accounts, account)
		}
		return account
	}
	for _, role := range roles {
		if doubt := role.doubt(); doubt.Question != "" {
			root := source.Make(role.at.at).With("RoleDetailList", source.List(role.at.at, role.tell()...)).With("Policies", source.List(role.at.at))
			t.addPerhaps(role.at, doubt, layout.Place{Account: role.at.account(), Document: "roles-read"}, root)
			continue
		}
		account := note(role.at)
		byAccount[account] = append(byAccount[account], role.tell()...)
	}
	for _, r := range in.resources {
		if r.kind == "aws_iam_policy" && r.mode == managed && !in.deferred[r] {
			account := note(r)
			policies[account] = append(policies[account], r.managedPolicy())
		}
	}
	for _, account := range accounts {
		r := first[account]
		root := source.Make(r.at).
			With("RoleDetailList", source.List(r.at, byAccount[account]...)).
			With("Policies", source.List(r.at, policies[account]...))
		t.add(r, layout.Place{Account: account, Document: "roles-read"}, root)
	}
}

// roles lists the roles of an input and gives each what belongs to it.
func (t *teller) roles(in *input) []*role {
	var list []*role
	byName := map[string]*role{} // by account and name
	for _, r := range in.resources {
		if r.kind == "aws_iam_role" && r.mode == managed && !in.deferred[r] {
			role := &role{resource: r, name: r.ownName("name"), at: r}
			list, byName[r.account()+" "+role.name] = append(list, role), role
			role.takeOwn()
		}
	}
	find := func(name string, r *resource) *role {
		if name == "" {
			t.problem(r.at, "%s names no role: it was not checked", r.address)
			return &role{at: r}
		}
		key := r.account() + " " + name
		if in.deferred[r] {
			key = r.address // in doubt by itself
		}
		if byName[key] == nil {
			byName[key] = &role{name: name, at: r}
			list = append(list, byName[key])
		}
		return byName[key]
	}
	for _, r := range in.resources {
		c := r.attributes()
		switch r.kind {
		case "aws_iam_role_policy":
			if !find(c.get("role").plain(aRoleName()), r).takeInline(r) {
				t.problem(r.at, "%s has no policy: what it allows is unknown", r.address)
			}
		case "aws_iam_role_policy_attachment":
			find(c.get("role").plain(aRoleName()), r).attach(t.attachment(c.get("policy_arn")))
		case "aws_iam_policy_attachment":
			for _, name := range c.get("roles").texts(aRoleName()) {
				find(textOf(name), r).attach(t.attachment(c.get("policy_arn")))
			}
		case "aws_iam_role_policy_attachments_exclusive":
			role := find(c.get("role_name").plain(aRoleName()), r)
			for _, arn := range c.get("policy_arns").texts(aPolicy()) {
				role.attach(attachment{textOf(arn), arn})
			}
		}
	}
	return list
}

// textOf is the text that a value will have.
func textOf(value source.Value) string { return source.Derive(value).Root().Text() }

// attachment reads the ARN of a managed policy. One that is missing is
// unknown: the role has more than is told.
func (t *teller) attachment(c cursor) attachment {
	if text, ok := c.text(aPolicy()); ok && !isEmpty(c.value) {
		return attachment{c.plain(aPolicy()), text}
	}
	t.problem(c.resource.at, "%s names no policy: what it allows is unknown", c.resource.address)
	return attachment{c.standIn(), source.Text(c.standIn(), c.resource.at)}
}

// doubt tells whether it is known which role this is, and that what is added to
// it will be there.
func (r *role) doubt() layout.Perhaps {
	if r.resource != nil {
		return layout.Perhaps{}
	}
	return r.at.perhaps(r.name, "this role")
}

func (r *role) attach(a attachment) {
	if a.arn != "" && !slices.ContainsFunc(r.attached, func(other attachment) bool { return other.arn == a.arn }) {
		r.attached = append(r.attached, a)
	}
}

// takeInline takes a resource aws_iam_role_policy. The role's own block shows
// policies of such resources too; the resource is what is edited. It reports
// false where there is no policy in it; the role has an unknown one then.
func (r *role) takeInline(policy *resource) bool {
	c := policy.attributes().get("policy")
	value, ok := c.policy()
	if !ok {
		value = c.unknownPolicy()
	}
	name := policy.ownName("name")
	made := inlinePolicy{source.Text(name, policy.nodeOf("name")), name, value, policy.at}
	for i, other := range r.inline {
		if other.text == name {
			r.inline[i] = made
			return ok
		}
	}
	r.inline = append(r.inline, made)
	return ok
}

// takeOwn takes what the role's own block says. Without such blocks in the
// configuration it shows what the role had before the plan, so that what the
// plan takes away is still there.
func (r *role) takeOwn() {
	c := r.resource.attributes()
	if blocks := c.get("inline_policy"); blocks.isUnknown() {
		at := blocks.at()
		r.inline = append(r.inline, inlinePolicy{source.Text(blocks.standIn(), at), "", blocks.unknownPolicy(), at})
	}
	for _, block := range c.get("inline_policy").items() {
		name := scalar(block.get("name").value)
		value, ok := block.get("policy").policy()
		if !ok || r.loses("aws_iam_role_policy", "name", name) {
			continue
		}
		text, given := block.get("name").text(aText())
		if !given {
			text = source.Text(name, block.at())
		}
		r.inline = append(r.inline, inlinePolicy{text, name, value, block.at()})
	}
	for _, arn := range c.get("managed_policy_arns").texts(aPolicy()) {
		if text := textOf(arn); !r.loses("aws_iam_role_policy_attachment", "policy_arn", text) {
			r.attach(attachment{text, arn})
		}
	}
}

// loses reports whether the plan deletes a resource that belongs to the role.
func (r *role) loses(kind, attribute, text string) bool {
	return slices.ContainsFunc(r.resource.in.directory.gone()[kind+" "+r.name], func(gone *resource) bool {
		return gone.given(attribute) == text
	})
}

// tell tells the role as GetAccountAuthorizationDetails does.
func (r *role) tell() []source.Value {
	var inline, attached []source.Value
	for _, policy := range r.inline {
		inline = append(inline, source.Make(policy.at).With("PolicyName", policy.name).With("PolicyDocument", policy.value))
	}
	for _, a := range r.attached {
		name := a.arn[strings.LastIndex(a.arn, "/")+1:]
		attached = append(attached, source.Make(a.value.From()).With("PolicyName", source.Text(name, a.value.From())).With("PolicyArn", a.value))
	}
	at := r.at.at
	lists := []source.Value{source.List(at, inline...), source.List(at, attached...)}
	if r.resource == nil {
		return r.tellPieces(lists)
	}
	c := r.resource.attributes()
	made := source.Make(at).
		With("RoleName", source.Text(r.name, r.resource.nodeOf("name"))).
		With("Arn", source.Text(r.resource.attribute("arn"), r.resource.nodeOf("arn")))
	for _, m := range []member{{attribute: "path", name: "Path", meaning: aText()}, {attribute: "unique_id", name: "RoleId", meaning: aText()}} {
		if text, ok := c.get(m.attribute).text(m.meaning); ok {
			made = made.With(m.name, text)
		}
	}
	if trust, ok := c.get("assume_role_policy").policy(); ok {
		made = made.With("AssumeRolePolicyDocument", trust)
	}
	if boundary := c.get("permissions_boundary"); boundary.isUnknown() || boundary.isGiven() && !isEmpty(boundary.value) {
		text, _ := boundary.text(aPolicy())
		made = made.With("PermissionsBoundary", source.Make(boundary.at()).With("PermissionsBoundaryArn", text))
	}
	if tags, ok := r.resource.tags("Key", "Value"); ok {
		made = made.With("Tags", tags)
	}
	return []source.Value{made.With("RolePolicyList", lists[0]).With("AttachedManagedPolicies", lists[1])}
}

// tellPieces tells what the input adds to a role that it does not make: never
// with both lists, which would say that the role has no other policies. Its
// path is not known; "/" is that of most roles.
func (r *role) tellPieces(lists []source.Value) []source.Value {
	at := r.at.at
	arn := "arn:" + r.at.partition() + ":iam::" + r.at.account() + ":role/" + r.name
	made := source.Make(at).With("RoleName", source.Text(r.name, at)).With("Arn", source.Text(arn, at))
	pieces := []source.Value{made}
	if len(r.inline) > 0 {
		pieces[0] = made.With("RolePolicyList", lists[0])
	}
	if len(r.attached) > 0 {
		pieces = append(pieces, made.With("AttachedManagedPolicies", lists[1]))
	}
	return pieces
}

// managedPolicy tells aws_iam_policy with the version that it makes the default.
func (r *resource) managedPolicy() source.Value {
	c := r.attributes()
	document, ok := c.get("policy").policy()
	if !ok {
		document = c.get("policy").unknownPolicy()
	}
	version := source.Make(r.at).
		With("IsDefaultVersion", source.Truth(true, r.at)).
		With("Document", document)
	return source.Make(r.at).
		With("PolicyName", source.Text(r.ownName("name"), r.nodeOf("name"))).
		With("Arn", source.Text(r.attribute("arn"), r.nodeOf("arn"))).
		With("PolicyVersionList", source.List(r.at, version))
}
