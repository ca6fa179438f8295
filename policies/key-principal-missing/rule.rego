# METADATA
# title: A key policy names a principal that does not exist
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
#   inputs: [faults.missing-principal]
#   why: >-
#     KMS refuses a policy with a principal that does not exist, so the role was
#     deleted later. A new role of the same name is another principal: the stored
#     policy shows the old id, which matches no one.
#   fix: >-
#     Name a role that exists and save the policy again, or remove the principal.
#   exceptions: >-
#     Roles are reported only if the list of the account's roles is complete;
#     roles of other accounts are not checked. An id that belongs to an exported
#     role is not missing.
package canvaslint["key-principal-missing"]

import data.lib

findings contains finding if {
	some fault in input.faults
	fault.kind == "missing-principal"
	finding := {
		"at": fault.at,
		"message": sprintf("%s names %s, %s: it matches no one%s", [lib.where(fault), fault.text, what(fault), hint(fault)]),
		"subject": fault.subject,
		"key": lib.identity(fault),
	}
}

what(fault) := "the id of a role or user that was deleted" if not startswith(fault.text, "arn:")

what(fault) := "a role that does not exist in the account" if contains(fault.text, ":role/")

what(fault) := "a session of a role that does not exist in the account" if contains(fault.text, ":assumed-role/")

hint(fault) := sprintf("; the account has %s, but the path must match too", [lib.sentence(fault.roles)]) if {
	count(fault.roles) > 0
	not foreign_partition(fault)
}

hint(fault) := sprintf("; the account is in the partition %s", [split(fault.roles[0], ":")[1]]) if foreign_partition(fault)

hint(fault) := "; name a role that exists, or remove it" if count(fault.roles) == 0

foreign_partition(fault) if {
	some role in fault.roles
	split(role, ":")[1] != split(fault.text, ":")[1]
}
