# METADATA
# title: A key is open to everyone
# description: >-
#   A key policy allows every principal of every account, and no condition limits
#   who or from where.
# related_resources:
# - https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
# - https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
# custom:
#   severity: error
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [faults.key-open]
#   why: >-
#     Anyone with an AWS account can allow themselves the other half in their own
#     IAM policy, and then use the key.
#   fix: >-
#     Name the account or the roles as Principal, or add a condition on
#     kms:CallerAccount, aws:PrincipalOrgID or aws:PrincipalArn.
#   exceptions: >-
#     A positive condition on the account, organization, ARN, user id, network or
#     source of the caller limits the statement, if its value is not only
#     wildcards. kms:ViaService, tags, TLS, ForAllValues and ...IfExists on a key
#     that may be missing do not. A Deny for everyone else closes it too.
package canvaslint["key-open-to-everyone"]

import data.lib

findings contains finding if {
	some fault in input.faults
	fault.kind == "key-open"
	finding := {
		"at": fault.at,
		"message": sprintf("%s allows %s to every principal of every account%s: name the principals, or add a condition on kms:CallerAccount, aws:PrincipalOrgID or aws:PrincipalArn", [
			lib.where(fault), lib.sentence(fault.actions), lib.conditions(fault),
		]),
		"subject": fault.subject,
		"key": lib.where(fault),
	}
}
