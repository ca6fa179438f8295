# METADATA
# title: A service may use a key or bucket for anyone
# description: >-
#   An Allow of a key or bucket policy is for a service, and no condition says on whose
#   behalf the service may call.
# related_resources:
# - https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
# - https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
# custom:
#   severity: info
#   severities: [warning]
#   since: "0.2"
#   guides: ["2022", current]
#   inputs: [faults.service-principal]
#   why: >-
#     A service calls for all its customers. If anyone can make it write to a bucket or use a
#     key, it does so for strangers too.
#   fix: >-
#     Add a condition on aws:SourceAccount, aws:SourceArn or aws:SourceOrgID.
#   exceptions: >-
#     It is a warning for services that anyone can point at a bucket or key of others, such
#     as CloudTrail, Config, the access logs of S3 or SNS; an info for the rest, not all
#     of which send the keys. A Deny on one of these keys guards the whole policy; so does
#     kms:CallerAccount.
package canvaslint["service-principal-unguarded"]

import data.lib

findings contains finding if {
	some fault in input.faults
	fault.kind == "service-principal"
	finding := lib.fault_finding(fault, sprintf("in %s: %s", [fault.document, fault.message]))
}
