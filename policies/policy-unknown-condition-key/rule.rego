# METADATA
# title: A condition key does not exist, or no request carries it
# description: >-
#   A Condition names a key that AWS does not have, or one that no request of the
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
#     A key that is not in the request fails most conditions: an Allow with it allows
#     nothing, a Deny with it denies nothing, and with ...IfExists or a Not operator
#     it is the other way round.
#   fix: Write the key as the reference has it, or move it to a statement whose actions carry it.
#   exceptions: >-
#     Keys of identity providers are never objected to; a deprecated key counts for
#     the actions of its successor; where an action of the statement belongs to a
#     service of which the keys are not built in, nothing is said about keys that
#     exist. There is no finding where key-grant-condition-misplaced reports the key.
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
