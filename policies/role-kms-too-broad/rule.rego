# METADATA
# title: The Canvas role can decrypt with every key
# description: >-
#   A customer policy attached to the Canvas role allows kms:Decrypt, kms:* or *
#   on the keys of every Region of the account.
# related_resources:
# - https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html
# - https://docs.aws.amazon.com/kms/latest/developerguide/iam-policies-best-practices.html
# custom:
#   severity: warning
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [faults.kms-too-broad]
#   why: >-
#     Every Canvas user works with this role. It can read anything that is
#     encrypted with a key whose policy leaves the decision to IAM, as AWS's
#     default key policy does.
#   fix: >-
#     Name the ARNs of the app, storage and dataset keys in Resource, or add a
#     condition on kms:ViaService or kms:ResourceAliases.
#   exceptions: >-
#     Not reported are permissions boundaries (they allow nothing by themselves),
#     policies that AWS manages, the keys of one Region of the account (AWS's own
#     advice), statements that a condition limits to tagged keys, aliases, an
#     encryption context or calls through a service, and roles whose permission a
#     boundary, a Deny or an organization policy removes.
package canvaslint["role-kms-too-broad"]

import data.lib

findings contains finding if {
	some fault in input.faults
	fault.kind == "kms-too-broad"
	finding := {
		"at": fault.at,
		"message": sprintf("%s of the policy %s allows the Canvas role %s kms:Decrypt with every key of account %s: name the keys that Canvas uses", [
			fault.text, lib.name(fault.policy), lib.name(fault.subject.principal), fault.subject.account,
		]),
		"subject": fault.subject,
		"key": sprintf("%s %s", [fault.policy, fault.text]),
	}
}
