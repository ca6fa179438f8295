package canvas

import (
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/parallel"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Fault is something in a policy that a rule objects to: a statement that opens
// too much or nothing, or a condition that stands in the way.
type Fault struct {
	Kind      string // one of the Fault... constants
	Node      source.Node
	Policy    *snapshot.Policy
	Statement *iam.Statement // nil: the policy as a whole
	// Text is the part that counts: a principal, a value, what is missing.
	Text     string
	Actions  []string
	Roles    []string // ARNs of the roles that it is about
	Services []string // calling services, "" for a direct call
	// Severity is set where the rule has two.
	Severity finding.Severity
	// Doubt marks what is not certain.
	Doubt bool
	// Needs are what the fault stands in the way of; their findings are related.
	Needs []*Need
	// BucketKey tells the state of S3 Bucket Keys, of an encryption context.
	BucketKey bool
}

// The kinds of faults. Those of pkg/iam's Weaknesses have the same names there.
const (
	FaultWithoutEffect  = iam.FaultStatementNoEffects
	FaultKeyOpen        = "key-open"
	FaultBucketOpen     = "bucket-open"
	FaultNoAdmin        = iam.FaultNoAdmin
	FaultKeyID          = iam.FaultKeyID
	FaultHeader         = iam.FaultHeader
	FaultPrincipal      = "missing-principal"
	FaultGrant          = "unconstrained-grant"
	FaultGrantCondition = "grant-condition"
	FaultViaService     = "via-service"
	FaultContext        = "encryption-context"
	FaultSharedByTag    = "shared-by-tag"
)

// faults looks at every policy that was read; AWS's own have no file to mend.
func (w *worker) faults() {
	canvasBuckets := map[string]bool{}
	for _, user := range w.facts.Users {
		if user.InScope {
			canvasBuckets[w.bucketARN(user)] = true
		}
	}
	roles := w.facts.canvasRoles()
	for i, noted := range notedPolicies(w.snapshot.Policies) {
		policy := w.snapshot.Policies[i]
		if !noted {
			continue
		}
		for _, found := range policy.Policy().Weaknesses() {
			w.weakness(policy, found, canvasBuckets)
		}
		switch policy.Kind {
		case iam.KeyPolicy:
			w.missingPrincipals(policy)
			w.keyGrants(policy, roles)
			w.misplaced(policy)
		case iam.IdentityPolicy:
			w.misplaced(policy)
		}
	}
	w.roleGrants(roles)
	w.obstacles()
}

// notedPolicies tells of each policy whether it may hold a fault. Most of the tens of
// thousands of an account hold none: they are compiled in passing, on all processors.
func notedPolicies(policies []*snapshot.Policy) []bool {
	const few = 100 // are done sooner than they are handed to another processor
	noted := make([]bool, len(policies))
	parallel.Pieces(len(policies), few, func(from, to int) {
		for i, policy := range policies[from:to] {
			noted[from+i] = !isPublished(policy) && mayHoldFault(policy)
		}
	})
	return noted
}

func mayHoldFault(policy *snapshot.Policy) bool {
	if policy.Kind == iam.KeyPolicy {
		return true
	}
	seen := policy.Glance()
	return len(seen.Weaknesses()) > 0 ||
		policy.Kind == iam.IdentityPolicy && slices.ContainsFunc(seen.Statements, func(s *iam.Statement) bool {
			return slices.ContainsFunc(s.Conditions, asksForResource)
		})
}

// isPublished reports whether AWS wrote the policy: it is in exports of
// accounts too.
func isPublished(policy *snapshot.Policy) bool {
	arn, ok := iam.ParseARN(policy.Owner)
	return policy.AWSManaged || ok && arn.Account == "aws"
}

func (w *worker) bucketARN(user *User) string {
	if bucket := w.snapshot.Bucket(user.Bucket.Name); bucket != nil {
		return bucket.ARN
	}
	return ""
}

// weakness takes in what the policy alone shows, where it matters.
func (w *worker) weakness(policy *snapshot.Policy, found iam.Fault, canvasBuckets map[string]bool) {
	fault := &Fault{Kind: found.Kind, Node: found.Node, Policy: policy, Text: found.Message}
	if found.Statement >= 0 {
		fault.Statement = policy.Policy().Statements[found.Statement]
	}
	switch found.Kind {
	case iam.FaultOpen:
		fault.Kind = FaultKeyOpen
		if policy.Kind == iam.BucketPolicy {
			fault.Kind = FaultBucketOpen
			if !canvasBuckets[policy.Owner] {
				return
			}
		}
		if w.isAWSManagedKey(policy) {
			return
		}
		fault.Actions = actionTexts(fault.Statement)
	case iam.FaultNoAdmin:
		// Without a key it may be a part of a policy, as documentation has them.
		if w.snapshot.Key(policy.Owner) == nil || w.isAWSManagedKey(policy) {
			return
		}
	case iam.FaultKeyID:
		fault.Needs = w.needsDeniedBy(fault.Statement)
	}
	w.facts.Faults = append(w.facts.Faults, fault)
}

// needsDeniedBy lists the needs whose denial a statement is a cause of.
func (w *worker) needsDeniedBy(s *iam.Statement) []*Need {
	var needs []*Need
	for _, need := range w.facts.Needs {
		for _, a := range need.Actions {
			for i := range a.Reasons {
				if a.Result.IsDenied() && a.Reasons[i].Statement == s && !slices.Contains(needs, need) {
					needs = append(needs, need)
				}
			}
		}
	}
	return needs
}

func actionTexts(s *iam.Statement) []string {
	texts := []string{}
	for _, list := range [...][]iam.Pattern{s.Actions, s.NotActions} {
		for i := range list {
			if !list[i].Symbolic {
				texts = append(texts, list[i].Text)
			}
		}
	}
	if len(s.NotActions) > 0 {
		texts = []string{"everything but " + strings.Join(texts, ", ")}
	}
	return texts
}
