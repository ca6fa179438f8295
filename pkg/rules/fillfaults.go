package rules

import (
	"strings"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/parallel"
	"github.com/canvaslint/canvaslint/pkg/reference"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// faults are everything that Go found wrong in policies.
func (b *builder) faults() []FaultInput {
	list := b.policyFaults()
	for _, more := range [][]FaultInput{b.obstacles(), b.broad(), b.wildcardReads(), b.jobsDenied()} {
		list = append(list, more...)
	}
	return list
}

// policyFaults lists what is wrong with policies by themselves.
func (b *builder) policyFaults() []FaultInput {
	list := []FaultInput{}
	reviews := b.reviewAll()
	for i, policy := range b.snapshot.Policies {
		review := &reviews[i]
		for _, placeholder := range review.placeholders {
			list = append(list, FaultInput{
				At: b.add(placeholder.Node), Kind: "placeholder", Detail: "placeholder", Text: placeholder.Text, Policy: policy.Name, Document: faulty(policy), Subject: ownerSubject(policy),
			})
		}
		for j := range review.faults {
			if fault := &review.faults[j]; !b.isElsewhere(policy, fault) {
				list = append(list, FaultInput{
					At: b.anchor(fault.Node), Kind: fault.Class(), Detail: fault.Kind, Text: fault.Node.Text(), Message: fault.Message, Severity: b.severityOf(policy, fault),
					Policy: policy.Name, Document: faulty(policy), Subject: ownerSubject(policy),
				})
			}
		}
	}
	return list
}

// fewPolicies are reviewed sooner than they are handed to another processor.
const fewPolicies = 100

// reviewAll reviews the policies of the snapshot.
func (b *builder) reviewAll() []review {
	policies := b.snapshot.Policies
	reviews := make([]review, len(policies))
	vocabulary := &reference.Vocabulary{}
	parallel.Pieces(len(policies), fewPolicies, func(from, to int) {
		checker := iam.NewChecker(vocabulary)
		checker.Redundant = b.wanted != nil && b.wanted(iam.Rules()[iam.ClassRedundant])
		for i := from; i < to; i++ {
			reviews[i] = b.reviews.of(checker, policies[i], isPublished(policies[i]))
		}
	})
	b.reviews.forget()
	return reviews
}

// isPublished reports whether a policy is AWS's own.
func isPublished(policy *snapshot.Policy) bool {
	return policy.AWSManaged || strings.Contains(policy.Owner, ":iam::aws:policy/")
}

// faulty names a policy with a fault in a sentence. One that belongs to nothing
// has its file for a name, which the finding shows anyway.
func faulty(policy *snapshot.Policy) string {
	if policy.Owner == "" && policy.Name == policy.Node.Span().File.Name {
		return "this policy"
	}
	return document(policy)
}

// isElsewhere reports whether another rule speaks of a fault: a placeholder, a
// statement of a key policy that has no effect, or a condition of which it is
// known what it stands in the way of.
func (b *builder) isElsewhere(policy *snapshot.Policy, fault *iam.Fault) bool {
	switch fault.Kind {
	case iam.FaultNoAction, iam.FaultNoResource:
		return policy.Kind == iam.KeyPolicy
	case iam.FaultStatementNoEffects:
		return true
	case iam.FaultARN:
		return policy.Policy().HasNoEffect(fault.Statement)
	case iam.FaultTrustOpen:
		return !b.facts.IsCanvasRole(policy.Owner)
	}
	if c := fault.Condition; c != nil && b.facts.Explains(c) {
		return true
	}
	return fault.Node.IsScalar() && len(iam.Placeholders(fault.Node)) > 0
}

// severityOf is the severity of a fault where it is not the rule's own. A
// condition that never holds is an error where it alone keeps Canvas from what
// it needs.
func (b *builder) severityOf(policy *snapshot.Policy, fault *iam.Fault) finding.Severity {
	if fault.Kind == iam.FaultNever && fault.Severity == "" && b.facts.KeepsOff(policy, fault.Condition) {
		return finding.Error
	}
	return finding.Severity(fault.Severity)
}

// ownerSubject says whose a policy is.
func ownerSubject(policy *snapshot.Policy) Subject {
	arn, ok := iam.ParseARN(policy.Owner)
	if !ok {
		return Subject{}
	}
	s := Subject{Account: arn.Account, Region: arn.Region, Resource: policy.Owner}
	if arn.Service == "iam" {
		s.Resource, s.Principal = "", policy.Owner
	}
	return s
}
