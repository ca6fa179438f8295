// Package iam is the AWS policy language: policies, statements, principals,
// ARNs, wildcards, policy variables and condition operators, compiled once so
// that a decision only compares.
//
// It knows grammar, not meaning: whether a request is allowed is the business
// of package access. [Compile] never fails; what the grammar does not allow is
// kept as a [Fault] with its place, and the compiled policy says of the faulty
// part that its effect is not known rather than that it has none.
package iam
