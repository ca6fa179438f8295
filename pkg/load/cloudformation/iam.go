package cloudformation

import (
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// role is a role of a template with all that templates attach to it.
type role struct {
	resource
	roleName string
	inline   []source.Value
	attached []source.Value
	// outside marks a role that no template of the run makes: a policy names it.
	outside bool
}

// collectRoles finds the roles before what is attached to them.
func (r *run) collectRoles(all []resource) {
	for _, res := range all {
		if res.kind != roleType {
			continue
		}
		one := &role{resource: res, roleName: res.reference(res.id)}
		if !res.claim("the role", one.roleName, one.account()) {
			continue
		}
		for _, policy := range res.value("Policies").each() {
			one.addInline(policy.get("PolicyName"), policy.get("PolicyDocument"), policy)
		}
		for _, arn := range res.value("ManagedPolicyArns").each() {
			one.attach(arn)
		}
		r.roles = append(r.roles, one)
	}
}

func (one *role) addInline(name, document, owner value) {
	if !document.exists() {
		one.r.problem(owner.at, "the inline policy of the role %s has no PolicyDocument: it was not used", one.id)
		return
	}
	item := setting(source.Make(owner.at), "PolicyName", name)
	one.inline = append(one.inline, item.With("PolicyDocument", policyDocument(document, owner.open)))
}

func (one *role) attach(arn value) {
	one.attached = append(one.attached, setting(source.Make(arn.at), "PolicyArn", arn))
}

// policy gives a policy resource to the roles that it names.
func (res resource) policy() {
	document := res.value("PolicyDocument")
	if !document.exists() {
		res.r.problem(res.node, "%s has no PolicyDocument: it was not used", res.id)
		return
	}
	arn := res.arn("iam", "", "policy/"+res.identity(res.id))
	if res.kind == managedPolicyType {
		arn = res.reference(res.id)
	}
	names := res.value("Roles").each()
	if res.kind == rolePolicyType {
		names = res.value("RoleName").each()
	}
	placed := res.kind == rolePolicyType && len(names) == 0
	for _, name := range names {
		placed = res.give(name, document, arn) || placed
	}
	if res.kind != managedPolicyType && placed {
		return
	}
	// A managed policy, or one that no role of the run has: checked by itself.
	version := source.Make(document.at).With("IsDefaultVersion", source.Truth(true, document.at)).With("Document", policyDocument(document, res.open))
	item := source.Make(res.properties).
		WithName("Arn", res.name, source.Text(arn, res.name)).
		With("PolicyVersionList", source.List(document.at, version))
	place := res.place()
	place.Document = "roles-read"
	res.tell(place, source.Make(res.properties).
		With("RoleDetailList", source.List(res.properties)).
		With("Policies", source.List(res.properties, item)))
}

// give attaches a policy to a role by its name, and reports whether a role was
// found. A name that no one gave may be that of any role whose name it can be.
func (res resource) give(name, document value, arn string) bool {
	wanted, ok := name.scalar()
	if !ok {
		return false
	}
	for _, one := range res.r.roles {
		if one.roleName == wanted && one.account() == res.account() {
			res.attachTo(one, name, document, arn)
			return true
		}
	}
	if !iam.HasUnknown(wanted) {
		if iam.HasStandIn(wanted) {
			return false
		}
		one := &role{resource: res, roleName: wanted, outside: true}
		res.r.roles = append(res.r.roles, one)
		res.attachTo(one, name, document, arn)
		return true
	}
	res.perhapsOf(wanted, name, document, arn)
	return res.kind != managedPolicyType
}

// perhapsOf tells a policy that may be added to any role whose name it can be. A
// value from outside names none of the stack's own roles that have no name yet.
func (res resource) perhapsOf(wanted string, name, document value, arn string) {
	role := source.Make(name.at).
		With("Arn", source.Text(res.arn("iam", "", "role/"+wanted), name.at)).
		With("RoleName", source.Text(wanted, name.at))
	if res.kind == managedPolicyType && res.open == "" {
		role = role.With("AttachedManagedPolicies", source.List(name.at, source.Make(name.at).With("PolicyArn", source.Text(arn, name.at))))
	} else {
		inline := setting(source.Make(res.properties), "PolicyName", text(res.name, res.id)).With("PolicyDocument", policyDocument(document, res.open))
		role = role.With("RolePolicyList", source.List(res.properties, inline))
	}
	place := res.place()
	place.Document = "roles-read"
	res.tell(place, source.Make(res.properties).With("Role", role))
	res.doubt("this role", roleType)
}

// doubt says of the document told last that what it belongs to is not known, but
// for the resources of a type that the stack itself makes and AWS names.
func (res resource) doubt(to, kind string) {
	perhaps := layout.Perhaps{Question: "whether " + res.kind + " " + res.id + " belongs to " + to}
	for id, node := range res.template.root.Get("Resources").Members() {
		if name := res.reference(id.Text()); node.Get("Type").Text() == kind && iam.HasStandIn(name) && !iam.HasUnknown(name) {
			perhaps.NotOf = append(perhaps.NotOf, name)
		}
	}
	res.r.documents[len(res.r.documents)-1].Perhaps = perhaps
}

func (res resource) attachTo(one *role, name, document value, arn string) {
	if res.kind == managedPolicyType && res.open == "" {
		one.attach(text(name.at, arn))
		return
	}
	policyName := res.value("PolicyName")
	if !policyName.exists() {
		policyName = text(res.name, res.id)
	}
	one.addInline(policyName, document, value{kind: source.Object, at: res.properties, open: res.open})
}

// tellRoles tells each role as GetRole does, with its policies as
// GetAccountAuthorizationDetails lists them.
func (r *run) tellRoles() {
	for _, one := range r.roles {
		arn := one.arn("iam", "", "role"+one.slashed(one.id)+one.roleName)
		if one.outside {
			arn = one.arn("iam", "", "role/"+one.roleName)
		}
		root := source.Make(one.properties).
			WithName("Arn", one.name, source.Text(arn, one.name)).
			WithName("RoleName", one.name, source.Text(one.roleName, one.name))
		if !one.outside {
			root = root.WithName("RoleId", one.name, source.Text(one.attribute(one.id, "RoleId"), one.name))
			root = setting(root, "Path", one.value("Path"))
			if trust := one.value("AssumeRolePolicyDocument"); trust.exists() {
				root = root.With("AssumeRolePolicyDocument", policyDocument(trust, ""))
			}
			if boundary := one.value("PermissionsBoundary"); boundary.exists() {
				root = root.With("PermissionsBoundary", setting(source.Make(boundary.at), "PermissionsBoundaryArn", boundary))
			}
		}
		root = root.With("AttachedManagedPolicies", source.List(one.properties, one.attached...)).
			With("RolePolicyList", source.List(one.properties, one.inline...))
		hidden := []string{"Tags"}
		if one.outside {
			hidden = append(hidden, "RolePolicyList") // it may have more
		} else if tags, ok := one.tags("Key", "Value"); ok {
			root = root.With("Tags", tags)
		}
		place := one.place()
		place.Document = "roles-read"
		one.tell(place, source.Make(one.properties).With("Role", root), hidden...)
		if !one.outside && iam.HasStandIn(one.roleName) { // else its ARN can be written out
			r.documents[len(r.documents)-1].MadeAfter = one.madeAfter()
		}
	}
}
