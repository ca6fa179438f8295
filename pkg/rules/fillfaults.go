package rules

import (
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/reference"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// faults lists what is wrong with policies by themselves. Those that AWS
// publishes are passed over: nobody here can change them.
func (b *builder) faults() []FaultInput {
	list := []FaultInput{}
	checker := iam.NewChecker(&reference.Vocabulary{})
	for _, policy := range b.snapshot.Policies {
		for _, placeholder := range iam.Placeholders(policy.Node) {
			list = append(list, FaultInput{
				At: b.add(placeholder.Node), Class: "placeholder", Kind: "placeholder", Text: placeholder.Text, Policy: policy.Name, Document: faulty(policy), Subject: ownerSubject(policy),
			})
		}
		if policy.AWSManaged || strings.Contains(policy.Owner, ":iam::aws:policy/") {
			continue
		}
		for _, found := range [][]iam.Fault{policy.Faults, checker.Check(policy.Policy)} {
			for _, fault := range found {
				if isElsewhere(policy, fault) {
					continue
				}
				list = append(list, FaultInput{
					At: b.anchor(fault.Node), Class: classOf(fault.Kind), Kind: fault.Kind, Text: fault.Node.Text(), Message: fault.Message, Policy: policy.Name, Document: faulty(policy), Subject: ownerSubject(policy),
				})
			}
		}
	}
	return list
}

// faulty names a policy with a fault in a sentence. One that belongs to nothing
// has its file for a name, which the finding shows anyway.
func faulty(policy *snapshot.Policy) string {
	if policy.Owner == "" && policy.Name == policy.Node.Span().File.Name {
		return "this policy"
	}
	return document(policy)
}

// classOf sorts faults by the rule that speaks of them.
func classOf(kind string) string {
	switch kind {
	case iam.FaultUnknownAction:
		return "action"
	case iam.FaultUnknownConditionKey:
		return "condition-key"
	}
	return "grammar"
}

// isElsewhere reports whether another rule speaks of a fault: a placeholder, or
// a statement of a key policy that has no effect.
func isElsewhere(policy *snapshot.Policy, fault iam.Fault) bool {
	switch fault.Kind {
	case iam.FaultNoAction, iam.FaultNoResource:
		return policy.Kind == iam.KeyPolicy
	case iam.FaultStatementNoEffects:
		return true
	}
	return fault.Node.IsScalar() && len(iam.Placeholders(fault.Node)) > 0
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
