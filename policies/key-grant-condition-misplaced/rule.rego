# METADATA
# title: A condition on grants is set on actions that create no grant
# description: >-
#   An Allow requires kms:GrantIsForAWSResource for actions that never carry it,
#   and no other statement allows these actions.
# related_resources:
# - https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-grant-is-for-aws-resource
# - https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
# custom:
#   severity: error
#   severities: [warning]
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [faults.grant-condition]
#   why: >-
#     Only kms:CreateGrant, kms:ListGrants and kms:RevokeGrant carry the key. For
#     every other action it is missing, the condition fails, and the action is
#     not allowed.
#   fix: >-
#     Split the statement: the grant actions with the condition, the others
#     without it.
#   exceptions: >-
#     There is no finding if another statement allows the action to the same
#     principal. ...IfExists allows requests without the key. It is a warning if
#     an IAM policy that was not exported could still allow the action.
package canvaslint["key-grant-condition-misplaced"]

import data.lib

findings contains finding if {
	some fault in input.faults
	fault.kind == "grant-condition"
	finding := {
		"at": fault.at,
		"severity": fault.severity,
		"message": sprintf("%s requires kms:GrantIsForAWSResource, which %s never %s: it does not allow this%s%s; move kms:CreateGrant and the condition to a separate statement", [
			lib.where(fault), lib.sentence(fault.actions), carry(fault), whom(fault), doubt(fault),
		]),
		"subject": fault.subject,
		"related": fault.related,
		"key": lib.identity(fault),
	}
}

carry(fault) := "carries" if count(fault.actions) == 1

carry(fault) := "carry" if count(fault.actions) > 1

whom(fault) := sprintf(" to %s", [lib.roles(fault.roles)]) if count(fault.roles) > 0

whom(fault) := "" if count(fault.roles) == 0

doubt(fault) := ", unless a policy that was not exported does" if fault.doubt

doubt(fault) := "" if not fault.doubt
