# METADATA
# title: No one can change this key's policy
# description: >-
#   No statement of the policy of a customer managed key allows kms:PutKeyPolicy
#   to anyone.
# related_resources:
# - https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
# - https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
# custom:
#   severity: error
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [faults.no-administrator]
#   why: >-
#     The key stays usable, but no one can change its policy, not even the root
#     user. Only AWS Support can help.
#   fix: >-
#     Add the statement for the account: {"Effect": "Allow", "Principal": {"AWS":
#     "arn:aws:iam::<account>:root"}, "Action": "kms:*", "Resource": "*"}.
#   exceptions: >-
#     The account principal counts as an administrator, and so does a role that
#     was not exported, with or without a condition. Policies without an exported
#     key may be incomplete and are not checked, and neither are keys that AWS
#     manages.
package canvaslint["key-without-administrator"]

findings contains finding if {
	some fault in input.faults
	fault.kind == "no-administrator"
	finding := {
		"at": fault.at,
		"message": sprintf("no statement of %s allows anyone kms:PutKeyPolicy, so no one can change it: add a statement for the account or for an administrator", [fault.document]),
		"subject": fault.subject,
		"key": "",
	}
}
