package load

import (
	"cmp"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/load/document"
	"github.com/canvaslint/canvaslint/pkg/load/iamcollect"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// addAccount reads GetAccountAuthorizationDetails
// (https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html).
func (b *builder) addAccount(doc document.Document) {
	account, from := doc.Place.Account, b.origin
	for item := range doc.Node.Get("RoleDetailList").Items() {
		if role := b.addRole(item, &from); role != nil && account == "" {
			account = role.Account
		}
	}
	for item := range doc.Node.Get("Policies").Items() {
		b.addManagedPolicy(item)
	}
	if account == "" {
		account = accountOfDetails(doc.Node)
	}
	b.page("details/"+cmp.Or(account, path.Dir(doc.Name)), doc, "roles and policies", func() {
		if account != "" {
			b.complete(account + "/iam/roles")
		}
	})
}

// accountOfDetails reads the account out of a page that holds no role.
func accountOfDetails(node source.Node) string {
	for _, list := range []string{"UserDetailList", "GroupDetailList", "Policies"} {
		for item := range node.Get(list).Items() {
			if arn, ok := iam.ParseARN(item.Get("Arn").Text()); ok && layout.IsAccount(arn.Account) {
				return arn.Account
			}
		}
	}
	return ""
}

// addRole reads a role of GetAccountAuthorizationDetails or of GetRole; only
// the first holds the role's policies. From is the origin of the document.
func (b *builder) addRole(node source.Node, from *origin) *snapshot.Role {
	arn, ok := iam.ParseARN(node.Get("Arn").Text())
	if !ok || arn.Service != "iam" {
		b.problem(node, "the role has no ARN in Arn: it was not used")
		return nil
	}
	if b.isPiece(node) {
		b.pieces = append(b.pieces, piece{node, b.generated, b.notVisible})
		return nil
	}
	text := node.Get("Arn").Text()
	role := b.roles[text]
	claim := func(policies bool) { b.claimRole(role, node, from, policies) }
	if role == nil {
		role = &snapshot.Role{Node: node, ARN: text, Account: arn.Account, Name: node.Get("RoleName").Text(), Path: node.Get("Path").Text(), ID: node.Get("RoleId").Text()}
		b.roles[text] = role
		b.snapshot.Roles = append(b.snapshot.Roles, role)
		b.claims.fold(role, claim)
	} else {
		claim(false)
		claim(true)
	}
	if !slices.Contains(b.notSelected, "PermissionsBoundary") || !b.translated && (node.Get("Tags").Exists() || node.Get("RoleLastUsed").Exists()) {
		b.whole[role] = true
	}
	if node.Get("Tags").Is(source.Array) {
		role.TagsKnown = !slices.Contains(b.notVisible, "Tags")
	}
	b.tellRolePolicies(role, node)
	return role
}

// claimRole claims what a document says of a role: its policies, or all the rest.
func (b *builder) claimRole(role *snapshot.Role, node source.Node, from *origin, policies bool) {
	now := b.origin
	b.origin = *from
	defer func() { b.origin = now }()
	if policies {
		if trust := node.Get("AssumeRolePolicyDocument"); trust.Exists() {
			b.claimTrust(role, trust)
		}
		b.enrollInlineOf(role, node)
		return
	}
	b.claimBoundary(role, node)
	if list := node.Get("Tags"); list.Is(source.Array) {
		b.enrollTags(role, "the role "+role.ARN, tagRoll(list, "Key", "Value", document.Document{Node: node, When: b.when, NotVisible: b.notVisible}), &role.Tags, &role.TagsKnown)
	}
	b.enrollAttachedOf(role, node)
}

// claimTrust claims whom a role trusts.
func (b *builder) claimTrust(role *snapshot.Role, trust source.Node) {
	b.claimPolicy(subject{role, "trust"}, "the trust policy of the role "+role.ARN, policyText{node: trust, kind: iam.TrustPolicy, name: role.Name + " (trust policy)", owner: role.ARN}, &role.Trust)
}

// claimBoundary claims a role's permissions boundary. A whole description
// without one says that there is none.
func (b *builder) claimBoundary(role *snapshot.Role, node source.Node) {
	boundary := node.Get("PermissionsBoundary")
	none := !boundary.Exists() || boundary.Is(source.Null)
	if none && (b.cut || slices.Contains(b.notVisible, "PermissionsBoundary") || slices.Contains(b.notSelected, "PermissionsBoundary")) {
		return
	}
	c := claim{node: node, when: b.when, content: func() string { return absentContent }}
	if !none {
		// One that names no policy is a boundary anyway, of unknown content.
		arn := boundary.Get("PermissionsBoundaryArn").Text()
		c.node, c.value = boundary, snapshot.Attachment{ARN: arn, Node: boundary}
		c.content = func() string { return "is " + arn }
	}
	b.claims.claim(subject{role, "boundary"}, "the permissions boundary of the role "+role.ARN, c, func(m member) {
		role.Boundaries = nil
		for i, v := range m.versions {
			if boundary, ok := v.value.(snapshot.Attachment); ok {
				boundary.Guards = m.guards(i)
				role.Boundaries = append(role.Boundaries, boundary)
			}
		}
	})
}

// roleParts are the policies of a role by where they were told.
type roleParts struct {
	inline []*snapshot.Policy // by name
	loose  []policyText       // of documents that have no name within the role
}

func (b *builder) partsOf(role *snapshot.Role) *roleParts {
	if b.parts[role] == nil {
		b.parts[role] = &roleParts{}
	}
	return b.parts[role]
}

// composeRoles gives each role its policies.
func (b *builder) composeRoles() {
	for _, role := range b.snapshot.Roles {
		parts := b.parts[role]
		if parts == nil {
			continue
		}
		role.Inline = parts.inline
		for _, text := range parts.loose {
			if policy := b.compile(text); policy != nil {
				role.Inline = append(role.Inline, policy)
			}
		}
	}
}

// tellRolePolicies notes how much of a role's policies a description of the account's
// details shows.
func (b *builder) tellRolePolicies(role *snapshot.Role, node source.Node) {
	list := node.Get("RolePolicyList")
	if !list.Exists() {
		return
	}
	listed := list.Is(source.Array) && node.Get("AttachedManagedPolicies").Is(source.Array) && !slices.Contains(b.notVisible, "RolePolicyList")
	known := listed
	for item := range list.Items() {
		if !item.Get("PolicyDocument").Exists() {
			known = false // its name is all that could be read
			role.Unread = append(role.Unread, item.Get("PolicyName").Text())
		}
	}
	role.PoliciesKnown = role.PoliciesKnown || known
	role.Listed = role.Listed || listed
}

// enrollInlineOf takes the inline policies that a description of the account's details
// has.
func (b *builder) enrollInlineOf(role *snapshot.Role, node source.Node) {
	list := node.Get("RolePolicyList")
	if !list.Exists() {
		return
	}
	r := b.policyRoll(node, list)
	for item := range list.Items() {
		if item.Get("PolicyDocument").Exists() {
			r.add(b.inlineClaim(role, item))
		} else {
			r.add(claim{name: item.Get("PolicyName").Text(), node: item})
		}
	}
	b.enrollInline(role, r)
}

// enrollAttachedOf takes the attached policies that a description of the account's
// details has.
func (b *builder) enrollAttachedOf(role *snapshot.Role, node source.Node) {
	list := node.Get("AttachedManagedPolicies")
	if !list.Exists() {
		return
	}
	r := b.policyRoll(node, list)
	for item := range list.Items() {
		r.add(attachmentClaim(item))
	}
	b.enrollAttached(role, r)
}

// policyRoll is the empty roll of a list of policies in a role's description.
func (b *builder) policyRoll(node, list source.Node) roll {
	whole := list.Is(source.Array) && !slices.Contains(b.notVisible, "RolePolicyList")
	return roll{node: node, when: b.when, members: make([]claim, 0, list.Len()), whole: whole}
}

// inlineClaim claims an inline policy by its name.
func (b *builder) inlineClaim(role *snapshot.Role, item source.Node) claim {
	name := item.Get("PolicyName").Text()
	c := b.policyClaim(policyText{node: item.Get("PolicyDocument"), kind: iam.IdentityPolicy, name: name, owner: role.ARN})
	c.name = name
	return c
}

func (b *builder) enrollInline(role *snapshot.Role, r roll) {
	what := func(name string) string { return "the policy " + name + " of the role " + role.ARN }
	parts := b.partsOf(role)
	b.claims.enrollPolicies(subject{role, "inline"}, what, r, func(members []member) {
		parts.inline = nil
		for _, m := range members {
			if policy := b.versions(m); policy != nil {
				parts.inline = append(parts.inline, policy)
			}
		}
	})
}

func attachmentClaim(item source.Node) claim {
	arn := item.Get("PolicyArn").Text()
	return claim{name: arn, node: item, value: snapshot.Attachment{ARN: arn, Node: item}, content: func() string { return presentContent }}
}

func (b *builder) enrollAttached(role *snapshot.Role, r roll) {
	what := func(arn string) string { return "the attachment of " + arn + " to the role " + role.ARN }
	b.claims.enroll(subject{role, "attached"}, what, r, func(members []member) {
		role.Attached = nil
		for _, m := range members {
			for i, v := range m.versions {
				if attachment, ok := v.value.(snapshot.Attachment); ok {
					attachment.Guards = m.guards(i)
					role.Attached = append(role.Attached, attachment)
				}
			}
		}
	})
}

// placeRolePolicy takes a document of get-role-policy or list-attached-role-policies,
// which name the role at most by its name.
func (b *builder) placeRolePolicy(doc document.Document, role *snapshot.Role) {
	switch doc.Kind {
	case document.RolePolicy:
		r := roll{node: doc.Node, when: doc.When}
		r.add(b.inlineClaim(role, doc.Node))
		b.enrollInline(role, r)
	case document.InlineList:
		list, r := b.listsOf(role), listRoll(doc)
		b.page("inline/"+role.ARN, doc, "inline policies", func() { list.inline = true })
		for name := range doc.Node.Get("PolicyNames").Items() {
			list.names = append(list.names, name.Text())
			r.add(claim{name: name.Text(), node: name})
		}
		b.enrollInline(role, r)
	case document.Attached:
		list, r := b.listsOf(role), listRoll(doc)
		b.page("attached/"+role.ARN, doc, "attached policies", func() { list.attached = true })
		for item := range doc.Node.Get("AttachedPolicies").Items() {
			r.add(attachmentClaim(item))
		}
		b.enrollAttached(role, r)
	case document.Identity:
		parts := b.partsOf(role)
		parts.loose = append(parts.loose, policyText{node: doc.Node, kind: iam.IdentityPolicy, name: doc.Place.Document, owner: role.ARN, generated: b.generated, of: b.of})
	case document.Trust:
		b.claimTrust(role, doc.Node)
	}
}

// listRoll is the roll of a list that may go on elsewhere.
func listRoll(doc document.Document) roll {
	_, goesOn := truncation(doc.Node, "")
	return roll{node: doc.Node, when: doc.When, open: goesOn || doc.Partial, whole: !goesOn && !doc.Partial}
}

// roleLists is what loose files tell of the policies of one role.
type roleLists struct {
	names            []string // of its inline policies
	inline, attached bool     // the list was read whole
}

func (b *builder) listsOf(role *snapshot.Role) *roleLists {
	if b.lists[role] == nil {
		b.lists[role] = &roleLists{}
	}
	return b.lists[role]
}

// settleRoles decides which roles that were described piece by piece are known
// whole: both lists were read, and every inline policy that they name.
func (b *builder) settleRoles() {
	for _, role := range b.snapshot.Roles {
		// A collector leaves out files that would be empty, so that one that could
		// not be read must not count as one that is missing.
		if len(role.Boundaries) == 0 && !b.whole[role] {
			role.Boundaries = []snapshot.Attachment{{ARN: iam.UnknownSetting("PermissionsBoundary"), Node: role.Node}}
		}
		if name := role.Node.Span().File.Name; iamcollect.IsPlace(name) && slices.ContainsFunc(b.unusable, func(other string) bool { return path.Dir(other) == path.Dir(name) }) {
			role.PoliciesKnown, role.Listed = false, false
		}
	}
	for role, list := range b.lists {
		known := list.inline && list.attached
		for _, name := range list.names {
			if !slices.ContainsFunc(role.Inline, func(p *snapshot.Policy) bool { return p.Name == name }) {
				known = false
				role.Unread = append(role.Unread, name)
			}
		}
		role.Listed = role.Listed || list.inline && list.attached
		role.PoliciesKnown = role.PoliciesKnown || known
	}
}

// placePolicyVersion gives a document of get-policy-version, which does not
// name its policy, to the one that the config names, to the only attached
// policy whose name is in the file's name, or to the only one that get-policy
// describes beside it. Only the default version counts
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html).
func (b *builder) placePolicyVersion(doc document.Document) {
	version := doc.Node.Get("PolicyVersion")
	arn, ok := b.policyOfVersion(doc)
	how := byFolder
	if arn == "" {
		how = byNobody
	}
	b.read(doc, doc.Kind, arn, how)
	id, is := version.Get("VersionId").Text(), version.Get("IsDefaultVersion")
	byDefault := b.described[arn].Get("DefaultVersionId").Text()
	switch {
	case arn != "" && (is.Text() == "false" || !is.Exists() && byDefault != "" && id != byDefault):
		b.problem(version, "this is version %s of %s not the default version: export the default version, which alone is in effect", id, arn)
	case ok && arn != "":
		b.claimVersion(arn, version)
		return
	case ok:
		b.ownerless(doc, "managed policy", "put the policy's name into the file's name, or its ARN under documents: in the config")
	}
	b.policy(version.Get("Document"), iam.IdentityPolicy, cmp.Or(arn, doc.Place.Document), arn)
}

// policyOfVersion gives the ARN of the policy that a version is of, "" where
// nothing tells; it is not ok where what tells is wrong, and was said.
func (b *builder) policyOfVersion(doc document.Document) (arn string, ok bool) {
	if owner, ok := b.owners[doc.Name]; ok {
		if arn, ok := iam.ParseARN(owner.arn); ok && arn.Service == "iam" && strings.HasPrefix(arn.Resource, "policy/") {
			return owner.arn, true
		}
		b.misowned(owner, "the document belongs to a managed policy, and %q is not its ARN: write arn:aws:iam::<account>:policy/<name>", owner.arn)
		return "", false
	}
	named := func(arn string) bool { return Mentions(doc.Name, arn[strings.LastIndex(arn, "/")+1:]) }
	for _, role := range b.snapshot.Roles {
		attachments := slices.Concat(role.Attached, role.Boundaries)
		for _, attached := range attachments {
			if arn == "" && named(attached.ARN) {
				arn = attached.ARN
			}
		}
	}
	if arn != "" {
		return arn, true
	}
	var beside []string
	for _, arn := range slices.Sorted(maps.Keys(b.described)) {
		if named(arn) {
			return arn, true
		}
		if path.Dir(b.described[arn].Span().File.Name) == path.Dir(doc.Name) {
			beside = append(beside, arn)
		}
	}
	if len(beside) == 1 {
		return beside[0], true
	}
	return "", true
}
