# METADATA
# title: The Canvas role may decrypt with every key
# description: >-
#   A policy of your own that is attached to the Canvas role allows kms:Decrypt,
#   kms:* or * on the keys of every Region of the account.
# related_resources:
# - https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html
# - https://docs.aws.amazon.com/kms/latest/developerguide/iam-policies-best-practices.html
# custom:
#   severity: warning
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [faults.kms-too-broad]
#   why: >-
#     Everyone who uses Canvas works with this role. It can then read whatever is
#     encrypted with a key whose policy leaves the decision to IAM, which is what
#     AWS's default key policy does.
#   fix: >-
#     Name the ARNs of the app, storage and dataset keys in Resource, or ask for
#     kms:ViaService or kms:ResourceAliases in a condition.
#   exceptions: >-
#     Not counted are permissions boundaries (they allow nothing by themselves),
#     policies that AWS manages, the keys of one Region of the account (AWS's own
#     advice), statements that a condition limits to tagged keys, aliases, an
#     encryption context or calls through a service, and roles for which a boundary, a Deny or an organization
#     policy takes the permission away again.
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
