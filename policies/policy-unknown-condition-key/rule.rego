# METADATA
# title: A condition key does not exist, or no request carries it
# description: >-
#   A Condition names a key that AWS does not know, or one that no request for the
#   statement's actions carries.
# related_resources:
# - https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
# - https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
# custom:
#   severity: warning
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [faults.condition-key]
#   why: >-
#     Most conditions fail if the request lacks the key: an Allow with it allows
#     nothing, and a Deny denies nothing. With ...IfExists or a Not operator it is
#     the other way round.
#   fix: Write the key as in the reference, or move it to a statement whose actions carry it.
#   exceptions: >-
#     Keys of identity providers are not checked. A deprecated key counts for the
#     actions of its successor. If an action of the statement belongs to a service
#     whose keys are not built in, existing keys are not reported. There is no
#     finding if key-grant-condition-misplaced reports the key.
package canvaslint["policy-unknown-condition-key"]

findings contains finding if {
	some fault in input.faults
	fault.kind == "condition-key"
	finding := {
		"at": fault.at,
		"message": sprintf("in %s: %s (service authorization reference of 2026-09)", [fault.document, fault.message]),
		"subject": fault.subject,
		"key": fault.text,
	}
}
