package rules

import (
	"slices"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/kept"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// Reviews keep what is wrong with policies by themselves from one Evaluate to the
// next. A policy that was compiled anew is reviewed anew. The zero value is empty.
type Reviews struct {
	known kept.Store[reviewID, review]
}

type reviewID struct {
	policy    *iam.Text
	owner     string
	redundant bool
}

// review is what a policy holds that is wrong in itself.
type review struct {
	placeholders []iam.Placeholder
	faults       []iam.Fault
}

// of reviews a policy, unless that was done before. The faults of policies that AWS
// publishes are passed over: no one here can change them.
func (r *Reviews) of(checker *iam.Checker, policy *snapshot.Policy, published bool) review {
	id := reviewID{policy.Text, policy.Owner, checker.Redundant}
	if r != nil {
		if found, ok := r.known.Get(id); ok {
			return found
		}
	}
	made := review{placeholders: iam.Placeholders(policy.Node)}
	if !published {
		seen := policy.Glance()
		made.faults = slices.Concat(seen.Faults, checker.Check(seen, policy.Owner))
	}
	if r != nil {
		r.known.Put(id, made)
	}
	return made
}

// forget ends an Evaluate.
func (r *Reviews) forget() {
	if r != nil {
		r.known.Forget()
	}
}
