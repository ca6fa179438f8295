package canvas

import (
	"slices"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// Explains reports whether a fault tells what a condition stands in the way of:
// then nothing else has to object to it.
func (f *Facts) Explains(c *iam.Condition) bool {
	return slices.ContainsFunc(f.Faults, func(fault *Fault) bool {
		switch fault.Kind {
		case FaultViaService, FaultContext, FaultGrantCondition:
			return fault.Node == c.Node
		}
		return false
	})
}

// KeepsOff reports whether a condition of an Allow keeps a role from what Canvas
// needs: without it the statement would allow an action that nothing allows.
func (f *Facts) KeepsOff(policy *snapshot.Policy, c *iam.Condition) bool {
	statements := policy.Policy().Statements
	at := slices.IndexFunc(statements, func(s *iam.Statement) bool {
		return slices.ContainsFunc(s.Conditions, func(other iam.Condition) bool { return other.Node == c.Node })
	})
	if at < 0 || statements[at].Effect != iam.Allow {
		return false
	}
	return slices.ContainsFunc(f.Needs, func(need *Need) bool {
		return need.boundBy(policy) && slices.ContainsFunc(need.Actions, func(a *Action) bool { return a.lifts(policy, statements[at], c.Name) })
	})
}

// boundBy reports whether a policy is the role's own or that of the resource.
func (n *Need) boundBy(policy *snapshot.Policy) bool {
	if n.policies == nil {
		return false
	}
	documents := n.policies.Identity.Documents
	if n.policies.Resource != nil {
		documents = slices.Concat(documents, n.policies.Resource.Documents)
	}
	for _, d := range documents {
		if d.Policy == policy.Policy() {
			return true
		}
	}
	return false
}

// lifts reports whether a denied action would be among what the statement
// allows, were it not for its conditions on a key.
func (a *Action) lifts(policy *snapshot.Policy, s *iam.Statement, key iam.Key) bool {
	return a.Result.IsDenied() && slices.ContainsFunc(a.Services, func(service string) bool {
		request, ok := a.requestFor(service)
		if !ok {
			return false
		}
		_, ok = obstructs(policy, s, &request, key, true)
		return ok
	})
}

// IsCanvasRole reports whether a role is one that Canvas works with, or may be:
// nothing says whose its trust policy is, or no user of Canvas was read.
func (f *Facts) IsCanvasRole(arn string) bool {
	roles := f.canvasRoles()
	return arn == "" || len(roles) == 0 || roles[arn]
}
