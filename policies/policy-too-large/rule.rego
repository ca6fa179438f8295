# METADATA
# title: A policy is larger than AWS accepts
# description: >-
#   The policy exceeds the quota of its kind: 32 KB for a key, 20 KB for a bucket, 6,144
#   characters for a managed policy, 10,240 for the inline policies of a role, 2,048 for
#   a trust policy, 5,120 for the policies of an organization.
# related_resources:
# - https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
# - https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html
# - https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
# custom:
#   severity: error
#   severities: [warning, info]
#   since: "0.2"
#   guides: ["2022", current]
#   inputs: [faults.size]
#   why: AWS refuses the policy when it is deployed.
#   fix: Replace lists by wildcards, conditions or tags, or split the policy.
#   exceptions: >-
#     White space between elements does not count. It is a warning if AWS can
#     raise the quota (trust policies up to 8,192), and if it is unknown whether
#     an identity policy is managed or inline. It is an info for a service control
#     policy of 5,121 to 10,240 characters, which AWS accepts since May 2026.
package canvaslint["policy-too-large"]

import data.lib

findings contains finding if {
	some fault in input.faults
	fault.kind == "size"
	finding := lib.fault_finding(fault, sprintf("%s is %s: %s", [fault.document, length(fault), fault.message]))
}

default length(_) := "too large"

length(fault) := "large" if fault.severity == "info"
