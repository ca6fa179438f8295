# METADATA
# title: A statement about a key has no effect
# description: >-
#   A statement of a key policy has no Action or no Resource, names another key,
#   an alias or a bucket, or has actions of other services; or a statement of an
#   IAM policy names KMS keys only by alias or bare id.
# related_resources:
# - https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
# - https://docs.aws.amazon.com/kms/latest/developerguide/cmks-in-iam-policies.html
# custom:
#   severity: error
#   severities: [warning]
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [faults.statement-without-effect, faults.key-statement]
#   why: >-
#     KMS and IAM accept such a policy silently. The statement then allows and denies
#     nothing.
#   fix: >-
#     Add what is missing (in a key policy, "Resource": "*" means this key). In an
#     IAM policy write the ARN of the key, or use "*" with a condition on
#     kms:ResourceAliases.
#   exceptions: >-
#     kms:CreateAlias, kms:UpdateAlias and kms:DeleteAlias apply to aliases: a
#     statement with them, or with a wildcard that covers them, is fine. So is a
#     statement with a key ARN beside the alias. In a key policy it is a warning
#     if another action or resource of the statement still has an effect.
package canvaslint["key-statement-without-effect"]

import data.lib

findings contains finding if {
	some fault in input.faults
	fault.kind == "statement-without-effect"
	finding := {
		"at": fault.at,
		"message": message(fault),
		"subject": fault.subject,
		"key": lib.identity(fault),
	}
}

findings contains finding if {
	some fault in input.faults
	fault.kind == "key-statement"
	finding := lib.fault_finding(fault, sprintf("in %s: %s", [fault.document, fault.message]))
}

message(fault) := sprintf("%s has no effect: %s. KMS accepts that silently; add it, or remove the statement", [lib.where(fault), fault.text]) if {
	fault.policy_kind == "key policy"
}

message(fault) := sprintf("in %s %s has no effect: an IAM policy must name a key by its ARN; write that, or \"*\" with a condition on kms:ResourceAliases", [lib.where(fault), fault.text]) if {
	fault.policy_kind != "key policy"
}
