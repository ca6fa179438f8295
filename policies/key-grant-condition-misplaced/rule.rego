# METADATA
# title: A condition on grants stands on actions that make none
# description: >-
#   An Allow asks for kms:GrantIsForAWSResource on actions that never carry it,
#   and no other statement gives these actions.
# related_resources:
# - https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-grant-is-for-aws-resource
# - https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
# custom:
#   severity: error
#   severities: [warning]
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [flaws.grant-condition]
#   why: >-
#     Only kms:CreateGrant, kms:ListGrants and kms:RevokeGrant carry the key. For
#     every other action it is missing, the condition fails, and the action is
#     not allowed.
#   fix: >-
#     Split the statement: the grant actions with the condition, the others
#     without.
#   exceptions: >-
#     Where another statement gives the action to the same principal, nothing is
#     lost. ...IfExists lets requests without the key pass. It is a warning where
#     an IAM policy that was not read could still give the action.
package canvaslint["key-grant-condition-misplaced"]

import data.lib

findings contains finding if {
	some flaw in input.flaws
	flaw.kind == "grant-condition"
	finding := {
		"at": flaw.at,
		"severity": flaw.severity,
		"message": sprintf("%s asks for kms:GrantIsForAWSResource, which %s never %s: it does not allow that%s%s; move the condition to a statement of its own with kms:CreateGrant", [
			lib.where(flaw), lib.sentence(flaw.actions), carry(flaw), whom(flaw), doubt(flaw),
		]),
		"subject": flaw.subject,
		"related": flaw.related,
		"key": lib.identity(flaw),
	}
}

carry(flaw) := "carries" if count(flaw.actions) == 1

carry(flaw) := "carry" if count(flaw.actions) > 1

whom(flaw) := sprintf(" to %s", [lib.roles(flaw.roles)]) if count(flaw.roles) > 0

whom(flaw) := "" if count(flaw.roles) == 0

doubt(flaw) := ", unless a policy does that was not read" if flaw.doubt

doubt(flaw) := "" if not flaw.doubt
