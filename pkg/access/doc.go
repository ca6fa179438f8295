// Package access answers whether a principal may do an action on a resource,
// and which statements say so.
//
// It is pure: policies and a request go in, a decision comes out. The answer
// has three values. What AWS does not document, what is not in the context and
// what a missing document might say are unknown; an answer that is the same
// whatever the unknowns turn out to be is given, any other is [Unknown], with
// what would settle it.
//
// The rules and their sources are those of AWS's policy evaluation logic
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html)
// and of KMS (https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html).
package access
