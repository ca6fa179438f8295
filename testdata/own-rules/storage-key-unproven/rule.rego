# METADATA
# title: A storage key that a role is not shown to have the use of
# description: >-
#   An action that Canvas needs with the storage key is denied, or no one can tell
#   whether it is allowed.
# related_resources:
# - https://docs.aws.amazon.com/sagemaker/latest/dg/canvas-kms.html
# custom:
#   severity: warning
#   since: "1.0"
#   guides: ["2022", current]
#   inputs: [needs]
#   why: Our platform team promises working storage to every team, so an open question is a fault.
#   fix: Allow the actions to the role in the key policy, without conditions that depend on the caller.
#   exceptions: Keys that AWS manages need no permission.
package canvaslint["storage-key-unproven"]

import data.lib

findings contains finding if {
	some need in input.needs
	need.purpose == "storage"
	open := [action.action | some action in need.actions; action.verdict != "allowed"]
	count(open) > 0
	finding := {
		"at": need.at,
		"message": sprintf("the role %s is not shown to be allowed %s with its storage key", [lib.name(need.role), lib.sentence(open)]),
		"subject": need.subject,
	}
}
