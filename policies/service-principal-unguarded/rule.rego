# METADATA
# title: A service can use a key or bucket on behalf of anyone
# description: >-
#   An Allow of a key or bucket policy names a service, and no condition limits on
#   whose behalf the service calls.
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
#     A service calls on behalf of all its customers. If anyone can make it write
#     to a bucket or use a key, strangers can too.
#   fix: >-
#     Add a condition on aws:SourceAccount, aws:SourceArn or aws:SourceOrgID.
#   exceptions: >-
#     It is a warning for services that anyone can point at a bucket or key of
#     another account, such as CloudTrail, Config, S3 access logs or SNS. It is an
#     info for the others, some of which do not send the keys. A Deny on one of
#     these keys guards the whole policy; so does kms:CallerAccount.
package canvaslint["service-principal-unguarded"]

import data.lib

findings contains finding if {
	some fault in input.faults
	fault.kind == "service-principal"
	finding := lib.fault_finding(fault, sprintf("in %s: %s", [fault.document, fault.message]))
}
