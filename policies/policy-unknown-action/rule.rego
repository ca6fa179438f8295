# METADATA
# title: A policy names an action that AWS does not know
# description: >-
#   An Action or NotAction names an action, or a service, that is not in AWS's
#   service authorization reference. The statement has no effect for it.
# related_resources:
# - https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
# - https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html
# custom:
#   severity: error
#   severities: [warning]
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [faults.action]
#   why: >-
#     IAM and KMS accept such a policy silently. The intended permission is
#     missing, or the Deny never applies.
#   fix: Write the name as in the reference; the message names the most similar one.
#   exceptions: >-
#     It is an error for KMS, whose actions change rarely, and a warning for other
#     services, whose newest actions may be newer than the built-in reference
#     (2026-09). Policies that AWS manages are not checked.
package canvaslint["policy-unknown-action"]

findings contains finding if {
	some fault in input.faults
	fault.kind == "action"
	finding := {
		"at": fault.at,
		"message": sprintf("in %s: %s (service authorization reference of 2026-09)", [fault.document, fault.message]),
		"severity": severity(fault),
		"subject": fault.subject,
		"key": fault.text,
	}
}

severity(fault) := "error" if startswith(lower(fault.text), "kms:")

else := "warning"
