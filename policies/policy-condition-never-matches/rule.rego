# METADATA
# title: A condition can never hold
# description: >-
#   No request meets a Condition: a wildcard without a Like operator, an operator
#   of another type than the key's, a private address under aws:SourceIp, an empty
#   list, a malformed id, a multivalued key without ForAnyValue or ForAllValues,
#   or a key that this kind of policy never sees.
# related_resources:
# - https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
# - https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
# - https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
# custom:
#   severity: warning
#   severities: [error, info]
#   since: "0.2"
#   guides: ["2022", current]
#   inputs: [faults.never-matches]
#   why: >-
#     AWS accepts such a policy silently. An Allow with the condition allows
#     nothing. A Deny with it denies nothing or, with a Not operator, everything.
#   fix: >-
#     Write the condition as the message says, and test it with canvaslint decide.
#   exceptions: >-
#     It is an error in a Deny, and in an Allow that Canvas depends on; otherwise a
#     warning. There is no finding where key-via-service-too-narrow,
#     key-encryption-context-conflict or bucket-key-not-arn reports what the condition
#     blocks. String operators on a key that holds an ARN are
#     fine; so are the values of tags, whatever the operator.
package canvaslint["policy-condition-never-matches"]

import data.lib

findings contains finding if {
	some fault in input.faults
	fault.kind == "never-matches"
	finding := lib.fault_finding(fault, sprintf("in %s: %s", [fault.document, fault.message]))
}
