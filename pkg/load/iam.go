package load

import (
	"cmp"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/load/iamcollect"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// addAccount reads GetAccountAuthorizationDetails
// (https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html).
func (b *builder) addAccount(doc document) {
	account := doc.place.Account
	for item := range doc.node.Get("RoleDetailList").Items() {
		if role := b.addRole(item); role != nil && account == "" {
			account = role.Account
		}
	}
	for item := range doc.node.Get("Policies").Items() {
		b.addManagedPolicy(item)
	}
	if account == "" {
		account = accountOfDetails(doc.node)
	}
	b.page("details/"+cmp.Or(account, path.Dir(doc.name)), doc, "roles and policies", func() {
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
// the first holds the role's policies.
func (b *builder) addRole(node source.Node) *snapshot.Role {
	arn, ok := iam.ParseARN(node.Get("Arn").Text())
	if !ok || arn.Service != "iam" {
		b.problem(node, "the role has no ARN in Arn: it was not taken in")
		return nil
	}
	if b.isPiece(node) {
		b.pieces = append(b.pieces, piece{node, b.generated, b.notVisible})
		return nil
	}
	text := node.Get("Arn").Text()
	role := b.roles[text]
	if role == nil {
		role = &snapshot.Role{Node: node, ARN: text, Account: arn.Account, Name: node.Get("RoleName").Text(), Path: node.Get("Path").Text(), ID: node.Get("RoleId").Text()}
		b.roles[text] = role
		b.snapshot.Roles = append(b.snapshot.Roles, role)
	}
	if trust := node.Get("AssumeRolePolicyDocument"); trust.Exists() && role.Trust == nil {
		role.Trust = b.policy(trust, iam.TrustPolicy, role.Name+" (trust policy)", role.ARN)
	}
	if !slices.Contains(b.notSelected, "PermissionsBoundary") || !b.translated && (node.Get("Tags").Exists() || node.Get("RoleLastUsed").Exists()) {
		b.whole[role] = true
	}
	if boundary := node.Get("PermissionsBoundary"); boundary.Exists() && !boundary.Is(source.Null) {
		// One that names no policy is a boundary all the same, of unknown content.
		role.Boundary = &snapshot.Attachment{ARN: boundary.Get("PermissionsBoundaryArn").Text(), Node: boundary}
	}
	if list := node.Get("Tags"); list.Is(source.Array) {
		role.Tags, role.TagsKnown = tags(list, "Key", "Value"), !slices.Contains(b.notVisible, "Tags")
	}
	if inline := node.Get("RolePolicyList"); inline.Exists() {
		if role.PoliciesKnown {
			b.problem(node, "the role %s was described already in %s: only that description counts; remove one", role.Name, role.Node.Span())
			return role
		}
		role.PoliciesKnown = inline.Is(source.Array) && node.Get("AttachedManagedPolicies").Is(source.Array) && !slices.Contains(b.notVisible, "RolePolicyList")
		role.Listed = role.PoliciesKnown
		for item := range inline.Items() {
			name := item.Get("PolicyName").Text()
			if !item.Get("PolicyDocument").Exists() {
				role.PoliciesKnown = false // its name is all that could be read
				role.Unread = append(role.Unread, name)
				continue
			}
			if policy := b.policy(item.Get("PolicyDocument"), iam.IdentityPolicy, name, role.ARN); policy != nil {
				role.Inline = append(role.Inline, policy)
			}
		}
	}
	for item := range node.Get("AttachedManagedPolicies").Items() {
		role.Attached = append(role.Attached, snapshot.Attachment{ARN: item.Get("PolicyArn").Text(), Node: item})
	}
	return role
}

// addManagedPolicy reads an item of Policies: the default version counts.
func (b *builder) addManagedPolicy(node source.Node) {
	arn := node.Get("Arn").Text()
	if arn == "" || b.snapshot.Managed[arn] != nil {
		return
	}
	for version := range node.Get("PolicyVersionList").Items() {
		if version.Get("IsDefaultVersion").Text() != "true" {
			continue
		}
		if policy := b.policy(version.Get("Document"), iam.IdentityPolicy, arn, arn); policy != nil {
			b.snapshot.Managed[arn] = policy
		}
	}
}

// placeRolePolicy takes a document of get-role-policy or list-attached-role-policies,
// which name the role at most by its name.
func (b *builder) placeRolePolicy(doc document, role *snapshot.Role) {
	switch doc.kind {
	case rolePolicyDoc:
		name := doc.node.Get("PolicyName").Text()
		if policy := b.policy(doc.node.Get("PolicyDocument"), iam.IdentityPolicy, name, role.ARN); policy != nil {
			role.Inline = append(role.Inline, policy)
		}
	case inlineListDoc:
		list := b.listsOf(role)
		b.page("inline/"+role.ARN, doc, "inline policies", func() { list.inline = true })
		for name := range doc.node.Get("PolicyNames").Items() {
			list.names = append(list.names, name.Text())
		}
	case attachedDoc:
		list := b.listsOf(role)
		b.page("attached/"+role.ARN, doc, "attached policies", func() { list.attached = true })
		for item := range doc.node.Get("AttachedPolicies").Items() {
			role.Attached = append(role.Attached, snapshot.Attachment{ARN: item.Get("PolicyArn").Text(), Node: item})
		}
	case identityDoc:
		if policy := b.policy(doc.node, iam.IdentityPolicy, doc.place.Document, role.ARN); policy != nil {
			role.Inline = append(role.Inline, policy)
		}
	case trustDoc:
		if role.Trust != nil {
			b.problem(doc.node, "the trust policy of the role %s was read already from %s: only that one counts; remove one", role.Name, role.Trust.Node.Span())
			return
		}
		role.Trust = b.policy(doc.node, iam.TrustPolicy, role.Name+" (trust policy)", role.ARN)
	}
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
		// not be read must not count as one that is not there.
		if role.Boundary == nil && !b.whole[role] {
			role.Boundary = &snapshot.Attachment{ARN: iam.UnknownSetting("PermissionsBoundary"), Node: role.Node}
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
		role.Listed = list.inline && list.attached
		role.PoliciesKnown = role.PoliciesKnown || known
	}
}

// placePolicyVersion gives a document of get-policy-version, which does not
// name its policy, to the one that the config names, to the only attached
// policy whose name is in the file's name, or to the only one that get-policy
// describes beside it. Only the default version counts
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html).
func (b *builder) placePolicyVersion(doc document) {
	version := doc.node.Get("PolicyVersion")
	arn, ok := b.policyOfVersion(doc)
	how := byFolder
	if arn == "" {
		how = byNobody
	}
	b.read(doc, doc.kind, arn, how)
	policy := b.policy(version.Get("Document"), iam.IdentityPolicy, cmp.Or(arn, doc.place.Document), arn)
	id, is := version.Get("VersionId").Text(), version.Get("IsDefaultVersion")
	byDefault := b.described[arn].Get("DefaultVersionId").Text()
	switch {
	case !ok:
	case arn == "":
		b.ownerless(doc, "managed policy", "put the policy's name into the file's name, or its ARN under documents: in the config")
	case is.Text() == "false" || !is.Exists() && byDefault != "" && id != byDefault:
		b.problem(version, "this is version %s of %s and not the default one, which alone counts: export the default version", id, arn)
	case policy != nil && b.snapshot.Managed[arn] == nil:
		b.snapshot.Managed[arn] = policy
	}
}

// policyOfVersion gives the ARN of the policy that a version is of, "" where
// nothing tells; it is not ok where what tells is wrong, and was said.
func (b *builder) policyOfVersion(doc document) (arn string, ok bool) {
	if owner, ok := b.owners[doc.name]; ok {
		if arn, ok := iam.ParseARN(owner.arn); ok && arn.Service == "iam" && strings.HasPrefix(arn.Resource, "policy/") {
			return owner.arn, true
		}
		b.misowned(owner, "the document is of a managed policy, and %q is no such policy's ARN: write arn:aws:iam::<account>:policy/<name>", owner.arn)
		return "", false
	}
	named := func(arn string) bool { return Mentions(doc.name, arn[strings.LastIndex(arn, "/")+1:]) }
	for _, role := range b.snapshot.Roles {
		attachments := role.Attached
		if role.Boundary != nil {
			attachments = append(slices.Clone(attachments), *role.Boundary)
		}
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
		if path.Dir(b.described[arn].Span().File.Name) == path.Dir(doc.name) {
			beside = append(beside, arn)
		}
	}
	if len(beside) == 1 {
		return beside[0], true
	}
	return "", true
}
