# METADATA
# title: Access to the key comes from IAM alone
# description: >-
#   The role can use the key only because the key policy lets IAM policies decide
#   and the role's own policies allow it; the key policy does not name the role.
# related_resources:
# - https://docs.aws.amazon.com/sagemaker/latest/dg/canvas-kms.html
# - https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
# custom:
#   severity: info
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [needs.lacking]
#   why: >-
#     The page calls this the less preferred method: anyone who can change the
#     role's policies controls the key, and the key policy does not show who uses
#     it.
#   fix: Name the role in a statement of the key policy.
#   exceptions: >-
#     Keys of another account always need the role's own policies too. A key policy
#     that allows the role a part of the actions shows who uses the key.
package canvaslint["role-relies-on-iam"]

import data.lib

findings contains finding if {
	some need in input.needs
	need.purpose in {"app", "storage"}
	need.via_iam
	finding := {
		"at": need.at,
		"message": sprintf("the role %s uses the %s key %s through its IAM policies alone: the AWS guide prefers a statement in the key policy", [
			lib.name(need.role), need.purpose, lib.name(need.resource),
		]),
		"subject": need.subject,
		"related": need.related,
	}
}
