package canvas

import (
	"slices"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

const (
	createGrant  = "kms:CreateGrant"
	putKeyPolicy = "kms:PutKeyPolicy"
)

// canvasRoles are the roles that Canvas runs with, and those of its helpers
// that are not turned off.
func (f *Facts) canvasRoles() map[string]bool {
	roles := map[string]bool{}
	for _, user := range f.Users {
		if !user.InScope {
			continue
		}
		roles[user.Role.Value] = true
		settings := []*snapshot.UserSettings{&user.Domain.Settings}
		if user.Profile != nil {
			settings = append(settings, &user.Profile.Settings)
		}
		for _, s := range settings {
			for _, helper := range []snapshot.Helper{s.Canvas.TimeSeries, s.Canvas.Bedrock, s.Canvas.EMR} {
				if helper.Role.IsGiven() && helper.Status.Value != "DISABLED" {
					roles[helper.Role.Value] = true
				}
			}
		}
	}
	return roles
}

// keyGrants finds statements of a key policy that let a Canvas role, or
// everyone, make any grant: who may do that can hand out all that the key can
// (https://docs.aws.amazon.com/kms/latest/developerguide/grant-authorization.html).
// The account's administrators, and principals who may change the policy
// anyway, are left out.
func (w *worker) keyGrants(policy *snapshot.Policy, roles map[string]bool) {
	if w.isAWSManagedKey(policy) {
		return
	}
	compiled := policy.Policy()
	for _, s := range compiled.Statements {
		if !s.Allows(createGrant) || constrainsGrants(s) || deniesOtherGrants(compiled) {
			continue
		}
		fault := &Fault{Kind: FaultGrant, Node: actionNode(s, createGrant), Policy: policy, Statement: s, Actions: []string{createGrant}}
		for i := range s.Principals {
			p := &s.Principals[i]
			if administers(compiled, p) {
				continue
			}
			switch {
			case p.Symbolic:
			case p.Form == iam.EveryoneForm && !bindsCallers(s):
				fault.Text = "everyone"
				if len(s.Conditions) > 0 {
					fault.Text = "every principal that its conditions allow"
				}
			case p.Form == iam.RoleForm && roles[p.Value]:
				note(&fault.Roles, p.Value)
			case p.Form == iam.SessionForm:
				for _, role := range w.namesakes(p) {
					if roles[role] {
						note(&fault.Roles, role)
					}
				}
			}
		}
		if fault.Text != "" || len(fault.Roles) > 0 {
			w.facts.Faults = append(w.facts.Faults, fault)
		}
	}
}

// roleGrants is keyGrants for the identity policies of Canvas and helper roles.
func (w *worker) roleGrants(roles map[string]bool) {
	known := map[*iam.Statement]*Fault{}
	for _, role := range w.snapshot.Roles {
		if !roles[role.ARN] {
			continue
		}
		documents := w.identityLayer(role.ARN).Documents
		if slices.ContainsFunc(documents, func(d access.Document) bool { return allows(d.Policy, putKeyPolicy) || deniesOtherGrants(d.Policy) }) {
			continue
		}
		for _, d := range documents {
			policy := w.policyOf(d.Policy)
			if policy == nil || isPublished(policy) {
				continue
			}
			for _, s := range d.Policy.Statements {
				if !s.Allows(createGrant) || constrainsGrants(s) || s.NamesNoKey() {
					continue
				}
				fault := known[s]
				if fault == nil {
					fault = &Fault{Kind: FaultGrant, Node: actionNode(s, createGrant), Policy: policy, Statement: s, Actions: []string{createGrant}}
					known[s] = fault
					w.facts.Faults = append(w.facts.Faults, fault)
				}
				note(&fault.Roles, role.ARN)
			}
		}
	}
}

func allows(policy *iam.Policy, action string) bool {
	return slices.ContainsFunc(policy.Statements, func(s *iam.Statement) bool { return s.Allows(action) })
}

// bindsCallers reports whether a statement for everyone is bound to certain
// principals by a condition on their ARN or id.
func bindsCallers(s *iam.Statement) bool {
	return slices.ContainsFunc(s.Conditions, func(c iam.Condition) bool {
		key := c.Name.String()
		return (key == "aws:principalarn" || key == "aws:userid") && c.Limits(iam.KeyPolicy)
	})
}

// administers reports whether the policy lets a principal change it.
func administers(policy *iam.Policy, p *iam.Principal) bool {
	return slices.ContainsFunc(policy.Statements, func(s *iam.Statement) bool {
		return s.Allows(putKeyPolicy) && slices.ContainsFunc(s.Principals, func(other iam.Principal) bool { return other.Type == p.Type && other.Value == p.Value })
	})
}

// constrainsGrants reports whether a condition says what grants may be made, or
// that a service makes them
// (https://docs.aws.amazon.com/kms/latest/developerguide/grant-authorization.html).
func constrainsGrants(s *iam.Statement) bool {
	return slices.ContainsFunc(s.Conditions, func(c iam.Condition) bool {
		if !isGrantKey(c.Name) {
			return false
		}
		return c.Name != forResourceKey || !c.Op.IfExists && (c.Op.Test == iam.Null || slices.ContainsFunc(c.Values, func(v iam.Value) bool { return v.Symbolic || v.Text != "false" }))
	})
}

func isGrantKey(key iam.Key) bool {
	switch key.String() {
	case "kms:grantisforawsresource", "kms:viaservice", "kms:grantoperations", "kms:granteeprincipal", "kms:granteeserviceprincipal",
		"kms:grantconstrainttype", "kms:grantconstraintsourcearn":
		return true
	}
	return false
}

// deniesOtherGrants reports whether a Deny on making grants has a condition of
// the same kind: "not but for AWS resources" is the other way to say it.
func deniesOtherGrants(policy *iam.Policy) bool {
	return slices.ContainsFunc(policy.Statements, func(s *iam.Statement) bool {
		return s.Effect == iam.Deny && s.Covers(createGrant) && slices.ContainsFunc(s.Conditions, func(c iam.Condition) bool { return isGrantKey(c.Name) })
	})
}

// actionNode is the element of Action that takes an action in.
func actionNode(s *iam.Statement, action string) source.Node {
	for i := range s.Actions {
		if p := &s.Actions[i]; !p.Symbolic && p.Matches(action) {
			return p.Node
		}
	}
	return s.ActionNode
}

// keyUseActions never carry kms:GrantIsForAWSResource, and are what keys are for.
func keyUseActions() []string {
	return []string{
		"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:DescribeKey",
	}
}

// misplaced finds Allow statements that ask for kms:GrantIsForAWSResource on
// actions that never carry it, where no other statement gives these actions to
// the same principal. Where the key policy also lets IAM policies decide and
// those of a role were not read, that is a warning.
func (w *worker) misplaced(policy *snapshot.Policy) {
	for _, s := range policy.Policy().Statements {
		at := slices.IndexFunc(s.Conditions, asksForResource)
		if at < 0 || s.Uncertain != "" || s.Effect != iam.Allow || s.WithoutEffect || s.NamesNoKey() {
			continue
		}
		o := obstacle{policy: policy, statement: s, condition: &s.Conditions[at]}
		report := func(severity finding.Severity, action string, role string) {
			w.fault(FaultGrantCondition, o, severity, severity == finding.Warning, action, role)
		}
		for _, action := range keyUseActions() {
			if !s.Covers(action) {
				continue
			}
			if policy.Kind == iam.IdentityPolicy {
				w.misplacedOwn(policy, action, report)
				continue
			}
			for i := range s.Principals {
				if severity := w.onlyCover(policy, &s.Principals[i], action); severity != "" {
					role := ""
					if s.Principals[i].Form == iam.RoleForm {
						role = s.Principals[i].Value
					}
					report(severity, action, role)
				}
			}
		}
	}
}

// asksForResource reports whether a condition holds for grants for AWS resources alone.
func asksForResource(c iam.Condition) bool { return c.Name == forResourceKey && c.FailsWithout() }

// gives reports whether an Allow is of use for an action: not only with the
// condition that the action never meets.
func gives(s *iam.Statement, action string) bool {
	return s.Effect == iam.Allow && !s.WithoutEffect && (s.Uncertain != "" || s.Covers(action) || slices.ContainsFunc(s.Actions, func(p iam.Pattern) bool { return p.Symbolic || p.HasStandIn() })) &&
		!slices.ContainsFunc(s.Conditions, asksForResource)
}

// onlyCover tells how sure it is that nothing else in reach gives an action to
// a principal of a key policy: "" is not at all.
func (w *worker) onlyCover(policy *snapshot.Policy, p *iam.Principal, action string) finding.Severity {
	if p.Symbolic || p.Form == iam.UnknownForm || p.Form == iam.UniqueIDForm || p.Form == iam.AwaitedForm {
		return ""
	}
	delegated := false
	for _, s := range policy.Policy().Statements {
		if !gives(s, action) {
			continue
		}
		for i := range s.Principals {
			other := &s.Principals[i]
			switch {
			case other.Form == iam.EveryoneForm || mayBe(other, p.Value) || other.Form == iam.AccountForm && p.Form == iam.AccountForm && other.Account == p.Account:
				return ""
			case other.Form == iam.SessionForm && p.Form == iam.RoleForm && other.Account == p.Account && other.Name == p.Name, other.Form == iam.RoleForm && p.Form == iam.SessionForm && other.Account == p.Account && other.Name == p.Name:
				return ""
			case other.Form == iam.AccountForm && !differ(other.Account, p.Account):
				delegated = true
			}
		}
	}
	if !delegated {
		return finding.Error
	}
	role := w.snapshot.Role(p.Value)
	if p.Form != iam.RoleForm || role == nil {
		return finding.Warning
	}
	layer := w.identityLayer(role.ARN)
	if slices.ContainsFunc(layer.Documents, func(d access.Document) bool {
		return slices.ContainsFunc(d.Policy.Statements, func(s *iam.Statement) bool { return gives(s, action) && reaches(s, policy.Owner) })
	}) {
		return ""
	}
	if len(layer.Missing) > 0 {
		return finding.Warning
	}
	return finding.Error
}

// reaches reports whether a statement of an identity policy may be about a key.
func reaches(s *iam.Statement, key string) bool {
	if key == "" || len(s.Resources) == 0 {
		return true
	}
	return slices.ContainsFunc(s.Resources, func(r iam.Pattern) bool { return r.Symbolic || len(r.Variables()) > 0 || r.Fit(key, nil) != iam.Never })
}

// mayBe reports whether a principal names someone, or may once it is deployed.
func mayBe(p *iam.Principal, arn string) bool {
	return p.Symbolic || p.Form == iam.AwaitedForm || iam.Same(p.Value, arn) != iam.Never
}

// misplacedOwn is misplaced for an identity policy: the other policies of its
// roles count, and key policies that name a role.
func (w *worker) misplacedOwn(policy *snapshot.Policy, action string, report func(severity finding.Severity, action, role string)) {
	holders := w.holders(policy)
	if len(holders) == 0 && !slices.ContainsFunc(policy.Policy().Statements, func(s *iam.Statement) bool { return gives(s, action) }) {
		report(finding.Warning, action, "") // what else a role has that it is attached to is not known
	}
	for _, role := range holders {
		layer := w.identityLayer(role)
		covered := slices.ContainsFunc(layer.Documents, func(d access.Document) bool {
			return slices.ContainsFunc(d.Policy.Statements, func(s *iam.Statement) bool { return gives(s, action) })
		}) || slices.ContainsFunc(w.snapshot.Keys, func(k *snapshot.Key) bool { return k.Policy != nil && givesTo(k.Policy.Policy(), action, role) })
		switch {
		case covered:
		case len(layer.Missing) > 0 || !w.keyPoliciesKnown():
			report(finding.Warning, action, role)
		default:
			report(finding.Error, action, role)
		}
	}
}

// keyPoliciesKnown reports whether every key of the snapshot has its policy.
func (w *worker) keyPoliciesKnown() bool {
	return len(w.snapshot.Keys) > 0 && !slices.ContainsFunc(w.snapshot.Keys, func(k *snapshot.Key) bool { return k.Policy == nil && k.Manager.Value != "AWS" })
}

// givesTo reports whether a key policy names a role, or everyone, for an action.
func givesTo(policy *iam.Policy, action, role string) bool {
	return slices.ContainsFunc(policy.Statements, func(s *iam.Statement) bool {
		return gives(s, action) && slices.ContainsFunc(s.Principals, func(p iam.Principal) bool { return p.Form == iam.EveryoneForm || mayBe(&p, role) })
	})
}

// holders are the roles that have an identity policy, inline or attached.
func (w *worker) holders(policy *snapshot.Policy) []string {
	if arn, ok := iam.ParseARN(policy.Owner); ok && w.snapshot.Role(arn.String()) != nil {
		return []string{policy.Owner}
	}
	var holders []string
	for _, role := range w.snapshot.Roles {
		if slices.ContainsFunc(role.Attached, func(a snapshot.Attachment) bool { return a.ARN == policy.Owner && policy.Owner != "" }) {
			holders = append(holders, role.ARN)
		}
	}
	return holders
}
