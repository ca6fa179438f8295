package load

import (
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/load/document"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// organization gives the snapshot's organization, made at its first mention.
func (b *builder) organization() *snapshot.Organization {
	if b.snapshot.Organization == nil {
		b.snapshot.Organization = &snapshot.Organization{Policies: map[string]*snapshot.ControlPolicy{}, Enabled: map[string]bool{}}
		b.tree = &tree{parents: map[string]string{}, targets: map[string]*snapshot.Target{}}
	}
	return b.snapshot.Organization
}

// tree is what was told of an organization's structure.
type tree struct {
	parents map[string]string // by the id of an account or unit; "" where it is disputed
	targets map[string]*snapshot.Target
	// ofPolicies are the lists of what a policy is attached to.
	ofPolicies []document.Document
}

// addOrganization reads DescribeOrganization.
func (b *builder) addOrganization(doc document.Document) {
	org := b.organization()
	body := doc.Node.Get("Organization")
	if !org.Node.Exists() {
		org.Node = body
	}
	if id := body.Get("Id"); id.IsScalar() {
		c := claim{node: id, when: b.when, value: id.Text(), content: id.Text}
		b.claims.claim(subject{"organization", "id"}, "the id of the organization", c, func(m member) { settleField(&org.ID, m) })
	}
	b.claimManagement(body.Get("MasterAccountId"), body.Get("MasterAccountId").Text())
	b.claimManagement(body.Get("MasterAccountArn"), iam.AccountOf(body.Get("MasterAccountArn").Text()))
}

// claimManagement claims which account manages the organization: no policy of
// it binds that one.
func (b *builder) claimManagement(at source.Node, account string) {
	if !layout.IsAccount(account) {
		return
	}
	org := b.organization()
	c := claim{node: at, when: b.when, value: account, content: func() string { return account }}
	b.claims.claim(subject{"organization", "management"}, "the management account of the organization", c, func(m member) {
		if org.Management = account; m.choice != nil {
			org.Management = "" // no account is exempt
		} else {
			org.Management = m.versions[0].value.(string)
		}
	})
}

// addControlPolicy reads DescribePolicy of AWS Organizations. The ARN of a
// policy names the management account, which no policy binds.
func (b *builder) addControlPolicy(node source.Node) {
	summary := node.Path("Policy", "PolicySummary")
	if summary.Get("Type").Text() == "" {
		b.problem(summary, "the type of this organization policy is unknown, so it was not used: export it again with describe-policy")
		return
	}
	policy := b.controlPolicy(summary)
	if policy == nil {
		return
	}
	grammar := iam.ServiceControlPolicy
	if policy.Type == snapshot.ResourceControl {
		grammar = iam.ResourceControlPolicy
	}
	name := policy.ID
	if given := summary.Get("Name").Text(); given != "" && given != policy.ID {
		name = given + " (" + policy.ID + ")"
	}
	// AWS's own stand at every level, and its RCP allows, which no other may
	// (https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html).
	text := policyText{node: node.Path("Policy", "Content"), kind: grammar, name: name, owner: policy.ID}
	text.byAWS = summary.Get("AwsManaged").Text() == "true" || policy.ID == snapshot.FullAccess(policy.Type)
	if !text.node.Exists() {
		if !text.byAWS {
			b.problem(summary, "the content of the organization policy %s is missing: what it denies was not checked; export it with describe-policy", name)
		}
		return
	}
	b.claimPolicy(subject{policy, "content"}, "the organization policy "+name, text, &policy.Policy)
}

// controlPolicy gives the SCP or RCP of a PolicySummary, nil for one of another
// kind: tag, backup and other policies decide no access.
func (b *builder) controlPolicy(summary source.Node) *snapshot.ControlPolicy {
	id, kind := summary.Get("Id").Text(), summary.Get("Type").Text()
	if kind != snapshot.ServiceControl && kind != snapshot.ResourceControl || id == "" {
		return nil
	}
	org := b.organization()
	if arn, ok := iam.ParseARN(summary.Get("Arn").Text()); ok && arn.Account != "aws" {
		b.claimManagement(summary.Get("Arn"), arn.Account)
	}
	if org.Policies[id] == nil {
		org.Policies[id] = &snapshot.ControlPolicy{Node: summary, ID: id, Type: kind}
	}
	return org.Policies[id]
}

// addTargets reads targets.json, whose targets have a path and policies, or
// ListTargetsForPolicy.
func (b *builder) addTargets(doc document.Document) {
	b.organization()
	for item := range b.scope.targets(doc.Node.Get("Targets")) {
		if !hasPlace(item) {
			b.tree.ofPolicies = append(b.tree.ofPolicies, doc)
			return
		}
		id := item.Get("TargetId").Text()
		var above string
		for step := range item.Get("Path").Items() {
			if above != "" {
				b.claimParent(step.Text(), above, step)
			}
			above = step.Text()
		}
		b.target(id, item)
		b.enrollTargetPolicies(id, "", item.Get("Policies"), item, func(policy source.Node) string { return policy.Text() })
	}
	if doc.Node.Get("Targets").Len() == 0 {
		b.tree.ofPolicies = append(b.tree.ofPolicies, doc)
	}
}

// hasPlace tells an item of targets.json from one of ListTargetsForPolicy.
func hasPlace(item source.Node) bool {
	return item.Get("Path").Exists() || item.Get("Policies").Exists()
}

// target gives the target of an id, made at its first mention.
func (b *builder) target(id string, node source.Node) *snapshot.Target {
	b.organization()
	if b.tree.targets[id] == nil {
		b.tree.targets[id] = &snapshot.Target{ID: id, Node: node, Listed: map[string]bool{}}
	}
	return b.tree.targets[id]
}

// claimParent claims what an account or unit is below.
func (b *builder) claimParent(child, parent string, at source.Node) {
	b.target(child, at)
	b.target(parent, at)
	c := claim{node: at, when: b.when, value: parent, content: func() string { return parent }}
	b.claims.claim(subject{child, "parent"}, "what "+child+" is below in the organization", c, func(m member) {
		if b.tree.parents[child] = m.versions[0].value.(string); m.choice != nil {
			b.tree.parents[child] = ""
		}
	})
}

// enrollTargetPolicies takes the whole list of policies attached to a target: of
// one kind, or with "" of all.
func (b *builder) enrollTargetPolicies(id, kind string, list, at source.Node, idOf func(source.Node) string) {
	target := b.target(id, at)
	r := roll{node: at, when: b.when, whole: true}
	for item := range list.Items() {
		policy := idOf(item)
		r.add(claim{name: policy, node: item, value: policy, content: func() string { return presentContent }})
	}
	for _, of := range []string{snapshot.ServiceControl, snapshot.ResourceControl} {
		if kind != "" && kind != of {
			continue
		}
		target.Listed[of] = true
		b.enrollKind(target, of, r)
	}
}

// enrollKind takes the policies of one kind that are attached to a target.
func (b *builder) enrollKind(target *snapshot.Target, kind string, r roll) {
	org := b.organization()
	what := func(policy string) string { return "the attachment of " + policy + " to " + target.ID }
	b.claims.enroll(subject{target, kind}, what, r, func(members []member) {
		target.Policies = slices.DeleteFunc(target.Policies, func(p snapshot.TargetPolicy) bool { return org.IsOf(p.ID, kind) })
		for _, m := range members {
			for i, v := range m.versions {
				if id, ok := v.value.(string); ok && org.IsOf(id, kind) {
					target.Policies = append(target.Policies, snapshot.TargetPolicy{ID: id, Guards: m.guards(i)})
				}
			}
		}
	})
}

// targetPattern finds the id of a root, unit or account in a file's name
// (https://docs.aws.amazon.com/organizations/latest/APIReference/API_Parent.html).
var targetPattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:^|[^0-9A-Za-z])(ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|r-[0-9a-z]{4,32}|[0-9]{12})(?:[^0-9A-Za-z]|$)`)
})

// targetOfFile gives the id of what a list is of: the config says it, or the
// file's name, or the innermost folder that has one; "" where nothing tells.
func (b *builder) targetOfFile(doc document.Document) string {
	if owner, ok := b.owners[doc.Name]; ok {
		return owner.arn[strings.LastIndex(owner.arn, "/")+1:]
	}
	parts := strings.Split(doc.Name, "/")
	for i := len(parts) - 1; i >= 0; i-- {
		if found := targetPattern().FindAllStringSubmatch(layout.Unescape(parts[i]), -1); len(found) == 1 {
			return found[0][1]
		} else if len(found) > 1 {
			return ""
		}
	}
	return ""
}

// addOrganizationList reads what ListRoots, ListAccounts, ListParents,
// ListChildren, ListOrganizationalUnitsForParent and ListPoliciesForTarget give.
// Of whom a list is stands in its file's name at most.
func (b *builder) addOrganizationList(doc document.Document) {
	org := b.organization()
	for item := range doc.Node.Get("Roots").Items() {
		b.target(item.Get("Id").Text(), item)
		b.readKinds(org, item.Get("PolicyTypes"))
	}
	for item := range doc.Node.Get("Accounts").Items() {
		b.claimManagement(item.Get("Arn"), iam.AccountOf(item.Get("Arn").Text()))
	}
	of := b.targetOfFile(doc)
	switch {
	case doc.Kind == document.Accounts && of != "" && !snapshot.IsAccountID(of):
		for item := range doc.Node.Get("Accounts").Items() {
			b.claimParent(item.Get("Id").Text(), of, item) // list-accounts-for-parent
		}
	case doc.Kind == document.Roots || doc.Kind == document.Accounts:
	case of == "" && doc.Kind == document.PolicyList && !strings.Contains(path.Base(doc.Name), "target"):
		for item := range doc.Node.Get("Policies").Items() {
			b.controlPolicy(item) // list-policies: what there is, not where
		}
	case of == "":
		b.problem(doc.Node, "the root, unit or account of this list is unknown, so it was not used: put the id into the file's name")
	case doc.Kind == document.PolicyList:
		b.addPoliciesOfTarget(of, doc)
	default:
		for item := range doc.Node.Get("Parents").Items() {
			b.claimParent(of, item.Get("Id").Text(), item)
		}
		for _, list := range []string{"Children", "OrganizationalUnits"} {
			for item := range doc.Node.Get(list).Items() {
				b.claimParent(item.Get("Id").Text(), of, item)
			}
		}
	}
}

// readKinds notes which kinds of policies a root has enabled.
func (b *builder) readKinds(org *snapshot.Organization, kinds source.Node) {
	if !kinds.Is(source.Array) {
		return
	}
	for _, kind := range []string{snapshot.ServiceControl, snapshot.ResourceControl} {
		r := claim{node: kinds, when: b.when, value: false, content: func() string { return "off" }}
		for item := range kinds.Items() {
			if item.Get("Type").Text() == kind && item.Get("Status").Text() != "PENDING_DISABLE" {
				r.value, r.content = true, func() string { return "on" }
			}
		}
		b.claims.claim(subject{"organization", "enabled " + kind}, "whether the root has "+kind+" enabled", r, func(m member) {
			org.Enabled[kind] = m.choice != nil || m.versions[0].value.(bool)
		})
	}
}

// addPoliciesOfTarget reads ListPoliciesForTarget, which lists one kind. An
// empty list does not say which; service control policies are never none.
func (b *builder) addPoliciesOfTarget(of string, doc document.Document) {
	list := doc.Node.Get("Policies")
	kind := ""
	for item := range list.Items() {
		kind = item.Get("Type").Text()
		b.controlPolicy(item)
	}
	if kind == "" && strings.Contains(strings.ToLower(path.Base(doc.Name)), "resource") || kind == "" && strings.Contains(strings.ToLower(path.Base(doc.Name)), "rcp") {
		kind = snapshot.ResourceControl
	} else if kind == "" {
		kind = snapshot.ServiceControl
	}
	_, goesOn := truncation(doc.Node, "policies")
	if kind != snapshot.ServiceControl && kind != snapshot.ResourceControl {
		return
	}
	if goesOn {
		b.problem(doc.Node, "this list of the policies attached to %s continues elsewhere: export the whole list", of)
		return
	}
	b.enrollTargetPolicies(of, kind, list, doc.Node, func(item source.Node) string { return item.Get("Id").Text() })
}

// settleOrganization works out the paths of the targets, and of which policies
// the lists of targets are.
func (b *builder) settleOrganization() {
	if b.tree == nil {
		return
	}
	org := b.organization()
	for _, id := range slices.Sorted(maps.Keys(b.tree.targets)) {
		target := b.tree.targets[id]
		target.Path = []string{id}
		for at := id; b.tree.parents[at] != "" && len(target.Path) < 16; at = b.tree.parents[at] {
			target.Path = append([]string{b.tree.parents[at]}, target.Path...)
		}
		target.Whole = strings.HasPrefix(target.Path[0], "r-")
		org.Targets = append(org.Targets, *target)
	}
}

// claimAttachments takes the lists of what policies are attached to.
func (b *builder) claimAttachments() {
	if b.tree == nil {
		return
	}
	for _, doc := range b.tree.ofPolicies {
		b.enrollAttachments(b.organization(), doc)
	}
}

// enrollAttachments gives a list of ListTargetsForPolicy to its policy: the one
// that it names, as what code makes does, that the file's name or folder
// mentions, or the only one that was described.
func (b *builder) enrollAttachments(org *snapshot.Organization, doc document.Document) {
	var named, all []*snapshot.ControlPolicy
	for _, id := range slices.Sorted(maps.Keys(org.Policies)) {
		policy := org.Policies[id]
		given := policy.Node.Get("Name").Text()
		switch {
		case doc.Node.Get("PolicyId").Exists():
			if doc.Node.Get("PolicyId").Text() == id {
				named = append(named, policy)
			}
		case Mentions(doc.Name, id) || given != "" && Mentions(doc.Name, given):
			named = append(named, policy)
		case b.claims.known[subject{policy, "content"}] != nil && id != snapshot.FullAccess(policy.Type):
			all = append(all, policy)
		}
	}
	policy := only(named, all)
	if id := doc.Node.Get("PolicyId").Text(); id == snapshot.FullAccess(snapshot.ServiceControl) || id == snapshot.FullAccess(snapshot.ResourceControl) {
		return // it allows everything
	} else if id != "" && policy == nil {
		policy = &snapshot.ControlPolicy{Node: doc.Node, ID: id, Type: snapshot.ServiceControl} // of which only this is known
		org.Policies[id] = policy
	}
	if policy == nil {
		b.problem(doc.Node, "the organization policy of this list of targets is unknown, so it was not used: put the policy's id into the file's name")
		return
	}
	_, goesOn := truncation(doc.Node, "targets")
	policy.TargetsKnown = policy.TargetsKnown || !goesOn && !doc.Partial
	adds := goesOn || doc.Coded || doc.Partial
	r := roll{node: doc.Node, when: doc.When, open: adds, whole: !adds}
	for item := range doc.Node.Get("Targets").Items() {
		id := item.Get("TargetId").Text()
		r.add(claim{name: id, node: item, value: id, content: func() string { return presentContent }})
	}
	what := func(id string) string { return "the attachment of " + policy.ID + " to " + id }
	b.claims.enroll(subject{policy, "targets"}, what, r, func(members []member) {
		org.Attachments = slices.DeleteFunc(org.Attachments, func(a snapshot.PolicyAttachment) bool { return a.Policy == policy.ID })
		for _, m := range members {
			for i, v := range m.versions {
				if id, ok := v.value.(string); ok {
					org.Attachments = append(org.Attachments, snapshot.PolicyAttachment{Node: v.node, Policy: policy.ID, Target: id, Guards: m.guards(i)})
				}
			}
		}
	})
}
