# METADATA
# title: A key policy names somebody who is not there
# description: >-
#   A statement of a key policy names a role, or a session of a role, that the
#   account does not have, or the id of a deleted role or user.
# related_resources:
# - https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
# - https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
# custom:
#   severity: warning
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [flaws.missing-principal]
#   why: >-
#     KMS refuses a policy with a principal that does not exist, so the role was
#     deleted later. A new role of the same name is another principal: the stored
#     policy shows the old id, which matches nobody.
#   fix: >-
#     Name the role that is there now and save the policy again, or remove the
#     principal.
#   exceptions: >-
#     Only where the list of the account's roles is complete; roles of other
#     accounts are not looked for. An id that belongs to a role that was read is
#     not missing.
package canvaslint["key-principal-missing"]

import data.lib

findings contains finding if {
	some flaw in input.flaws
	flaw.kind == "missing-principal"
	finding := {
		"at": flaw.at,
		"message": sprintf("%s names %s, %s: it matches nobody%s", [lib.where(flaw), flaw.text, what(flaw), hint(flaw)]),
		"subject": flaw.subject,
		"key": lib.identity(flaw),
	}
}

what(flaw) := "the id of a role or user that was deleted" if not startswith(flaw.text, "arn:")

what(flaw) := "a role that the account does not have" if contains(flaw.text, ":role/")

what(flaw) := "a session of a role that the account does not have" if contains(flaw.text, ":assumed-role/")

hint(flaw) := sprintf("; the account has %s, whose path counts", [lib.sentence(flaw.roles)]) if {
	count(flaw.roles) > 0
	not foreign_partition(flaw)
}

hint(flaw) := sprintf("; the account is in the partition %s", [split(flaw.roles[0], ":")[1]]) if foreign_partition(flaw)

hint(flaw) := "; name the role that is there now, or remove it" if count(flaw.roles) == 0

foreign_partition(flaw) if {
	some role in flaw.roles
	split(role, ":")[1] != split(flaw.text, ":")[1]
}
