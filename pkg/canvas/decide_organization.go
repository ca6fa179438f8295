package canvas

import (
	"maps"
	"slices"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// organizationLevels gives the SCPs or RCPs that bind an account, from the
// root down. The management account is bound by neither
// (https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html).
func (w *worker) organizationLevels(account, kind string) []access.Level {
	memo := w.scps
	if kind == snapshot.ResourceControl {
		memo = w.rcps
	}
	if levels, ok := memo[account]; ok {
		return levels
	}
	var levels []access.Level
	if org := w.snapshot.Organization; org != nil && org.Management != account && !org.IsOff(kind) {
		g := guardrails{w: w, org: org, account: account, kind: kind, path: []string{account}}
		if target := org.Target(account); target != nil {
			g.path, g.whole, g.known = target.Path, target.Whole, true
		}
		levels = append(g.listed(), g.unplaced()...)
	}
	memo[account] = levels
	return levels
}

// guardrails are the policies of one kind that bind one account.
type guardrails struct {
	w             *worker
	org           *snapshot.Organization
	account, kind string
	// path leads down to the account, whole says that it begins at the root, and
	// known that the organization includes the account at all.
	path         []string
	whole, known bool
}

// listed gives the levels of an organization whose attachments were exported. A
// level without a service control policy denies, and one that was not exported
// is unknown.
func (g *guardrails) listed() []access.Level {
	if !g.org.Lists(g.kind) && !g.org.Demanded {
		return nil
	}
	missing := func(name, what string, operations ...string) access.Level {
		return access.Level{Name: name, Layer: access.Layer{Missing: []string{g.w.unread(what, name, layout.Place{}, operations...)}}}
	}
	if !g.known {
		return []access.Level{missing(g.account, "the organization policies of account "+g.account, "ListParents", "ListPoliciesForTarget")}
	}
	var levels []access.Level
	if !g.whole {
		levels = append(levels, missing(g.path[0], "what is above "+g.path[0]+" in the organization", "ListParents"))
	}
	for _, id := range g.path {
		target := g.org.Target(id)
		if target == nil || !target.Listed[g.kind] {
			levels = append(levels, missing(id, "the organization policies attached to "+id, "ListPoliciesForTarget"))
			continue
		}
		levels = append(levels, g.level(target))
	}
	return levels
}

// level collects the policies that are attached to one target.
func (g *guardrails) level(target *snapshot.Target) access.Level {
	level := access.Level{Name: target.ID}
	for _, attached := range target.Policies {
		policy := g.org.Policies[attached.ID]
		switch {
		case !g.org.IsOf(attached.ID, g.kind):
		case policy != nil && policy.Policy != nil:
			add(&level.Layer, policy.Policy, attached.Guards)
		case attached.ID == snapshot.FullAccess(g.kind):
			add(&level.Layer, fullAccess(g.kind), attached.Guards)
		default:
			level.Missing = append(level.Missing, g.w.unread("the organization policy "+attached.ID+" at "+target.ID, attached.ID, layout.Place{}, "DescribePolicy"))
		}
	}
	return level
}

// unplaced gives a level for each policy that no list of the account's own path
// has, and that is attached there or may be.
func (g *guardrails) unplaced() []access.Level {
	var levels []access.Level
	for _, id := range slices.Sorted(maps.Keys(g.org.Policies)) {
		policy := g.org.Policies[id]
		if policy.Type != g.kind || id == snapshot.FullAccess(g.kind) {
			continue
		}
		switch applies, question := g.placement(policy); {
		case !applies:
		case policy.Policy != nil:
			levels = append(levels, g.alone(policy, question))
		case len(g.org.Attachments) > 0: // one that is only listed is nowhere
			levels = append(levels, access.Level{Name: id, Layer: access.Layer{Missing: []string{g.w.unread("the organization policy "+id, id, layout.Place{}, "DescribePolicy")}}})
		}
	}
	return levels
}

// placement tells whether a policy that is on no list of the path binds the
// account: for sure, or where there is a question, perhaps.
func (g *guardrails) placement(policy *snapshot.ControlPolicy) (applies bool, question string) {
	for _, attached := range g.org.Attachments {
		if attached.Policy != policy.ID {
			continue
		}
		switch {
		case slices.Contains(g.path, attached.Target) && len(attached.Guards) == 0:
			return true, ""
		case slices.Contains(g.path, attached.Target):
			question = attached.Guards[0].Choice.Question
		case attached.Target == "":
			question = "what the policy " + policy.Name() + " is attached to"
		case iam.HasStandIn(attached.Target) || iam.HasStandIn(g.account):
			if snapshot.IsAccountID(attached.Target) && iam.Same(attached.Target, g.account) == iam.Never {
				continue
			}
			question = "whether " + iam.Phrase(attached.Target) + ", to which the policy " + policy.Name() + " is attached, is the account " + g.account + " or above it"
		case !g.whole && !snapshot.IsAccountID(attached.Target):
			question = "whether the account " + g.account + " is below " + attached.Target + ", to which the policy " + policy.Name() + " is attached"
		}
	}
	switch {
	case question != "":
		return true, question
	case policy.TargetsKnown, g.org.Lists(g.kind):
		return false, "" // what a list does not tell is unknown by its level
	}
	return true, "what the policy " + policy.Name() + " is attached to"
}

// alone is the level of one policy, of which the question is open whether it
// binds the account, or "". What else is attached at its level was not exported
// and counts as none, but for the policy that AWS attaches everywhere: whether
// that stands beside a policy that allows something itself is not known.
func (g *guardrails) alone(policy *snapshot.ControlPolicy, question string) access.Level {
	level := access.Level{Name: policy.Name()}
	var guards iam.Guards
	if question != "" {
		guards = iam.Maybe(question)
	}
	allows := slices.ContainsFunc(policy.Policy.Policy().Statements, func(s *iam.Statement) bool { return s.Effect != iam.Deny })
	switch {
	case g.kind == snapshot.ResourceControl || !allows:
		add(&level.Layer, fullAccess(g.kind), nil)
		add(&level.Layer, policy.Policy, guards)
	case question != "":
		level.Guards = guards
		add(&level.Layer, policy.Policy, nil)
	default:
		add(&level.Layer, policy.Policy, nil)
		add(&level.Layer, fullAccess(g.kind), iam.Maybe("whether FullAWSAccess is attached beside the policy "+policy.Name()))
	}
	return level
}

func targetPath(org *snapshot.Organization, account string) []string {
	if target := org.Target(account); target != nil && target.Whole {
		return target.Path
	}
	return nil
}

// fullAccess is the policy that AWS Organizations attaches by itself
// (https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html).
func fullAccess(kind string) *snapshot.Policy {
	if kind == snapshot.ServiceControl {
		return compileText(snapshot.FullAccess(kind), `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`, iam.ServiceControlPolicy)
	}
	return compileText(snapshot.FullAccess(kind), `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}`, iam.ResourceControlPolicy)
}
