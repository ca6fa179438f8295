# METADATA
# title: A condition does not limit what it seems to limit
# description: >-
#   A Condition of an Allow holds even where it should fail: ForAllValues on a key
#   with one value, or without a guard for requests that lack the key; Null with a
#   set operator; ...IfExists on a key that is never present; an address range
#   that covers every VPC; an empty Condition.
# related_resources:
# - https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
# - https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
# - https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
# custom:
#   severity: warning
#   severities: [info]
#   since: "0.2"
#   guides: ["2022", current]
#   inputs: [faults.always-matches]
#   why: >-
#     The statement looks limited and is not: a request without the key passes.
#   fix: >-
#     Remove ForAllValues from a key with one value; for other keys add a Null
#     condition with the value false.
#   exceptions: >-
#     Every grant request has kms:GrantOperations, and a request without tags
#     should pass a condition on tag keys: ForAllValues is fine for both. In a
#     Deny, ForAllValues denies more, not less.
package canvaslint["policy-condition-always-matches"]

import data.lib

findings contains finding if {
	some fault in input.faults
	fault.kind == "always-matches"
	finding := lib.fault_finding(fault, sprintf("in %s: %s", [fault.document, fault.message]))
}
